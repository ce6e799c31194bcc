// The PPTP client: control connection, call, GRE and PPP link put together around one arena. It has
// no socket, no clock and no thread. Octets and time come in through a few methods; what is to be
// done comes out of Poll. The library returns and never calls out.
//
//   adapter -> ControlConnected ControlInput ControlClosed   (TCP 1723)
//           -> LendReceiveSlot, receive into the arena, GreInput   (IP protocol 47)
//           -> IpOutput   (the application's packets)
//           -> Tick, NextDeadlineMs, Idle   (time)
//           <- Poll until Nothing: SendControl, SendGre, DeliverIp, Event
//
// lib/ARCHITECTURE.md walks a packet through.

using System;
using nanoPptp.Control;
using nanoPptp.Crypto;
using nanoPptp.Diagnostics;
using nanoPptp.Gre;
using nanoPptp.Memory;
using nanoPptp.Time;
using nanoPptp.Wire;

namespace nanoPptp.Client
{
    /// <summary>
    /// One PPTP tunnel, from the client's side (a PNS in RFC 2637's words). Not thread-safe: one
    /// thread owns it. Everything is allocated by the constructor; nothing is after
    /// <see cref="Open"/>. All times are 32-bit milliseconds of one monotonic clock, which may
    /// wrap.
    /// </summary>
    public sealed partial class PptpClient
    {
        /// <summary>TCP port of the control connection (RFC 2637 s.1.3).</summary>
        public const int ControlPort = 1723;

        // A field, because the device makes a new object of a literal each time it is loaded.
        private readonly string _vendor = "nanoPptp";
        private readonly byte[] _arena = new byte[ArenaMap.Length];
        private readonly Counters _counters = new Counters();
        private readonly Diagnosis _diagnosis = new Diagnosis();
        private readonly EventRing _events = new EventRing(Limits.EventCount);
        private readonly RandomPool _random = new RandomPool();
        private readonly ReceiveSlots _slots = new ReceiveSlots();
        private readonly FrameQueue _frames;
        private readonly ControlStream _stream;
        private readonly ControlConnection _control;
        private readonly Call _call;
        private readonly GreSession _gre;
        private readonly ReceiveOrder _order = new ReceiveOrder();
        private readonly Link _link;
        private readonly Deadline _closeBy = new Deadline();
        private readonly Deadline _expectIp = new Deadline();

        private Stage _stage;
        private int _closing;
        private string _hostName;
        private HubQuirks _quirks = HubQuirks.Default;
        private bool _quirksSet;
        private int _mtuLimit;
        private int _mtu;
        private int _localAddress;
        private int _peerAddress;
        private int _primaryDns;
        private int _secondaryDns;
        private int _deadPeerMs;
        private int _reorderMs;
        private bool _greHeard;
        private bool _controlLent;
        private int _sendFrame;
        private int _sendLength;
        private int _inputSlot;
        private int _deliveringSlot;

        /// <summary>Makes a client and everything it will ever need: about 21 KiB on the device.
        /// Only what stateful MPPE needs, less than 2 KiB, is made by the first <see cref="Open"/>
        /// that allows it.</summary>
        public PptpClient()
        {
            _frames = new FrameQueue();
            _stream = new ControlStream(_arena);
            _control = new ControlConnection(_arena, _stream, _counters);
            _call = new Call(_arena, _stream, _counters);
            _gre = new GreSession(_arena, _counters);
            _link = new Link(_arena, _frames, _counters, _random);
            _deliveringSlot = -1;
        }

        /// <summary>Where an output of <see cref="Poll"/> begins in <see cref="Arena"/>, octets.
        /// </summary>
        public int OutputOffset;

        /// <summary>How long that output is, octets.</summary>
        public int OutputLength;

        /// <summary>All octets that travel. Inputs are received into it and outputs are read from
        /// it; it belongs to the client.</summary>
        public byte[] Arena
        {
            get { return _arena; }
        }

        /// <summary>How far the tunnel is.</summary>
        public Stage Stage
        {
            get { return _stage; }
        }

        /// <summary>The first cause of trouble since <see cref="Open"/>.</summary>
        public Diagnosis Diagnosis
        {
            get { return _diagnosis; }
        }

