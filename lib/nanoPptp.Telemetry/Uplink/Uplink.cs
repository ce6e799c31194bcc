// From the queue to the hub's application: what the two ways there, MQTT and CoAP, have in common.
//
//   ReadingQueue --SeekFrom/Next--> SenmlPack --octets--> MQTT on TCP, or CoAP on UDP --> IpEndpoint
//        ^                                                           |
//        +------------------- Acknowledge(first, last) <-------------+
//
// A pack is as many readings as fit, in their order. While one is under way, another one that is not
// full waits for more readings, but not longer than GatherMs. What is under way is remembered as two
// numbers and encoded again from the queue if it must be sent again: no octet is held twice.

using nanoPptp.Client;
using nanoPptp.Crypto;
using nanoPptp.Telemetry.Ip;
using nanoPptp.Telemetry.Queue;
using nanoPptp.Telemetry.Senml;

namespace nanoPptp.Telemetry.Uplink
{
    /// <summary>
    /// Moves readings from a queue to the hub's application and takes them out of the queue when
    /// the application has acknowledged them. Same thread as the client; nothing is allocated after
    /// construction. It outlives tunnels: it works while one is up and waits while none is.
    /// </summary>
    public abstract class Uplink
    {
        private const int FirstDynamicPort = 49152;
        private const int DynamicPortMask = 0x3FFF;
        private const int FirstPauseMs = 1000;
        private const int RandomLength = 4;

        // A server that asks for rest gets no more than an hour: it might be mistaken.
        private const int LongestRestMs = 3600000;

        private readonly PptpClient _client;
        private readonly IpEndpoint _endpoint;
        private readonly ReadingQueue _queue;
        private readonly SenmlPack _pack;
        private readonly UplinkSettings _settings;
        private readonly UplinkCounters _counters = new UplinkCounters();
        private readonly RandomPool _pool = new RandomPool();
        private readonly byte[] _random = new byte[RandomLength];
        private readonly byte[] _octets;
        private int _pauseMs = FirstPauseMs;
        private int _pauseSinceMs;
        private int _pauseNowMs;
        private bool _isUp;
        private int _nextSequence = 1;
        private int _triedSequence;
        private int _gatherSinceMs;
        private bool _isGathering;

        private protected Uplink(
            PptpClient client,
            IpEndpoint endpoint,
            ReadingQueue queue,
            SenmlPack pack,
            UplinkSettings settings)
        {
            _client = client;
            _endpoint = endpoint;
            _queue = queue;
            _pack = pack;
            _settings = settings;
            _octets = new byte[settings.PackCapacity];
        }

        /// <summary>Number of the first reading of <see cref="UplinkEvent.Delivered"/>.</summary>
        public int FirstDelivered { get; private set; }

        /// <summary>Number of its last one.</summary>
        public int LastDelivered { get; private set; }

        /// <summary>With <see cref="UplinkEvent.Refused"/>: the return code of CONNACK, 1 to 5, or
        /// a code of CoAP as it is on the wire, class times 32 plus detail.</summary>
        public int Code { get; private protected set; }

        /// <summary>Counts of everything since construction.</summary>
        public UplinkCounters Counters
        {
            get { return _counters; }
        }

        /// <summary>Told of the tunnel's ends, and asked by CoAP for the sensor's status; null: there
        /// is none.</summary>
        public Health Health { get; set; }

        /// <summary>Whether <see cref="Stop"/> has come to its end, or nothing was ever begun.
        /// </summary>
        public abstract bool IsStopped { get; }

        /// <summary>Whether the application at the hub is there, as far as is known.</summary>
        public abstract bool IsConnected { get; }

        /// <summary>Readings that were handed over and are not acknowledged yet, in packs.</summary>
        public abstract int PacksUnderWay { get; }

        private protected PptpClient Client
        {
            get { return _client; }
        }

        private protected IpEndpoint Endpoint
        {
            get { return _endpoint; }
        }

        private protected ReadingQueue Queue
        {
            get { return _queue; }
        }

        private protected byte[] Octets
        {
            get { return _octets; }
        }

        /// <summary>Octets of the pack that <see cref="FillPack"/> made.</summary>
        private protected int Length { get; private set; }

        /// <summary>Number of its first reading.</summary>
        private protected int FirstFilled { get; private set; }

        /// <summary>Number of its last one.</summary>
        private protected int LastFilled { get; private set; }

        private protected bool IsStopping { get; private set; }

        /// <summary>Begins. Once, before anything else.</summary>
        /// <param name="entropy">For ports, sequence numbers, tokens and jitter: at least 16 octets
        /// that nobody can foresee; not kept.</param>
        /// <param name="offset">Index of the first.</param>
        /// <param name="length">How many.</param>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        public void Start(byte[] entropy, int offset, int length, int nowMs)
        {
            _pool.Seed(entropy, offset, length);
            _pauseSinceMs = nowMs;
            Begin(nowMs);
        }

