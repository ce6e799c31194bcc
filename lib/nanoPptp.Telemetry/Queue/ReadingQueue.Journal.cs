// When the queue writes, what it writes, and how it comes back.

namespace nanoPptp.Telemetry.Queue
{
    /// <content>The queue and its journal.</content>
    public sealed partial class ReadingQueue
    {
        // Whether the journal's files were read; they are not touched before.
        private bool _isLoaded;

        // No numbers could be leased: the next flush tries again, Add does not.
        private bool _isLeaseMissing;

        // Something in front of the first entry, or between entries, is delivered and the journal
        // does not know it.
        private bool _isHeadDue;
        private bool _areMarksDue;

        // When to look whether something has waited long enough: readings up to _oldest have.
        private bool _isArmed;
        private int _atMs;
        private int _oldest;

        /// <summary>Brings back what was not delivered when the power went. Once, before anything
        /// else.</summary>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        /// <returns>False when the store failed. What could be read is there, and the queue works:
        /// from RAM alone, until the store works again. Files of which nothing could be read are
        /// left as they are until they are legible and the queue is empty, or they turn out to hold
        /// nothing.</returns>
        public bool Restore(int nowMs)
        {
            if (_journal == null || _isLoaded)
            {
                return true;
            }

            bool isWhole = Load() && !_journal.HasReadFailed;
            if (!isWhole && _next < _sequenceIfIllegible)
            {
                _next = _sequenceIfIllegible;
            }

            if (!isWhole)
            {
                Arm(nowMs, _flushIntervalMs);
            }

            return isWhole;
        }

        /// <summary>Lets time pass: writes what has waited long enough.</summary>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        public void Tick(int nowMs)
        {
            if (!_isArmed)
            {
                if (_isHeadDue || _areMarksDue)
                {
                    AwaitFlush(nowMs);
                }

                return;
            }

            if (nowMs - _atMs < 0)
            {
                return;
            }

            _isArmed = false;
            bool isDue = _journal.NeedsSnapshot
                || _isLeaseMissing
                || _isHeadDue
                || _areMarksDue
                || IsUnwritten(_oldest);
            if (!isDue)
            {
                if (IsUnwritten(int.MaxValue))
                {
                    AwaitFlush(nowMs);
                }
            }
            else if (!Save(CoveringLimit()))
            {
                Arm(nowMs, _flushIntervalMs);
            }
        }

        /// <summary>How long nothing is to be done.</summary>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        /// <returns>Milliseconds, never negative; int.MaxValue when only another call brings
        /// something to do.</returns>
        public int NextDeadlineMs(int nowMs)
        {
            if (!_isArmed)
            {
                return _journal != null && (_isHeadDue || _areMarksDue)
                    ? _flushIntervalMs / 2
                    : int.MaxValue;
            }

            int leftMs = _atMs - nowMs;
            return leftMs < 0 ? 0 : leftMs;
        }

        /// <summary>Writes everything now, and gives back the numbers that were leased and not
        /// used: for an orderly end. It may go on afterwards; the next reading leases
        /// again.</summary>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        /// <returns>Whether all is on the medium; false for a queue in RAM alone.</returns>
        public bool Flush(int nowMs)
        {
            if (_journal == null)
            {
                return false;
            }

            _isArmed = false;
            if (Save(_next))
            {
                return true;
            }

            Arm(nowMs, _flushIntervalMs);
            return false;
        }

        private static int LimitAfter(int sequence)
        {
            int limit = ((sequence / LeaseCount) + 1) * LeaseCount;
            return limit < 0 ? int.MaxValue : limit;
        }

        private void Arm(int nowMs, int delayMs)
        {
            _isArmed = true;
            _atMs = nowMs + delayMs;
        }

        private void AwaitFlush(int nowMs)
        {
            if (_journal != null && !_isArmed)
            {
                _oldest = _next - 1;
                Arm(nowMs, _flushIntervalMs / 2);
            }
        }

        private int CoveringLimit()
        {
            return _next > _journal.LeaseLimit ? LimitAfter(_next) : _journal.LeaseLimit;
        }

