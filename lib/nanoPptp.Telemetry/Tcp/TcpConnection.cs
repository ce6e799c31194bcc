// One TCP connection that we ask for (RFC 9293), small enough for a sensor: the surface and what is
// remembered. TcpConnection.Input.cs takes segments, .Output.cs writes them, .Loss.cs decides how
// much may be under way and what was lost, .Time.cs waits. The state diagram is in TcpTable.
//
// Variables have the RFC's names (s.3.3.1): SND.UNA _una, SND.NXT _nxt, SND.WND _wnd, RCV.NXT
// _rcvNxt. _max is the highest SND.NXT there was: after a time-out _nxt goes back to _una and walks
// forward again over what is still missing, so that the send ring needs no list of segments.
// Sequence numbers wrap and are compared by signed difference.
//
// Where we leave the RFC, and why:
// - The urgent pointer (s.3.8.5) is not looked at: urgent octets are octets. No protocol of ours
//   knows them.
// - Nagle's algorithm (s.3.7.4) is off. What is sent here are whole packs of readings and answers
//   of a few octets that somebody waits for; a pack that waits for the acknowledgment of the one
//   before costs a round trip and saves nothing, because packs are filled before they are sent.
// - A segment without octets is acceptable also at the right edge of the window (s.3.10.7.4 says
//   below it): a peer that has filled the window sends its acknowledgments with that number, and to
//   drop them would stop both ends until a time-out. All common stacks do so.

using nanoPptp.Diagnostics;

namespace nanoPptp.Telemetry.Tcp
{
    /// <summary>
    /// A TCP connection from its SYN to its end, one after another: once over, the object takes a
    /// new <see cref="Connect"/>. Same thread as the client; nothing is allocated after
    /// construction.
    /// </summary>
    public sealed partial class TcpConnection : OctetStream
    {
        private readonly SendRing _send;
        private readonly ReceiveRing _receive;
        private readonly RetransmissionTimer _timeout = new RetransmissionTimer();
        private readonly TcpCounters _counters = new TcpCounters();

        private TcpState _state;
        private TcpEnd _end;
        private int _localAddress;
        private int _localPort;
        private int _remoteAddress;
        private int _remotePort;

        // Sending.
        private int _segment;
        private int _iss;
        private int _una;
        private int _nxt;
        private int _max;
        private int _wnd;
        private int _wl1;
        private int _wl2;
        private int _maxWnd;
        private bool _isCloseAsked;

        // Receiving.
        private int _localSegment;
        private int _rcvNxt;
        private int _rcvEdge;
        private int _peerFin;
        private bool _hasPeerFin;
        private bool _isPeerFinTaken;

        /// <summary>Makes a connection that is over.</summary>
        /// <param name="sendCapacity">Octets of the send ring, usually
        /// <see cref="TcpLimits.SendCapacity"/>; brought into the range of the limits.</param>
        /// <param name="receiveCapacity">Octets of the receive ring, usually
        /// <see cref="TcpLimits.ReceiveCapacity"/>; brought into the range of the limits.</param>
        public TcpConnection(int sendCapacity, int receiveCapacity)
        {
            _send = new SendRing(Fitting(sendCapacity));
            _receive = new ReceiveRing(Fitting(receiveCapacity));
        }

        /// <summary>Silence after which the peer is asked whether it lives, milliseconds; 0:
        /// never.</summary>
        public int KeepAliveMs = TcpLimits.KeepAliveMs;

        /// <summary>How long the peer may leave something unanswered before the connection is given
        /// up, milliseconds; 0: forever.</summary>
        public int UserTimeoutMs = TcpLimits.UserTimeoutMs;

        /// <summary>Where the connection stands.</summary>
        public TcpState State
        {
            get { return _state; }
        }

        /// <summary>How it ended.</summary>
        public TcpEnd End
        {
            get { return _end; }
        }

        /// <summary>Our address, first octet most significant.</summary>
        public int LocalAddress
        {
            get { return _localAddress; }
        }

        /// <summary>Our port: 1 to 65535.</summary>
        public int LocalPort
        {
            get { return _localPort; }
        }