        /// <summary>Counts of everything since construction.</summary>
        public Counters Counters
        {
            get { return _counters; }
        }

        /// <summary>GRE packets that wait in receive slots: for a <see cref="Poll"/>, for the
        /// call's reply, or for packets in front of them. Their fate is not known yet.</summary>
        public int WaitingCount
        {
            get { return _slots.Count + _slots.HeldCount; }
        }

        /// <summary>Kind of the event that <see cref="Poll"/> gave last.</summary>
        public TunnelEvent EventCode
        {
            get { return (TunnelEvent)_events.Code; }
        }

        /// <summary>Value of that event: a <see cref="Client.Stage"/> or a <see cref="Reason"/>.
        /// </summary>
        public int EventValue
        {
            get { return _events.Value; }
        }

        /// <summary>Time of that event, milliseconds.</summary>
        public int EventAtMs
        {
            get { return _events.AtMs; }
        }

        /// <summary>What is taken for known of the hub: the row of the settings, or else the one
        /// that the hub's first words chose. Kept until the next <see cref="Open"/>: whoever dials
        /// the same hub again may put it into the settings.</summary>
        public HubQuirks Quirks
        {
            get { return _quirks; }
        }

        /// <summary>Our address in the tunnel, first octet most significant; 0 before the tunnel
        /// was up. Kept until the next <see cref="Open"/>.</summary>
        public int LocalAddress
        {
            get { return _localAddress; }
        }

        /// <summary>The hub's address in the tunnel; 0 when it did not say, and before the tunnel
        /// was up. Kept until the next <see cref="Open"/>.</summary>
        public int PeerAddress
        {
            get { return _peerAddress; }
        }

        /// <summary>Bits of the key of what we send: 128, 56 or 40; 0 where nothing is encrypted or
        /// nothing has been agreed yet.</summary>
        public int TransmitKeyBits
        {
            get { return _link.TransmitKeyBits; }
        }

        /// <summary>Bits of the key of what we receive; the two directions are agreed apart.
        /// </summary>
        public int ReceiveKeyBits
        {
            get { return _link.ReceiveKeyBits; }
        }

        /// <summary>Whether MPPE is in stateful mode, in one direction at least.</summary>
        public bool IsStateful
        {
            get { return _link.IsStateful; }
        }

        /// <summary>The hub's first name server (RFC 1877); 0 when it named none or was not asked.
        /// Kept until the next <see cref="Open"/>.</summary>
        public int PrimaryDns
        {
            get { return _primaryDns; }
        }

        /// <summary>The hub's second name server, in the same way.</summary>
        public int SecondaryDns
        {
            get { return _secondaryDns; }
        }

        /// <summary>Longest IP packet that may be sent, octets.</summary>
        public int Mtu
        {
            get { return _mtu; }
        }

        /// <summary>Where to write an IP packet before <see cref="IpOutput"/>: an arena offset with
        /// room for <see cref="Mtu"/> octets behind it and for every header in front.</summary>
        public static int IpOutputOffset
        {
            get { return ArenaMap.Send + Limits.SendHeadroom; }
        }

        /// <summary>Whether the room at <see cref="IpOutputOffset"/> may be written.</summary>
        public bool IsIpOutputFree
        {
            get { return _stage == Stage.Up && _sendLength == 0; }
        }

