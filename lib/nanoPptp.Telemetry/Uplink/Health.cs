// The sensor's own health as readings, so that a plant's monitoring sees a tunnel get worse before it
// fails. Each value has a name; after the first time only values that have changed are told, because a
// healthy sensor has little to say.

using nanoPptp.Client;
using nanoPptp.Diagnostics;
using nanoPptp.Telemetry.Queue;
using nanoPptp.Telemetry.Senml;
using nanoPptp.Wire;

namespace nanoPptp.Telemetry.Uplink
{
    /// <summary>Makes readings of counters, of the last diagnosis and of the memory that is left.
    /// Same thread as the client; nothing is allocated after construction.</summary>
    public sealed class Health
    {
        /// <summary>How many values there are.</summary>
        public const int ValueCount = 20;

        private const int EntryCapacity = 64;
        private const int LastReason = 2;
        private const int LastDetail = 3;
        private const int FreeOctets = ValueCount - 1;

        // In the order of ValueOf.
        private static readonly byte[][] s_names = MakeNames();
        private static readonly byte[] s_octetsUnit = { (byte)'B' };
        private static readonly byte[] s_countUnit = OctetsOf("count");

        private readonly PptpClient _client;
        private readonly Redialer _redialer;
        private readonly ReadingQueue _queue;
        private readonly Uplink _uplink;
        private readonly SenmlPack _pack;
        private readonly byte[] _entry = new byte[EntryCapacity];
        private readonly int[] _told = new int[ValueCount];
        private readonly bool[] _isTold = new bool[ValueCount];
        private int _freeOctets;
        private int _reason;
        private int _detail;
        private int _depth;

        /// <summary>Makes the health of a sensor.</summary>
        /// <param name="client">Its tunnel.</param>
        /// <param name="redialer">Its way back; null: there is none.</param>
        /// <param name="queue">Where the readings go.</param>
        /// <param name="uplink">How they leave.</param>
        /// <param name="baseName">What the names of a status begin with, as in the packs of
        /// readings.</param>
        public Health(
            PptpClient client,
            Redialer redialer,
            ReadingQueue queue,
            Uplink uplink,
            byte[] baseName)
        {
            _client = client;
            _redialer = redialer;
            _queue = queue;
            _uplink = uplink;
            _pack = new SenmlPack(baseName, false);

            // A status is of now, which SenML says by no time at all.
            _pack.SetClock(0, 0, 0);
        }

        /// <summary>The name of a value, in ASCII; not to be changed.</summary>
        /// <param name="index">0 to <see cref="ValueCount"/> less 1.</param>
        /// <returns>The octets.</returns>
        public static byte[] NameOf(int index)
        {
            return s_names[index];
        }

        /// <summary>Remembers why a tunnel ended; the next one forgets it. The uplink calls it.
        /// </summary>
        public void NoteEnd()
        {
            if (_client.Diagnosis.Reason != Reason.None)
            {
                _reason = (int)_client.Diagnosis.Reason;
                _detail = _client.Diagnosis.Detail;
            }
        }

        /// <summary>Puts every value that has changed since the last time into the queue.</summary>
        /// <param name="timeMs">The time of day, milliseconds since 1970.</param>
        /// <param name="freeOctets">Memory that is left, octets; -1: not known.</param>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        /// <returns>How many were put there.</returns>
        public int Enqueue(long timeMs, int freeOctets, int nowMs)
        {
            _freeOctets = freeOctets;

            // What is put there now is not meant.
            _depth = _queue.Count;
            int count = 0;
            for (int i = 0; i < ValueCount; i++)
            {
                int value = ValueOf(i);
                if ((_isTold[i] && value == _told[i]) || (i == FreeOctets && value < 0))
                {
                    continue;
                }

                int length = WriteEntry(i, value, timeMs);

                // What a full queue did not take is told the next time.
                _told[i] = value;
                _isTold[i] = _queue.Add(_entry, 0, length, nowMs) != 0;
                count += _isTold[i] ? 1 : 0;
            }

            return count;
        }

        /// <summary>Writes all values as a pack, for whoever asks for the status now.</summary>
        /// <param name="b">Receives the octets.</param>
        /// <param name="offset">Index of the first.</param>
        /// <param name="capacity">How many it may have; what does not fit is left out.</param>
        /// <returns>Octets written.</returns>
        public int Write(byte[] b, int offset, int capacity)
        {
            _depth = _queue.Count;
            _pack.Begin(b, offset, capacity);
            for (int i = 0; i < ValueCount; i++)
            {
                int length = WriteEntry(i, ValueOf(i), 0);
                if (!_pack.Add(_entry, 0, length, 0))
                {
                    break;
                }
            }

            return _pack.End();
        }

        private static byte[][] MakeNames()
        {
            const string Names =
                "dials failures reason detail gre-received gre-sent gre-lost gre-late mppe-lost "
                + "mppe-refused renegotiations ip-sent ip-delivered connections losses refusals "
                + "packs-again queue-depth queue-dropped free-octets";
            string[] words = Names.Split(' ');
            byte[][] names = new byte[words.Length][];
            for (int i = 0; i < names.Length; i++)
            {
                names[i] = OctetsOf(words[i]);
            }

            return names;
        }

        private static byte[] OctetsOf(string text)
        {
            return Utf8.Octets(text, 0, text.Length);
        }

        private int WriteEntry(int index, int value, long timeMs)
        {
            byte[] unit = index == FreeOctets ? s_octetsUnit
                : index == LastReason || index == LastDetail ? null
                : s_countUnit;
            return SenmlEntry.Write(
                _entry, 0, EntryCapacity, timeMs, s_names[index], unit, value, 0);
        }

        private int ValueOf(int index)
        {
            Counters counters = _client.Counters;
            switch (index)
            {
                case 0:
                    return _redialer == null ? 0 : _redialer.AttemptCount;
                case 1:
                    return _redialer == null ? 0 : _redialer.FailureCount;
                case LastReason:
                    return _reason;
                case LastDetail:
                    return _detail;
                case 4:
                    return counters.GreReceived;
                case 5:
                    return counters.GreSent;
                case 6:
                    return counters.GreGap;
                case 7:
                    return counters.Get(Reason.GreLate);
                case 8:
                    return counters.MppeGap;
                case 9:
                    return counters.Get(Reason.MppeBadProtocol);
                case 10:
                    return counters.Renegotiations;
                case 11:
                    return counters.IpSent;
                case 12:
                    return counters.Get(Reason.IpDelivered);
                case 13:
                    return _uplink.Counters.Connections;
                case 14:
                    return _uplink.Counters.Losses;
                case 15:
                    return _uplink.Counters.Refusals;
                case 16:
                    return _uplink.Counters.PacksAgain;
                case 17:
                    return _depth;
                case 18:
                    return _queue.Counters.DroppedOldest + _queue.Counters.DroppedNewest;
                default:
                    return _freeOctets;
            }
        }
    }
}
