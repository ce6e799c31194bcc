// Text to octets where settings are made: UTF-8 (RFC 3629), in which RFC 7252 s.3.2 has strings.

using System;

namespace nanoPptp.Telemetry.Coap
{
    /// <summary>UTF-8.</summary>
    internal static class CoapText
    {
        /// <summary>Encodes a part of a text. Allocates: for constructors only.</summary>
        /// <param name="text">The text.</param>
        /// <param name="start">Index of the first code unit.</param>
        /// <param name="end">Index behind the last one.</param>
        /// <returns>The octets.</returns>
        /// <exception cref="ArgumentException">Half of a surrogate pair.</exception>
        internal static byte[] Utf8(string text, int start, int end)
        {
            byte[] octets = new byte[3 * (end - start)];
            int length = 0;
            for (int i = start; i < end; i++)
            {
                int c = text[i];
                if (c >= 0xD800 && c < 0xE000)
                {
                    int low = i + 1 < end ? text[i + 1] - 0xDC00 : -1;
                    if (c >= 0xDC00 || low < 0 || low >= 0x400)
                    {
                        throw new ArgumentException();
                    }

                    c = 0x10000 + ((c - 0xD800) << 10) + low;
                    i++;
                }

                length = Append(octets, length, c);
            }

            byte[] exact = new byte[length];
            Array.Copy(octets, 0, exact, 0, length);
            return exact;
        }

        private static int Append(byte[] octets, int at, int c)
        {
            int more = c < 0x80 ? 0 : c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
            int first = more == 0 ? c : (0xFF00 >> (more + 1)) & 0xFF;
            octets[at] = (byte)(first | (more == 0 ? 0 : c >> (6 * more)));
            for (int i = 1; i <= more; i++)
            {
                octets[at + i] = (byte)(0x80 | ((c >> (6 * (more - i))) & 0x3F));
            }

            return at + more + 1;
        }
    }
}
