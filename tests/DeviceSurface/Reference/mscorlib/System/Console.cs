// Signatures of CoreLibrary 1.17: System/Console.cs.

namespace System
{
    public static class Console
    {
        public static extern void Write(string value);

        public static extern void WriteLine();

        public static extern void WriteLine(string value);
    }
}
