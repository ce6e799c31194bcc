// One client, one hub of the simulator, the path between them and a clock: everything that the
// script of an input can move. Octets of the hub wait in queues until the script lets them arrive,
// whole, cut, changed, twice, or never; what the client sends reaches the hub unchanged or not at
// all.

using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using nanoPptp.Client;
using nanoPptp.Diagnostics;
using nanoPptp.Fuzz.Engine;
using nanoPptp.Memory;
using nanoPptp.Telemetry.Ip;
using Simulator.Hub;

namespace nanoPptp.Fuzz.World;

/// <summary>What a test breaks on purpose, to see that the fuzzer notices.</summary>
internal enum Sabotage
{
    None,

    /// <summary>A packet's fate is lost.</summary>
    LoseFate,

    /// <summary>The hub's packets are not remembered, so that they seem to come from
    /// nowhere.</summary>
    ForgetSent,

    /// <summary>A packet of the application leaves in clear.</summary>
    LeakPlaintext,

    /// <summary>An object is made where none may be.</summary>
    Allocate,

    /// <summary>The client always has something to do.</summary>
    NeverRest,
}

/// <summary>The client and everything around it.</summary>
internal sealed partial class World : HubObserver, IHubTransport
{
    private const uint MagicCookie = 0x1A2B3C4D;
    private const uint OuterAddress = 0xC0000210;
    private const int OuterHeaderLength = 20;
    private const int MaximumPolls = 4000;
    private const int MaximumRounds = 4000;
    private const int MaximumSteps = 20_000;
    private const int MaximumQueue = 64;
    private const int HistoryLength = 16;
    private const int StageReasonNote = 3;

    private static readonly byte[] s_goodHash = HashOf(HubVariants.Password);
    private static readonly byte[] s_badHash = HashOf("not the phrase");

    private readonly Feedback _feedback;
    private readonly Sabotage _sabotage;
    private readonly Meter _meter = new();
    private readonly IpEndpoint _endpoint;
    private readonly DataWatch _watch;
    private readonly List<byte[]> _control = [];
    private readonly List<byte[]> _gre = [];
    private readonly List<byte[]> _history = [];
    private readonly int[] _counted = new int[Counters.ReasonCount];
    private readonly int _baseMs;
    private long _elapsedMs = 1000;
    private readonly byte _switches;
    private PptpHub _hub;
    private HubSession? _session;
    private int _connection;
    private bool _isTcpUp;
    private bool _hasHubClosed;
    private bool _isSocketBlocked;
    private bool _isUplinkCut;
    private int _socketTakes = int.MaxValue;
    private Stage _lastStage;

    internal World(
        int hubVariant, byte switches, int baseMs, Feedback feedback, Sabotage sabotage)
    {
        _switches = switches;
        _feedback = feedback;
        _sabotage = sabotage;
        _baseMs = baseMs;
        Client = new PptpClient();
        _endpoint = new IpEndpoint(Client);
        _watch = new DataWatch(Client, _endpoint, Limits.DefaultDeadPeerMs);
        _hub = MakeHub(hubVariant);
    }

    internal PptpClient Client { get; }

    internal IpEndpoint Endpoint => _endpoint;

    internal Meter Meter => _meter;

    internal int NowMs => unchecked(_baseMs + (int)_elapsedMs);

    /// <summary>The hub's next octets, still on their way.</summary>
    internal int WaitingCount => _control.Count + _gre.Count;

    /// <summary>Puts another hub in the place of the one before; the path is clean again.</summary>
    internal void Replace(int hubVariant)
    {
        _hub = MakeHub(hubVariant);
        _control.Clear();
        _gre.Clear();
        _history.Clear();
        _session = null;
        _isTcpUp = false;
        _isSocketBlocked = false;
        _isUplinkCut = false;
        _socketTakes = int.MaxValue;
    }

    /// <summary>Opens with settings that are known to be good, and connects.</summary>
    internal void Dial()
    {
        Open(MakeSettings(), new byte[32], 0, 32, mustThrow: false);
        Connect();
    }

