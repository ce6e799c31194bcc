// Signatures of CoreLibrary 1.17: System/MarshalByRefObject.cs, System/Threading/WaitHandle.cs,
// System/Threading/AutoResetEvent.cs, System/Threading/ManualResetEvent.cs.

namespace System
{
    public abstract class MarshalByRefObject
    {
        protected extern MarshalByRefObject();
    }
}

namespace System.Threading
{
    public abstract class WaitHandle : MarshalByRefObject
    {
        public const int WaitTimeout = 0x102;

        protected extern WaitHandle();

        public static extern bool WaitAll(
            WaitHandle[] waitHandles,
            int millisecondsTimeout,
            bool exitContext);

        public static extern bool WaitAll(WaitHandle[] waitHandles);

        public static extern int WaitAny(
            WaitHandle[] waitHandles,
            int millisecondsTimeout,
            bool exitContext);

        public static extern int WaitAny(WaitHandle[] waitHandles);

        public virtual extern bool WaitOne(int millisecondsTimeout, bool exitContext);

        public virtual extern bool WaitOne();
    }

    public sealed class AutoResetEvent : WaitHandle
    {
        public extern AutoResetEvent(bool initialState);

        public extern bool Reset();

        public extern bool Set();
    }

    public sealed class ManualResetEvent : WaitHandle
    {
        public extern ManualResetEvent(bool initialState);

        public extern bool Reset();

        public extern bool Set();
    }
}
