// A record of the journal. Numbers are big-endian, as on the wire.
//
//   0        1                 3                                3 + length
//  +--------+--------+--------+------------- // ---------------+--------+--------+--------+--------+
//  |  kind  |     length      |              body              |              CRC-32               |
//  +--------+--------+--------+------------- // ---------------+--------+--------+--------+--------+
//
//   kind        body
//   H header    4 magic "nPq1", 4 generation, 4 limit of the lease      first of a file, only there
//   R reading   4 sequence number, 1 to 512 octets as they were added
//   D delivered 4 first and 4 last sequence number of what nobody needs any more
//   L lease     4 limit: numbers below it may have been used
//   C commit    2 count of the readings since the header: with it the file begins to count
//
// The CRC-32 is that of all records of the file so far, without their CRC fields. So a record holds
// only behind those that it was written behind: what an older use of the file has left, or what
// comes from another file, does not pass for one.

using nanoPptp.Wire;

namespace nanoPptp.Telemetry.Queue
{
    /// <summary>Octets of journal records to fields and back.</summary>
    internal static class JournalRecord
    {
        internal const int Header = 0x48;
        internal const int Reading = 0x52;
        internal const int Delivered = 0x44;
        internal const int Lease = 0x4C;
        internal const int Commit = 0x43;

        /// <summary>Longest reading that a record holds, octets.</summary>
        internal const int LongestReading = 512;

        /// <summary>Octets in front of the body and behind it.</summary>
        internal const int Overhead = BodyOffset + CrcLength;

        internal const int HeaderLength = Overhead + HeaderBody;
        internal const int ReadingOverhead = Overhead + SequenceLength;
        internal const int DeliveredLength = Overhead + DeliveredBody;
        internal const int LeaseLength = Overhead + LeaseBody;
        internal const int CommitLength = Overhead + CommitBody;

        /// <summary>The longest record, octets.</summary>
        internal const int LongestLength = ReadingOverhead + LongestReading;

        /// <summary><see cref="Check"/>: the record goes on behind the octets at hand.</summary>
        internal const int Incomplete = 0;

        /// <summary><see cref="Check"/>: there is no record here.</summary>
        internal const int Bad = -1;

        private const int Magic = 0x6E507131;
        private const int LengthOffset = 1;
        private const int BodyOffset = 3;
        private const int CrcLength = 4;
        private const int SequenceLength = 4;
        private const int HeaderBody = 12;
        private const int DeliveredBody = 8;
        private const int LeaseBody = 4;
        private const int CommitBody = 2;

        /// <summary>The gate: behind it the readers do not look at lengths again.</summary>
        /// <param name="b">The octets.</param>
        /// <param name="offset">Where the record begins.</param>
        /// <param name="length">How many octets are at hand.</param>
        /// <param name="crc">The CRC-32 of the record before; 0 for the first of a file.</param>
        /// <returns>Octets of the record; <see cref="Incomplete"/>; or <see cref="Bad"/>.</returns>
        internal static int Check(byte[] b, int offset, int length, int crc)
        {
            if (length < BodyOffset)
            {
                return length > 0 && !IsKind(b[offset]) ? Bad : Incomplete;
            }

            int bodyLength = BigEndian.ReadUInt16(b, offset + LengthOffset);
            if (!IsBodyLength(b[offset], bodyLength))
            {
                return Bad;
            }

            int checkedLength = BodyOffset + bodyLength;
            if (length < checkedLength + CrcLength)
            {
                return Incomplete;
            }

            bool isWhole = Crc32.Update(crc, b, offset, checkedLength)
                == BigEndian.ReadInt32(b, offset + checkedLength);
            return isWhole && IsSound(b, offset) ? checkedLength + CrcLength : Bad;
        }

        internal static int Kind(byte[] b, int offset)
        {
            return b[offset];
        }

        /// <summary>The CRC-32 of a record, with which the next one's begins.</summary>
        internal static int Crc(byte[] b, int offset)
        {
            return BigEndian.ReadInt32(
                b, offset + BodyOffset + BigEndian.ReadUInt16(b, offset + LengthOffset));
        }

        internal static int Generation(byte[] b, int offset)
        {
            return BigEndian.ReadInt32(b, offset + BodyOffset + 4);
        }

        /// <summary>Limit of the lease in a header.</summary>
        internal static int HeaderLimit(byte[] b, int offset)
        {
            return BigEndian.ReadInt32(b, offset + BodyOffset + 8);
        }

        /// <summary>Sequence number of a reading, the first one of a delivery, the limit of a
        /// lease.</summary>
        internal static int Number(byte[] b, int offset)
        {
            return BigEndian.ReadInt32(b, offset + BodyOffset);
        }

