// What has to be true whatever the hub, the path and the clock do.

using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Text;
using nanoPptp.Client;
using nanoPptp.Diagnostics;
using nanoPptp.Fuzz.Engine;
using nanoPptp.Memory;
using Simulator.Hub;

namespace nanoPptp.Fuzz.World;

internal sealed partial class World
{
    private const int MaximumOutstanding = 512;
    private const int ClosingMs = 10_000;
    private const int DialMs = 20_000;

    private static readonly byte[] s_hubMark = "hub-secret--"u8.ToArray();
    private static readonly byte[] s_clientMark = "app-secret--"u8.ToArray();

    private static readonly byte[] s_password =
        Encoding.UTF8.GetBytes(HubVariants.Password);

    private readonly List<byte[]> _fromHub = [];
    private readonly List<byte[]> _fromClient = [];
    private int _packetNumber;
    private int _deliveredCount;
    private int _arrivedCount;
    private int _pingAnswerCount;
    private bool _isTampered;
    private bool _isClear;
    private bool _mayTellPassword;
    private object? _planted;

    /// <summary>Promises that hold between any two operations.</summary>
    internal void DemandAll()
    {
        Counters counters = Client.Counters;
        if (_sabotage == Sabotage.LoseFate && Client.Stage == Stage.Up && counters.IpSent > 0)
        {
            counters.GreReceived++;
        }

        int held = counters.GreReceived - counters.SumOfFates();
        Oracle.Demand(
            held == Client.WaitingCount && held <= Limits.ReceiveSlotCount,
            "fates",
            $"{held} packets have no fate and {Client.WaitingCount} wait");
        NextDeadlineMs();
        _meter.Demand();
    }

    /// <summary>Ends the tunnel one way or the other; then nothing may be left of it.</summary>
    /// <param name="inOrder">By Close, or by the end of TCP.</param>
    /// <param name="carries">Whether the hub still answers.</param>
    internal void End(bool inOrder, bool carries)
    {
        _isSocketBlocked = false;
        _socketTakes = int.MaxValue;
        _meter.Start();
        Client.ControlSent(0);
        _meter.Stop();
        if (inOrder)
        {
            _meter.Start();
            Client.Close(NowMs);
            _meter.Stop();
            Advance(ClosingMs, carries);
            Oracle.Demand(
                Client.Stage == Stage.Closed,
                "close",
                $"stage {Client.Stage} {ClosingMs} ms after Close");
        }

        TcpEnds();
        Pump();
        Oracle.Demand(
            Client.Counters.GreReceived == Client.Counters.SumOfFates(),
            "fates",
            $"{Client.Counters.GreReceived} packets and {Client.Counters.SumOfFates()} fates");
        Oracle.Demand(
            Client.Arena.AsSpan(ArenaMap.Secrets, ArenaMap.SecretsLength)
                .IndexOfAnyExcept((byte)0) < 0,
            "secrets",
            "secrets are left behind the end of the tunnel");
        Oracle.Demand(
            NextDeadlineMs() == Limits.LongestWaitMs, "deadline", "a closed client has deadlines");
        _meter.Demand();
    }

    /// <summary>The same client, with a hub and a path that are well again, has to come up and to
    /// carry packets both ways: nothing that was done to it may last.</summary>
    internal void DemandRecovery()
    {
        Replace(0);
        Dial();
        Carry();
        for (int i = 0; i < DialMs / 1000 && Client.Stage != Stage.Up; i++)
        {
            Advance(1000, carries: true);
        }

        Oracle.Demand(
            Client.Stage == Stage.Up && _session != null,
            "recovery",
            $"stage {Client.Stage} ({Client.Diagnosis.Reason}) with a hub that is well");
        int before = _deliveredCount;
        for (int i = 0; i < Limits.ReceiveSlotCount; i++)
        {
            HubSends(Packets.Udp, i);
        }

        for (int i = 0; i < Limits.ReceiveSlotCount; i++)
        {
            Oracle.Demand(
                GreArrives(_gre[0], OuterHeaderLength), "recovery", "a slot is lost for ever");
            _gre.RemoveAt(0);
        }

        Pump();
        Oracle.Demand(
            _deliveredCount - before == Limits.ReceiveSlotCount,
            "recovery",
            $"{_deliveredCount - before} of {Limits.ReceiveSlotCount} packets were delivered");
        int arrived = _arrivedCount;
        ClientSends(40);
        Pump();
        Oracle.Demand(
            _arrivedCount == arrived + 1, "recovery", "a packet did not arrive at the hub");
        DemandAll();
        End(inOrder: true, carries: true);
    }

