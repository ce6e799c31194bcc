// What was sent and not acknowledged, and behind it what is still to be sent: octets without
// boundaries, so that a repetition may take more or less than the segment that was lost.

using System;

namespace nanoPptp.Telemetry.Tcp
{
    /// <summary>A ring of octets: in at the end, read anywhere, dropped from the start.</summary>
    internal sealed class SendRing
    {
        private readonly byte[] _octets;
        private int _start;
        private int _count;

        internal SendRing(int capacity)
        {
            _octets = new byte[capacity];
        }

        internal int Count
        {
            get { return _count; }
        }

        internal int Free
        {
            get { return _octets.Length - _count; }
        }

        internal void Clear()
        {
            _start = 0;
            _count = 0;
        }

        /// <summary>Adds octets at the end; there must be room.</summary>
        /// <param name="b">The octets.</param>
        /// <param name="offset">Where they begin.</param>
        /// <param name="length">How many: 0 to <see cref="Free"/>.</param>
        internal void Append(byte[] b, int offset, int length)
        {
            int at = _start + _count;
            at = at < _octets.Length ? at : at - _octets.Length;
            int first = _octets.Length - at;
            first = first < length ? first : length;
            Array.Copy(b, offset, _octets, at, first);
            Array.Copy(b, offset + first, _octets, 0, length - first);
            _count += length;
        }

        /// <summary>Copies octets out; they stay.</summary>
        /// <param name="position">How far behind the start, 0 or more.</param>
        /// <param name="b">Where to put them.</param>
        /// <param name="offset">Index of the first one.</param>
        /// <param name="length">How many; they must be there.</param>
        internal void Copy(int position, byte[] b, int offset, int length)
        {
            int at = _start + position;
            at = at < _octets.Length ? at : at - _octets.Length;
            int first = _octets.Length - at;
            first = first < length ? first : length;
            Array.Copy(_octets, at, b, offset, first);
            Array.Copy(_octets, 0, b, offset + first, length - first);
        }

        internal void Drop(int length)
        {
            _start += length;
            _start = _start < _octets.Length ? _start : _start - _octets.Length;
            _count -= length;
        }
    }
}
