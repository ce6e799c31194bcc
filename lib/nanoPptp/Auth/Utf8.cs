// Text as octets (RFC 3629). The platform's encoder is in a package of its own, and this one is
// small.

using System;

namespace nanoPptp.Auth
{
    /// <summary>UTF-8 (RFC 3629).</summary>
    internal static class Utf8
    {
        /// <summary>Encodes a text. What it copied on the way is overwritten: the text may be a
        /// password.</summary>
        /// <param name="text">The text.</param>
        /// <param name="target">Where the octets go; cleared when they do not fit.</param>
        /// <returns>Octets written, or -1 when they do not fit or a surrogate stands
        /// alone.</returns>
        internal static int Encode(string text, byte[] target)
        {
            // Not text[i], for the reason given in NtHash.
            char[] units = text.ToCharArray();
            int length = Encode(units, target);
            Array.Clear(units, 0, units.Length);
            if (length < 0)
            {
                Array.Clear(target, 0, target.Length);
            }

            return length;
        }

        private static int Encode(char[] units, byte[] target)
        {
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
