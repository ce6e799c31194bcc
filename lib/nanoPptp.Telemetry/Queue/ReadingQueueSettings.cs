// How much a queue holds, what it does when it is full, how often it writes.

using System;

namespace nanoPptp.Telemetry.Queue
{
    /// <summary>The settings of a <see cref="ReadingQueue"/>, which copies them when it is
    /// made.</summary>
    public sealed class ReadingQueueSettings
    {
        /// <summary>Most that <see cref="Capacity"/> may be, octets.</summary>
        public const int LargestCapacity = 1 << 19;

        /// <summary>Most that <see cref="LongestReading"/> may be, octets.</summary>
        public const int LongestReadingLimit = JournalRecord.LongestReading;

        /// <summary>RAM for readings, octets; each one takes
        /// <see cref="ReadingQueue.EntryHeaderLength"/> more than its own. At least one reading of
        /// <see cref="LongestReading"/> has to fit, at most
        /// <see cref="LargestCapacity"/>.</summary>
        public int Capacity = 8192;

        /// <summary>What happens to one reading too many.</summary>
        public OverflowPolicy Overflow;

        /// <summary>A reading that nobody has acknowledged is on the medium after so long at the
        /// latest, milliseconds: 2 to 2^30. What is acknowledged within half of it is never
        /// written, unless an older reading has to be.</summary>
        public int FlushIntervalMs = 10000;

        /// <summary>Longest reading taken in, octets: 1 to
        /// <see cref="LongestReadingLimit"/>.</summary>
        public int LongestReading = 128;

        /// <summary>The first sequence number where no journal tells: 1 to 2^31 - 2. A queue in RAM
        /// alone that begins anew at 1 looks to the hub like a repetition; seconds since a fixed
        /// day are a better choice there, as long as there is less than one reading a
        /// second.</summary>
        public int FirstSequence = 1;

        /// <summary>The first sequence number where there is a journal that cannot be read, or of
        /// which nothing is legible, if that is greater than <see cref="FirstSequence"/>: 0 to
        /// 2^31 - 2. A number that the hub has seen already would be taken for a repetition, and
        /// the reading thrown away; seconds since a fixed day are beyond every number that a sensor
        /// with less than one reading a second has used.</summary>
        public int SequenceIfIllegible;

        /// <summary>What a file of the store has to hold at least, octets: everything in the queue,
        /// however short the readings are, and a lease.</summary>
        public int LeastFileCapacity
        {
            get
            {
                // A reading of one octet takes 8 in the queue and 12 in the journal; longer ones
                // grow less.
                return JournalRecord.HeaderLength
                    + (Capacity / (ReadingRing.HeaderLength + 1)
                        * (JournalRecord.ReadingOverhead + 1))
                    + JournalRecord.CommitLength
                    + JournalRecord.LeaseLength;
            }
        }

        /// <summary>Checks the fields.</summary>
        /// <exception cref="ArgumentException">A field is out of its range.</exception>
        internal void Check()
        {
            if (LongestReading < 1
                || LongestReading > LongestReadingLimit
                || Capacity < LongestReading + ReadingRing.HeaderLength
                || Capacity > LargestCapacity
                || Overflow > OverflowPolicy.NewestGoes
                || FlushIntervalMs < 2
                || FlushIntervalMs > 1 << 30
                || FirstSequence < 1
                || FirstSequence == int.MaxValue
                || SequenceIfIllegible < 0
                || SequenceIfIllegible == int.MaxValue)
            {
                throw new ArgumentException();
            }
        }
    }
}
