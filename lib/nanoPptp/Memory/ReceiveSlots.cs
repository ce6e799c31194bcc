// Who owns which receive slot. A slot is free, lent to the adapter, waiting in order, or being
// delivered. The adapter drains its socket into slots first; nothing is decrypted until the client is
// polled, so a burst as deep as the slots is never lost to slow cryptography.

using nanoPptp.Diagnostics;

namespace nanoPptp.Memory
{
    /// <summary>The receive slots' owners and the queue of those that wait to be processed.</summary>
    internal sealed class ReceiveSlots
    {
        private const byte Free = 0;
        private const byte Lent = 1;
        private const byte Waiting = 2;
        private const byte Delivering = 3;

        private readonly byte[] _owner = new byte[Limits.ReceiveSlotCount];
        private readonly byte[] _queue = new byte[Limits.ReceiveSlotCount];
        private readonly int[] _start = new int[Limits.ReceiveSlotCount];
        private readonly int[] _length = new int[Limits.ReceiveSlotCount];
        private int _first;

        /// <summary>Packets that wait to be processed.</summary>
        internal int Count;

        /// <summary>Arena offset of the packet taken last.</summary>
        internal int Offset;

        /// <summary>Octets of the packet taken last.</summary>
        internal int Length;

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
        /// <returns>False when the slot was not lent, or the packet does not lie within it.</returns>
        internal bool IsLent(int slot, int start, int length)
        {
            return Invariant.Check(
                slot >= 0 && slot < Limits.ReceiveSlotCount && _owner[slot] == Lent
                && start >= 0 && length >= 0 && start <= Limits.ReceiveSlotLength - length);
        }

        /// <summary>Puts a lent slot at the end of the queue; <see cref="IsLent"/> was asked before.
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

        /// <summary>Frees a slot that was taken, or lent and refused unread.</summary>
        /// <param name="slot">The slot's number.</param>
        internal void Release(int slot)
        {
            _owner[slot] = Free;
        }
    }
}
