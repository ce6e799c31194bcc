// Packets of the negotiation that wait to be sent. A machine asks for room, writes its packet
// behind the headroom and commits it; the client takes packets in order and writes PPP and GRE in
// front of them.
//
//   |<- GRE, at most 16 ->| FF 03 | protocol | packet (code, identifier, length, ...)      |
//   ^ slot                ^ +16              ^ +20: what Begin gives                       ^ +284

namespace nanoPptp.Memory
{
    /// <summary>A ring of packet slots in the arena.</summary>
    internal sealed class FrameQueue
    {
        /// <summary>Longest packet, octets.</summary>
        internal const int PacketCapacity = Limits.FrameSlotLength - Limits.FrameHeadroom;

        private readonly int[] _protocol = new int[Limits.FrameSlotCount];
        private readonly int[] _length = new int[Limits.FrameSlotCount];
        private int _first;

        /// <summary>Packets that wait.</summary>
        internal int Count;

        /// <summary>PPP protocol number of the packet taken last.</summary>
        internal int Protocol;

        /// <summary>Arena offset of that packet.</summary>
        internal int Offset;

        /// <summary>Octets of that packet.</summary>
        internal int Length;

        internal void Reset()
        {
            _first = 0;
            Count = 0;
        }

        /// <summary>Finds room for a packet of <see cref="PacketCapacity"/> octets. Nothing is
        /// reserved until <see cref="Commit"/>.</summary>
        /// <returns>The arena offset to write the packet at, or -1 when the queue is
        /// full.</returns>
        internal int Begin()
        {
            return Count == Limits.FrameSlotCount ? -1 : PacketOffset(Count);
        }

        /// <summary>Queues the packet written at the offset that <see cref="Begin"/>
        /// gave.</summary>
        /// <param name="protocol">PPP protocol number.</param>
        /// <param name="length">Octets of the packet.</param>
        internal void Commit(int protocol, int length)
        {
            int slot = (_first + Count) % Limits.FrameSlotCount;
            _protocol[slot] = protocol;
            _length[slot] = length;
            Count++;
        }

        /// <summary>Takes the first packet into <see cref="Protocol"/>, <see cref="Offset"/> and
        /// <see cref="Length"/>; valid until the next <see cref="Begin"/>.</summary>
        internal void Take()
        {
            Protocol = _protocol[_first];
            Offset = PacketOffset(0);
            Length = _length[_first];
            _first = (_first + 1) % Limits.FrameSlotCount;
            Count--;
        }

        private int PacketOffset(int position)
        {
            return ArenaMap.Frames
                + (((_first + position) % Limits.FrameSlotCount) * Limits.FrameSlotLength)
                + Limits.FrameHeadroom;
        }
    }
}