        /// <summary>Begins a tunnel; the adapter then connects TCP port 1723 and, before that,
        /// opens its GRE socket.</summary>
        /// <param name="settings">Who we are; read now, not kept.</param>
        /// <param name="entropy">Unpredictable octets for challenges, magic numbers and the call
        /// ID: at least 16, fresh for every call, from a hardware generator.</param>
        /// <param name="offset">Where they begin.</param>
        /// <param name="length">How many.</param>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        /// <exception cref="ArgumentException">A setting is out of its range, or there is too
        /// little entropy.</exception>
        /// <exception cref="InvalidOperationException">The last tunnel is not closed
        /// yet.</exception>
        public void Open(
            PptpSettings settings, byte[] entropy, int offset, int length, int nowMs)
        {
            if (_stage != Stage.Closed)
            {
                throw new InvalidOperationException();
            }

            if (offset < 0
                || length < Limits.MinimumEntropyLength
                || length > entropy.Length - offset
                || settings.HostName == null
                || settings.UserName == null
                || settings.Mtu < Limits.MinimumMtu
                || settings.Mtu > Limits.MaximumMtu
                || settings.ReorderMs < 0
                || settings.ReorderMs > Limits.MaximumReorderMs
                || settings.DeadPeerMs < Limits.MinimumDeadPeerMs
                || settings.DeadPeerMs > Limits.MaximumDeadPeerMs
                || settings.Encryption > EncryptionPolicy.Clear
                || !settings.AreMethodsGood
                || !_link.SetCredentials(settings))
            {
                _link.Wipe();
                throw new ArgumentException();
            }

            _link.SetEncryption(settings.Encryption, settings.AllowStateful);
            _random.Seed(entropy, offset, length);
            _hostName = settings.HostName;
            _quirksSet = settings.Quirks != null;
            UseQuirks(_quirksSet ? settings.Quirks : HubQuirks.Default);
            _link.LastAddress = settings.LastAddress;
            _link.AsksForDns = settings.AskForDns;
            _mtuLimit = settings.Mtu;
            _mtu = settings.Mtu;
            _reorderMs = settings.ReorderMs;
            _deadPeerMs = settings.DeadPeerMs;
            _localAddress = 0;
            _peerAddress = 0;
            _primaryDns = 0;
            _secondaryDns = 0;
            _closing = ClosingNothing;
            _controlLent = false;
            _greHeard = false;
            _sendLength = 0;
            _diagnosis.Reset();
            _events.Reset();
            _frames.Reset();
            _stream.Reset();
            _control.Reset();
            _call.Reset();
            _gre.Reset(0);
            _order.Reset();
            _expectIp.Disarm();
            Enter(Stage.Tcp, nowMs);
        }

        /// <summary>Ends the tunnel in order; poll until the stage is Closed: 10 s at most. Before
        /// the hub answered Start-Control-Connection-Request there is nothing to say, and the
        /// tunnel is closed at once.</summary>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        public void Close(int nowMs)
        {
            if (_stage != Stage.Closed && _stage != Stage.Closing)
            {
                _diagnosis.Record(Reason.ClosedByUser, 0, nowMs);
                BeginClose(nowMs);
            }
        }

        /// <summary>Tells that the TCP connection stands.</summary>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        public void ControlConnected(int nowMs)
        {
            if (_stage == Stage.Tcp)
            {
                Enter(Stage.Control, nowMs);
                _control.Start(_hostName, _vendor, nowMs);
                if (_quirks.Has(HubQuirks.CallWithStart))
                {
                    Dial(nowMs);
                }
            }
        }

        /// <summary>Tells that the TCP connection ended or could not be made: FIN, RST, time-out.
        /// </summary>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        public void ControlClosed(int nowMs)
        {
            _stream.Reset();
            _controlLent = false;
            if (_stage == Stage.Closed)
            {
                return;
            }

            // What the hub said before it hung up may still lie in the slots: a refused password
            // must not be taken for a lost connection.
            while (_call.IsConnected && (_slots.Count > 0 || _slots.HeldCount > 0))
            {
                Reason fate = InputOne(nowMs);
                if (fate != Reason.None)
                {
                    // Nobody takes a packet any more.
                    _counters.Count(fate == Reason.IpDelivered ? Reason.GreWrongCall : fate);
                    _slots.Release(_inputSlot);
                }
            }

            if (_stage != Stage.Closing)
            {
                Reason reason = Reason.ControlClosed;
                if (_stage == Stage.Tcp)
                {
                    reason = Reason.HubUnreachable;
                }
                else if (_stage == Stage.Call)
                {
                    reason = Reason.CallDropped;
                }

                Report(reason, 0, nowMs);
            }

            Finish(nowMs);
        }

