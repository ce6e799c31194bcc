// Signatures of CoreLibrary 1.17: System/UInt64.cs.

namespace System
{
    public struct UInt64
    {
        public const ulong MaxValue = 0xFFFFFFFFFFFFFFFF;
        public const ulong MinValue = 0;

        public static extern ulong Parse(string s);

        public static extern bool TryParse(string s, out ulong result);

        public override extern string ToString();

        public extern string ToString(string format);
    }
}
