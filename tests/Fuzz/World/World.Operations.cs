// The operations of a script. Each takes what it needs from the script; any octets will do.

using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using nanoPptp.Client;
using nanoPptp.Fuzz.Engine;
using nanoPptp.Memory;
using nanoPptp.Telemetry.Ip;
using Simulator.Hub;

namespace nanoPptp.Fuzz.World;

/// <summary>What a script can do. Corpus files hold the numbers by way of the profiles, so new ones
/// go to the end.</summary>
internal enum Operation
{
    Carry,
    Step,
    StepMany,
    SplitControl,
    MutateControl,
    ForgeControl,
    RawControl,
    DropGre,
    DuplicateGre,
    SwapGre,
    MutateGre,
    TruncateGre,
    RenumberGre,
    ReplayGre,
    ForgePpp,
    AnswerPpp,
    RawGre,
    ForgeAcknowledgment,
    ForgeMppe,
    HubSends,
    HubSendsRaw,
    HubSendsMany,
    ClientSends,
    ClientSendsRaw,
    EndpointSends,
    Poll,
    Tick,
    Advance,
    JumpClock,
    Wait,
    HangUp,
    CloseClient,
    EndTcp,
    Reopen,
    BlockSocket,
    TrickleSocket,
    LendSlot,
    CutUplink,
    Idle,
    OpenDrawn,
    GreWithoutPoll,
    HubReconfigures,
    FloodControl,
    FloodPpp,
    TickWithoutPoll,
    ExpectIp,
    WatchData,
}

internal sealed partial class World
{
    private static readonly uint[] s_steps =
        [1, 10, 50, 100, 101, 750, 1500, 3000, 10_000, 30_000, 60_000, 120_000, 3_600_000];

    private const uint LongestJumpMs = int.MaxValue - 200_000;

    private readonly byte[] _echoIdentifier = new byte[4];
    private readonly int[] _lastIdentifier = new int[Protocols.Count];
    private readonly byte[][] _lastRequest = [[], [], [], []];
    private int _clientCallId;
    private int _hubCallId;
    private uint _hubSequence;

    /// <summary>Does one thing.</summary>
    internal void Operate(Operation operation, Script script)
    {
        switch (operation)
        {
            case Operation.Carry:
                Carry();
                break;
            case Operation.Step:
                Step();
                break;
            case Operation.StepMany:
                for (int count = script.Pick(8); count > 0 && Step(); count--)
                {
                }

                break;
            case Operation.SplitControl:
            case Operation.MutateControl:
            case Operation.ForgeControl:
            case Operation.RawControl:
            case Operation.FloodControl:
                OperateControl(operation, script);
                Pump();
                break;
            case Operation.GreWithoutPoll:
                if (TakeGre(script) is byte[] early)
                {
                    GreArrives(early, 20 + (4 * script.Pick(11)));
                }

                break;
            case Operation.FloodPpp:
            case <= Operation.ForgeMppe:
                OperateGre(operation, script);
                Pump();
                break;
            case Operation.HangUp:
                if (_session != null)
                {
                    _hub.HangUp(
                        _session,
                        script.Pick(2) == 0 ? HangUpStyle.Rfc : HangUpStyle.Pptpd,
                        _elapsedMs);
                }

                break;
            case Operation.HubReconfigures:
                int variant = script.Pick(HubVariants.All.Count);
                _hub.Reconfigure(HubVariants.All[variant], _elapsedMs);
                break;
            case <= Operation.EndpointSends:
                OperateIp(operation, script);
                break;
            case Operation.TickWithoutPoll:
            case >= Operation.Tick and <= Operation.Wait:
                OperateClock(operation, script);
                break;
            default:
                OperateAdapter(operation, script);
                break;
        }

        DemandAll();
    }

