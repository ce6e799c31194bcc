// Signatures of CoreLibrary 1.17: System/Exception.cs, System/SystemException.cs.

namespace System
{
    public class Exception
    {
        protected int HResult;

        public extern Exception();

        public extern Exception(string message);

        public extern Exception(string message, Exception innerException);

        public virtual extern string Message { get; }

        public extern Exception InnerException { get; }

        public virtual extern string StackTrace { get; }

        public override extern string ToString();
    }

    public class SystemException : Exception
    {
        public extern SystemException();

        public extern SystemException(string message);

        public extern SystemException(string message, Exception innerException);
    }
}
