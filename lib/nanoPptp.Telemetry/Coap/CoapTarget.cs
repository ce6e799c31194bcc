// A resource of a server: where it is, and the options that name it (RFC 7252 s.6.4).

using System;
using nanoPptp.Wire;

namespace nanoPptp.Telemetry.Coap
{
    /// <summary>Where requests go. Made once; requests write its options.</summary>
    public sealed class CoapTarget
    {
        /// <summary>Most octets that the options of a target may take.</summary>
        internal const int LongestOptions = 255;

        private const int LongestValue = 255;

        private readonly int _address;
        private readonly int _port;
        private readonly int[] _numbers;
        private readonly byte[][] _values;
        private readonly int _count;
        private readonly int _overhead;

        /// <summary>Makes a target. Uri-Port is never sent: its default is the port that the
        /// datagram goes to (s.5.10.1).</summary>
        /// <param name="address">IPv4 address, first octet most significant.</param>
        /// <param name="port">UDP port: 1 to 65535.</param>
        /// <param name="path">Segments with slashes between them, percent-encoding undone; a slash
        /// in front is left out; null or empty for none.</param>
        /// <param name="query">Arguments with ampersands between them, percent-encoding undone;
        /// null for none.</param>
        /// <param name="host">The name for Uri-Host, in lower case; null when the address says it.
        /// </param>
        /// <exception cref="ArgumentException">A port out of range; a host, segment or argument
        /// that s.5.10.1 does not allow; or options of more than 255 octets.</exception>
        public CoapTarget(int address, int port, string path, string query, string host)
        {
            if (port < 1 || port > 65535)
            {
                throw new ArgumentException();
            }

            _address = address;
            _port = port;
            path = path == null ? "" : path;
            int start = path.Length > 0 && path[0] == '/' ? 1 : 0;
            int segments = CountParts(path, start, '/');
            int arguments = query == null ? 0 : CountParts(query, 0, '&');
            int options = (host == null ? 0 : 1) + segments + arguments;
            _numbers = new int[options];
            _values = new byte[options][];
            if (host != null)
            {
                AddOption(ref _count, CoapMessage.UriHost, Utf8.Octets(host, 0, host.Length));
            }

            AddParts(ref _count, path, start, '/', segments, CoapMessage.UriPath);
            AddParts(ref _count, query, 0, '&', arguments, CoapMessage.UriQuery);
            int length = Size();
            if (length > LongestOptions || (host != null && host.Length == 0))
            {
                throw new ArgumentException();
            }

            // A content format takes three octets at most, the payload marker one.
            _overhead = CoapMessage.HeaderLength + CoapEndpoint.TokenLength + length + 3 + 1;
        }

        /// <summary>IPv4 address, first octet most significant.</summary>
        public int Address
        {
            get { return _address; }
        }

        /// <summary>UDP port.</summary>
        public int Port
        {
            get { return _port; }
        }

        /// <summary>Most octets that a request has in front of its payload.</summary>
        public int Overhead
        {
            get { return _overhead; }
        }

        /// <summary>Writes the options in the order of their numbers, the content format among
        /// them.</summary>
        /// <param name="b">Receives the octets; there is room.</param>
        /// <param name="offset">Where to write.</param>
        /// <param name="contentFormat">The content format; negative for none.</param>
        /// <returns>The offset behind them.</returns>
        internal int WriteOptions(byte[] b, int offset, int contentFormat)
        {
            int at = offset;
            int last = 0;
            bool isWritten = contentFormat < 0;
            for (int i = 0; i < _count; i++)
            {
                if (!isWritten && _numbers[i] > CoapMessage.ContentFormat)
                {
                    at = CoapMessage.WriteUIntOption(
                        b,
                        at,
                        CoapMessage.ContentFormat - last,
                        contentFormat);
                    last = CoapMessage.ContentFormat;
                    isWritten = true;
                }

                at = CoapMessage.WriteOption(b, at, _numbers[i] - last, _values[i]);
                last = _numbers[i];
            }

            return isWritten
                ? at
                : CoapMessage.WriteUIntOption(
                    b,
                    at,
                    CoapMessage.ContentFormat - last,
                    contentFormat);
        }

        private static int CountParts(string text, int start, char separator)
        {
            if (start == text.Length)
            {
                return 0;
            }

            int count = 1;
            for (int i = start; i < text.Length; i++)
            {
                count += text[i] == separator ? 1 : 0;
            }

            return count;
        }

        private void AddParts(
            ref int at,
            string text,
            int start,
            char separator,
            int count,
            int number)
        {
            for (int i = 0; i < count; i++)
            {
                int end = start;
                while (end < text.Length && text[end] != separator)
                {
                    end++;
                }

                AddOption(ref at, number, Utf8.Octets(text, start, end));
                start = end + 1;
            }
        }

        private void AddOption(ref int at, int number, byte[] value)
        {
            // A segment may not be "." or ".." (s.5.10.1): these are resolved before.
            bool isDots = number == CoapMessage.UriPath
                && (value.Length == 1 || value.Length == 2)
                && value[0] == '.'
                && value[value.Length - 1] == '.';
            if (value.Length > LongestValue || isDots)
            {
                throw new ArgumentException();
            }

            _numbers[at] = number;
            _values[at] = value;
            at++;
        }

        private int Size()
        {
            int size = 0;
            int last = 0;
            for (int i = 0; i < _count; i++)
            {
                size += CoapMessage.OptionSize(_numbers[i] - last, _values[i].Length);
                last = _numbers[i];
            }

            return size;
        }
    }
}