        /// <summary>The peer's address, first octet most significant.</summary>
        public int RemoteAddress
        {
            get { return _remoteAddress; }
        }

        /// <summary>The peer's port: 1 to 65535.</summary>
        public int RemotePort
        {
            get { return _remotePort; }
        }

        /// <summary>The smoothed round trip, milliseconds; 0: not yet measured.</summary>
        public int RoundTripMs
        {
            get { return _timeout.RoundTripMs; }
        }

        /// <summary>How long an acknowledgment is waited for now, milliseconds.</summary>
        public int RetransmissionTimeoutMs
        {
            get { return _timeout.TimeoutMs; }
        }

        /// <summary>Longest payload of a segment that we send, octets; 0 before the first
        /// connection.</summary>
        public int SegmentCapacity
        {
            get { return _segment; }
        }

        /// <summary>Counts of everything since construction.</summary>
        public TcpCounters Counters
        {
            get { return _counters; }
        }

        /// <inheritdoc/>
        public override bool IsOpen
        {
            get
            {
                return !_isCloseAsked
                    && (_state == TcpState.Established || _state == TcpState.CloseWait);
            }
        }

        /// <inheritdoc/>
        /// <remarks>TIME-WAIT counts: only a lost acknowledgment may have to be said again, and a
        /// new connection need not wait for that.</remarks>
        public override bool IsOver
        {
            get { return _state == TcpState.Closed || _state == TcpState.TimeWait; }
        }

        /// <inheritdoc/>
        public override bool IsPeerDone
        {
            get { return _isPeerFinTaken && _receive.Count == 0; }
        }

        /// <inheritdoc/>
        public override int SendFree
        {
            get { return IsOpen ? _send.Free : 0; }
        }

        /// <inheritdoc/>
        public override int ReceiveCount
        {
            get { return _receive.Count; }
        }

        /// <inheritdoc/>
        public override int UnacknowledgedCount
        {
            get { return _send.Count; }
        }

        /// <summary>Asks for a connection: <see cref="Output"/> then writes the SYN.</summary>
        /// <param name="localAddress">Our address in the tunnel, first octet most significant.
        /// </param>
        /// <param name="localPort">Our port, 1 to 65535; another one than last time, since the hub
        /// may remember that for minutes.</param>
        /// <param name="remoteAddress">The peer's address.</param>
        /// <param name="remotePort">The peer's port, 1 to 65535.</param>
        /// <param name="mtu">Longest IP packet of the tunnel, octets.</param>
        /// <param name="initialSequence">A number that nobody can guess (RFC 6528 s.3): 32 random
        /// bits.</param>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        /// <returns>False, and nothing has changed, when the connection is not over, when a port or
        /// the MTU cannot be, or when TIME-WAIT still holds the same ports.</returns>
        public bool Connect(
            int localAddress,
            int localPort,
            int remoteAddress,
            int remotePort,
            int mtu,
            int initialSequence,
            int nowMs)
        {
            if (!IsOver
                || localPort <= 0 || localPort > 0xFFFF
                || remotePort <= 0 || remotePort > 0xFFFF
                || mtu < MtuHeaders + TcpLimits.MinimumSegment)
            {
                return false;
            }

            if (_state == TcpState.TimeWait
                && localPort == _localPort && remotePort == _remotePort
                && localAddress == _localAddress && remoteAddress == _remoteAddress)
            {
                return false;
            }

            _localAddress = localAddress;
            _localPort = localPort;
            _remoteAddress = remoteAddress;
            _remotePort = remotePort;
            _end = TcpEnd.None;
            _send.Clear();
            _receive.Clear();
            _iss = initialSequence;
            _una = initialSequence;
            _nxt = initialSequence;
            _max = initialSequence;
            _wnd = 0;
            _maxWnd = 0;
            _isCloseAsked = false;
            _segment = mtu - MtuHeaders;

            // What we announce fits the ring four times, so that the peer, too, has four segments
            // under way and not one large one.
            _localSegment = _receive.Capacity / TcpLimits.WindowSegments;
            _localSegment = _localSegment < _segment ? _localSegment : _segment;
            _rcvNxt = 0;
            _rcvEdge = 0;
            _hasPeerFin = false;
            _isPeerFinTaken = false;
            ResetLoss();
            ResetTime(nowMs);
            _timeout.Reset(TcpLimits.InitialTimeoutMs);
            _counters.Connects++;
            Step(TcpTable.Open, nowMs);
            return true;
        }

