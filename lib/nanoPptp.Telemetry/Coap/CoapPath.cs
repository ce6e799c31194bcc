// A path of our server, held against the Uri-Path options of a request (RFC 7252 s.5.10.1): each
// option is one segment, and a slash inside of one is part of its name.

namespace nanoPptp.Telemetry.Coap
{
    /// <summary>Compares a path with segments as they come.</summary>
    internal sealed class CoapPath
    {
        private const int Slash = '/';

        private readonly byte[] _path;
        private int _at;
        private bool _matches;

        /// <summary>Makes the path.</summary>
        /// <param name="path">Its segments with slashes between them, not empty.</param>
        internal CoapPath(byte[] path)
        {
            _path = path;
        }

        /// <summary>Whether the segments so far are the whole path.</summary>
        internal bool IsWhole
        {
            get { return _matches && _at > _path.Length; }
        }

        /// <summary>Begins anew, in front of the first segment.</summary>
        internal void Begin()
        {
            _at = 0;
            _matches = true;
        }

        /// <summary>Takes the next segment.</summary>
        /// <param name="b">The octets.</param>
        /// <param name="offset">Where it begins.</param>
        /// <param name="length">Its octets.</param>
        internal void Take(byte[] b, int offset, int length)
        {
            byte[] path = _path;
            int at = _at;
            if (!_matches || length > path.Length - at)
            {
                _matches = false;
                return;
            }

            for (int i = 0; i < length; i++)
            {
                if (b[offset + i] != path[at + i] || path[at + i] == Slash)
                {
                    _matches = false;
                    return;
                }
            }

            // One further than the slash that ends the segment, or than the end of the path.
            at += length;
            _matches = at == path.Length || path[at] == Slash;
            _at = at + 1;
        }
    }
}
