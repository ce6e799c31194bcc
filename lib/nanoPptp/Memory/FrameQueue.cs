// PPP frames of the negotiation that wait to be sent. A machine asks for room, writes its packet behind
// the headroom and commits it; the client takes frames in order and writes GRE in front of them.
//
//   |<- GRE, at most 16 ->| FF 03 | protocol | packet (code, identifier, length, ...)      |
//   ^ slot                ^ +16              ^ +20: PacketOffset of Begin                  ^ +256

using nanoPptp.Wire;

namespace nanoPptp.Memory
{
    /// <summary>A ring of frame slots in the arena.</summary>
    internal sealed class FrameQueue
    {
        /// <summary>Octets in front of a packet: GRE, address and control, protocol.</summary>
        internal const int Headroom = EnhancedGre.MaximumHeaderLength + PppFrame.LongHeaderLength;

        /// <summary>Longest packet, octets.</summary>
        internal const int PacketCapacity = Limits.FrameSlotLength - Headroom;

        private readonly byte[] _arena;
        private readonly int[] _length = new int[Limits.FrameSlotCount];
        private int _first;

        internal FrameQueue(byte[] arena)
        {
            _arena = arena;
        }

        /// <summary>Frames that wait.</summary>
        internal int Count;

        /// <summary>Arena offset of the PPP frame taken last.</summary>
        internal int Offset;

        /// <summary>Octets of the PPP frame taken last.</summary>
        internal int Length;

        internal void Reset()
        {
            _first = 0;
            Count = 0;
        }

        /// <summary>Finds room for a packet of <see cref="PacketCapacity"/> octets. Nothing is
        /// reserved until <see cref="Commit"/>.</summary>
        /// <returns>The arena offset to write the packet at, or -1 when the queue is full.</returns>
        internal int Begin()
        {
            return Count == Limits.FrameSlotCount ? -1 : SlotOffset(Count) + Headroom;
        }

        /// <summary>Queues the packet written at the offset that <see cref="Begin"/> gave.</summary>
        /// <param name="protocol">PPP protocol number.</param>
        /// <param name="length">Octets of the packet.</param>
        internal void Commit(int protocol, int length)
        {
            int offset = SlotOffset(Count) + EnhancedGre.MaximumHeaderLength;
            PppFrame.WriteLongHeader(_arena, offset, protocol);
            _length[(_first + Count) % Limits.FrameSlotCount] = PppFrame.LongHeaderLength + length;
            Count++;
        }

        /// <summary>Takes the first frame into <see cref="Offset"/> and <see cref="Length"/>; valid
        /// until the next <see cref="Begin"/>.</summary>
        internal void Take()
        {
            Offset = SlotOffset(0) + EnhancedGre.MaximumHeaderLength;
            Length = _length[_first];
            _first = (_first + 1) % Limits.FrameSlotCount;
            Count--;
        }

        private int SlotOffset(int position)
        {
            return ArenaMap.Frames
                + (((_first + position) % Limits.FrameSlotCount) * Limits.FrameSlotLength);
        }
    }
}