        /// <summary>Says what is next. To be called after each round of polling the client, until
        /// it returns Nothing; when it returns Packet, the client is polled in between.</summary>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        /// <returns>What happened.</returns>
        public UplinkEvent Poll(int nowMs)
        {
            _queue.Tick(nowMs);
            _endpoint.Tick(nowMs);
            FollowTunnel(nowMs);
            UplinkEvent happened = Step(nowMs);
            if (happened != UplinkEvent.Nothing)
            {
                return happened;
            }

            return _isUp && _client.IsIpOutputFree && Output(nowMs)
                ? UplinkEvent.Packet
                : UplinkEvent.Nothing;
        }

        /// <summary>Takes a datagram that <see cref="IpEndpoint.Input"/> has delivered.</summary>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        /// <returns>Whether it was for the uplink.</returns>
        public virtual bool UdpInput(int nowMs)
        {
            return false;
        }

        /// <summary>How long the loop may wait before the next <see cref="Poll"/>, if nothing comes
        /// in and no reading is added.</summary>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        /// <returns>Milliseconds, 0 and more; <see cref="int.MaxValue"/> for ever.</returns>
        public int NextDeadlineMs(int nowMs)
        {
            int waitMs = Sooner(_queue.NextDeadlineMs(nowMs), StepDeadlineMs(nowMs));
            return waitMs < 0 ? 0 : waitMs;
        }

        /// <summary>Hands nothing over any more and says goodbye in order. Poll on until
        /// <see cref="IsStopped"/>, for some seconds at most.</summary>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        public void Stop(int nowMs)
        {
            if (!IsStopping)
            {
                IsStopping = true;
                End(nowMs);
            }
        }

        /// <summary>Whether a tunnel is up.</summary>
        private protected bool IsUp
        {
            get { return _isUp; }
        }

        private protected abstract void Begin(int nowMs);

        private protected abstract void End(int nowMs);

        /// <summary>A tunnel has come up, or is gone.</summary>
        private protected abstract void TunnelChanged(int nowMs);

        private protected abstract UplinkEvent Step(int nowMs);

        private protected abstract bool Output(int nowMs);

        private protected abstract int StepDeadlineMs(int nowMs);

        private protected static int Sooner(int a, int b)
        {
            return a < b ? a : b;
        }

        private protected static int Left(int sinceMs, int spanMs, int nowMs)
        {
            int leftMs = spanMs - (nowMs - sinceMs);
            return leftMs < 0 ? 0 : leftMs;
        }

        private protected void Fill(byte[] target, int offset, int length)
        {
            _pool.Fill(target, offset, length);
        }

        private protected int DrawInt32()
        {
            byte[] random = _random;
            _pool.Fill(random, 0, RandomLength);
            return (random[0] << 24) | (random[1] << 16) | (random[2] << 8) | random[3];
        }

        private protected int DrawPort()
        {
            return FirstDynamicPort + (DrawInt32() & DynamicPortMask);
        }

        /// <summary>The next failure waits only shortly.</summary>
        private protected void ForgetPauses()
        {
            _pauseMs = FirstPauseMs;
            _pauseNowMs = 0;
        }

        /// <summary>Something failed: nothing is tried again before a pause, half of it random, that
        /// doubles with every failure. A plant of boards loses its broker in one moment.</summary>
        /// <param name="leastMs">How long to leave the hub's application alone at least.</param>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        private protected void BeginPause(int leastMs, int nowMs)
        {
            if (_pauseMs < leastMs)
            {
                _pauseMs = Sooner(leastMs, _settings.LongestPauseMs);
            }

            int half = _pauseMs >> 1;
            int restMs = Sooner(leastMs, LongestRestMs);
            _pauseNowMs = (half > restMs ? half : restMs)
                + ((DrawInt32() & 0x7FFFFFFF) % (half + 1));
            _pauseSinceMs = nowMs;
            _pauseMs = Sooner(_pauseMs << 1, _settings.LongestPauseMs);
        }

        private protected int PauseLeftMs(int nowMs)
        {
            if (_pauseNowMs == 0)
            {
                return 0;
            }

            int leftMs = Left(_pauseSinceMs, _pauseNowMs, nowMs);
            if (leftMs == 0)
            {
                // Over is over: the comparison of times must not come round again.
                _pauseNowMs = 0;
            }

            return leftMs;
        }