    private void OperateControl(Operation operation, Script script)
    {
        switch (operation)
        {
            case Operation.SplitControl when _control.Count > 0:
                int count = 1 + (script.Byte() % _control[0].Length);
                byte[] head = _control[0][..count];
                _control[0] = _control[0][count..];
                if (_control[0].Length == 0)
                {
                    _control.RemoveAt(0);
                }

                ControlArrives(head);
                break;
            case Operation.MutateControl when _control.Count > 0:
                byte[] message = (byte[])_control[0].Clone();
                _control.RemoveAt(0);
                message[script.Byte() % message.Length] ^= script.Byte();
                ControlArrives(message);
                break;
            case Operation.ForgeControl:
                ControlArrives(ForgeControl(script));
                break;
            case Operation.FloodControl:
                byte[] same = ForgeControl(script);
                for (int left = script.Byte() % 40; left > 0; left--)
                {
                    ControlArrives(same);
                }

                break;
            case Operation.RawControl:
                ControlArrives(script.Take(script.Byte()));
                break;
            default:
                break;
        }
    }

    // A message as a hub would make it, with up to two octets changed.
    private byte[] ForgeControl(Script script)
    {
        ReadOnlySpan<int> lengths =
            [0, 156, 156, 16, 16, 16, 20, 168, 32, 220, 24, 28, 16, 148, 40, 24];
        int type = 1 + script.Pick(lengths.Length - 1);
        byte[] message = new byte[lengths[type]];
        Span<byte> m = message;
        BinaryPrimitives.WriteUInt16BigEndian(m, (ushort)message.Length);
        m[3] = 1;
        BinaryPrimitives.WriteUInt32BigEndian(m[4..], MagicCookie);
        m[9] = (byte)type;
        switch (type)
        {
            case 1 or 2:
                m[12] = 1;
                m[14] = 1;
                break;
            case 3 or 4:
                m[12] = 1;
                break;
            case 5 or 6:
                _echoIdentifier.CopyTo(m[12..]);
                m[^4] = 1;
                break;
            case 8:
                BinaryPrimitives.WriteUInt16BigEndian(m[12..], (ushort)_hubCallId);
                BinaryPrimitives.WriteUInt16BigEndian(m[14..], (ushort)_clientCallId);
                m[16] = 1;
                m[25] = 3;
                break;
            default:
                int callId = script.Pick(2) == 0 ? _hubCallId : _clientCallId;
                BinaryPrimitives.WriteUInt16BigEndian(m[12..], (ushort)callId);
                break;
        }

        for (int count = script.Pick(3); count > 0; count--)
        {
            m[12 + (script.Byte() % (m.Length - 12))] = script.Byte();
        }

        return message;
    }

    private byte[]? TakeGre(Script script)
    {
        if (_gre.Count == 0)
        {
            return null;
        }

        // The first one most of the time; the number of a later one else.
        int choice = script.Byte();
        int at = choice < 192 ? 0 : choice % _gre.Count;
        byte[] packet = _gre[at];
        _gre.RemoveAt(at);
        return packet;
    }

