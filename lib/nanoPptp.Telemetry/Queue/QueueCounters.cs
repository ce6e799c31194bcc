// What became of readings, and what keeping them has cost the flash.

namespace nanoPptp.Telemetry.Queue
{
    /// <summary>Counts since the queue was made: 32 bits that wrap. Restored and Added together are
    /// Delivered, DroppedOldest, GivenUp and those that still wait.</summary>
    public sealed class QueueCounters
    {
        /// <summary>Readings taken in.</summary>
        public int Added;

        /// <summary>Readings acknowledged by the hub's application.</summary>
        public int Delivered;

        /// <summary>Readings given up for newer ones. After a restart there may be delivered ones
        /// among them, whose delivery had not been written down.</summary>
        public int DroppedOldest;

        /// <summary>Readings that could not be delivered whatever was done: no pack has room for
        /// one of them, or its octets are no reading.</summary>
        public int GivenUp;

        /// <summary>Readings not taken in because the queue was full.</summary>
        public int DroppedNewest;

        /// <summary>Readings not taken in because of their length: longer than the setting, or
        /// empty.</summary>
        public int TooLong;

        /// <summary>Readings not taken in because all sequence numbers are used up.</summary>
        public int Exhausted;

        /// <summary>Readings that came back from the journal.</summary>
        public int Restored;

        /// <summary>Journal files that ended in octets that are no record: the write that a loss of
        /// power cut off.</summary>
        public int TornRecords;

        /// <summary>Flushes that had something to write and have written it.</summary>
        public int Flushes;

        /// <summary>Octets handed to the store.</summary>
        public int WrittenOctets;

        /// <summary>Calls of the store to append.</summary>
        public int Writes;

        /// <summary>Calls of the store to erase a file. On littlefs each of these and of
        /// <see cref="Writes"/> costs about one erasure of a block, spread over all blocks of the
        /// partition, and a block stands commonly 100,000 of them:
        /// life = age x blocks x cycles / (Writes + Erases).</summary>
        public int Erases;

        /// <summary>Calls of the store that failed, and times when it told an untruth that was
        /// noticed.</summary>
        public int StoreFailures;
    }
}
