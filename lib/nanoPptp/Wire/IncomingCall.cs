// Incoming-Call-Request and -Reply (RFC 2637 s.2.9, s.2.10). A sensor takes no calls: it says so,
// and the hub can give the caller up at once instead of waiting for us.
//
//   request  12 call ID | 14 serial number | 16 ... 219
//   reply    12 call ID | 14 peer's call ID | 16 result | 17 error | 18 window | 20 delay
//            22 reserved

namespace nanoPptp.Wire
{
    /// <summary>Incoming-Call-Request and Incoming-Call-Reply (RFC 2637 s.2.9, s.2.10).</summary>
    internal static class IncomingCall
    {
        /// <summary>The call is not taken, and nobody needs to be told why.</summary>
        internal const int ResultDoNotAccept = 3;

        private const int CallIdOffset = 12;
        private const int PeerCallIdOffset = 14;
        private const int ResultOffset = 16;

        /// <summary>The call ID that the hub assigned, in a request.</summary>
        /// <param name="b">The octets, checked.</param>
        /// <param name="offset">Where the message begins.</param>
        /// <returns>0 to 65535.</returns>
        internal static int CallId(byte[] b, int offset)
        {
            return BigEndian.ReadUInt16(b, offset + CallIdOffset);
        }

        /// <summary>Writes a reply that takes no call.</summary>
        /// <param name="b">The octets.</param>
        /// <param name="offset">Where the message begins.</param>
        /// <param name="peerCallId">The call ID of the request.</param>
        /// <returns>Octets written: 24.</returns>
        internal static int WriteRefusal(byte[] b, int offset, int peerCallId)
        {
            int length = ControlHeader.Write(b, offset, ControlHeader.IncomingCallReply);
            BigEndian.WriteUInt16(b, offset + PeerCallIdOffset, peerCallId);
            b[offset + ResultOffset] = ResultDoNotAccept;
            return length;
        }

        /// <summary>The call ID of the request that a reply answers.</summary>
        /// <param name="b">The octets, checked.</param>
        /// <param name="offset">Where the message begins.</param>
        /// <returns>0 to 65535.</returns>
        internal static int PeerCallId(byte[] b, int offset)
        {
            return BigEndian.ReadUInt16(b, offset + PeerCallIdOffset);
        }

        /// <summary>The result of a reply.</summary>
        /// <param name="b">The octets, checked.</param>
        /// <param name="offset">Where the message begins.</param>
        /// <returns>0 to 255.</returns>
        internal static int Result(byte[] b, int offset)
        {
            return b[offset + ResultOffset];
        }
    }
}
