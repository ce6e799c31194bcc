// Signatures of CoreLibrary 1.17: System/Int64.cs.

namespace System
{
    public struct Int64
    {
        public const long MaxValue = 0x7FFFFFFFFFFFFFFF;
        public const long MinValue = -9223372036854775808;

        public static extern long Parse(string s);

        public static extern bool TryParse(string s, out long result);

        public override extern string ToString();

        public extern string ToString(string format);
    }
}
