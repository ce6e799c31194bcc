// The user name without its domain, as the challenge hash of MS-CHAPv2 wants it (RFC 2759 s.8.2:
// "the user name without the domain"). On the wire it keeps its domain.

namespace nanoPptp.Auth
{
    /// <summary>User names as octets.</summary>
    internal static class UserName
    {
        private const int BackSlash = 0x5C;

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
    }
}