    private void OperateGre(Operation operation, Script script)
    {
        switch (operation)
        {
            case Operation.ForgePpp:
                Forge(ForgePpp(script), script);
                return;
            case Operation.AnswerPpp:
                Forge(AnswerPpp(script), script);
                return;
            case Operation.FloodPpp:
                byte[] frame = script.Pick(2) == 0 ? ForgePpp(script) : AnswerPpp(script);
                for (int count = script.Byte() % 24; count > 0; count--)
                {
                    Forge(frame, script);
                    Pump();
                }

                return;
            case Operation.ForgeMppe:
                byte[] head = [0xFF, 0x03, 0x00, 0xFD, script.Byte(), script.Byte()];
                Forge([.. head, .. script.Take(script.Pick(80))], script);
                return;
            case Operation.RawGre:
                GreArrives(script.Take(script.Byte()), OuterHeaderLength);
                return;
            case Operation.ForgeAcknowledgment:
                byte[] bare = Packets.Gre(_clientCallId, (uint)script.Int32(), []);
                bare[0] = 0x20;
                bare[1] = 0x81;
                GreArrives(bare, OuterHeaderLength);
                return;
            case Operation.ReplayGre when _history.Count > 0:
                Renumber(_history[script.Byte() % _history.Count], script);
                return;
            default:
                break;
        }

        if (TakeGre(script) is not byte[] packet)
        {
            return;
        }

        switch (operation)
        {
            case Operation.DuplicateGre:
                GreArrives(packet, OuterHeaderLength);
                GreArrives(packet, OuterHeaderLength);
                break;
            case Operation.SwapGre:
                _gre.Insert(Math.Min(_gre.Count, 1 + script.Pick(4)), packet);
                break;
            case Operation.MutateGre:
                byte[] changed = (byte[])packet.Clone();
                int at = script.Byte() % changed.Length;
                changed[at] ^= script.Byte();
                _isTampered |= at >= 8;
                GreArrives(changed, OuterHeaderLength);
                break;
            case Operation.TruncateGre:
                GreArrives(
                    packet.AsSpan(0, script.Byte() % packet.Length), OuterHeaderLength);
                break;
            case Operation.RenumberGre:
                Renumber(packet, script);
                break;
            default:
                // DropGre.
                break;
        }
    }

    // The same octets under another sequence number.
    private void Renumber(byte[] packet, Script script)
    {
        if ((packet[0] & 0x10) == 0)
        {
            return;
        }

        byte[] changed = (byte[])packet.Clone();
        uint sequence = _hubSequence + (uint)(sbyte)script.Byte();
        if (script.Pick(4) == 0)
        {
            sequence = (uint)script.Int32();
        }

        BinaryPrimitives.WriteUInt32BigEndian(changed.AsSpan(8), sequence);
        GreArrives(changed, OuterHeaderLength);
    }

    private void Forge(byte[] frame, Script script)
    {
        int ahead = script.Byte();
        uint sequence = _hubSequence + (ahead < 200 ? 1 : (uint)(ahead - 199));
        _hubSequence = ahead < 128 ? sequence : _hubSequence;
        GreArrives(Packets.Gre(_clientCallId, sequence, frame), OuterHeaderLength);
    }

    private byte[] ForgePpp(Script script)
    {
        int choice = script.Pick(16);
        ReadOnlySpan<int> others = [0x0021, 0x00FD, 0x8057, 0xC025, 0xC023, 0x0057, 0x8281];
        int index = choice % Protocols.Count;
        int protocol = choice switch
        {
            < 12 => Protocols.Numbers[index],
            15 => script.UInt16(),
            _ => others[script.Pick(others.Length)],
        };
        int code = script.Byte();
        code = code < 192 ? code % 16 : code;
        int identifier = script.Byte();
        identifier = identifier < 160 ? _lastIdentifier[index] : identifier;
        byte[] data = script.Take(script.Byte() % 100);
        int length = 4 + data.Length + (script.Pick(8) == 0 ? (sbyte)script.Byte() : 0);
        return Frame(protocol, code, identifier, length, data, script.Pick(4));
    }

    // An answer to the client's last Configure-Request, or the same request again, as on a looped
    // line: its own options, at most one octet changed.
    private byte[] AnswerPpp(Script script)
    {
        int index = script.Pick(Protocols.Count);
        byte[] options = (byte[])_lastRequest[index].Clone();
        int code = 1 + script.Pick(4);
        if (script.Pick(2) != 0 && options.Length > 0)
        {
            options[script.Byte() % options.Length] ^= script.Byte();
        }

        return Frame(
            Protocols.Numbers[index],
            code,
            _lastIdentifier[index],
            4 + options.Length,
            options,
            0);
    }

