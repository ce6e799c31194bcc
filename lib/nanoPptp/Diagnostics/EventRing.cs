// What happened, in order, for the application to poll: a ring of numbers, preallocated. When the
// application does not poll, the oldest entries make room; Lost counts them.

namespace nanoPptp.Diagnostics
{
    /// <summary>The last events of a client: a ring that keeps the newest when it
    /// overflows.</summary>
    internal sealed class EventRing
    {
        private readonly int _capacity;
        private readonly byte[] _code;
        private readonly byte[] _value;
        private readonly int[] _atMs;
        private int _first;

        internal EventRing(int capacity)
        {
            _capacity = capacity;
            _code = new byte[capacity];
            _value = new byte[capacity];
            _atMs = new int[capacity];
        }

        /// <summary>Events that wait.</summary>
        internal int Count;

        /// <summary>The number of events that were overwritten before anybody took them.</summary>
        internal int Lost;

        /// <summary>Code of the event taken last.</summary>
        internal int Code;

        /// <summary>Value of the event taken last.</summary>
        internal int Value;

        /// <summary>Time of the event taken last, in the caller's milliseconds.</summary>
        internal int AtMs;

        internal void Reset()
        {
            _first = 0;
            Count = 0;
            Lost = 0;
        }

        internal void Add(int code, int value, int nowMs)
        {
            int at = _first + Count;
            if (at >= _capacity)
            {
                at -= _capacity;
            }

            _code[at] = (byte)code;
            _value[at] = (byte)value;
            _atMs[at] = nowMs;
            if (Count < _capacity)
            {
                Count++;
                return;
            }

            Lost++;
            _first = _first + 1 == _capacity ? 0 : _first + 1;
        }

        /// <summary>Takes the oldest event into <see cref="Code"/>, <see cref="Value"/> and
        /// <see cref="AtMs"/>.</summary>
        /// <returns>False when there is none.</returns>
        internal bool Take()
        {
            if (Count == 0)
            {
                return false;
            }

            Code = _code[_first];
            Value = _value[_first];
            AtMs = _atMs[_first];
            _first = _first + 1 == _capacity ? 0 : _first + 1;
            Count--;
            return true;
        }
    }
}
