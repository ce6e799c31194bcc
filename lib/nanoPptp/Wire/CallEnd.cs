// Call-Clear-Request and Call-Disconnect-Notify (RFC 2637 s.2.12, s.2.13).
//
//   request: 12 call ID (the PNS's) | 14 reserved
//   notify:  12 call ID (the PAC's) | 14 result | 15 error | 16 cause | 18 reserved | 20 statistics

namespace nanoPptp.Wire
{
    /// <summary>Call-Clear-Request and Call-Disconnect-Notify (RFC 2637 s.2.12, s.2.13).</summary>
    internal static class CallEnd
    {
        internal const int ClearRequestLength = 16;
        internal const int DisconnectNotifyLength = 148;

        private const int CallIdOffset = 12;
        private const int ResultOffset = 14;

        /// <summary>Writes a Call-Clear-Request.</summary>
        /// <param name="b">The octets.</param>
        /// <param name="offset">Where the message begins.</param>
        /// <param name="callId">The call ID that we assigned.</param>
        /// <returns>Octets written: 16.</returns>
        internal static int WriteClearRequest(byte[] b, int offset, int callId)
        {
            int length = ControlHeader.Write(b, offset, ControlHeader.CallClearRequest);
            BigEndian.WriteUInt16(b, offset + CallIdOffset, callId);
            return length;
        }

        internal static int CallId(byte[] b, int offset)
        {
            return BigEndian.ReadUInt16(b, offset + CallIdOffset);
        }

        /// <summary>The result of a Call-Disconnect-Notify: 1 lost carrier, 2 general error,
        /// 3 administrative, 4 as requested.</summary>
        /// <param name="b">The octets, checked.</param>
        /// <param name="offset">Where the message begins.</param>
        /// <returns>0 to 255.</returns>
        internal static int Result(byte[] b, int offset)
        {
            return b[offset + ResultOffset];
        }
    }
}
