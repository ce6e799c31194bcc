// Outgoing-Call-Request and -Reply (RFC 2637 s.2.7, s.2.8).
//
//   request: 12 call ID | 14 serial number | 16 minimum BPS | 20 maximum BPS | 24 bearer
//            28 framing | 32 receive window | 34 processing delay | 36 phone number length | 38 reserved
//            40 phone number (64) | 104 subaddress (64)
//   reply:   12 call ID | 14 peer's call ID | 16 result | 17 error | 18 cause | 20 connect speed
//            24 receive window | 26 processing delay | 28 physical channel ID

namespace nanoPptp.Wire
{
    /// <summary>Outgoing-Call-Request and -Reply (RFC 2637 s.2.7, s.2.8).</summary>
    internal static class OutgoingCall
    {
        internal const int RequestLength = 168;
        internal const int ReplyLength = 32;
        internal const int ResultConnected = 1;

        private const int CallIdOffset = 12;
        private const int SerialNumberOffset = 14;
        private const int MinimumBpsOffset = 16;
        private const int MaximumBpsOffset = 20;
        private const int BearerOffset = 24;
        private const int FramingOffset = 28;
        private const int RequestWindowOffset = 32;
        private const int PeerCallIdOffset = 14;
        private const int ResultOffset = 16;
        private const int ErrorOffset = 17;
        private const int CauseOffset = 18;
        private const int ReplyWindowOffset = 24;

        private const int MinimumBps = 2400;
        private const int MaximumBps = 10000000;
        private const int AnyBearer = 3;
        private const int AnyFraming = 3;

        /// <summary>Writes a request: any bearer and framing, no phone number.</summary>
        /// <param name="b">The octets.</param>
        /// <param name="offset">Where the message begins.</param>
        /// <param name="callId">Our call ID: 0 to 65535.</param>
        /// <param name="serialNumber">Serial number of the call: 0 to 65535.</param>
        /// <param name="receiveWindow">Packets we can take at once: 1 to 65535.</param>
        /// <returns>Octets written: 168.</returns>
        internal static int WriteRequest(
            byte[] b, int offset, int callId, int serialNumber, int receiveWindow)
        {
            int length = ControlHeader.Write(b, offset, ControlHeader.OutgoingCallRequest);
            BigEndian.WriteUInt16(b, offset + CallIdOffset, callId);
            BigEndian.WriteUInt16(b, offset + SerialNumberOffset, serialNumber);
            BigEndian.WriteInt32(b, offset + MinimumBpsOffset, MinimumBps);
            BigEndian.WriteInt32(b, offset + MaximumBpsOffset, MaximumBps);
            BigEndian.WriteInt32(b, offset + BearerOffset, AnyBearer);
            BigEndian.WriteInt32(b, offset + FramingOffset, AnyFraming);
            BigEndian.WriteUInt16(b, offset + RequestWindowOffset, receiveWindow);
            return length;
        }

        internal static int CallId(byte[] b, int offset)
        {
            return BigEndian.ReadUInt16(b, offset + CallIdOffset);
        }

        internal static int PeerCallId(byte[] b, int offset)
        {
            return BigEndian.ReadUInt16(b, offset + PeerCallIdOffset);
        }

        internal static int Result(byte[] b, int offset)
        {
            return b[offset + ResultOffset];
        }

        internal static int Error(byte[] b, int offset)
        {
            return b[offset + ErrorOffset];
        }

        internal static int Cause(byte[] b, int offset)
        {
            return BigEndian.ReadUInt16(b, offset + CauseOffset);
        }

        internal static int ReplyWindow(byte[] b, int offset)
        {
            return BigEndian.ReadUInt16(b, offset + ReplyWindowOffset);
        }
    }
}
