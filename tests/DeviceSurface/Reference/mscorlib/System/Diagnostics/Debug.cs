// Signatures of CoreLibrary 1.17: System/Diagnostics/Debug.cs, System/Diagnostics/Debugger.cs.

namespace System.Diagnostics
{
    public static class Debug
    {
        [Conditional("DEBUG")]
        public static extern void Assert(bool condition);

        [Conditional("DEBUG")]
        public static extern void Assert(bool condition, string message);

        [Conditional("DEBUG")]
        public static extern void Assert(bool condition, string message, string detailedMessage);

        [Conditional("DEBUG")]
        public static extern void Write(string message);

        [Conditional("DEBUG")]
        public static extern void WriteLine();

        [Conditional("DEBUG")]
        public static extern void WriteLine(string message);
    }

    public static class Debugger
    {
        public static extern bool IsAttached { get; }

        public static extern void Break();
    }
}