        /// <summary>Takes octets from the TCP connection, split anywhere.</summary>
        /// <param name="b">The octets; copied.</param>
        /// <param name="offset">Where they begin.</param>
        /// <param name="length">How many.</param>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        public void ControlInput(byte[] b, int offset, int length, int nowMs)
        {
            while (length > 0 && _stage > Stage.Tcp)
            {
                int taken = _stream.Input(b, offset, length);
                offset += taken;
                length -= taken;
                if (_stream.Broken != Reason.None)
                {
                    // Lost synchronization: nothing more can be said on this connection.
                    if (_stage != Stage.Closing)
                    {
                        Report(_stream.Broken, 0, nowMs);
                    }

                    Finish(nowMs);
                    return;
                }

                if (_stream.IsWhole())
                {
                    InputMessage(nowMs);
                    _stream.Next();
                }
            }
        }

        /// <summary>Tells how much of the last SendControl the socket took; the rest comes again at
        /// once. While the socket takes nothing, do not call this: the output stays lent, and
        /// <see cref="Poll"/> gives everything else.</summary>
        /// <param name="count">Octets: 0 to the length of that output.</param>
        public void ControlSent(int count)
        {
            if (_controlLent)
            {
                _controlLent = false;
                _stream.Sent(count);
            }
        }

        /// <summary>Tells whether <see cref="IpOutput"/> would take a packet now; only then may the
        /// octets at <see cref="IpOutputOffset"/> be written.</summary>
        /// <param name="length">Octets of the packet.</param>
        /// <returns>The length; or the negated <see cref="Reason.NotUp"/>,
        /// <see cref="Reason.Busy"/> or <see cref="Reason.IpTooLong"/>.</returns>
        public int CheckIpOutput(int length)
        {
            if (_stage != Stage.Up)
            {
                return -(int)Reason.NotUp;
            }

            if (_sendLength != 0)
            {
                return -(int)Reason.Busy;
            }

            return length > _mtu ? -(int)Reason.IpTooLong : length;
        }

        /// <summary>Encrypts the IP packet at <see cref="IpOutputOffset"/> and gets it ready for
        /// <see cref="Poll"/>.</summary>
        /// <param name="length">Octets of the packet.</param>
        /// <returns>The length; or the negated <see cref="Reason.NotUp"/>,
        /// <see cref="Reason.Busy"/>, <see cref="Reason.IpTooLong"/> or
        /// <see cref="Reason.BadIpHeader"/> (not IPv4, or not from our address).</returns>
        public int IpOutput(int length)
        {
            int result = CheckIpOutput(length);
            if (result < 0)
            {
                return result;
            }

            int at = ArenaMap.Send + Limits.SendHeadroom;
            if (length < Ipv4.HeaderLength
                || (_arena[at] >> 4) != Ipv4.Version
                || Ipv4.Source(_arena, at) != _localAddress)
            {
                return -(int)Reason.BadIpHeader;
            }

            _sendFrame = _link.WriteFrame(at, length);
            _sendLength = at + length - _sendFrame;
            _counters.IpSent++;
            _counters.IpSentOctets += length;
            return length;
        }

        /// <summary>Says that an IP packet has to come, as after a question: if none does in time,
        /// the tunnel ends as <see cref="Reason.DataTimeout"/>. A hub may answer LCP while its data
        /// path is dead. Any packet that is delivered fulfils the expectation; while one is
        /// pending, another call changes nothing.</summary>
        /// <param name="withinMs">Until when it has to come, milliseconds from now: 1 to
        /// <see cref="Limits.MaximumDeadPeerMs"/>.</param>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        public void ExpectIp(int withinMs, int nowMs)
        {
            if (_stage == Stage.Up && !_expectIp.IsArmed)
            {
                _expectIp.Arm(nowMs, withinMs);
            }
        }

        /// <summary>Lets time pass. Drain the sockets and poll first, so that nothing is repeated
        /// whose answer has come: call it when <see cref="NextDeadlineMs"/> is over, or at any
        /// time.</summary>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        public void Tick(int nowMs)
        {
            if (_stage == Stage.Closed)
            {
                return;
            }

            AfterControl(_control.Tick(nowMs), nowMs);
            AfterCall(_call.Tick(nowMs), nowMs);
            if (_closeBy.IsDue(nowMs))
            {
                Finish(nowMs);
                return;
            }

            if (_call.IsConnected && IsInputReady(nowMs))
            {
                // The answer to what would be repeated now may lie in a slot: Poll first.
                return;
            }

            _link.Tick(nowMs);
            AfterLink(nowMs);
            if (_expectIp.IsDue(nowMs))
            {
                _expectIp.Disarm();
                Fail(Reason.DataTimeout, 0, nowMs);
            }

            if (_stage == Stage.Lcp
                && !_greHeard
                && _link.LcpRequestCount > Limits.GreBlockedRequestCount)
            {
                Fail(Reason.GreBlocked, 0, nowMs);
            }
        }