        /// <summary>Whether a pack is to be made of readings that were never handed over, and makes
        /// it.</summary>
        /// <param name="capacity">Octets that it should have at most.</param>
        /// <param name="mostCapacity">Octets that it may have if a reading needs them.</param>
        /// <param name="isSomethingUnderWay">Whether a pack is not acknowledged yet.</param>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        /// <returns>Whether there is one.</returns>
        private protected bool FillNext(
            int capacity, int mostCapacity, bool isSomethingUnderWay, int nowMs)
        {
            // Without news there is nothing that was not tried before.
            int newest = _queue.NextSequence;
            if (_triedSequence == newest && isSomethingUnderWay
                && (!_isGathering || Left(_gatherSinceMs, _settings.GatherMs, nowMs) > 0))
            {
                return false;
            }

            // With nothing under way all that waits was never handed over, or in vain: also what a
            // journal that was illegible at first has brought back behind our back.
            int first = isSomethingUnderWay ? _nextSequence : 1;
            bool isFull = FillPack(first, 0, capacity);
            while (Length == 0 && isFull)
            {
                isFull = FillPack(first, 0, mostCapacity);
                if (Length == 0 && isFull && !GiveUpFirst(mostCapacity))
                {
                    break;
                }
            }

            if (Length == 0)
            {
                _isGathering = false;
                _triedSequence = newest;
                return false;
            }

            if (isFull || !isSomethingUnderWay)
            {
                return true;
            }

            _triedSequence = newest;
            if (!_isGathering)
            {
                _isGathering = true;
                _gatherSinceMs = nowMs;
            }

            return Left(_gatherSinceMs, _settings.GatherMs, nowMs) == 0;
        }

        // The reading in front does not go into an empty pack. If a wider tunnel would not help
        // either, it would be in the way of all others for ever.
        private bool GiveUpFirst(int capacity)
        {
            bool isReading =
                SenmlEntry.Check(_queue.Octets, _queue.EntryOffset, _queue.EntryLength) >= 0;
            if (isReading && capacity < _octets.Length)
            {
                _counters.TooNarrow += HasNews ? 1 : 0;
                return false;
            }

            _queue.GiveUp(_queue.EntrySequence);
            return true;
        }

        /// <summary>The pack of <see cref="FillNext"/> is on its way.</summary>
        private protected void HandedOver()
        {
            _nextSequence = LastFilled + 1;
            _isGathering = false;
            _triedSequence = 0;
            _counters.Packs++;
        }

        /// <summary>Readings from this number on are to be handed over again.</summary>
        private protected void GoBackTo(int sequence)
        {
            if (sequence - _nextSequence < 0)
            {
                _nextSequence = sequence;
            }

            _isGathering = false;
            _triedSequence = 0;
        }

        private protected int GatherLeftMs(int nowMs)
        {
            return _isGathering
                ? Left(_gatherSinceMs, _settings.GatherMs, nowMs)
                : int.MaxValue;
        }

        /// <summary>Whether readings wait that were never handed over and never looked at.
        /// </summary>
        private protected bool HasNews
        {
            get { return _triedSequence != _queue.NextSequence && _queue.Count > 0; }
        }

        /// <summary>Makes a pack.</summary>
        /// <param name="first">Number of the first reading that may be in it.</param>
        /// <param name="last">Number of the last one; 0 for as many as fit.</param>
        /// <param name="capacity">Octets that it may have.</param>
        /// <returns>Whether a reading was left out because it did not fit.</returns>
        private protected bool FillPack(int first, int last, int capacity)
        {
            ReadingQueue queue = _queue;
            Length = 0;
            FirstFilled = 0;
            _pack.Begin(_octets, 0, capacity < _octets.Length ? capacity : _octets.Length);
            bool isThere = queue.SeekFrom(first);
            while (isThere && (last == 0 || queue.EntrySequence - last <= 0))
            {
                int sequence = queue.EntrySequence;
                if (!_pack.Add(queue.Octets, queue.EntryOffset, queue.EntryLength, sequence))
                {
                    Length = _pack.End();
                    return true;
                }

                if (FirstFilled == 0)
                {
                    FirstFilled = sequence;
                }

                LastFilled = sequence;
                isThere = queue.Next();
            }

            Length = _pack.End();
            return false;
        }

        private protected UplinkEvent Delivered(int first, int last)
        {
            _queue.Acknowledge(first, last);
            _counters.PacksDelivered++;
            _triedSequence = 0;
            FirstDelivered = first;
            LastDelivered = last;
            return UplinkEvent.Delivered;
        }

        private void FollowTunnel(int nowMs)
        {
            bool isUp = _client.Stage == Stage.Up;
            if (_client.Stage == Stage.Closed && Health != null)
            {
                Health.NoteEnd();
            }

            if (isUp != _isUp)
            {
                // The way is another one: what failed on the old one says nothing.
                _isUp = isUp;
                ForgetPauses();
                TunnelChanged(nowMs);
            }
        }
    }
}
