// A SenML pack (RFC 8428) in CBOR (s.6): an array of records, of definite length as s.6 demands of
// what is not a stream, filled up to a capacity. As diagnostic notation:
//
//   [{-2: "urn:dev:mac:...", -3: 4([-2, 178437120025]), "seq": 41,
//     0: "t1", 1: "Cel", 2: 4([-1, 215])},
//    {6: 10, 0: "t1", 1: "Cel", 2: 4([-1, 216])},
//    {6: 20, "seq": 44, 0: "t1", 1: "Cel", 2: 4([-1, 218])}]
//
// bn and bt stand in the first record alone. t counts from bt and is left out where it is zero.
// "seq" is a label of our own, which receivers that do not know it ignore (s.4.4): the number of
// the reading. It stands in the first record and in every one whose number is not that of the
// record before plus one. Extensions have text for labels in CBOR too (s.6).
//
// Times (s.4.5.3). A reading of a board that knows the time of day has its time since 1970, and bt
// is absolute. A reading that has only the board's uptime is placed when it is packed (SetClock):
//
//   of this start, time of day known by now    bt is absolute, computed: no difference to others
//   of this start, time of day not known       bt is zero or negative: relative to "now", the
//                                              moment in which the pack was made
//   of an earlier start, or nothing is known   no time, which SenML reads as "roughly now", and
//                                              "up", a label of our own: its uptime in seconds
//
// bt + t decides between absolute and relative for each record by itself, and sums of both sorts in
// one pack would need several base times; so a pack holds one of the three sorts, and a reading of
// another does not fit. A pack that is sent again must be the same octets, or be made anew.

using System;

namespace nanoPptp.Telemetry.Senml
{
    /// <summary>Puts entries together to a pack. Allocates when it is made and never again.
    /// </summary>
    public sealed class SenmlPack
    {
        /// <summary>The content format of SenML in CBOR (RFC 8428 s.12.5).</summary>
        public const int ContentFormat = 112;

        private const int BaseName = -2;
        private const int BaseTime = -3;
        private const int Time = 6;

        private const int Absolute = 1;
        private const int Relative = 2;
        private const int Unplaced = 3;

        // The map of a record has few pairs, and so its head is always one octet.
        private const int MapHead = Cbor.Map << 5;

        private static readonly byte[] s_sequence = { (byte)'s', (byte)'e', (byte)'q' };
        private static readonly byte[] s_uptime = { (byte)'u', (byte)'p' };

        private readonly byte[] _baseName;
        private readonly bool _writesFloats;
        private readonly DecimalToDouble _decimals = new DecimalToDouble();
        private byte[] _b;
        private int _offset;
        private int _limit;
        private int _end;
        private int _count;
        private int _sort;
        private int _lastSequence;
        private long _baseMs;
        private bool _knowsUptime;
        private bool _knowsTime;
        private long _uptimeMs;
        private long _startMs;
        private int _firstSequence;

        /// <summary>Makes the packs of a sensor.</summary>
        /// <param name="baseName">What all names begin with, such as urn:dev:mac:0024befffe804ff1:
        /// in the characters that <see cref="SenmlEntry.IsName"/> allows; the first is a letter
        /// or a digit. Not copied.</param>
        /// <param name="writesFloats">Whether numbers that are no integers are written as floats,
        /// correctly rounded and as short as is exact, for receivers without decimal fractions.
        /// </param>
        /// <exception cref="ArgumentException">The base name is empty or has other characters.
        /// </exception>
        public SenmlPack(byte[] baseName, bool writesFloats)
        {
            if (baseName == null
                || baseName.Length == 0
                || !SenmlEntry.IsName(baseName)
                || !SenmlEntry.IsLetterOrDigit(baseName[0]))
            {
                throw new ArgumentException();
            }

            _baseName = baseName;
            _writesFloats = writesFloats;
        }

        /// <summary>Readings in the pack.</summary>
        public int Count
        {
            get { return _count; }
        }

        /// <summary>Tells the time, for readings that have only an uptime; in front of
        /// <see cref="Begin"/>, which keeps it for the whole pack. Without it such readings are
        /// written without a time.</summary>
        /// <param name="uptimeMs">Milliseconds since the board's start.</param>
        /// <param name="unixMs">Milliseconds since 1970; 0 when the board does not know.</param>
        /// <param name="firstSequence">The sequence number of the first reading since the start:
        /// the uptimes of earlier ones mean nothing any more.</param>
        public void SetClock(long uptimeMs, long unixMs, int firstSequence)
        {
            _knowsUptime = true;
            _uptimeMs = uptimeMs;
            _knowsTime = unixMs - uptimeMs >= SenmlEntry.FirstAbsoluteMs;
            _startMs = unixMs - uptimeMs;
            _firstSequence = firstSequence;
        }

        /// <summary>Begins a pack; one that was not ended is forgotten.</summary>
        /// <param name="b">Receives the octets.</param>
        /// <param name="offset">Where the pack begins.</param>
        /// <param name="capacity">Octets that may be written.</param>
        public void Begin(byte[] b, int offset, int capacity)
        {
            _b = b;
            _offset = offset;
            _limit = offset + (capacity < 0 ? 0 : capacity);
            _end = offset;
            _count = 0;
        }

