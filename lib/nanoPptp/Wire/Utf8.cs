// Text as octets (RFC 3629). The platform's encoder is in a package of its own, and this one is
// small.

using System;

namespace nanoPptp.Wire
{
    /// <summary>UTF-8 (RFC 3629).</summary>
    public static class Utf8
    {
        /// <summary>Encodes a text. What it copied on the way is overwritten: the text may be a
        /// password.</summary>
        /// <param name="text">The text.</param>
        /// <param name="target">Where the octets go; cleared when they do not fit.</param>
        /// <returns>Octets written, or -1 when they do not fit or a surrogate stands
        /// alone.</returns>
        public static int Encode(string text, byte[] target)
        {
            // Not text[i], for the reason given in Auth/NtHash.
            char[] units = text.ToCharArray();
            int length = Encode(units, 0, units.Length, target);
            Array.Clear(units, 0, units.Length);
            if (length < 0)
            {
                Array.Clear(target, 0, target.Length);
            }

            return length;
        }

        /// <summary>Encodes a part of a text of the settings. Allocates: for constructors only.
        /// </summary>
        /// <param name="text">The text.</param>
        /// <param name="start">Index of the first code unit.</param>
        /// <param name="end">Index behind the last one.</param>
        /// <returns>The octets.</returns>
        /// <exception cref="ArgumentException">A surrogate stands alone.</exception>
        public static byte[] Octets(string text, int start, int end)
        {
            char[] units = text.ToCharArray();
            byte[] wide = new byte[3 * (end - start)];
            int length = Encode(units, start, end, wide);
            if (length < 0)
            {
                throw new ArgumentException();
            }

            byte[] octets = new byte[length];
            Array.Copy(wide, 0, octets, 0, length);
            return octets;
        }

        private static int Encode(char[] units, int start, int end, byte[] target)
        {
            int at = 0;
            for (int i = start; i < end; i++)
            {
                int c = units[i];
                if (c >= 0xD800 && c <= 0xDFFF)
                {
                    int low = i + 1 < end ? units[i + 1] : 0;
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
