// Set-Link-Info (RFC 2637 s.2.15). On GRE nothing is ever escaped, so the character maps are all
// ones and what the hub sends is counted and otherwise ignored.
//
//   12 peer's call ID | 14 reserved | 16 send ACCM (4) | 20 receive ACCM (4)

namespace nanoPptp.Wire
{
    /// <summary>Set-Link-Info (RFC 2637 s.2.15).</summary>
    internal static class SetLinkInfo
    {
        internal const int Length = 24;

        private const int PeerCallIdOffset = 12;
        private const int SendAccmOffset = 16;
        private const int ReceiveAccmOffset = 20;
        private const int AllOnes = -1;

        /// <summary>Writes the message with both character maps all ones.</summary>
        /// <param name="b">The octets.</param>
        /// <param name="offset">Where the message begins.</param>
        /// <param name="peerCallId">The call ID that the hub assigned.</param>
        /// <returns>Octets written: 24.</returns>
        internal static int Write(byte[] b, int offset, int peerCallId)
        {
            int length = ControlHeader.Write(b, offset, ControlHeader.SetLinkInfo);
            BigEndian.WriteUInt16(b, offset + PeerCallIdOffset, peerCallId);
            BigEndian.WriteInt32(b, offset + SendAccmOffset, AllOnes);
            BigEndian.WriteInt32(b, offset + ReceiveAccmOffset, AllOnes);
            return length;
        }

        internal static int PeerCallId(byte[] b, int offset)
        {
            return BigEndian.ReadUInt16(b, offset + PeerCallIdOffset);
        }

        internal static int SendAccm(byte[] b, int offset)
        {
            return BigEndian.ReadInt32(b, offset + SendAccmOffset);
        }

        internal static int ReceiveAccm(byte[] b, int offset)
        {
            return BigEndian.ReadInt32(b, offset + ReceiveAccmOffset);
        }
    }
}