        /// <summary>Sees that the next number may be used. If the store fails it is used all the
        /// same: better two readings of one number after a loss of power than none now.</summary>
        private void Lease(int nowMs)
        {
            if (_journal == null || _isLeaseMissing || (_isLoaded && _next < _journal.LeaseLimit))
            {
                return;
            }

            int limit = LimitAfter(_next);
            bool isWritten = _isLoaded
                && ((!_journal.NeedsSnapshot && _journal.WriteLease(limit) && _journal.Send())
                    || WriteSnapshot(limit));
            if (!isWritten)
            {
                _isLeaseMissing = true;
                if (!_isArmed)
                {
                    Arm(nowMs, _flushIntervalMs);
                }
            }
        }

        private bool IsUnwritten(int lastSequence)
        {
            for (int place = _ring.First;
                place != ReadingRing.None && _ring.Sequence(place) <= lastSequence;
                place = _ring.After(place))
            {
                if ((_ring.Flags(place) & (ReadingRing.Written | ReadingRing.Delivered)) == 0)
                {
                    return true;
                }
            }

            return false;
        }

        /// <summary>Makes the journal tell what the ring holds.</summary>
        /// <param name="limit">The limit of the lease from then on.</param>
        private bool Save(int limit)
        {
            if (!_isLoaded && !LoadLate())
            {
                return false;
            }

            // What was loaded late may have moved the numbers.
            limit = limit < _next ? _next : limit;
            if (!_journal.NeedsSnapshot && AppendNews(limit))
            {
                return true;
            }

            return WriteSnapshot(limit);
        }

        private bool AppendNews(int limit)
        {
            int octets = _counters.WrittenOctets;
            if (!WriteDeliveries()
                || !WriteReadings(isSnapshot: false)
                || (limit != _journal.LeaseLimit && !_journal.WriteLease(limit))
                || !_journal.Send())
            {
                return false;
            }

            _counters.Flushes += _counters.WrittenOctets == octets ? 0 : 1;
            _isLeaseMissing = false;
            return true;
        }

        private bool WriteSnapshot(int limit)
        {
            if (!_journal.BeginSnapshot(limit)
                || !WriteReadings(isSnapshot: true)
                || !_journal.Commit())
            {
                return false;
            }

            _counters.Flushes++;
            _isLeaseMissing = false;
            _isHeadDue = false;
            _areMarksDue = false;
            return true;
        }

        /// <summary>Writes readings that wait: in a snapshot all, else those that are not yet in
        /// the journal. They are marked at once; if the store fails, a snapshot follows, which
        /// marks them anew.</summary>
        private bool WriteReadings(bool isSnapshot)
        {
            for (int place = _ring.First;
                place != ReadingRing.None;
                place = _ring.After(place))
            {
                int flags = _ring.Flags(place);
                if ((flags & ReadingRing.Delivered) != 0)
                {
                    if (isSnapshot)
                    {
                        _ring.SetFlags(place, ReadingRing.Delivered);
                    }

                    continue;
                }

                if ((flags & ReadingRing.Written) != 0 && !isSnapshot)
                {
                    continue;
                }

                if (!_journal.WriteReading(
                    _ring.Sequence(place),
                    _ring.Octets,
                    place + ReadingRing.HeaderLength,
                    _ring.Length(place)))
                {
                    return false;
                }

                _ring.SetFlags(place, ReadingRing.Written);
            }

            return true;
        }

        /// <summary>Writes what is delivered and in the journal: all in front of the first entry,
        /// and runs of entries between others.</summary>
        private bool WriteDeliveries()
        {
            if (_isHeadDue)
            {
                int first = _ring.Count == 0 ? _next : _ring.Sequence(_ring.First);
                if (!_journal.WriteDelivered(1, first - 1))
                {
                    return false;
                }

                _isHeadDue = false;
            }

            if (!_areMarksDue)
            {
                return true;
            }

            _areMarksDue = false;
            int from = 0;
            int to = 0;
            for (int place = _ring.First;
                place != ReadingRing.None;
                place = _ring.After(place))
            {
                int flags = _ring.Flags(place);
                if ((flags & ReadingRing.Delivered) == 0)
                {
                    if (from > 0 && !_journal.WriteDelivered(from, to))
                    {
                        return false;
                    }

                    from = 0;
                }
                else if ((flags & (ReadingRing.Written | ReadingRing.Recorded))
                    == ReadingRing.Written)
                {
                    to = _ring.Sequence(place);
                    from = from == 0 ? to : from;
                    _ring.SetFlags(place, flags | ReadingRing.Recorded);
                }
            }

            return from == 0 || _journal.WriteDelivered(from, to);
        }