        /// <summary>Adds a reading.</summary>
        /// <param name="entry">Octets in which the entry is.</param>
        /// <param name="offset">Where it begins.</param>
        /// <param name="length">Its octets.</param>
        /// <param name="sequence">Its sequence number, 1 and more; 0: it has none.</param>
        /// <returns>False when it does not fit, when it needs a pack of its own because of the sort
        /// of its time, or when it is no entry; the pack is as before then. What an empty pack
        /// refuses, no other one of the capacity takes.</returns>
        public bool Add(byte[] entry, int offset, int length, int sequence)
        {
            if (_b == null || SenmlEntry.Check(entry, offset, length) < 0)
            {
                return false;
            }

            long timeMs = SenmlEntry.TimeMs(entry, offset);
            int sort = SortOf(timeMs, sequence);
            if (_count != 0 && sort != _sort)
            {
                return false;
            }

            // A record is written behind the last one and counts only when it was written whole.
            // Where the array's head grows with it, room is kept and all records move.
            int headLength = Cbor.HeadLength(_count + 1);
            int growth = headLength - (_count == 0 ? 0 : Cbor.HeadLength(_count));
            int start = _count == 0 ? _offset + headLength : _end;
            int limit = _count == 0 ? _limit : _limit - growth;
            int end = WriteRecord(entry, offset, length, start, limit, sequence, sort, timeMs);
            if (end < 0)
            {
                return false;
            }

            if (_count != 0 && growth != 0)
            {
                int records = _offset + headLength - growth;
                Array.Copy(_b, records, _b, records + growth, end - records);
                end += growth;
            }

            if (_count == 0)
            {
                _sort = sort;
                _baseMs = PlacedMs(timeMs, sort);
            }

            _end = end;
            _count++;
            _lastSequence = sequence;
            return true;
        }

        /// <summary>Ends the pack.</summary>
        /// <returns>Its octets; 0 when it is empty.</returns>
        public int End()
        {
            if (_count == 0)
            {
                return 0;
            }

            Cbor.WriteHead(_b, _offset, _limit, Cbor.Array, _count);
            return _end - _offset;
        }

        private int WriteRecord(
            byte[] entry,
            int offset,
            int length,
            int start,
            int limit,
            int sequence,
            int sort,
            long timeMs)
        {
            bool isFirst = _count == 0;
            int pairs = entry[offset + SenmlEntry.TimeLength];
            int at = start < limit ? start + 1 : -1;
            if (isFirst)
            {
                at = Cbor.WriteInt(_b, at, limit, BaseName);
                at = Cbor.WriteString(_b, at, limit, Cbor.Text, _baseName);
                pairs++;
            }

            long placedMs = PlacedMs(timeMs, sort);
            long sinceMs = isFirst ? placedMs : placedMs - _baseMs;
            if (sinceMs != 0)
            {
                at = Cbor.WriteInt(_b, at, limit, isFirst ? BaseTime : Time);
                at = WriteNumber(at, limit, sinceMs, -3);
                pairs++;
            }

            if (sequence != 0 && (isFirst || sequence != _lastSequence + 1))
            {
                at = Cbor.WriteString(_b, at, limit, Cbor.Text, s_sequence);
                at = Cbor.WriteInt(_b, at, limit, sequence);
                pairs++;
            }

            if (sort == Unplaced)
            {
                at = Cbor.WriteString(_b, at, limit, Cbor.Text, s_uptime);
                at = WriteNumber(at, limit, timeMs, -3);
                pairs++;
            }

            at = WritePairs(entry, offset, length, at, limit);
            if (at >= 0)
            {
                _b[start] = (byte)(MapHead | pairs);
            }

            return at;
        }

        /// <summary>Copies the pairs of an entry, with a decimal fraction made a float where the
        /// receiver wants that.</summary>
        private int WritePairs(byte[] entry, int offset, int length, int at, int limit)
        {
            int pairs = offset + SenmlEntry.PairsOffset;
            int value = SenmlEntry.ValueLabel(entry, offset, length) + 1;
            bool converts = _writesFloats && (entry[value] >> 5) == Cbor.Tag;
            int copied = (converts ? value : offset + length) - pairs;
            if (at < 0 || limit - at < copied)
            {
                return -1;
            }

            Array.Copy(entry, pairs, _b, at, copied);
            at += copied;
            if (!converts)
            {
                return at;
            }

            int exponent = value + 2;
            int mantissa = Cbor.SkipInt(entry, exponent, offset + length);
            long bits = _decimals.Convert(
                Cbor.Int(entry, mantissa),
                (int)Cbor.Int(entry, exponent));
            return Cbor.WriteFloat(_b, at, limit, bits);
        }

        private int WriteNumber(int at, int limit, long mantissa, int exponent)
        {
            if (!_writesFloats || mantissa % 1000 == 0)
            {
                return Cbor.WriteDecimal(_b, at, limit, mantissa, exponent);
            }

            return Cbor.WriteFloat(_b, at, limit, _decimals.Convert(mantissa, exponent));
        }

        private int SortOf(long timeMs, int sequence)
        {
            if (timeMs >= SenmlEntry.FirstAbsoluteMs)
            {
                return Absolute;
            }

            // An uptime ahead of the present one is of an earlier start, whatever its number.
            if (!_knowsUptime || sequence < _firstSequence || timeMs > _uptimeMs)
            {
                return Unplaced;
            }

            return _knowsTime ? Absolute : Relative;
        }

        private long PlacedMs(long timeMs, int sort)
        {
            switch (sort)
            {
                case Absolute:
                    return timeMs >= SenmlEntry.FirstAbsoluteMs ? timeMs : _startMs + timeMs;
                case Relative:
                    return timeMs - _uptimeMs;
                default:
                    return 0;
            }
        }
    }
}
