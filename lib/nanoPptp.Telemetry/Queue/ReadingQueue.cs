// Readings from the sensor to the hub's application: a ring in RAM is the truth, a journal its
// backup.
//
//             Add                    SeekFrom, Next                Acknowledge
//   sensor ---------> ring in RAM -------------------> uplink -----------------> gone
//                        |   ^
//                  Flush |   | Restore
//                        v   |
//                       journal
//
// A reading is written only when nobody has acknowledged it for half a flush interval: a tunnel that
// works costs no flash. Sequence numbers are leased in the journal before they are used, 256 at a
// time; after a loss of power they go on at the end of the lease. So none is ever used for two
// readings, and (base name, number) tells the hub what it has already. An orderly Flush at the end
// gives back what is left of the lease.
//
// Sequence numbers end at 2^31 - 2 and do not begin again, since the hub would take new readings for
// old ones: then the queue takes nothing in and counts it (68 years at one reading a second). A
// sensor that gets so far needs a new base name and an empty journal.

using System;

namespace nanoPptp.Telemetry.Queue
{
    /// <summary>
    /// The store-and-forward queue. Same thread as everything else; nothing is allocated after
    /// construction. Times are 32-bit milliseconds that may wrap.
    /// </summary>
#pragma warning disable CA1711 // It is no collection, but a queue all the same.
    public sealed partial class ReadingQueue
#pragma warning restore CA1711
    {
        /// <summary>Sequence numbers in a lease.</summary>
        public const int LeaseCount = 256;

        /// <summary>Octets that a reading takes in the queue besides its own.</summary>
        public const int EntryHeaderLength = ReadingRing.HeaderLength;

        private readonly ReadingRing _ring;
        private readonly Journal _journal;
        private readonly QueueCounters _counters = new QueueCounters();
        private readonly OverflowPolicy _overflow;
        private readonly int _flushIntervalMs;
        private readonly int _longestReading;
        private readonly int _sequenceIfIllegible;

        private int _count;
        private int _next;
        private int _cursor = ReadingRing.None;

        /// <summary>Makes an empty queue.</summary>
        /// <param name="settings">How it works; copied.</param>
        /// <param name="store">The medium of its journal; null for a queue in RAM alone.</param>
        /// <exception cref="ArgumentException">A setting is out of its range, or the store has too
        /// few files or too small ones
        /// (<see cref="ReadingQueueSettings.LeastFileCapacity"/>).</exception>
        public ReadingQueue(ReadingQueueSettings settings, JournalStore store)
        {
            settings.Check();
            _ring = new ReadingRing(settings.Capacity);
            _overflow = settings.Overflow;
            _flushIntervalMs = settings.FlushIntervalMs;
            _longestReading = settings.LongestReading;
            _next = settings.FirstSequence;
            _sequenceIfIllegible = settings.SequenceIfIllegible;
            if (store != null)
            {
                _journal = new Journal(store, settings.LeastFileCapacity, _counters);
            }
        }

        /// <summary>Readings that wait: added or restored, neither delivered nor given up.</summary>
        public int Count
        {
            get { return _count; }
        }

        /// <summary>Octets of <see cref="Octets"/> that are taken.</summary>
        public int UsedOctets
        {
            get { return _ring.UsedOctets; }
        }

        /// <summary>Number of the reading that is added next.</summary>
        public int NextSequence
        {
            get { return _next; }
        }

        /// <summary>Counts since construction.</summary>
        public QueueCounters Counters
        {
            get { return _counters; }
        }

        /// <summary>Where <see cref="EntryOffset"/> points into.</summary>
        public byte[] Octets
        {
            get { return _ring.Octets; }
        }

        /// <summary>RAM that the queue's arrays take, octets: the ring and, with a journal, its
        /// buffer.</summary>
        public int BufferOctets
        {
            get
            {
                return _journal == null
                    ? _ring.Octets.Length
                    : _ring.Octets.Length + Journal.BufferLength;
            }
        }

        /// <summary>Number of the reading where <see cref="SeekFrom"/> or <see cref="Next"/> came
        /// to. It and the two below are valid until the next call that changes the queue.</summary>
        public int EntrySequence { get; private set; }

        /// <summary>Where its octets begin in <see cref="Octets"/>; they are not split.</summary>
        public int EntryOffset { get; private set; }

        /// <summary>How many octets it has.</summary>
        public int EntryLength { get; private set; }

        /// <summary>Takes a reading in.</summary>
        /// <param name="b">The octets, which are copied.</param>
        /// <param name="offset">Where they begin.</param>
        /// <param name="length">How many.</param>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        /// <returns>Its sequence number, greater than all before; 0 when it was not taken, which is
        /// counted by cause.</returns>
        public int Add(byte[] b, int offset, int length, int nowMs)
        {
            if (length < 1 || length > _longestReading)
            {
                _counters.TooLong++;
                return 0;
            }

            if (_next == int.MaxValue)
            {
                _counters.Exhausted++;
                return 0;
            }

            if (_overflow == OverflowPolicy.NewestGoes && !_ring.Fits(length))
            {
                _counters.DroppedNewest++;
                return 0;
            }

            while (!_ring.Fits(length))
            {
                DropFirst();
            }

            DropDelivered();
            Lease(nowMs);
            int sequence = _next;
            _next++;
            _ring.Put(sequence, 0, b, offset, length);
            _count++;
            _counters.Added++;
            AwaitFlush(nowMs);
            return sequence;
        }

        /// <summary>Goes to the first reading that waits and has this number or a later one.
        /// </summary>
        /// <param name="sequence">The number.</param>
        /// <returns>False when there is none.</returns>
        public bool SeekFrom(int sequence)
        {
            for (int place = StartFor(sequence);
                place != ReadingRing.None;
                place = _ring.After(place))
            {
                if (_ring.Sequence(place) >= sequence && IsWaiting(place))
                {
                    _cursor = place;
                    EntrySequence = _ring.Sequence(place);
                    EntryOffset = place + ReadingRing.HeaderLength;
                    EntryLength = _ring.Length(place);
                    return true;
                }
            }

            return false;
        }

        /// <summary>Goes on to the reading that waits behind that one.</summary>
        /// <returns>False when there is none; then the place stays.</returns>
        public bool Next()
        {
            return SeekFrom(EntrySequence + 1);
        }

        /// <summary>The hub's application has these readings: they are not needed any more. Numbers
        /// that nobody waits for are ignored.</summary>
        /// <param name="firstSequence">The first number.</param>
        /// <param name="lastSequence">The last number.</param>
        public void Acknowledge(int firstSequence, int lastSequence)
        {
            _counters.Delivered += Remove(firstSequence, lastSequence);
        }

        /// <summary>A reading cannot be delivered, whatever is done: it is given up and counted.
        /// </summary>
        /// <param name="sequence">Its number.</param>
        public void GiveUp(int sequence)
        {
            _counters.GivenUp += Remove(sequence, sequence);
        }

        private int Remove(int firstSequence, int lastSequence)
        {
            int count = 0;
            for (int place = StartFor(firstSequence);
                place != ReadingRing.None && _ring.Sequence(place) <= lastSequence;
                place = _ring.After(place))
            {
                if (_ring.Sequence(place) >= firstSequence && IsWaiting(place))
                {
                    int flags = _ring.Flags(place);
                    _ring.SetFlags(place, flags | ReadingRing.Delivered);
                    _areMarksDue |= (flags & ReadingRing.Written) != 0;
                    _count--;
                    count++;
                }
            }

            DropDelivered();
            return count;
        }

        private bool IsWaiting(int place)
        {
            return (_ring.Flags(place) & ReadingRing.Delivered) == 0;
        }

        /// <summary>A place at or in front of a number, as near as is known.</summary>
        private int StartFor(int sequence)
        {
            return _cursor != ReadingRing.None && _ring.Sequence(_cursor) <= sequence
                ? _cursor
                : _ring.First;
        }

        private void DropDelivered()
        {
            while (_ring.Count > 0 && !IsWaiting(_ring.First))
            {
                DropFirst();
            }
        }

        private void DropFirst()
        {
            int place = _ring.First;
            int flags = _ring.Flags(place);
            if ((flags & ReadingRing.Delivered) == 0)
            {
                _count--;
                _counters.DroppedOldest++;
            }

            // The journal has it and does not know that it is gone.
            _isHeadDue |= (flags & (ReadingRing.Written | ReadingRing.Recorded))
                == ReadingRing.Written;
            if (place == _cursor)
            {
                _cursor = ReadingRing.None;
            }

            _ring.DropFirst();
        }
    }
}