        /// <summary>How long the loop may wait for its sockets before the next <see cref="Tick"/>.
        /// </summary>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        /// <returns>Milliseconds: 0 to 60000; 0 when <see cref="Poll"/> has something.</returns>
        public int NextDeadlineMs(int nowMs)
        {
            if (_events.Count > 0
                || _frames.Count > 0
                || _sendLength > 0
                || (_stream.OutputLength > 0 && !_controlLent)
                || (_call.IsConnected && IsInputReady(nowMs)))
            {
                return 0;
            }

            int waitMs = Limits.LongestWaitMs;
            waitMs = _control.Sooner(nowMs, waitMs);
            waitMs = _call.Sooner(nowMs, waitMs);
            waitMs = _gre.Sooner(nowMs, waitMs);
            waitMs = _closeBy.Sooner(nowMs, waitMs);
            waitMs = _expectIp.Sooner(nowMs, waitMs);
            if (_call.IsConnected)
            {
                // Without a call nothing takes them before the tunnel is closed.
                waitMs = _slots.SoonerHeld(nowMs, waitMs);
            }

            return _link.Sooner(nowMs, waitMs);
        }

        /// <summary>Uses spare time to prepare work before it is needed, a bounded slice a call. At
        /// present there is nothing to prepare.</summary>
        /// <param name="steps">How much work at most, in steps of about a hundred instructions.
        /// </param>
        /// <returns>True while more work waits.</returns>
        public bool Idle(int steps)
        {
            Invariant.Check(steps > 0);
            return false;
        }

        /// <summary>Gives the next thing to do. Call it until it says Nothing, after every input
        /// and every <see cref="Tick"/>, also when the stage is Closed: the last words are still to
        /// be sent. <see cref="OutputOffset"/> and <see cref="OutputLength"/> are valid until the
        /// next call of any method.</summary>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        /// <returns>What to do.</returns>
        public Output Poll(int nowMs)
        {
            if (_deliveringSlot >= 0)
            {
                _slots.Release(_deliveringSlot);
                _deliveringSlot = -1;
            }

            for (; ; )
            {
                if (_events.Take())
                {
                    return Output.Event;
                }

                if (_stream.OutputLength > 0 && !_controlLent)
                {
                    _controlLent = true;
                    OutputOffset = ArenaMap.ControlOutput;
                    OutputLength = _stream.OutputLength;
                    return Output.SendControl;
                }

                if (_frames.Count > 0)
                {
                    _frames.Take();
                    int frame = _frames.Offset - PppFrame.LongHeaderLength;
                    PppFrame.WriteLongHeader(_arena, frame, _frames.Protocol);
                    return GiveGre(frame, _frames.Length + PppFrame.LongHeaderLength);
                }

                if (_sendLength > 0)
                {
                    int length = _sendLength;
                    _sendLength = 0;
                    return GiveGre(_sendFrame, length);
                }

                if (!_call.IsConnected || !IsInputReady(nowMs))
                {
                    break;
                }

                if (ProcessOne(nowMs))
                {
                    return Output.DeliverIp;
                }
            }

            if (_gre.MustAcknowledge(nowMs))
            {
                _counters.GreSent++;
                _counters.GreAcknowledgmentsSent++;
                OutputOffset = ArenaMap.Acknowledgment;
                OutputLength = _gre.WriteAcknowledgment(ArenaMap.Acknowledgment);
                return Output.SendGre;
            }

            return Output.Nothing;
        }

        private Output GiveGre(int frame, int length)
        {
            int at = _gre.WriteHeader(frame, length);
            _counters.GreSent++;
            OutputOffset = at;
            OutputLength = frame + length - at;
            return Output.SendGre;
        }
    }
}
