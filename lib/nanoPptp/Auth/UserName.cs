// The user name as octets: UTF-8 on the wire, and without its domain in the challenge hash (RFC 2759
// s.8.2: "the user name without the domain").

namespace nanoPptp.Auth
{
    /// <summary>User names as octets.</summary>
    internal static class UserName
    {
        private const int BackSlash = 0x5C;

        /// <summary>Encodes a name in UTF-8 (RFC 3629). The platform's encoder is in a package of its
        /// own, and this one is small.</summary>
        /// <param name="name">The name, with its domain if it has one.</param>
        /// <param name="target">Where the octets go.</param>
        /// <returns>Octets written, or -1 when they do not fit or a surrogate stands alone.</returns>
        internal static int Encode(string name, byte[] target)
        {
            // Not name[i], for the reason given in NtHash.
            char[] units = name.ToCharArray();
            int at = 0;
            for (int i = 0; i < units.Length; i++)
            {
                int c = units[i];
                if (c >= 0xD800 && c <= 0xDFFF)
                {
                    int low = i + 1 < units.Length ? units[i + 1] : 0;
                    if (c > 0xDBFF || low < 0xDC00 || low > 0xDFFF)
                    {
                        return -1;
                    }

                    c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
                    i++;
                }

                int count = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
                if (at + count > target.Length)
                {
                    return -1;
                }

                Write(c, count, target, at);
                at += count;
            }

            return at;
        }

        /// <summary>Finds the name behind the last back-slash.</summary>
        /// <param name="name">The octets of the name.</param>
        /// <param name="length">How many.</param>
        /// <returns>Where the name without its domain begins.</returns>
        internal static int SkipDomain(byte[] name, int length)
        {
            for (int i = length - 1; i >= 0; i--)
            {
                if (name[i] == BackSlash)
                {
                    return i + 1;
                }
            }

            return 0;
        }

        private static void Write(int c, int count, byte[] target, int at)
        {
            if (count == 1)
            {
                target[at] = (byte)c;
                return;
            }

            for (int i = count - 1; i > 0; i--)
            {
                target[at + i] = (byte)(0x80 | (c & 0x3F));
                c >>= 6;
            }

            target[at] = (byte)((0xF00 >> count) | c);
        }
    }
}
