// What came in, in order, and behind it what came too early, at its place: the stretches that are
// there already are remembered as pairs of sequence numbers, sorted, without touching each other.

using System;

namespace nanoPptp.Telemetry.Tcp
{
    /// <summary>A ring of octets that takes stretches in any order (RFC 9293 s.3.10.7.4: what is
    /// not in order should be kept).</summary>
    internal sealed class ReceiveRing
    {
        private readonly byte[] _octets;
        private readonly int[] _begin = new int[TcpLimits.GapCount];
        private readonly int[] _end = new int[TcpLimits.GapCount];
        private int _stretches;
        private int _start;
        private int _count;

        internal ReceiveRing(int capacity)
        {
            _octets = new byte[capacity];
        }

        /// <summary>Octets in order.</summary>
        internal int Count
        {
            get { return _count; }
        }

        internal int Capacity
        {
            get { return _octets.Length; }
        }

        /// <summary>Stretches that wait for octets before them.</summary>
        internal int Stretches
        {
            get { return _stretches; }
        }

        internal void Clear()
        {
            _stretches = 0;
            _start = 0;
            _count = 0;
        }

        /// <summary>Forgets what came too early.</summary>
        internal void ClearStretches()
        {
            _stretches = 0;
        }

        /// <summary>Takes octets that lie within the room of the ring.</summary>
        /// <param name="next">RCV.NXT: the number of the first octet that is missing.</param>
        /// <param name="sequence">The number of the first octet given; not before
        /// <paramref name="next"/>.</param>
        /// <param name="b">The octets.</param>
        /// <param name="offset">Where they begin.</param>
        /// <param name="length">How many: 1 or more.</param>
        /// <returns>How far the order moved on, in octets: RCV.NXT grows by it; or -1 when they
        /// came too early and no stretch was left to remember them by.</returns>
        internal int Insert(int next, int sequence, byte[] b, int offset, int length)
        {
            if (sequence != next && !Remember(sequence, sequence + length))
            {
                return -1;
            }

            Write(sequence - next, b, offset, length);
            if (sequence != next)
            {
                return 0;
            }

            int end = sequence + length;
            int i = 0;
            while (i < _stretches && _begin[i] - end <= 0)
            {
                end = _end[i] - end > 0 ? _end[i] : end;
                i++;
            }

            Remove(0, i);
            _count += end - next;
            return end - next;
        }

        /// <summary>Moves octets out.</summary>
        /// <param name="b">Where to put them.</param>
        /// <param name="offset">Index of the first one.</param>
        /// <param name="capacity">How many there is room for.</param>
        /// <returns>How many were moved.</returns>
        internal int Read(byte[] b, int offset, int capacity)
        {
            int length = _count < capacity ? _count : capacity;
            if (length <= 0)
            {
                return 0;
            }

            int first = _octets.Length - _start;
            first = first < length ? first : length;
            Array.Copy(_octets, _start, b, offset, first);
            Array.Copy(_octets, 0, b, offset + first, length - first);
            _start += length;
            _start = _start < _octets.Length ? _start : _start - _octets.Length;
            _count -= length;
            return length;
        }

        private void Write(int position, byte[] b, int offset, int length)
        {
            int at = _start + _count + position;
            at = at < _octets.Length ? at : at - _octets.Length;
            int first = _octets.Length - at;
            first = first < length ? first : length;
            Array.Copy(b, offset, _octets, at, first);
            Array.Copy(b, offset + first, _octets, 0, length - first);
        }

        // Joins a stretch with those that it overlaps or touches.
        private bool Remember(int begin, int end)
        {
            int from = 0;
            while (from < _stretches && _end[from] - begin < 0)
            {
                from++;
            }

            int to = from;
            while (to < _stretches && _begin[to] - end <= 0)
            {
                begin = _begin[to] - begin < 0 ? _begin[to] : begin;
                end = _end[to] - end > 0 ? _end[to] : end;
                to++;
            }

            if (to == from)
            {
                if (_stretches == TcpLimits.GapCount)
                {
                    return false;
                }

                for (int i = _stretches; i > from; i--)
                {
                    _begin[i] = _begin[i - 1];
                    _end[i] = _end[i - 1];
                }

                _stretches++;
            }
            else
            {
                Remove(from + 1, to - from - 1);
            }

            _begin[from] = begin;
            _end[from] = end;
            return true;
        }

        private void Remove(int at, int count)
        {
            if (count <= 0)
            {
                return;
            }

            _stretches -= count;
            for (int i = at; i < _stretches; i++)
            {
                _begin[i] = _begin[i + count];
                _end[i] = _end[i + count];
            }
        }
    }
}
