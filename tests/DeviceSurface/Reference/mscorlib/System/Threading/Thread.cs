// Signatures of CoreLibrary 1.17: System/Threading/Thread.cs, ThreadPriority.cs, ThreadStart.cs,
// ThreadState.cs, Timeout.cs.

namespace System.Threading
{
    public delegate void ThreadStart();

    public enum ThreadPriority
    {
        Lowest = 0,
        BelowNormal = 1,
        Normal = 2,
        AboveNormal = 3,
        Highest = 4,
    }

    [Flags]
    public enum ThreadState
    {
        Running = 0,
        StopRequested = 1,
        SuspendRequested = 2,
        Background = 4,
        Unstarted = 8,
        Stopped = 16,
        WaitSleepJoin = 32,
        Suspended = 64,
        AbortRequested = 128,
        Aborted = 256,
    }

    public static class Timeout
    {
        public const int Infinite = -1;

        public static readonly TimeSpan InfiniteTimeSpan;
    }

    public sealed class Thread
    {
        public extern Thread(ThreadStart start);

        public static extern Thread CurrentThread { get; }

        public extern bool IsAlive { get; }

        public extern int ManagedThreadId { get; }

        public extern ThreadPriority Priority { get; set; }

        public extern ThreadState ThreadState { get; }

        public static extern void Sleep(int millisecondsTimeout);

        public static extern void Sleep(TimeSpan timeout);

        public static extern void SpinWait(int iterations);

        public extern void Abort();

        public extern void Join();

        public extern bool Join(int millisecondsTimeout);

        public extern bool Join(TimeSpan timeout);

        public extern void Resume();

        public extern void Start();

        public extern void Suspend();
    }
}
