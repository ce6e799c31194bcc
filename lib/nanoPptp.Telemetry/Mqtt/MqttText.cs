// Text of MQTT: UTF-8 (RFC 3629) without surrogates and without U+0000 [MQTT-1.5.3-1],
// [MQTT-1.5.3-2], at most 65,535 octets; topic names and topic filters (s.4.7).
//
//   0xxxxxxx                              U+0001  to U+007F
//   110xxxxx 10xxxxxx                     U+0080  to U+07FF
//   1110xxxx 10xxxxxx 10xxxxxx            U+0800  to U+FFFF without U+D800 to U+DFFF
//   11110xxx 10xxxxxx 10xxxxxx 10xxxxxx   U+10000 to U+10FFFF

using System;
using nanoPptp.Wire;

namespace nanoPptp.Telemetry.Mqtt
{
    /// <summary>Encodes and judges the texts of MQTT.</summary>
    internal static class MqttText
    {
        /// <summary>Longest text, octets (s.1.5.3).</summary>
        internal const int MaximumLength = 65535;

        /// <summary>Encodes a text of the settings.</summary>
        /// <param name="text">The text, or null.</param>
        /// <returns>Its octets, or null.</returns>
        /// <exception cref="ArgumentException">It is too long, has a surrogate alone or U+0000.
        /// </exception>
        internal static byte[] Encode(string text)
        {
            if (text == null)
            {
                return null;
            }

            byte[] octets = Utf8.Octets(text, 0, text.Length);
            if (octets.Length > MaximumLength || !IsText(octets, 0, octets.Length))
            {
                throw new ArgumentException();
            }

            return octets;
        }

        /// <summary>Whether octets are a text.</summary>
        /// <param name="b">The octets.</param>
        /// <param name="offset">Where they begin.</param>
        /// <param name="length">How many.</param>
        /// <returns>Whether they are.</returns>
        internal static bool IsText(byte[] b, int offset, int length)
        {
            int end = offset + length;
            int at = offset;
            while (at < end)
            {
                int c = b[at];
                at++;
                if (c < 0x80)
                {
                    if (c == 0)
                    {
                        return false;
                    }

                    continue;
                }

                // How many octets follow, and the smallest number that may be written so.
                int more = c < 0xC2 ? -1 : c < 0xE0 ? 1 : c < 0xF0 ? 2 : c < 0xF5 ? 3 : -1;
                if (more < 0 || more > end - at)
                {
                    return false;
                }

                int smallest = more == 1 ? 0x80 : more == 2 ? 0x800 : 0x10000;
                int code = c & (0x3F >> more);
                for (int last = at + more; at < last; at++)
                {
                    if ((b[at] & 0xC0) != 0x80)
                    {
                        return false;
                    }

                    code = (code << 6) | (b[at] & 0x3F);
                }

                if (code < smallest || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF))
                {
                    return false;
                }
            }

            return true;
        }

        /// <summary>Whether octets are a topic name: not empty [MQTT-4.7.3-1], no wildcard
        /// [MQTT-3.3.2-2].</summary>
        /// <param name="b">The octets.</param>
        /// <param name="offset">Where they begin.</param>
        /// <param name="length">How many.</param>
        /// <returns>Whether they are.</returns>
        internal static bool IsTopicName(byte[] b, int offset, int length)
        {
            for (int i = offset; i < offset + length; i++)
            {
                if (b[i] == '#' || b[i] == '+')
                {
                    return false;
                }
            }

            return length >= 1 && length <= MaximumLength && IsText(b, offset, length);
        }

        /// <summary>Whether octets are a topic filter: wildcards fill a whole level, and <c>#</c>
        /// is the last one [MQTT-4.7.1-2], [MQTT-4.7.1-3].</summary>
        /// <param name="b">The octets.</param>
        /// <returns>Whether they are.</returns>
        internal static bool IsTopicFilter(byte[] b)
        {
            int length = b.Length;
            for (int i = 0; i < length; i++)
            {
                if (b[i] != '#' && b[i] != '+')
                {
                    continue;
                }

                bool isLast = i == length - 1;
                bool begins = i == 0 || b[i - 1] == '/';
                bool ends = isLast || (b[i] == '+' && b[i + 1] == '/');
                if (!begins || !ends)
                {
                    return false;
                }
            }

            return length >= 1 && IsText(b, 0, length);
        }
    }
}