    /// <summary>The same with the drawn switches, if the client takes them.</summary>
    internal void DialDrawn()
    {
        if (_switches != 0)
        {
            // Switches may be out of range or contradict each other: then the client stays closed.
            var settings = new PptpSettings { UserName = HubVariants.User };
            Switches.Draw(settings, _switches);
            settings.SetPassword(HubVariants.Password);
            Open(settings, new byte[32], 0, 32, mustThrow: null);
        }

        if (Client.Stage == Stage.Closed)
        {
            Dial();
        }

        Connect();
    }

    /// <summary>Opens the client and looks whether it refuses what it has to; null where both is
    /// right.</summary>
    internal void Open(
        PptpSettings settings, byte[] entropy, int offset, int length, bool? mustThrow)
    {
        bool wasClosed = Client.Stage == Stage.Closed;
        bool hasThrown = false;
        try
        {
            Client.Open(settings, entropy, offset, length, NowMs);
        }
        catch (InvalidOperationException) when (!wasClosed)
        {
            return;
        }
        catch (ArgumentException) when (wasClosed && mustThrow != false)
        {
            hasThrown = true;
        }

        Oracle.Demand(wasClosed, "open", "a client that is open was opened again");
        Oracle.Demand(
            hasThrown || mustThrow != true, "open", "Open took settings that it has to refuse");
        if (!hasThrown)
        {
            ForgetPackets(settings);
        }
    }

    /// <summary>The adapter's TCP connection stands.</summary>
    internal void Connect()
    {
        if (Client.Stage != Stage.Tcp)
        {
            return;
        }

        HangUpTcp();
        _control.Clear();
        _connection++;
        _isTcpUp = true;
        _hasHubClosed = false;
        _hub.TcpConnected(_connection, OuterAddress, _elapsedMs);
        _meter.Start();
        Client.ControlConnected(NowMs);
        _meter.Stop();
        Pump();
    }

    /// <summary>Goes on step by step until the client is at a stage, or nothing happens any more.
    ///</summary>
    internal void Reach(Stage stage)
    {
        DialDrawn();
        for (int i = 0; i < 200 && Client.Stage < stage; i++)
        {
            if (!Step())
            {
                break;
            }
        }
    }

    /// <summary>Lets one message or packet of the hub arrive.</summary>
    /// <returns>False when there was none.</returns>
    internal bool Step()
    {
        if (_control.Count > 0)
        {
            byte[] message = _control[0];
            _control.RemoveAt(0);
            ControlArrives(message);
        }
        else if (_gre.Count > 0)
        {
            byte[] packet = _gre[0];
            _gre.RemoveAt(0);
            GreArrives(packet, OuterHeaderLength);
        }
        else if (_hasHubClosed && _isTcpUp)
        {
            TcpEnds();
        }
        else
        {
            return false;
        }

        Pump();
        return true;
    }

    /// <summary>Carries octets until nobody has any more.</summary>
    internal void Carry()
    {
        Pump();
        for (int i = 0; Step(); i++)
        {
            Oracle.Demand(
                i < MaximumRounds, OracleKinds.Hang, "client and hub never come to rest");
        }
    }

    /// <summary>The client hears that TCP ended.</summary>
    internal void TcpEnds()
    {
        HangUpTcp();
        _meter.Start();
        Client.ControlClosed(NowMs);
        _meter.Stop();
        Oracle.Demand(Client.Stage == Stage.Closed, "close", "open without a control connection");
    }

    internal void ControlArrives(ReadOnlySpan<byte> octets)
    {
        // In an array of its own, at an odd offset, so that the offset counts.
        byte[] b = new byte[octets.Length + 4];
        octets.CopyTo(b.AsSpan(3));
        _meter.Start();
        Client.ControlInput(b, 3, octets.Length, NowMs);
        _meter.Stop();
    }

    /// <summary>A packet of IP protocol 47 arrives.</summary>
    /// <returns>False when there was no slot for it.</returns>
    internal bool GreArrives(ReadOnlySpan<byte> packet, int start)
    {
        _meter.Start();
        int slot = Client.LendReceiveSlot();
        _meter.Stop();
        if (slot < 0)
        {
            return false;
        }

        Oracle.Demand(slot < Limits.ReceiveSlotCount, "slot", $"slot {slot} was lent");
        int length = Math.Min(packet.Length, Limits.ReceiveSlotLength - start);
        Span<byte> room = Client.Arena.AsSpan(
            PptpClient.ReceiveSlotOffset(slot), Limits.ReceiveSlotLength);
        room[..start].Fill(0x45);
        packet[..length].CopyTo(room[start..]);
        _meter.Start();
        Client.GreInput(slot, start, length, NowMs);
        _meter.Stop();
        return true;
    }

