// Whether data really flows. LCP may be answered while the hub's decryption, its interface or its
// routing is dead, so a silent tunnel is asked where it matters: by a ping of the hub through it.
// Only a hub that answered one since the tunnel is up is held to it, because some never do.

using nanoPptp.Client;
using nanoPptp.Diagnostics;

namespace nanoPptp.Telemetry.Ip
{
    /// <summary>
    /// Pings the hub when nothing has come through the tunnel for a third of the time that a hub
    /// may be silent, and lets the tunnel end as <see cref="Reason.DataTimeout"/> when that time is
    /// over. Same thread as the client; nothing is allocated after construction.
    /// </summary>
    public sealed class DataWatch
    {
        /// <summary>Pings without any answer after which a hub counts as one that answers none.
        /// </summary>
        public const int TrialCount = 5;

        private const int Identifier = 0x6E51;

        private readonly PptpClient _client;
        private readonly IpEndpoint _endpoint;
        private readonly int _deadPeerMs;
        private int _heardMs;
        private int _dueMs;
        private int _deliveredCount;
        private int _replyCount;
        private int _sequence;
        private int _trials;
        private bool _isRunning;
        private bool _answers;

        /// <summary>Makes the watch of a tunnel.</summary>
        /// <param name="client">The tunnel.</param>
        /// <param name="endpoint">Its inner end.</param>
        /// <param name="deadPeerMs">Time without a packet after which the tunnel ends,
        /// milliseconds: as in <see cref="PptpSettings.DeadPeerMs"/>.</param>
        public DataWatch(PptpClient client, IpEndpoint endpoint, int deadPeerMs)
        {
            _client = client;
            _endpoint = endpoint;
            _deadPeerMs = deadPeerMs;
        }

        /// <summary>Hands a ping to the client if it is time; poll the client then. Call it after
        /// each round of polling.</summary>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        /// <returns>Whether a ping waits in the client.</returns>
        public bool Tick(int nowMs)
        {
            if (_client.Stage != Stage.Up)
            {
                _isRunning = false;
                return false;
            }

            Listen(nowMs);
            if (nowMs - _dueMs < 0 || !MayAsk())
            {
                return false;
            }

            if (_endpoint.EchoOutput(_client.PeerAddress, Identifier, _sequence + 1) <= 0)
            {
                // Something else waits to be sent: the next round will do.
                return false;
            }

            _sequence = (_sequence + 1) & 0xFFFF;
            _trials++;
            _dueMs = nowMs + (_deadPeerMs / 6);
            if (_answers)
            {
                int leftMs = _deadPeerMs - (nowMs - _heardMs);
                _client.ExpectIp(leftMs > 0 ? leftMs : 1, nowMs);
            }

            return true;
        }

        /// <summary>How long the loop may wait before the next <see cref="Tick"/>.</summary>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        /// <param name="waitMs">The wait of everybody else, milliseconds.</param>
        /// <returns>The smaller one, never negative.</returns>
        public int Sooner(int nowMs, int waitMs)
        {
            if (!_isRunning || _client.Stage != Stage.Up || !MayAsk())
            {
                return waitMs;
            }

            int leftMs = _dueMs - nowMs;
            leftMs = leftMs < 0 ? 0 : leftMs;
            return leftMs < waitMs ? leftMs : waitMs;
        }

        private void Listen(int nowMs)
        {
            int deliveredCount = _client.Counters.Get(Reason.IpDelivered);
            int replyCount = _endpoint.Counters.EchoReplies;
            if (!_isRunning)
            {
                _isRunning = true;
                _answers = false;
                _trials = 0;
            }
            else if (deliveredCount == _deliveredCount)
            {
                return;
            }
            else if (replyCount != _replyCount)
            {
                _answers = true;
                _trials = 0;
            }

            _deliveredCount = deliveredCount;
            _replyCount = replyCount;
            _heardMs = nowMs;
            _dueMs = nowMs + (_deadPeerMs / 3);
        }

        private bool MayAsk()
        {
            return _client.PeerAddress != 0 && (_answers || _trials < TrialCount);
        }
    }
}