        /// <summary>The last sequence number of a delivery.</summary>
        internal static int LastNumber(byte[] b, int offset)
        {
            return BigEndian.ReadInt32(b, offset + BodyOffset + 4);
        }

        /// <summary>Where the octets of a reading begin.</summary>
        internal static int ReadingOffset(int offset)
        {
            return offset + BodyOffset + SequenceLength;
        }

        /// <summary>How many octets a reading has.</summary>
        internal static int ReadingLength(byte[] b, int offset)
        {
            return BigEndian.ReadUInt16(b, offset + LengthOffset) - SequenceLength;
        }

        /// <summary>Readings between header and commit, modulo 2^16.</summary>
        internal static int Count(byte[] b, int offset)
        {
            return BigEndian.ReadUInt16(b, offset + BodyOffset);
        }

        /// <summary>Writes the first record of a file.</summary>
        /// <returns>Octets written.</returns>
        internal static int WriteHeader(byte[] b, int offset, int generation, int limit)
        {
            BigEndian.WriteInt32(b, offset + BodyOffset, Magic);
            BigEndian.WriteInt32(b, offset + BodyOffset + 4, generation);
            BigEndian.WriteInt32(b, offset + BodyOffset + 8, limit);
            return Seal(b, offset, Header, HeaderBody, 0);
        }

        /// <summary>Writes everything of a reading but its octets and the checksum: the caller puts
        /// the octets at <see cref="ReadingOffset"/> and calls
        /// <see cref="SealReading"/>.</summary>
        internal static void WriteSequence(byte[] b, int offset, int sequence)
        {
            BigEndian.WriteInt32(b, offset + BodyOffset, sequence);
        }

        /// <summary>Finishes a reading whose octets are in place.</summary>
        /// <returns>Octets written.</returns>
        internal static int SealReading(byte[] b, int offset, int readingLength, int crc)
        {
            return Seal(b, offset, Reading, SequenceLength + readingLength, crc);
        }

        /// <summary>Writes which readings nobody needs any more.</summary>
        /// <returns>Octets written.</returns>
        internal static int WriteDelivered(byte[] b, int offset, int first, int last, int crc)
        {
            BigEndian.WriteInt32(b, offset + BodyOffset, first);
            BigEndian.WriteInt32(b, offset + BodyOffset + 4, last);
            return Seal(b, offset, Delivered, DeliveredBody, crc);
        }

        /// <summary>Writes which sequence numbers may be used from now on.</summary>
        /// <returns>Octets written.</returns>
        internal static int WriteLease(byte[] b, int offset, int limit, int crc)
        {
            BigEndian.WriteInt32(b, offset + BodyOffset, limit);
            return Seal(b, offset, Lease, LeaseBody, crc);
        }

        /// <summary>Writes that all readings are there, and so makes the file count.</summary>
        /// <returns>Octets written.</returns>
        internal static int WriteCommit(byte[] b, int offset, int count, int crc)
        {
            BigEndian.WriteUInt16(b, offset + BodyOffset, count);
            return Seal(b, offset, Commit, CommitBody, crc);
        }

        private static int Seal(byte[] b, int offset, int kind, int bodyLength, int crc)
        {
            b[offset] = (byte)kind;
            BigEndian.WriteUInt16(b, offset + LengthOffset, bodyLength);
            int length = BodyOffset + bodyLength;
            BigEndian.WriteInt32(b, offset + length, Crc32.Update(crc, b, offset, length));
            return length + CrcLength;
        }

        private static bool IsKind(int kind)
        {
            return kind == Header
                || kind == Reading
                || kind == Delivered
                || kind == Lease
                || kind == Commit;
        }

        private static bool IsBodyLength(int kind, int length)
        {
            switch (kind)
            {
                case Header:
                    return length == HeaderBody;
                case Reading:
                    return length > SequenceLength && length <= SequenceLength + LongestReading;
                case Delivered:
                    return length == DeliveredBody;
                case Lease:
                    return length == LeaseBody;
                case Commit:
                    return length == CommitBody;
                default:
                    return false;
            }
        }

        /// <summary>Whether the fields of a whole record mean something.</summary>
        private static bool IsSound(byte[] b, int offset)
        {
            switch (Kind(b, offset))
            {
                case Header:
                    return Number(b, offset) == Magic && HeaderLimit(b, offset) > 0;
                case Delivered:
                    return Number(b, offset) > 0 && LastNumber(b, offset) >= Number(b, offset);
                case Commit:
                    return true;
                case Reading:
                    // The greatest number is never given: nothing could be looked for behind it.
                    return Number(b, offset) > 0 && Number(b, offset) < int.MaxValue;
                default:
                    return Number(b, offset) > 0;
            }
        }
    }
}
