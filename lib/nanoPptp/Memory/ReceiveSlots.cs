// Who owns which receive slot. A slot is free, lent to the adapter, waiting in the order of
// arrival, held back until the packets in front of it have come, or being delivered. The adapter
// drains its socket into slots first; nothing is decrypted until the client is polled, so a burst
// as deep as the slots is never lost to slow cryptography. The slots are the reorder buffer too:
// nothing is copied.
//
//   Free -> Lent -> Waiting ---------> Delivering -> Free
//                      +----> Held ------^

using nanoPptp.Diagnostics;

namespace nanoPptp.Memory
{
    /// <summary>The receive slots' owners and the queue of those that wait to be
    /// processed.</summary>
    internal sealed class ReceiveSlots
    {
        private const byte Free = 0;
        private const byte Lent = 1;
        private const byte Waiting = 2;
        private const byte Delivering = 3;
        private const byte Held = 4;

        private readonly byte[] _owner = new byte[Limits.ReceiveSlotCount];
        private readonly byte[] _queue = new byte[Limits.ReceiveSlotCount];
        private readonly int[] _start = new int[Limits.ReceiveSlotCount];
        private readonly int[] _length = new int[Limits.ReceiveSlotCount];
        private readonly int[] _number = new int[Limits.ReceiveSlotCount];
        private readonly int[] _dueMs = new int[Limits.ReceiveSlotCount];
        private readonly int[] _stamp = new int[Limits.ReceiveSlotCount];
        private int _first;
        private int _nextStamp;

        /// <summary>Packets that wait in the order of arrival.</summary>
        internal int Count;

        /// <summary>Packets that are held back.</summary>
        internal int HeldCount;

        /// <summary>Arena offset of the packet or frame taken last.</summary>
        internal int Offset;

        /// <summary>Octets of the packet or frame taken last.</summary>
        internal int Length;

        /// <summary>Sequence number of the held frame taken last.</summary>
        internal int Number;

        internal static int OffsetOf(int slot)
        {
            return ArenaMap.ReceiveSlots + (slot * Limits.ReceiveSlotLength);
        }

        internal void Reset()
        {
            for (int i = 0; i < Limits.ReceiveSlotCount; i++)
            {
                _owner[i] = Free;
            }

            _first = 0;
            Count = 0;
            HeldCount = 0;
        }

        /// <summary>Lends a free slot to the adapter.</summary>
        /// <returns>The slot's number, or -1 when all are taken.</returns>
        internal int Lend()
        {
            byte[] owner = _owner;
            for (int i = 0; i < Limits.ReceiveSlotCount; i++)
            {
                if (owner[i] <= Lent)
                {
                    // A slot that was lent and not handed back is lent again: an adapter that gave
                    // up on a receive owes nothing.
                    owner[i] = Lent;
                    return i;
                }
            }

            return -1;
        }

        /// <summary>Checks the adapter's promise about a slot that it hands back.</summary>
        /// <param name="slot">The slot's number.</param>
        /// <param name="start">Where in the slot the packet begins, in octets.</param>
        /// <param name="length">Octets of the packet.</param>
        /// <returns>False when the slot was not lent, or the packet does not lie within
        /// it.</returns>
        internal bool IsLent(int slot, int start, int length)
        {
            return Invariant.Check(
                slot >= 0 && slot < Limits.ReceiveSlotCount && _owner[slot] == Lent
                && start >= 0 && length >= 0 && start <= Limits.ReceiveSlotLength - length);
        }

        /// <summary>Puts a lent slot at the end of the queue; <see cref="IsLent"/> was asked
        /// before.
        /// </summary>
        /// <param name="slot">The slot's number.</param>
        /// <param name="start">Where in the slot the packet begins, in octets.</param>
        /// <param name="length">Octets of the packet.</param>
        internal void Queue(int slot, int start, int length)
        {
            int at = _first + Count;
            if (at >= Limits.ReceiveSlotCount)
            {
                at -= Limits.ReceiveSlotCount;
            }

            _owner[slot] = Waiting;
            _queue[at] = (byte)slot;
            _start[slot] = OffsetOf(slot) + start;
            _length[slot] = length;
            Count++;
        }

