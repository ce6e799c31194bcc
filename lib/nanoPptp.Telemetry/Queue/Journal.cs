// The queue's backup: a log of records in one of several files, and the change to the next file when
// it is full.
//
//   file   header | readings that lived then | commit | readings, deliveries, leases, as they came
//          '------------- snapshot --------------'
//
// A file counts from its commit on; the one before it is left alone until then, and erased only when
// its turn to hold a snapshot comes. So at every moment, whatever octet the power goes at, there is
// one file from which everything can be restored that was ever said to be written. Of several files
// the one with the newest generation counts; generations are compared by signed difference.
//
// After anything that could mean that the file does not end where we think (a torn tail, a store
// that failed), nothing is appended to it: the next thing written is a snapshot in another file.

using System;

namespace nanoPptp.Telemetry.Queue
{
    /// <summary>Reads journal files when the power is back, then writes them.</summary>
    internal sealed class Journal
    {
        /// <summary>Octets of the one buffer: what is appended at once, and what is read at
        /// once.</summary>
        internal const int BufferLength = 1024;

        private const int LeastFileCount = 2;
        private const int MostFileCount = 16;
        private const int LargestFile = 1 << 20;
        private const int LeaseCount = ReadingQueue.LeaseCount;

        // Further than any generation that could be in a file that cannot be read.
        private const int BlindStep = 1 << 16;

        private readonly JournalStore _store;
        private readonly QueueCounters _counters;
        private readonly int _fileCount;
        private readonly int _fileCapacity;
        private readonly byte[] _buffer = new byte[BufferLength];

        // The file from which could be restored; ReadingRing.None before there is one.
        private int _standing = ReadingRing.None;
        private int _candidate;
        private int _generation;

        // The file that is read or written: where its known end is, and the CRC-32 there.
        private int _file;
        private int _length;
        private int _crc;

        // Writing: octets in the buffer, behind the end. Reading: the octets at hand, of which the
        // first is the one at the known end.
        private int _pending;
        private int _from;
        private int _fileLength;
        private bool _isCut;
        private int _readings;

        /// <summary>Makes a journal that has read nothing.</summary>
        /// <exception cref="ArgumentException">The store's files are too few or too
        /// small.</exception>
        internal Journal(JournalStore store, int leastFileCapacity, QueueCounters counters)
        {
            _store = store;
            _counters = counters;
            _fileCount = store.FileCount;
            _fileCapacity = store.FileCapacity;
            if (_fileCount < LeastFileCount
                || _fileCount > MostFileCount
                || _fileCapacity < leastFileCapacity
                || _fileCapacity > LargestFile)
            {
                throw new ArgumentException();
            }
        }

        /// <summary>What is written next has to be a snapshot.</summary>
        internal bool NeedsSnapshot { get; private set; } = true;

        /// <summary>Sequence numbers below it may have been used.</summary>
        internal int LeaseLimit { get; private set; } = 1;

        /// <summary>Something could not be read because the store failed.</summary>
        internal bool HasReadFailed { get; private set; }

        /// <summary>How many sequence numbers could have been leased by records that are no longer
        /// legible.</summary>
        internal int LostNumbers { get; private set; }

        /// <summary>The octets of which <see cref="Next"/> tells.</summary>
        internal byte[] Buffer
        {
            get { return _buffer; }
        }

        /// <summary>Where the record of the last <see cref="Next"/> begins.</summary>
        internal int RecordOffset { get; private set; }

        /// <summary>Looks for the newest file that counts. Its records behind the header are next;
        /// read them all, then call <see cref="EndReading"/>.</summary>
        /// <returns>False when there is none.</returns>
        internal bool Find()
        {
            HasReadFailed = false;
            LostNumbers = 0;
            NeedsSnapshot = true;
            _standing = ReadingRing.None;
            int damaged = ReadingRing.None;
            int newest = 0;
            for (int file = 0; file < _fileCount; file++)
            {
                if (!BeginReading(file))
                {
                    damaged = _isCut ? file : damaged;
                    continue;
                }

                if (!IsCommitted())
                {
                    Damaged(_fileLength);
                    damaged = file;
                }
                else if (_standing == ReadingRing.None || _generation - newest > 0)
                {
                    _standing = file;
                    newest = _generation;
                }
            }

            _generation = HasReadFailed ? newest + BlindStep : newest;
            if (_standing == ReadingRing.None)
            {
                _candidate = damaged == ReadingRing.None ? 0 : damaged;
                return false;
            }

            _candidate = damaged == ReadingRing.None ? Following(_standing) : damaged;
            NeedsSnapshot = damaged != ReadingRing.None;
            if (!BeginReading(_standing) || Next() != JournalRecord.Header)
            {
                // It was legible a moment ago.
                Damaged(_fileCapacity);
                HasReadFailed = true;
                NeedsSnapshot = true;
                _standing = ReadingRing.None;
                return false;
            }

            LeaseLimit = JournalRecord.HeaderLimit(_buffer, RecordOffset);
            return true;
        }