    /// <summary>The hub sends a packet through the tunnel.</summary>
    internal void HubSends(int protocol, int fill)
    {
        if (_session != null)
        {
            HubSends(Packets.Ip(
                _hub.Settings.TunnelAddress,
                _session.Address,
                protocol,
                s_hubMark,
                ++_packetNumber,
                fill));
        }
    }

    internal void HubSends(byte[] packet)
    {
        if (_session != null
            && packet.Length > 0
            && _hub.SendIp(_session, packet, _elapsedMs)
            && _sabotage != Sabotage.ForgetSent)
        {
            Remember(_fromHub, packet);
        }
    }

    /// <summary>The application sends a packet.</summary>
    internal void ClientSends(int fill)
    {
        byte[] packet = Packets.Ip(
            (uint)Client.LocalAddress,
            (uint)Client.PeerAddress,
            Packets.Udp,
            s_clientMark,
            ++_packetNumber,
            fill);
        ClientSends(packet);
    }

    internal void ClientSends(ReadOnlySpan<byte> packet)
    {
        _meter.Start();
        int check = Client.CheckIpOutput(packet.Length);
        bool isFree = Client.IsIpOutputFree;
        _meter.Stop();
        if (check >= 0)
        {
            Oracle.Demand(
                isFree && packet.Length <= Client.Mtu, "output", "room that is not free");
            packet.CopyTo(Client.Arena.AsSpan(PptpClient.IpOutputOffset));
        }

        _meter.Start();
        int taken = Client.IpOutput(packet.Length);
        if (_sabotage == Sabotage.Allocate)
        {
            _planted = new object();
            GC.KeepAlive(_planted);
        }

        _meter.Stop();
        _feedback.Note(7, Math.Min(taken, 0), (int)Client.Stage);
        Oracle.Demand(
            taken <= 0 || (Client.Stage == Stage.Up && check == taken),
            "output",
            $"IpOutput took {taken} octets at stage {Client.Stage}");
        if (taken > 0)
        {
            Remember(_fromClient, packet.ToArray());
        }
    }

    private static void Remember(List<byte[]> packets, byte[] packet)
    {
        packets.Add(packet);
        if (packets.Count > MaximumOutstanding)
        {
            packets.RemoveAt(0);
        }
    }

    private void ForgetPackets(PptpSettings settings)
    {
        bool isClear = Switches.IsClear(settings);
        _mayTellPassword = Switches.MayTellPassword(settings);
        _fromHub.Clear();
        _fromClient.Clear();

        // In a tunnel in clear what was forged cannot be told from what was sent.
        _isTampered = isClear;
        _isClear = isClear;
    }

    // A packet came out of the tunnel: the hub has sent it, and it is the first time.
    private void Deliver()
    {
        _deliveredCount++;
        ReadOnlySpan<byte> packet =
            Client.Arena.AsSpan(Client.OutputOffset, Client.OutputLength);
        bool isKnown = TakeOut(_fromHub, packet) || IsAnswerToPing(packet);
        Oracle.Demand(
            isKnown || _isTampered,
            "delivery",
            $"the hub did not send {Convert.ToHexString(packet)}, or sent it once");
        Oracle.Demand(
            packet.Length >= Packets.IpHeaderLength && packet[0] >> 4 == 4,
            "delivery",
            "what was delivered is no IPv4 packet");
        _meter.Start();
        bool isUdp = _endpoint.Input(NowMs);
        _meter.Stop();
        if (isUdp)
        {
            Oracle.Demand(
                _endpoint.UdpOffset >= Client.OutputOffset
                    && _endpoint.UdpLength >= 0
                    && _endpoint.UdpOffset + _endpoint.UdpLength
                        <= Client.OutputOffset + Client.OutputLength,
                "delivery",
                "a datagram does not lie within its packet");
        }
    }

