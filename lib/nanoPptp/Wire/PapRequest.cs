// PAP's Authenticate-Request (RFC 1334 s.2.2.1): name and password, readable. Code, identifier and
// length are in front of it: PppPacket.
//
//   +---------------+---------------+---------------+---------------
//   |  Peer-ID Len  |  Peer-ID ...  |  Passwd-Len   |  Password ...
//   +---------------+---------------+---------------+---------------

using System;

namespace nanoPptp.Wire
{
    /// <summary>Name and password of an Authenticate-Request (RFC 1334 s.2.2.1).</summary>
    internal static class PapRequest
    {
        /// <summary>The code of the packet.</summary>
        internal const int Code = 1;

        /// <summary>Octets of the two length fields.</summary>
        internal const int FixedLength = 2;

        /// <summary>Writes name and password.</summary>
        /// <param name="b">The octets to write to, and those of the password.</param>
        /// <param name="offset">Where the data of the packet begins.</param>
        /// <param name="name">The name.</param>
        /// <param name="nameLength">Octets of the name: 0 to 255.</param>
        /// <param name="password">Where the password is; not where it goes.</param>
        /// <param name="passwordLength">Octets of the password: 0 to 255.</param>
        /// <returns>Octets written.</returns>
        internal static int Write(
            byte[] b, int offset, byte[] name, int nameLength, int password, int passwordLength)
        {
            b[offset] = (byte)nameLength;
            Array.Copy(name, 0, b, offset + 1, nameLength);
            int at = offset + 1 + nameLength;
            b[at] = (byte)passwordLength;
            Array.Copy(b, password, b, at + 1, passwordLength);
            return FixedLength + nameLength + passwordLength;
        }
    }
}