        /// <summary>Reads the journal into the empty ring.</summary>
        /// <returns>False when nothing could be read because the store failed.</returns>
        private bool Load()
        {
            bool isFound = _journal.Find();
            if (!isFound && _journal.HasReadFailed)
            {
                return false;
            }

            if (isFound)
            {
                ReadRecords();
            }

            SkipNumbers(isFound);
            _isLoaded = true;
            return true;
        }

        /// <summary>Tries again what failed when the power came back. Numbers were used since then,
        /// so older readings are only taken into an empty queue.</summary>
        private bool LoadLate()
        {
            if (_ring.Count == 0)
            {
                return Load();
            }

            bool isFound = _journal.Find();
            if (isFound ? HoldsReadings() : _journal.HasReadFailed)
            {
                return false;
            }

            SkipNumbers(isFound);
            _journal.RequireSnapshot();
            _isLoaded = true;
            return true;
        }

        /// <summary>Whether there is a reading in the journal that is needed, or may be.</summary>
        private bool HoldsReadings()
        {
            byte[] b = _journal.Buffer;
            int last = 0;
            int gone = 0;
            int kind;
            while ((kind = _journal.Next()) != 0)
            {
                int number = JournalRecord.Number(b, _journal.RecordOffset);
                if (kind == JournalRecord.Reading)
                {
                    last = number;
                }
                else if (kind == JournalRecord.Delivered && number == 1)
                {
                    gone = JournalRecord.LastNumber(b, _journal.RecordOffset);
                }
            }

            _journal.EndReading();
            return last > gone || _journal.HasReadFailed;
        }

        private void ReadRecords()
        {
            byte[] b = _journal.Buffer;
            int last = 0;
            int kind;
            while ((kind = _journal.Next()) != 0)
            {
                int at = _journal.RecordOffset;
                if (kind == JournalRecord.Delivered)
                {
                    Forget(JournalRecord.Number(b, at), JournalRecord.LastNumber(b, at));
                }
                else if (kind == JournalRecord.Reading && JournalRecord.Number(b, at) > last)
                {
                    last = JournalRecord.Number(b, at);
                    TakeBack(
                        last,
                        b,
                        JournalRecord.ReadingOffset(at),
                        JournalRecord.ReadingLength(b, at));
                }
            }

            _journal.EndReading();
            _next = last >= _next && last < int.MaxValue ? last + 1 : _next;
        }

        /// <summary>Puts a reading of the journal behind the others. Whatever was in the queue at
        /// one moment has room; what makes it too much was delivered, or given up, and is the
        /// oldest.</summary>
        private void TakeBack(int sequence, byte[] b, int offset, int length)
        {
            if (length > _ring.Octets.Length - ReadingRing.HeaderLength)
            {
                _counters.TooLong++;
                return;
            }

            while (!_ring.FitsBehind(length))
            {
                _ring.Compact();
                if (!_ring.FitsBehind(length))
                {
                    DropFirst();
                    DropDelivered();
                }
            }

            _ring.Put(sequence, ReadingRing.Written, b, offset, length);
            _count++;
            _counters.Restored++;
        }

        /// <summary>Removes what the journal says was delivered.</summary>
        private void Forget(int first, int last)
        {
            for (int place = _ring.First;
                place != ReadingRing.None && _ring.Sequence(place) <= last;
                place = _ring.After(place))
            {
                if (_ring.Sequence(place) >= first && IsWaiting(place))
                {
                    _ring.SetFlags(
                        place,
                        ReadingRing.Delivered | ReadingRing.Written | ReadingRing.Recorded);
                    _count--;
                    _counters.Restored--;
                }
            }

            DropDelivered();
        }

        /// <summary>Goes behind all numbers that may have been used.</summary>
        private void SkipNumbers(bool isFound)
        {
            int next = isFound && _journal.LeaseLimit > _next ? _journal.LeaseLimit : _next;
            int lost = _journal.LostNumbers;
            _next = next > int.MaxValue - lost ? int.MaxValue : next + lost;
            if (!isFound && lost > 0 && _next < _sequenceIfIllegible)
            {
                // There were octets, and none of them tells how far the numbers had come.
                _next = _sequenceIfIllegible;
            }
        }
    }
}
