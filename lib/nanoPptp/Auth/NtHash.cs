// The NT hash of a password (RFC 2759 s.8.3): MD4 of its UTF-16LE octets. It is all that MS-CHAPv2
// and MPPE ever need, so a device stores the hash and never the password. The hash still logs in
// anywhere the password does: it is a secret of the same rank.

using System;
using nanoPptp.Crypto;
using nanoPptp.Memory;

namespace nanoPptp.Auth
{
    /// <summary>The NT hash of a password (RFC 2759 s.8.3).</summary>
    public static class NtHash
    {
        /// <summary>Octets of the hash.</summary>
        public const int Length = 16;

        /// <summary>Hashes a password.</summary>
        /// <param name="password">0 to 256 UTF-16 code units; surrogate pairs are hashed as they
        /// stand.</param>
        /// <param name="target">Where the hash goes.</param>
        /// <param name="offset">Where it begins there.</param>
        /// <exception cref="ArgumentException">The password is longer than 256 code units.
        /// </exception>
        public static void FromPassword(string password, byte[] target, int offset)
        {
            if (password == null || password.Length > Limits.PasswordLength)
            {
                throw new ArgumentException();
            }

            // Not password[i]: the device's strings are UTF-8, and its indexer gives the first half
            // of a surrogate pair twice. ToCharArray gives both halves.
            char[] units = password.ToCharArray();
            Md4 md4 = new Md4();
            byte[] unit = new byte[2];
            for (int i = 0; i < units.Length; i++)
            {
                int c = units[i];
                unit[0] = (byte)c;
                unit[1] = (byte)(c >> 8);
                md4.Update(unit, 0, 2);
            }

            md4.Finish(target, offset);
            Array.Clear(unit, 0, 2);
            Array.Clear(units, 0, units.Length);
        }

        /// <summary>Reads a hash written as 32 hexadecimal digits of either case.</summary>
        /// <param name="text">The digits and nothing else.</param>
        /// <param name="target">Where the hash goes.</param>
        /// <param name="offset">Where it begins there.</param>
        /// <returns>False when the text is not 32 hexadecimal digits; the target is then unchanged.
        /// </returns>
        public static bool TryParse(string text, byte[] target, int offset)
        {
            if (text == null || text.Length != 2 * Length)
            {
                return false;
            }

            for (int i = 0; i < text.Length; i++)
            {
                if (Digit(text[i]) < 0)
                {
                    return false;
                }
            }

            for (int i = 0; i < Length; i++)
            {
                target[offset + i] = (byte)((Digit(text[2 * i]) << 4) | Digit(text[(2 * i) + 1]));
            }

            return true;
        }

        private static int Digit(char c)
        {
            if (c >= '0' && c <= '9')
            {
                return c - '0';
            }

            if (c >= 'a' && c <= 'f')
            {
                return c - 'a' + 10;
            }

            return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
        }
    }
}
