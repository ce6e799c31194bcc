// Signatures of CoreLibrary 1.17: System/SByte.cs.

namespace System
{
    public struct SByte
    {
        public const sbyte MaxValue = 127;
        public const sbyte MinValue = -128;

        public static extern sbyte Parse(string s);

        public static extern bool TryParse(string s, out sbyte result);

        public override extern string ToString();

        public extern string ToString(string format);
    }
}
