// Stop-Control-Connection-Request and -Reply (RFC 2637 s.2.3, s.2.4).
//
//   12 reason, or result code | 13 reserved, or error code | 14 reserved (2)

namespace nanoPptp.Wire
{
    /// <summary>Stop-Control-Connection-Request and -Reply (RFC 2637 s.2.3, s.2.4).</summary>
    internal static class StopControlConnection
    {
        internal const int RequestLength = 16;
        internal const int ReplyLength = 16;

        internal const int ReasonNone = 1;
        internal const int ReasonVersion = 2;
        internal const int ReasonLocalShutdown = 3;
        internal const int ResultOk = 1;

        private const int ReasonOffset = 12;

        internal static int WriteRequest(byte[] b, int offset, int reason)
        {
            int length = ControlHeader.Write(b, offset, ControlHeader.StopControlConnectionRequest);
            b[offset + ReasonOffset] = (byte)reason;
            return length;
        }

        internal static int WriteReply(byte[] b, int offset, int result)
        {
            int length = ControlHeader.Write(b, offset, ControlHeader.StopControlConnectionReply);
            b[offset + ReasonOffset] = (byte)result;
            return length;
        }

        /// <summary>A request's reason or a reply's result.</summary>
        /// <param name="b">The octets, checked.</param>
        /// <param name="offset">Where the message begins.</param>
        /// <returns>0 to 255.</returns>
        internal static int ReasonOrResult(byte[] b, int offset)
        {
            return b[offset + ReasonOffset];
        }
    }
}