    private static byte[] Frame(
        int protocol, int code, int identifier, int length, byte[] data, int style)
    {
        byte[] address = style == 1 ? [] : [0xFF, 0x03];
        byte[] field = style >= 2 && (protocol & 1) != 0 && protocol < 0x100
            ? [(byte)protocol]
            : [(byte)(protocol >> 8), (byte)protocol];
        byte[] header = [(byte)code, (byte)identifier, (byte)(length >> 8), (byte)length];
        return [.. address, .. field, .. header, .. data];
    }

    private void OperateIp(Operation operation, Script script)
    {
        switch (operation)
        {
            case Operation.HubSends:
                ReadOnlySpan<int> protocols = [Packets.Udp, Packets.Icmp, 6, 0];
                HubSends(protocols[script.Pick(4)], script.Byte() * script.Pick(6));
                break;
            case Operation.HubSendsRaw:
                byte[] raw = script.Take(script.Byte());
                if (raw.Length >= Packets.IpHeaderLength && script.Pick(2) != 0)
                {
                    Packets.Seal(raw);
                }

                HubSends(raw);
                break;
            case Operation.HubSendsMany:
                for (int count = script.Pick(12); count > 0; count--)
                {
                    HubSends(Packets.Udp, count);
                }

                break;
            case Operation.ClientSends:
                ClientSends(script.Byte() * script.Pick(7));
                break;
            case Operation.ClientSendsRaw:
                byte[] packet = script.Take(script.Byte());
                if (packet.Length >= Packets.IpHeaderLength && script.Pick(2) != 0)
                {
                    BinaryPrimitives.WriteInt32BigEndian(packet.AsSpan(12), Client.LocalAddress);
                    packet[0] = 0x45;
                }

                ClientSends(packet);
                break;
            default:
                EndpointSends(script);
                break;
        }

        if (script.Pick(4) != 0)
        {
            Pump();
        }
    }

    private void EndpointSends(Script script)
    {
        int length = script.Byte() * script.Pick(7);
        if (Client.IsIpOutputFree && length <= _endpoint.UdpPayloadCapacity)
        {
            // The payload is the application's business: else it would be what lay there before.
            Client.Arena.AsSpan(IpEndpoint.UdpPayloadOffset, length).Clear();
        }

        _meter.Start();
        int taken = script.Pick(2) == 0
            ? _endpoint.EchoOutput(Client.PeerAddress, length, length)
            : _endpoint.UdpOutput(Client.PeerAddress, 5683, length, length);
        _meter.Stop();
        Oracle.Demand(
            taken <= 0 || Client.Stage == Stage.Up, "output", "a datagram without a tunnel");
    }

    private void OperateClock(Operation operation, Script script)
    {
        switch (operation)
        {
            case Operation.Tick:
                Tick();
                Pump();
                break;
            case Operation.TickWithoutPoll:
                _elapsedMs += s_steps[script.Pick(s_steps.Length)];
                _hub.Tick(_elapsedMs);
                Tick();
                break;
            case Operation.Advance:
                int ms = (int)Math.Min(s_steps[script.Pick(s_steps.Length)], 120_000);
                Advance(ms, script.Pick(2) != 0);
                break;
            case Operation.JumpClock:
                // The clock wraps, so that a longer jump would be one back.
                Jump(script.Pick(3) == 0
                    ? Math.Min((uint)script.Int32(), LongestJumpMs)
                    : s_steps[script.Pick(s_steps.Length)]);
                break;
            default:
                Jump((uint)NextDeadlineMs());
                break;
        }
    }

