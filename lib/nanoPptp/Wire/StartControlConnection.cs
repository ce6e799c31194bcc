// Start-Control-Connection-Request and -Reply (RFC 2637 s.2.1, s.2.2): the same 156 octets, but for
// the reply's result and error code.
//
//   12 protocol version | 14 reserved, or result and error code | 16 framing capabilities
//   20 bearer capabilities | 24 maximum channels | 26 firmware revision | 28 host name (64)
//   92 vendor string (64)

namespace nanoPptp.Wire
{
    /// <summary>Start-Control-Connection-Request and -Reply (RFC 2637 s.2.1, s.2.2).</summary>
    internal static class StartControlConnection
    {
        internal const int RequestLength = 156;
        internal const int ReplyLength = 156;
        internal const int ProtocolVersion = 0x0100;
        internal const int ResultOk = 1;
        internal const int NameLength = 64;

        private const int VersionOffset = 12;
        private const int ResultOffset = 14;
        private const int ErrorOffset = 15;
        private const int FramingOffset = 16;
        private const int BearerOffset = 20;
        private const int HostNameOffset = 28;
        private const int VendorOffset = 92;

        // Asynchronous and synchronous framing, analog and digital bearers: all of both.
        private const int AnyFraming = 3;
        private const int AnyBearer = 3;

        /// <summary>Writes a request from a PNS: no channels, any framing and bearer.</summary>
        /// <param name="b">The octets.</param>
        /// <param name="offset">Where the message begins.</param>
        /// <param name="hostName">At most 63 ASCII characters, zero padded.</param>
        /// <param name="vendor">At most 63 ASCII characters, zero padded.</param>
        /// <returns>Octets written: 156.</returns>
        internal static int WriteRequest(byte[] b, int offset, string hostName, string vendor)
        {
            int length =
                ControlHeader.Write(b, offset, ControlHeader.StartControlConnectionRequest);
            BigEndian.WriteUInt16(b, offset + VersionOffset, ProtocolVersion);
            BigEndian.WriteInt32(b, offset + FramingOffset, AnyFraming);
            BigEndian.WriteInt32(b, offset + BearerOffset, AnyBearer);
            WriteName(b, offset + HostNameOffset, hostName);
            WriteName(b, offset + VendorOffset, vendor);
            return length;
        }

        internal static int Version(byte[] b, int offset)
        {
            return BigEndian.ReadUInt16(b, offset + VersionOffset);
        }

        internal static int Result(byte[] b, int offset)
        {
            return b[offset + ResultOffset];
        }

        internal static int Error(byte[] b, int offset)
        {
            return b[offset + ErrorOffset];
        }

        /// <summary>Whether a message has a certain host name.</summary>
        /// <param name="b">The octets.</param>
        /// <param name="offset">Where the message begins.</param>
        /// <param name="name">At most 63 ASCII characters.</param>
        /// <returns>True when the field holds the name and nothing behind it.</returns>
        internal static bool IsHostName(byte[] b, int offset, string name)
        {
            return IsName(b, offset + HostNameOffset, name);
        }

        /// <summary>Whether a message has a certain vendor string.</summary>
        /// <param name="b">The octets.</param>
        /// <param name="offset">Where the message begins.</param>
        /// <param name="name">At most 63 ASCII characters.</param>
        /// <returns>True when the field holds the name and nothing behind it.</returns>
        internal static bool IsVendor(byte[] b, int offset, string name)
        {
            return IsName(b, offset + VendorOffset, name);
        }

        private static bool IsName(byte[] b, int offset, string name)
        {
            for (int i = 0; i < name.Length; i++)
            {
                if (b[offset + i] != name[i])
                {
                    return false;
                }
            }

            return b[offset + name.Length] == 0;
        }

        private static void WriteName(byte[] b, int offset, string name)
        {
            int length = name.Length < NameLength ? name.Length : NameLength - 1;
            for (int i = 0; i < length; i++)
            {
                b[offset + i] = (byte)name[i];
            }
        }
    }
}
