// Signatures of CoreLibrary 1.17: System/ArgumentException.cs, System/ArgumentNullException.cs,
// System/ArgumentOutOfRangeException.cs.

using System.Runtime.CompilerServices;

namespace System
{
    public class ArgumentException : SystemException
    {
        public extern ArgumentException();

        public extern ArgumentException(string message);

        public extern ArgumentException(string message, Exception innerException);

        public extern ArgumentException(string message, string paramName);

        public extern ArgumentException(string message, string paramName, Exception innerException);

        public override extern string Message { get; }

        public virtual extern string ParamName { get; }

        public static extern void ThrowIfNullOrEmpty(
            string argument,
            [CallerArgumentExpression("argument")] string paramName = null);
    }

    public class ArgumentNullException : ArgumentException
    {
        public extern ArgumentNullException();

        public extern ArgumentNullException(string paramName);

        public extern ArgumentNullException(string message, Exception innerException);

        public extern ArgumentNullException(string paramName, string message);

        public static extern void ThrowIfNull(
            object argument,
            [CallerArgumentExpression("argument")] string paramName = null);
    }

    public class ArgumentOutOfRangeException : ArgumentException
    {
        public extern ArgumentOutOfRangeException();

        public extern ArgumentOutOfRangeException(string paramName);

        public extern ArgumentOutOfRangeException(string paramName, string message);
    }
}