    private void OperateAdapter(Operation operation, Script script)
    {
        switch (operation)
        {
            case Operation.Poll:
                PollOnce();
                break;
            case Operation.CloseClient:
                _meter.Start();
                Client.Close(NowMs);
                _meter.Stop();
                break;
            case Operation.EndTcp:
                TcpEnds();
                break;
            case Operation.Reopen:
                if (Client.Stage == Stage.Closed)
                {
                    Pump();
                    DialDrawn();
                }

                break;
            case Operation.OpenDrawn:
                OpenDrawn(script);
                break;
            case Operation.BlockSocket:
                _isSocketBlocked = !_isSocketBlocked;
                if (!_isSocketBlocked)
                {
                    // The socket takes octets again: none of those that were lent was sent.
                    _meter.Start();
                    Client.ControlSent(0);
                    _meter.Stop();
                }

                Pump();
                break;
            case Operation.TrickleSocket:
                _socketTakes = 1 + script.Byte();
                break;
            case Operation.LendSlot:
                _meter.Start();
                Client.LendReceiveSlot();
                _meter.Stop();
                break;
            case Operation.ExpectIp:
                int withinMs = 1 + script.UInt16();
                _meter.Start();
                Client.ExpectIp(withinMs, NowMs);
                _meter.Stop();
                break;
            case Operation.WatchData:
                WatchData();
                break;
            case Operation.CutUplink:
                _isUplinkCut = !_isUplinkCut;
                break;
            default:
                _meter.Start();
                Client.Idle(1 + script.Byte());
                _meter.Stop();
                break;
        }
    }

    private void WatchData()
    {
        _meter.Start();
        _watch.Tick(NowMs);
        int waitMs = _watch.Sooner(NowMs, Limits.LongestWaitMs);
        _meter.Stop();
        Oracle.Demand(
            waitMs is >= 0 and <= Limits.LongestWaitMs, "deadline", $"a wait of {waitMs} ms");
        Pump();
    }

    // Settings of any kind: Open has to refuse those that are out of range, and no others.
    private void OpenDrawn(Script script)
    {
        ReadOnlySpan<int> mtus = [Limits.DefaultMtu, 576, 1452, 1000, 575, 1453, -1, int.MaxValue];
        PptpSettings settings = MakeSettings();
        settings.Mtu = mtus[script.Pick(mtus.Length)];
        if (script.Pick(4) == 0)
        {
            s_badHash.CopyTo(settings.NtHash, 0);
        }

        int name = script.Pick(8);
        settings.UserName = name switch
        {
            0 => "PLANT\\" + HubVariants.User,
            1 => "nobody",
            2 => "",
            3 => new string('x', Limits.UserNameLength),
            4 => new string('x', Limits.UserNameLength + 1),
            5 => null!,
            _ => HubVariants.User,
        };
        int host = script.Pick(8);
        settings.HostName = host switch
        {
            0 => "",
            1 => new string('h', 200),
            2 => null!,
            _ => "sensor",
        };
        int entropyLength = script.Pick(4) == 0 ? script.Pick(40) : 32;
        int offset = script.Pick(8) == 0 ? (sbyte)script.Byte() : 0;
        byte[] entropy = new byte[40];
        bool isOutOfRange = settings.Mtu < Limits.MinimumMtu
            || settings.Mtu > Limits.MaximumMtu
            || name is 4 or 5
            || host == 2
            || entropyLength < Limits.MinimumEntropyLength
            || offset < 0
            || offset > entropy.Length - entropyLength;
        Pump();
        Open(settings, entropy, offset, entropyLength, isOutOfRange);
        if (script.Pick(8) != 0)
        {
            Connect();
        }
    }
}

/// <summary>The protocols of the negotiation.</summary>
internal static class Protocols
{
    internal const int Count = 4;

    internal static IReadOnlyList<int> Numbers { get; } = [0xC021, 0xC223, 0x80FD, 0x8021];

    /// <summary>Which one a protocol field names; -1 for none of them.</summary>
    internal static int IndexOf(ReadOnlySpan<byte> field)
    {
        int number = BinaryPrimitives.ReadUInt16BigEndian(field);
        for (int i = 0; i < Count; i++)
        {
            if (Numbers[i] == number)
            {
                return i;
            }
        }

        return -1;
    }
}
