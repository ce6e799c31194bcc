// Signatures of CoreLibrary 1.17: System/UInt32.cs.

namespace System
{
    public struct UInt32
    {
        public const uint MaxValue = 0xFFFFFFFF;
        public const uint MinValue = 0;

        public static extern uint Parse(string s);

        public static extern bool TryParse(string s, out uint result);

        public override extern string ToString();

        public extern string ToString(string format);
    }
}
