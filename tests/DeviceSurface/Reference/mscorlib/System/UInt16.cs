// Signatures of CoreLibrary 1.17: System/UInt16.cs.

namespace System
{
    public struct UInt16
    {
        public const ushort MaxValue = 0xFFFF;
        public const ushort MinValue = 0;

        public static extern ushort Parse(string s);

        public static extern bool TryParse(string s, out ushort result);

        public override extern string ToString();

        public extern string ToString(string format);
    }
}
