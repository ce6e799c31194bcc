// The queue's octets. Entries lie in a ring, none is split by its end:
//
//   0        1                 3                                   7
//  +--------+--------+--------+--------+--------+--------+--------+------------ // --+
//  | flags  |     length      |          sequence number          |  octets           |
//  +--------+--------+--------+--------+--------+--------+--------+------------ // --+
//
// What is left at the end of the array, too short for an entry, begins with a Skip mark.

using System;
using nanoPptp.Wire;

namespace nanoPptp.Telemetry.Queue
{
    /// <summary>Entries of readings in the order of their numbers. Places are indices of
    /// <see cref="Octets"/>.</summary>
    internal sealed class ReadingRing
    {
        /// <summary>Octets in front of a reading.</summary>
        internal const int HeaderLength = 7;

        /// <summary>The hub's application has it.</summary>
        internal const int Delivered = 1;

        /// <summary>It is in the journal.</summary>
        internal const int Written = 2;

        /// <summary>It is in the journal that it was delivered.</summary>
        internal const int Recorded = 4;

        /// <summary>No place.</summary>
        internal const int None = -1;

        internal readonly byte[] Octets;

        private const int Skip = 0x80;
        private const int SequenceOffset = 3;

        private int _head;
        private int _tail;
        private int _count;

        internal ReadingRing(int capacity)
        {
            Octets = new byte[capacity];
        }

        /// <summary>Entries, delivered ones included.</summary>
        internal int Count
        {
            get { return _count; }
        }

        /// <summary>Octets taken, those skipped at the end included.</summary>
        internal int UsedOctets
        {
            get
            {
                int octets = _tail - _head;
                return _count == 0 || octets > 0 ? octets : octets + Octets.Length;
            }
        }

        internal int First
        {
            get { return _count == 0 ? None : _head; }
        }

        /// <summary>The place behind another one, or <see cref="None"/>.</summary>
        internal int After(int place)
        {
            int next = place + HeaderLength + Length(place);
            return next == _tail ? None : Unskipped(next);
        }

        internal int Flags(int place)
        {
            return Octets[place];
        }

        internal void SetFlags(int place, int flags)
        {
            Octets[place] = (byte)flags;
        }

        internal int Length(int place)
        {
            return BigEndian.ReadUInt16(Octets, place + 1);
        }

        internal int Sequence(int place)
        {
            return BigEndian.ReadInt32(Octets, place + SequenceOffset);
        }

        /// <summary>Whether a reading of so many octets fits now.</summary>
        internal bool Fits(int length)
        {
            return PlaceFor(HeaderLength + length) != None;
        }

        /// <summary>Puts a reading at the end; it fits.</summary>
        internal void Put(int sequence, int flags, byte[] b, int offset, int length)
        {
            int place = PlaceFor(HeaderLength + length);
            if (place != _tail && _tail < Octets.Length)
            {
                Octets[_tail] = Skip;
            }

            Octets[place] = (byte)flags;
            BigEndian.WriteUInt16(Octets, place + 1, length);
            BigEndian.WriteInt32(Octets, place + SequenceOffset, sequence);
            Array.Copy(b, offset, Octets, place + HeaderLength, length);
            _tail = place + HeaderLength + length;
            _count++;
        }

        /// <summary>Removes the first entry.</summary>
        internal void DropFirst()
        {
            int next = _head + HeaderLength + Length(_head);
            _count--;
            if (_count == 0)
            {
                _head = 0;
                _tail = 0;
                return;
            }

            _head = Unskipped(next);
        }

        /// <summary>Moves all entries that are not delivered to the front and removes the others,
        /// so that no octet is wasted. Only for a ring that has not yet gone around.</summary>
        internal void Compact()
        {
            int to = 0;
            int count = 0;
            int next;
            for (int place = First; place != None; place = next)
            {
                next = After(place);
                if ((Octets[place] & Delivered) != 0)
                {
                    continue;
                }

                int length = HeaderLength + Length(place);
                Array.Copy(Octets, place, Octets, to, length);
                to += length;
                count++;
            }

            _head = 0;
            _tail = to;
            _count = count;
        }

        /// <summary>Whether a reading fits behind the last one without going around.</summary>
        internal bool FitsBehind(int length)
        {
            return Octets.Length - _tail >= HeaderLength + length;
        }

        private int Unskipped(int place)
        {
            return place == Octets.Length || Octets[place] == Skip ? 0 : place;
        }

        private int PlaceFor(int length)
        {
            int capacity = Octets.Length;
            if (_count > 0 && _tail <= _head)
            {
                return _head - _tail >= length ? _tail : None;
            }

            if (capacity - _tail >= length)
            {
                return _tail;
            }

            return _head >= length ? 0 : None;
        }
    }
}