    /// <summary>Takes what the client has to say, until it has nothing.</summary>
    internal void Pump()
    {
        for (int i = 0; PollOnce(); i++)
        {
            Oracle.Demand(
                i < MaximumPolls,
                OracleKinds.Hang,
                $"Poll has something to say {MaximumPolls} times in a row");
        }

        Observe();
    }

    /// <summary>Takes one output.</summary>
    /// <returns>False when there was nothing.</returns>
    internal bool PollOnce()
    {
        _meter.Start();
        Output output = Client.Poll(NowMs);
        _meter.Stop();
        if (output == Output.Nothing)
        {
            return _sabotage == Sabotage.NeverRest && Client.Stage == Stage.Up;
        }

        if (output == Output.Event)
        {
            _feedback.Note(5, (int)Client.EventCode, Client.EventValue, (int)_lastStage);
            return true;
        }

        Oracle.Demand(
            Client.OutputOffset >= 0
                && Client.OutputLength > 0
                && Client.OutputOffset <= Client.Arena.Length - Client.OutputLength,
            "output",
            $"{output} at {Client.OutputOffset} with {Client.OutputLength} octets");
        switch (output)
        {
            case Output.SendControl:
                SendControl();
                break;
            case Output.SendGre:
                SendGre();
                break;
            case Output.DeliverIp:
                Deliver();
                break;
            default:
                Oracle.Demand(false, "output", $"output {output}");
                break;
        }

        return true;
    }

    /// <summary>The clock moves, whether anybody had something to do meanwhile or not.</summary>
    internal void Jump(uint ms)
    {
        _elapsedMs += ms;
        _hub.Tick(_elapsedMs);
        Pump();
        Tick();
        Pump();
    }

    internal void Tick()
    {
        _meter.Start();
        Client.Tick(NowMs);
        _meter.Stop();
    }

    /// <summary>Lets time pass as an adapter does: waits as long as the client says.</summary>
    /// <param name="ms">How long.</param>
    /// <param name="carries">Whether the hub's octets arrive.</param>
    internal void Advance(int ms, bool carries)
    {
        int idleTicks = 0;
        int carriedTo = 0;
        for (int round = 0; ; round++)
        {
            Oracle.Demand(
                round < MaximumSteps, OracleKinds.Hang, $"{ms} ms do not pass in {round} steps");
            if (carries)
            {
                Carry();
            }
            else
            {
                Pump();
            }

            int waitMs = NextDeadlineMs();
            idleTicks = waitMs == 0 ? idleTicks + 1 : 0;
            Oracle.Demand(
                idleTicks < 10, OracleKinds.Hang, "the client asks for a tick again and again");
            int step = (int)Math.Min(
                Math.Min(ms - carriedTo, waitMs), Math.Max(0, _hub.NextDeadlineMs - _elapsedMs));
            carriedTo += step;
            _elapsedMs += step;
            _hub.Tick(_elapsedMs);
            Tick();
            if (carriedTo == ms)
            {
                Pump();
                return;
            }
        }
    }

    internal int NextDeadlineMs()
    {
        _meter.Start();
        int waitMs = Client.NextDeadlineMs(NowMs);
        _meter.Stop();
        Oracle.Demand(
            waitMs is >= 0 and <= Limits.LongestWaitMs, "deadline", $"a wait of {waitMs} ms");
        return waitMs;
    }

    /// <summary>Settings that open any tunnel of the first hub.</summary>
    internal static PptpSettings MakeSettings()
    {
        var settings = new PptpSettings { UserName = HubVariants.User };
        s_goodHash.CopyTo(settings.NtHash, 0);
        return settings;
    }

    private static byte[] HashOf(string password)
    {
        var settings = new PptpSettings();
        settings.SetPassword(password);
        return settings.NtHash;
    }

