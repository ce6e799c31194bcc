// Signatures of CoreLibrary 1.17: System/Char.cs.

namespace System
{
    public struct Char
    {
        public const char MaxValue = '\uFFFF';
        public const char MinValue = '\0';

        public extern char ToLower();

        public extern char ToUpper();

        public override extern string ToString();
    }
}