        /// <summary>Takes the first waiting packet into <see cref="Offset"/> and
        /// <see cref="Length"/>.</summary>
        /// <returns>Its slot, to be released later.</returns>
        internal int Take()
        {
            int slot = _queue[_first];
            _first = _first + 1 == Limits.ReceiveSlotCount ? 0 : _first + 1;
            Count--;
            _owner[slot] = Delivering;
            Offset = _start[slot];
            Length = _length[slot];
            return slot;
        }

        /// <summary>Holds a frame back whose packet was just taken, until its turn comes.</summary>
        /// <param name="slot">The slot's number.</param>
        /// <param name="number">The frame's sequence number.</param>
        /// <param name="offset">Arena offset of the frame.</param>
        /// <param name="length">Octets of the frame.</param>
        /// <param name="dueMs">Until when it waits for those in front of it.</param>
        /// <returns>False, and nothing has changed, when two frames with that number are held: one
        /// may be forged, and which one is known only when it is its turn; a third is too many.
        /// </returns>
        internal bool Hold(int slot, int number, int offset, int length, int dueMs)
        {
            int candidates = 0;
            for (int i = 0; i < Limits.ReceiveSlotCount; i++)
            {
                if (_owner[i] == Held && _number[i] == number)
                {
                    candidates++;
                }
            }

            if (candidates == Limits.CandidateCount)
            {
                return false;
            }

            _owner[slot] = Held;
            _number[slot] = number;
            _start[slot] = offset;
            _length[slot] = length;
            _dueMs[slot] = dueMs;
            _stamp[slot] = _nextStamp++;
            HeldCount++;
            return true;
        }

        /// <summary>Finds the held frame with the lowest number; of two candidates for it the one
        /// that came first.</summary>
        /// <param name="last">The number that all others are compared with, because numbers wrap.
        /// </param>
        /// <returns>Its slot, or -1 when none is held.</returns>
        internal int LowestHeld(int last)
        {
            int lowest = -1;
            for (int i = 0; i < Limits.ReceiveSlotCount; i++)
            {
                if (_owner[i] != Held)
                {
                    continue;
                }

                int ahead = lowest < 0 ? -1 : (_number[i] - last) - (_number[lowest] - last);
                if (ahead < 0 || (ahead == 0 && _stamp[i] - _stamp[lowest] < 0))
                {
                    lowest = i;
                }
            }

            return lowest;
        }

        internal int NumberOf(int slot)
        {
            return _number[slot];
        }

        /// <summary>How long the held frames may still wait.</summary>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        /// <param name="waitMs">A wait in milliseconds.</param>
        /// <returns>The smallest time left, if smaller than that wait; never negative.</returns>
        internal int SoonerHeld(int nowMs, int waitMs)
        {
            for (int i = 0; i < Limits.ReceiveSlotCount; i++)
            {
                if (_owner[i] == Held)
                {
                    int leftMs = _dueMs[i] - nowMs;
                    leftMs = leftMs < 0 ? 0 : leftMs;
                    waitMs = leftMs < waitMs ? leftMs : waitMs;
                }
            }

            return waitMs;
        }

        /// <summary>Takes a held frame into <see cref="Offset"/>, <see cref="Length"/> and
        /// <see cref="Number"/>.</summary>
        /// <param name="slot">Its slot, to be released later.</param>
        internal void TakeHeld(int slot)
        {
            _owner[slot] = Delivering;
            HeldCount--;
            Offset = _start[slot];
            Length = _length[slot];
            Number = _number[slot];
        }

        /// <summary>Frees a slot that was taken, or lent and refused unread.</summary>
        /// <param name="slot">The slot's number.</param>
        internal void Release(int slot)
        {
            _owner[slot] = Free;
        }
    }
}