        /// <summary>Reads the next record of the file.</summary>
        /// <returns>Its kind; 0 when there is none.</returns>
        internal int Next()
        {
            int length = JournalRecord.Check(_buffer, _from, _pending - _from, _crc);
            if (length == JournalRecord.Incomplete)
            {
                Fill();
                length = JournalRecord.Check(_buffer, _from, _pending - _from, _crc);
            }

            if (length <= 0)
            {
                return 0;
            }

            RecordOffset = _from;
            _crc = JournalRecord.Crc(_buffer, _from);
            _from += length;
            _length += length;
            int kind = JournalRecord.Kind(_buffer, RecordOffset);
            if (kind == JournalRecord.Lease)
            {
                LeaseLimit = JournalRecord.Number(_buffer, RecordOffset);
            }

            return kind;
        }

        /// <summary>All records were read: from here on the journal is written.</summary>
        internal void EndReading()
        {
            if (_length < _fileLength)
            {
                Damaged(_fileLength - _length);
                NeedsSnapshot = true;
            }

            _pending = 0;
        }

        /// <summary>What is in the ring does not go on from what is in the file.</summary>
        internal void RequireSnapshot()
        {
            NeedsSnapshot = true;
        }

        /// <summary>Begins a snapshot in the next file. The readings follow, then
        /// <see cref="Commit"/>.</summary>
        /// <param name="limit">The limit of the lease from then on.</param>
        /// <returns>False when the store failed.</returns>
        internal bool BeginSnapshot(int limit)
        {
            NeedsSnapshot = true;
            if (_candidate == _standing)
            {
                _candidate = Following(_standing);
            }

            // Each attempt has its own generation: one that seemed to fail may be on the medium.
            _generation++;
            _file = _candidate;
            _candidate = Following(_file);
            _length = 0;
            _pending = 0;
            _readings = 0;
            _counters.Erases++;
            if (!_store.Erase(_file) || _store.Length(_file) != 0)
            {
                return Fail();
            }

            _pending = JournalRecord.WriteHeader(_buffer, 0, _generation, limit);
            _crc = JournalRecord.Crc(_buffer, 0);
            LeaseLimit = limit;
            return true;
        }

        /// <summary>Ends a snapshot: the file counts now.</summary>
        /// <returns>False when the store failed.</returns>
        internal bool Commit()
        {
            if (!Reserve(JournalRecord.CommitLength))
            {
                return false;
            }

            int offset = _pending;
            _pending += JournalRecord.WriteCommit(_buffer, offset, _readings & 0xFFFF, _crc);
            _crc = JournalRecord.Crc(_buffer, offset);
            if (!Send())
            {
                return false;
            }

            _standing = _file;
            _candidate = Following(_file);
            NeedsSnapshot = false;
            return true;
        }

        /// <summary>Writes a reading; it is on the medium after <see cref="Send"/> or
        /// <see cref="Commit"/>, as everything else.</summary>
        /// <returns>False when it does not fit into the file or the store failed.</returns>
        internal bool WriteReading(int sequence, byte[] b, int offset, int length)
        {
            if (!Reserve(JournalRecord.ReadingOverhead + length))
            {
                return false;
            }

            int at = _pending;
            JournalRecord.WriteSequence(_buffer, at, sequence);
            Array.Copy(b, offset, _buffer, JournalRecord.ReadingOffset(at), length);
            _pending += JournalRecord.SealReading(_buffer, at, length, _crc);
            _crc = JournalRecord.Crc(_buffer, at);
            _readings++;
            return true;
        }

