// Who we are and what proves it, for all methods of authentication. The NT hash is all that
// MS-CHAPv2 and MPPE need; the password itself is here only when CHAP-MD5 or PAP may be used.

using System;
using nanoPptp.Memory;
using nanoPptp.Wire;

namespace nanoPptp.Auth
{
    /// <summary>The user's name, the NT hash of his password and, where it may be needed, the
    /// password.</summary>
    internal sealed class Credentials
    {
        /// <summary>Arena offset of the NT hash: 16 octets.</summary>
        internal const int Hash = ArenaMap.Secrets;

        /// <summary>Arena offset of the password: <see cref="PasswordLength"/> octets of UTF-8.
        /// </summary>
        internal const int Password = ArenaMap.Password;

        private readonly byte[] _arena;

        internal Credentials(byte[] arena)
        {
            _arena = arena;
        }

        /// <summary>The name with its domain, in UTF-8.</summary>
        internal readonly byte[] Name = new byte[Limits.UserNameLength];

        /// <summary>Octets of the name.</summary>
        internal int NameLength;

        /// <summary>Octets of the password; 0 when there is none.</summary>
        internal int PasswordLength;

        /// <summary>Takes over the name and the hash.</summary>
        /// <param name="userName">The name with its domain, at most 128 octets of UTF-8.</param>
        /// <param name="ntHash">The 16 octets of the NT hash; copied into the arena.</param>
        /// <returns>False when the name does not fit.</returns>
        internal bool Set(string userName, byte[] ntHash)
        {
            NameLength = Utf8.Encode(userName, Name);
            Array.Copy(ntHash, 0, _arena, Hash, NtHash.Length);
            return NameLength >= 0;
        }

        /// <summary>Takes over the password.</summary>
        /// <param name="password">Its octets; copied into the arena.</param>
        /// <param name="length">How many: 0 to 128.</param>
        internal void SetPassword(byte[] password, int length)
        {
            Array.Copy(password, 0, _arena, Password, length);
            PasswordLength = length;
        }

        /// <summary>Overwrites hash and password.</summary>
        internal void Wipe()
        {
            Array.Clear(_arena, Hash, NtHash.Length);
            Array.Clear(_arena, Password, Limits.PasswordOctets);
            PasswordLength = 0;
        }
    }
}