        /// <summary>Forgets the connection at once; nothing is sent. For when the tunnel's address
        /// has changed and nothing could reach us any more.</summary>
        public void Drop()
        {
            _isResetDue = false;
            if (!IsOver)
            {
                _end = TcpEnd.Dropped;
            }

            Finish();
        }

        /// <inheritdoc/>
        public override int Send(byte[] b, int offset, int length)
        {
            if (length <= 0 || length > SendFree)
            {
                return 0;
            }

            _send.Append(b, offset, length);
            return length;
        }

        /// <inheritdoc/>
        public override int Receive(byte[] b, int offset, int capacity)
        {
            int length = _receive.Read(b, offset, capacity);
            if (length > 0 && MayReceive())
            {
                OfferWindow();
            }

            return length;
        }

        /// <inheritdoc/>
        public override void Close(int nowMs)
        {
            if (_isCloseAsked || IsOver)
            {
                return;
            }

            _isCloseAsked = true;
            if (_state == TcpState.SynReceived)
            {
                // RFC 9293 s.3.10.4 allows to wait for ESTABLISHED: our SYN is not acknowledged.
                return;
            }

            if (_state == TcpState.SynSent)
            {
                _end = TcpEnd.ClosedByUs;
            }

            Step(TcpTable.Close, nowMs);
            Rearm(nowMs);
        }

        /// <inheritdoc/>
        public override void Abort(int nowMs)
        {
            if (!IsOver)
            {
                _end = TcpEnd.Aborted;
            }

            _receive.Clear();
            Step(TcpTable.Abort, nowMs);
        }

        // Goes where the table says and does what it says.
        private void Step(int @event, int nowMs)
        {
            int cell = TcpTable.Step((int)_state, @event);
            if (!Invariant.Check(cell != TcpTable.Illegal))
            {
                _end = TcpEnd.Aborted;
                Finish();
                return;
            }

            var next = (TcpState)(cell & 15);
            switch (cell >> 4)
            {
                case TcpTable.Syn:
                case TcpTable.SynAck:
                    // Not yet written, or to be written again.
                    _nxt = _una;
                    break;
                case TcpTable.Ack:
                    AcknowledgeNow();
                    break;
                case TcpTable.Rst:
                    ResetWith(_max, nowMs);
                    break;
                case TcpTable.Dare:
                    Challenge(nowMs);
                    break;
                case TcpTable.AckWait:
                    AcknowledgeNow();
                    _end = TcpEnd.ClosedByUs;
                    break;
                case TcpTable.Wait:
                    _end = TcpEnd.ClosedByUs;
                    break;
                case TcpTable.Up:
                    Establish(nowMs);
                    break;
                case TcpTable.AckUp:
                    Establish(nowMs);
                    AcknowledgeNow();
                    break;
                default:
                    // None, and FIN: Output writes it when the ring is empty.
                    break;
            }

            _state = next;
            if (next == TcpState.Closed)
            {
                Finish();
            }
        }

        // CLOSED: what was received may still be read, and UnacknowledgedCount tells what is lost.
        private void Finish()
        {
            _state = TcpState.Closed;
            _receive.ClearStretches();
            QuietTime();
            QuietLoss();
        }

        private bool MayReceive()
        {
            return _state == TcpState.Established
                || _state == TcpState.FinWait1
                || _state == TcpState.FinWait2;
        }

        private static int Fitting(int capacity)
        {
            if (capacity < TcpLimits.MinimumCapacity)
            {
                return TcpLimits.MinimumCapacity;
            }

            return capacity < TcpLimits.MaximumCapacity ? capacity : TcpLimits.MaximumCapacity;
        }
    }
}