    private PptpHub MakeHub(int variant)
    {
        IReadOnlyList<HubSettings> all = HubVariants.All;
        return new PptpHub(all[variant % all.Count], this, this, new Random64(7));
    }

    private void HangUpTcp()
    {
        if (_isTcpUp)
        {
            _isTcpUp = false;
            _hub.TcpClosed(_connection, _elapsedMs);
        }
    }

    private void SendControl()
    {
        ReadOnlySpan<byte> octets =
            Client.Arena.AsSpan(Client.OutputOffset, Client.OutputLength);
        DemandNoPlaintext(octets);
        if (_isSocketBlocked)
        {
            // The output stays lent; everything else goes on.
            return;
        }

        ReadControl(octets);
        int taken = Math.Min(octets.Length, _socketTakes);
        if (_isTcpUp)
        {
            _hub.TcpReceived(_connection, octets[..taken], _elapsedMs);
        }

        _meter.Start();
        Client.ControlSent(taken);
        _meter.Stop();
    }

    private void SendGre()
    {
        ReadOnlySpan<byte> octets =
            Client.Arena.AsSpan(Client.OutputOffset, Client.OutputLength);
        DemandSoundGre(octets);
        ReadFrame(octets);
        if (!_isUplinkCut)
        {
            _hub.GreReceived(OuterAddress, octets, _elapsedMs);
        }
    }

    // The client's own identifiers, so that the script can answer as a hub would.
    private void ReadControl(ReadOnlySpan<byte> octets)
    {
        while (octets.Length >= 14
            && BinaryPrimitives.ReadUInt32BigEndian(octets[4..]) == MagicCookie)
        {
            int length = BinaryPrimitives.ReadUInt16BigEndian(octets);
            int type = BinaryPrimitives.ReadUInt16BigEndian(octets[8..]);
            if (length < 14 || length > octets.Length)
            {
                return;
            }

            if (type == 7)
            {
                _clientCallId = BinaryPrimitives.ReadUInt16BigEndian(octets[12..]);
            }
            else if (type == 5)
            {
                octets.Slice(12, 4).CopyTo(_echoIdentifier);
            }

            octets = octets[length..];
        }
    }

    private void ReadFrame(ReadOnlySpan<byte> gre)
    {
        ReadOnlySpan<byte> frame = Packets.FrameOf(gre);
        if (frame.Length >= 8 && frame[0] == 0xFF && Protocols.IndexOf(frame[2..]) is int index
            && index >= 0)
        {
            _lastIdentifier[index] = frame[5];
            if (frame[4] == 1)
            {
                _lastRequest[index] = frame[8..].ToArray();
            }
        }
    }

    void IHubTransport.SendTcp(int connection, ReadOnlySpan<byte> octets)
    {
        if (connection == _connection && _control.Count < MaximumQueue)
        {
            if (octets.Length >= 16 && octets[9] == 8)
            {
                _hubCallId = BinaryPrimitives.ReadUInt16BigEndian(octets[12..]);
            }

            _control.Add(octets.ToArray());
        }
    }

    void IHubTransport.CloseTcp(int connection, bool reset)
    {
        _hasHubClosed |= connection == _connection;
    }

    void IHubTransport.SendGre(
        int connection, uint clientAddress, ReadOnlySpan<byte> gre)
    {
        if ((gre[0] & 0x10) != 0)
        {
            _hubSequence = BinaryPrimitives.ReadUInt32BigEndian(gre[8..]);
        }

        if (_gre.Count < MaximumQueue)
        {
            byte[] packet = gre.ToArray();
            _gre.Add(packet);
            _history.Add(packet);
            if (_history.Count > HistoryLength)
            {
                _history.RemoveAt(0);
            }
        }
    }

    /// <inheritdoc/>
    public override void SessionUp(HubSession session, long nowMs)
    {
        _session = session;
    }

    /// <inheritdoc/>
    public override void SessionDown(HubSession session, HubEnd reason, long nowMs)
    {
        _feedback.Note(6, (int)reason, (int)Client.Stage);
        if (_session == session)
        {
            _session = null;
        }
    }
}
