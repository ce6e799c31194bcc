// What a full queue does with one reading too many.

namespace nanoPptp.Telemetry.Queue
{
    /// <summary>Which reading is given up when the queue is full. Each one is counted.</summary>
    public enum OverflowPolicy : byte
    {
        /// <summary>The oldest: the plant sees the present, and a gap in the past.</summary>
        OldestGoes,

        /// <summary>The one that was to be added: how a failure began is kept.</summary>
        NewestGoes,
    }
}
