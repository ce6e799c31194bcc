// Echo-Request and Echo-Reply of the control connection (RFC 2637 s.2.5, s.2.6).
//
//   12 identifier (4) | 16 result | 17 error | 18 reserved (2): the last three in the reply only

namespace nanoPptp.Wire
{
    /// <summary>Echo-Request and Echo-Reply of the control connection (RFC 2637 s.2.5, s.2.6).
    /// </summary>
    internal static class ControlEcho
    {
        internal const int RequestLength = 16;
        internal const int ReplyLength = 20;
        internal const int ResultOk = 1;

        private const int IdentifierOffset = 12;
        private const int ResultOffset = 16;

        internal static int WriteRequest(byte[] b, int offset, int identifier)
        {
            int length = ControlHeader.Write(b, offset, ControlHeader.EchoRequest);
            BigEndian.WriteInt32(b, offset + IdentifierOffset, identifier);
            return length;
        }

        internal static int WriteReply(byte[] b, int offset, int identifier)
        {
            int length = ControlHeader.Write(b, offset, ControlHeader.EchoReply);
            BigEndian.WriteInt32(b, offset + IdentifierOffset, identifier);
            b[offset + ResultOffset] = ResultOk;
            return length;
        }

        internal static int Identifier(byte[] b, int offset)
        {
            return BigEndian.ReadInt32(b, offset + IdentifierOffset);
        }

        internal static int Result(byte[] b, int offset)
        {
            return b[offset + ResultOffset];
        }
    }
}
