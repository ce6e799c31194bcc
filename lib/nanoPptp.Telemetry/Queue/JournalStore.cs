// The medium of a journal, as the queue sees it: files that grow at their end and are erased whole.

namespace nanoPptp.Telemetry.Queue
{
    /// <summary>
    /// Two or more files that outlast a loss of power: littlefs on a board, a folder on a PC. An
    /// implementation throws nothing; a failure is a value. The queue trusts nothing that it reads
    /// without a checksum, and never erases the only file from which it could restore.
    /// </summary>
    public abstract class JournalStore
    {
        /// <summary>How many files there are: 2 to 16.</summary>
        public abstract int FileCount { get; }

        /// <summary>Octets that each file can hold: as many as a full queue needs
        /// (<see cref="ReadingQueueSettings.LeastFileCapacity"/>), better several times that; at
        /// most 2^20. The larger it is, the fewer erasures.</summary>
        public abstract int FileCapacity { get; }

        /// <summary>Octets present in a file.</summary>
        /// <param name="file">0 to <see cref="FileCount"/> less 1.</param>
        /// <returns>Octets, 0 when there is no such file yet; -1 when the store failed.</returns>
        public abstract int Length(int file);

        /// <summary>Reads octets of a file.</summary>
        /// <param name="file">0 to <see cref="FileCount"/> less 1.</param>
        /// <param name="position">The first octet to read.</param>
        /// <param name="b">Where they go.</param>
        /// <param name="offset">Index of the first one there.</param>
        /// <param name="length">How many are wanted.</param>
        /// <returns>Octets read, fewer than wanted perhaps; -1 when the store failed.</returns>
        public abstract int Read(int file, int position, byte[] b, int offset, int length);

        /// <summary>Writes octets behind the end of a file. A loss of power during the call may
        /// leave any part of them from the first one on, and noise behind it.</summary>
        /// <param name="file">0 to <see cref="FileCount"/> less 1.</param>
        /// <param name="b">The octets.</param>
        /// <param name="offset">Where they begin.</param>
        /// <param name="length">How many.</param>
        /// <returns>True when they are on the medium; false when the store failed, and then the
        /// file may end in any octets.</returns>
        public abstract bool Append(int file, byte[] b, int offset, int length);

        /// <summary>Makes a file empty.</summary>
        /// <param name="file">0 to <see cref="FileCount"/> less 1.</param>
        /// <returns>Whether it is empty.</returns>
#pragma warning disable CA1716 // A keyword in another language; flash is erased in all of them.
        public abstract bool Erase(int file);
#pragma warning restore CA1716
    }
}
