// Comparison of secrets: the time taken must not tell how many octets of a guess were right.

namespace nanoPptp.Crypto
{
    /// <summary>Operations whose time does not depend on what they look at.</summary>
    public static class ConstantTime
    {
        /// <summary>Compares two slices; the time depends on the length alone.</summary>
        /// <param name="a">One array.</param>
        /// <param name="aOffset">Index of its first octet.</param>
        /// <param name="b">The other array.</param>
        /// <param name="bOffset">Index of its first octet.</param>
        /// <param name="length">Octets to compare, 0 and more.</param>
        /// <returns>Whether all octets are equal; true for none.</returns>
        public static bool AreEqual(byte[] a, int aOffset, byte[] b, int bOffset, int length)
        {
            int difference = 0;
            for (int i = 0; i < length; i++)
            {
                difference |= a[aOffset + i] ^ b[bOffset + i];
            }

            return difference == 0;
        }
    }
}
