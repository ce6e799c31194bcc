// A configuration option (RFC 1661 s.6): type, length of the whole option, data of 0 to 4 octets in
// all options that we know.
//
//   +---------------+---------------+----------------
//   |     Type      |    Length     |    Data ...
//   +---------------+---------------+----------------

using nanoPptp.Diagnostics;

namespace nanoPptp.Wire
{
    /// <summary>Type, length and value of a configuration option (RFC 1661 s.6).</summary>
    internal static class ConfigureOption
    {
        internal const int HeaderLength = 2;

        // LCP (RFC 1661 s.6).
        internal const int MaximumReceiveUnit = 1;
        internal const int AsyncControlCharacterMap = 2;
        internal const int AuthenticationProtocol = 3;
        internal const int MagicNumber = 5;
        internal const int ProtocolFieldCompression = 7;
        internal const int AddressAndControlFieldCompression = 8;

        // CCP (RFC 3078 s.2).
        internal const int Mppe = 18;

        // IPCP (RFC 1332 s.3.3).
        internal const int IpAddress = 3;
        internal const int PrimaryDns = 129;
        internal const int SecondaryDns = 131;

        /// <summary>The one gate for the first option of a list.</summary>
        /// <param name="b">The octets.</param>
        /// <param name="offset">Where the option begins.</param>
        /// <param name="length">Octets left in the list, at least 1.</param>
        /// <returns>Octets of the option, 2 or more, or the negated <see cref="Reason.BadLength"/>.
        /// </returns>
        internal static int Check(byte[] b, int offset, int length)
        {
            if (length < HeaderLength)
            {
                return -(int)Reason.BadLength;
            }

            int optionLength = b[offset + 1];
            return optionLength < HeaderLength || optionLength > length
                ? -(int)Reason.BadLength
                : optionLength;
        }

        internal static int Type(byte[] b, int offset)
        {
            return b[offset];
        }

        /// <summary>Reads the data as one big-endian number.</summary>
        /// <param name="b">The octets, checked.</param>
        /// <param name="offset">Where the option begins.</param>
        /// <param name="valueLength">Octets of data: 0 to 4.</param>
        /// <returns>The number; 0 when there is no data.</returns>
        internal static int Value(byte[] b, int offset, int valueLength)
        {
            int value = 0;
            int end = offset + HeaderLength + valueLength;
            for (int i = offset + HeaderLength; i < end; i++)
            {
                value = (value << 8) | b[i];
            }

            return value;
        }

        /// <summary>Writes an option.</summary>
        /// <param name="b">The octets.</param>
        /// <param name="offset">Where the option begins.</param>
        /// <param name="type">The type.</param>
        /// <param name="valueLength">Octets of data: 0 to 4.</param>
        /// <param name="value">The number to write as data.</param>
        /// <returns>Octets written: 2 to 6.</returns>
        internal static int Write(byte[] b, int offset, int type, int valueLength, int value)
        {
            b[offset] = (byte)type;
            b[offset + 1] = (byte)(HeaderLength + valueLength);
            for (int i = offset + HeaderLength + valueLength - 1; i >= offset + HeaderLength; i--)
            {
                b[i] = (byte)value;
                value >>= 8;
            }

            return HeaderLength + valueLength;
        }
    }
}