        /// <summary>Writes that readings are not needed any more.</summary>
        /// <returns>False when it does not fit into the file or the store failed.</returns>
        internal bool WriteDelivered(int first, int last)
        {
            if (!Reserve(JournalRecord.DeliveredLength))
            {
                return false;
            }

            int at = _pending;
            _pending += JournalRecord.WriteDelivered(_buffer, at, first, last, _crc);
            _crc = JournalRecord.Crc(_buffer, at);
            return true;
        }

        /// <summary>Writes that sequence numbers below a limit may be used.</summary>
        /// <returns>False when it does not fit into the file or the store failed.</returns>
        internal bool WriteLease(int limit)
        {
            if (!Reserve(JournalRecord.LeaseLength))
            {
                return false;
            }

            int at = _pending;
            _pending += JournalRecord.WriteLease(_buffer, at, limit, _crc);
            _crc = JournalRecord.Crc(_buffer, at);
            LeaseLimit = limit;
            return true;
        }

        /// <summary>Appends what was written.</summary>
        /// <returns>Whether it is on the medium.</returns>
        internal bool Send()
        {
            return SendBuffer() && (_store.Length(_file) == _length || Fail());
        }

        private bool SendBuffer()
        {
            if (_pending == 0)
            {
                return true;
            }

            _counters.Writes++;
            _counters.WrittenOctets += _pending;
            if (!_store.Append(_file, _buffer, 0, _pending))
            {
                return Fail();
            }

            _length += _pending;
            _pending = 0;
            return true;
        }

        private bool Reserve(int length)
        {
            if (_length + _pending + length > _fileCapacity)
            {
                // What is in the buffer will be in the snapshot.
                _pending = 0;
                NeedsSnapshot = true;
                return false;
            }

            return _pending + length <= BufferLength || SendBuffer();
        }

        private bool Fail()
        {
            _counters.StoreFailures++;
            _pending = 0;
            NeedsSnapshot = true;
            return false;
        }

        private int Following(int file)
        {
            return (file + 1) % _fileCount;
        }

        /// <summary>Goes to the first octet of a file.</summary>
        /// <returns>False when it is empty or the store failed.</returns>
        private bool BeginReading(int file)
        {
            _file = file;
            _length = 0;
            _crc = 0;
            _from = 0;
            _pending = 0;
            _isCut = false;
            _fileLength = _store.Length(file);
            if (_fileLength < 0)
            {
                _isCut = true;
                Damaged(_fileCapacity);
                return false;
            }

            if (_fileLength > _fileCapacity)
            {
                // We never wrote so much; what we did write is in front.
                _fileLength = _fileCapacity;
            }

            return _fileLength > 0;
        }

        private bool IsCommitted()
        {
            if (Next() != JournalRecord.Header)
            {
                return false;
            }

            _generation = JournalRecord.Generation(_buffer, RecordOffset);
            int count = 0;
            int kind;
            while ((kind = Next()) == JournalRecord.Reading)
            {
                count++;
            }

            return kind == JournalRecord.Commit
                && JournalRecord.Count(_buffer, RecordOffset) == (count & 0xFFFF);
        }

        /// <summary>Brings as much of the file into the buffer as there is room for.</summary>
        private void Fill()
        {
            int rest = _pending - _from;
            Array.Copy(_buffer, _from, _buffer, 0, rest);
            _from = 0;
            _pending = rest;
            while (_pending < BufferLength && _length + _pending < _fileLength)
            {
                int wanted = BufferLength - _pending;
                int left = _fileLength - _length - _pending;
                wanted = left < wanted ? left : wanted;
                int got = _store.Read(_file, _length + _pending, _buffer, _pending, wanted);
                if (got <= 0 || got > wanted)
                {
                    _isCut = true;
                    return;
                }

                _pending += got;
            }
        }

        /// <summary>Counts what could not be read, and for every lease that it may have held its
        /// numbers as used.</summary>
        private void Damaged(int octets)
        {
            if (_isCut)
            {
                HasReadFailed = true;
                _counters.StoreFailures++;
            }
            else
            {
                _counters.TornRecords++;
            }

            LostNumbers += ((octets / JournalRecord.LeaseLength) + 1) * LeaseCount;
        }
    }
}
