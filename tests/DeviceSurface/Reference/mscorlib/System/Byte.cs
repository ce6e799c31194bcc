// Signatures of CoreLibrary 1.17: System/Byte.cs.

namespace System
{
    public struct Byte
    {
        public const byte MaxValue = 0xFF;
        public const byte MinValue = 0;

        public static extern byte Parse(string s);

        public static extern bool TryParse(string s, out byte result);

        public override extern string ToString();

        public extern string ToString(string format);
    }
}