    // The hub answers pings by itself: one answer at most to each.
    private bool IsAnswerToPing(ReadOnlySpan<byte> packet)
    {
        if (packet.Length < 28 || packet[9] != Packets.Icmp || packet[20] != 0)
        {
            return false;
        }

        _pingAnswerCount++;
        return _pingAnswerCount <= _endpoint.Counters.EchoSent;
    }

    private static bool TakeOut(List<byte[]> packets, ReadOnlySpan<byte> packet)
    {
        for (int i = 0; i < packets.Count; i++)
        {
            // Octets behind the packet's own length are padding and not delivered.
            if (packets[i].AsSpan().StartsWith(packet))
            {
                packets.RemoveAt(i);
                return true;
            }
        }

        return false;
    }

    // Nothing of the application's leaves unless it is encrypted, and nothing of the hub's goes
    // back.
    private void DemandNoPlaintext(ReadOnlySpan<byte> octets)
    {
        Oracle.Demand(
            _isClear
                || (octets.IndexOf(s_clientMark) < 0
                    && (_isTampered || octets.IndexOf(s_hubMark) < 0)),
            "clear",
            "octets of the inner network leave in clear");
        Oracle.Demand(
            octets.IndexOf(s_goodHash) < 0
                && (_mayTellPassword || octets.IndexOf(s_password) < 0),
            "secrets",
            "the password or its hash leaves");
    }

    private void DemandSoundGre(ReadOnlySpan<byte> octets)
    {
        if (_sabotage == Sabotage.LeakPlaintext && _fromClient.Count > 0)
        {
            octets = Packets.Gre(0, 0, [0x00, 0x21, .. _fromClient[0]]);
        }

        DemandNoPlaintext(octets);
        ReadOnlySpan<byte> frame = Packets.FrameOf(octets);
        if (frame.IsEmpty)
        {
            return;
        }

        if (frame.Length > 2 && frame[0] == 0xFF && frame[1] == 0x03)
        {
            frame = frame[2..];
        }

        int protocol = (frame[0] & 1) != 0
            ? frame[0]
            : BinaryPrimitives.ReadUInt16BigEndian(frame);
        Oracle.Demand(
            protocol is 0xC021 or 0xC223 or 0x80FD or 0x8021 or 0x00FD
                || (_isClear && protocol is 0x0021 or 0xC023),
            "clear",
            $"a frame of protocol {protocol:x4} leaves");
    }

    // The state as far as it can be seen, for the feedback; and what needs the client at rest.
    private void Observe()
    {
        Stage stage = Client.Stage;
        if (stage != _lastStage)
        {
            _feedback.Note(1, (int)_lastStage, (int)stage, (int)Client.Diagnosis.Reason);
            _lastStage = stage;
        }

        for (int i = 0; i < _counted.Length; i++)
        {
            int count = Client.Counters.Get((Reason)i);
            if (count != _counted[i])
            {
                _counted[i] = count;
                _feedback.Reasons[i] = true;
                _feedback.Note(2, i, Feedback.Bucket(count), (int)stage);
            }
        }

        _feedback.Note(
            StageReasonNote,
            (int)stage,
            (int)Client.Diagnosis.Reason,
            Feedback.Bucket(Client.Diagnosis.OctetsLength));
    }

    /// <inheritdoc/>
    public override void UdpReceived(HubSession session, HubDatagram datagram, long nowMs)
    {
        int at = datagram.Payload.IndexOf(s_clientMark);
        if (at < 0)
        {
            return;
        }

        _arrivedCount++;
        for (int i = 0; i < _fromClient.Count; i++)
        {
            if (_fromClient[i].AsSpan().EndsWith(datagram.Payload))
            {
                _fromClient.RemoveAt(i);
                return;
            }
        }

        Oracle.Demand(false, "delivery", "the hub received what the application did not send");
    }

    /// <inheritdoc/>
    public override void Noted(HubSession? session, HubNote note, long nowMs)
    {
        _feedback.Note(8, (int)note, (int)Client.Stage);
        Oracle.Demand(
            note is not (HubNote.GreMalformed or HubNote.ControlBroken or HubNote.PppMalformed
                or HubNote.MppeBadFrame),
            "output",
            $"the hub says of what the client sent: {note}");
    }
}
