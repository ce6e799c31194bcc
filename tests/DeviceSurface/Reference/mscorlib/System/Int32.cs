// Signatures of CoreLibrary 1.17: System/Int32.cs.

namespace System
{
    public struct Int32
    {
        public const int MaxValue = 0x7FFFFFFF;
        public const int MinValue = -2147483648;

        public static extern int Parse(string s);

        public static extern bool TryParse(string s, out int result);

        public override extern string ToString();

        public extern string ToString(string format);
    }
}
