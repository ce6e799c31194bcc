// Attacks on a tunnel that is up: packets put in, packets changed, the hub taken away.

using System;
using System.Collections.Generic;
using System.Linq;
using nanoPptp.Client;
using nanoPptp.Diagnostics;
using nanoPptp.Memory;
using nanoPptp.Tests.Client;
using nanoPptp.Tests.Support;
using Xunit;

namespace nanoPptp.Tests.Attacks;

public sealed class DataAttackTests
{
    private const int BlindPacketCount = 100000;
    private const int NumberAt = 8;
    private const int NoBit = int.MinValue;

    private static readonly string[] s_refusals = ["LCP Protocol-Reject", "CCP Code-Reject"];

    private readonly Tunnel _tunnel = Tunnel.Up();

    private ScriptedHub Hub => _tunnel.Hub;

    [Fact]
    public void G06_Packets_in_clear_between_genuine_ones_are_never_delivered()
    {
        byte[] forged = Tunnel.IpPacket(Hub.Address, Hub.ClientAddress, 40, 66);
        int genuine = 0;
        foreach (string header in new[] { "ff03 0021", "ff03 21", "0021", "21" })
        {
            for (int i = 0; i < 20; i++)
            {
                Hub.SendFrame(Octets.Join(Octets.FromHex(header), forged));
                Hub.SendIp(_tunnel.FromHub());
                _tunnel.Pump();
                genuine++;
            }
        }

        Assert.Equal(genuine, _tunnel.Delivered.Count);
        Assert.All(_tunnel.Delivered, packet => Assert.Equal(_tunnel.FromHub(), packet));
        Assert.Equal(genuine, _tunnel.Count(Reason.MppeClearData));
        AssertIsUnharmed(_tunnel);
    }

    [Fact]
    public void G07_A_flipped_bit_of_a_frame_changes_nothing_but_counters()
    {
        // Flags, type, length and call ID of GRE, then everything from the PPP header to the end of
        // the inner IPv4 header. What is behind that has no checksum here: see the next test. The
        // number in between changes nothing in the frame, only when it is looked at.
        int bits = 8 * FlippedFrame(0, out _).Checked;
        for (int bit = -8 * NumberAt; bit < bits; bit++)
        {
            (Tunnel tunnel, _, byte[] gre) = FlippedFrame(bit, out int received);
            tunnel.GreArrives(gre);
            tunnel.Pump();
            Assert.Empty(tunnel.Delivered);
            Assert.Equal(received + 1, tunnel.Counters.GreReceived);

            // The outer protocol passes in clear, so that of another one we may say that we do not
            // know it; nothing that was encrypted is ever answered.
            Assert.All(tunnel.Hub.Log, name => Assert.Contains(name, s_refusals));
            AssertPassesBothWays(tunnel, bit);
        }
    }

    [Fact]
    public void G07_Behind_the_inner_header_a_flipped_bit_is_the_applications_to_find()
    {
        // MPPE has no integrity: the bit arrives flipped, and nothing else happens.
        (Tunnel sound, int at, byte[] gre) = FlippedFrame(NoBit, out _);
        sound.GreArrives(gre);
        sound.Pump();
        byte[] packet = Assert.Single(sound.Delivered);
        for (int bit = 0; bit < 8 * (packet.Length - 20); bit++)
        {
            (Tunnel tunnel, _, gre) = FlippedFrame((8 * at) + bit, out _);
            tunnel.GreArrives(gre);
            tunnel.Pump();
            byte[] expected = (byte[])packet.Clone();
            expected[20 + (bit / 8)] ^= (byte)(1 << (bit % 8));
            Assert.Equal(expected, Assert.Single(tunnel.Delivered));
            Assert.Empty(tunnel.Hub.Log);
            tunnel.Delivered.Clear();
            AssertPassesBothWays(tunnel, bit);
        }
    }

    [Fact]
    public void G08_A_thousand_forged_data_packets_cost_no_genuine_one()
    {
        // Addresses and call ID are right, everything else is drawn: any number, any count, any
        // flags, any content; often near the right ones.
        var random = new Random(8);
        byte[] content = new byte[60];
        for (int i = 0; i < 1000; i++)
        {
            random.NextBytes(content);
            int near = random.Next(3);
            int count = near == 0
                ? random.Next(0x1000)
                : (Hub.Transmit!.Count + random.Next(300)) & 0xFFF;
            content[0] = (byte)((near == 2 ? random.Next(0x10) << 4 : 0x90) | (count >> 8));
            content[1] = (byte)count;
            byte[] forged = Octets.Join(
                Octets.FromHex("3001880b 0040"),
                Octets.Number((uint)Hub.ClientCallId, 2),
                Octets.Number(
                    near == 0
                        ? (uint)random.Next()
                        : Hub.NextSequence + (uint)random.Next(-2, 40),
                    4),
                Octets.FromHex("ff03 00fd"),
                content);
            Assert.True(_tunnel.GreArrives(forged));
            _tunnel.Pump();
            for (int n = 0; n < 3; n++)
            {
                Hub.SendIp(_tunnel.FromHub(seed: (3 * i) + n));
                _tunnel.Pump();
            }

            Assert.Equal(3 * (i + 1), _tunnel.Delivered.Count);
            Assert.Equal(_tunnel.FromHub(seed: (3 * i) + 2), _tunnel.Delivered[^1]);
            _tunnel.Advance(Limits.MaximumReorderMs);
        }

        AssertIsUnharmed(_tunnel);
    }

    [Theory]
    [InlineData(0x00000040u)] // 128 bits, stateful
    [InlineData(0x00000020u)]
    [InlineData(0x01000060u)] // 128 or 40 bits
    [InlineData(0x01000041u)] // with compression
    public void G09_Stateful_encryption_and_everything_else_is_refused(uint bits)
    {
        var hub = new ScriptedHub();
        hub.On["CHAP Opened"] = _ => hub.Request(ScriptedHub.Ccp, Option.Mppe(bits));
        hub.On["CCP Configure-Nak"] = packet =>
        {
            Assert.Equal(
                Option.Mppe(ScriptedHub.Mppe128Stateless),
                Assert.Single(Packet.Parse(packet).Options));
            hub.Request(ScriptedHub.Ccp, Option.Mppe(bits));
        };
        _tunnel.Client.ControlClosed(_tunnel.NowMs);
        Tunnel tunnel = _tunnel.With(hub).Dial();
        Assert.Equal(Reason.EncryptionRefused, tunnel.Diagnosis.Reason);
        Assert.Equal(Stage.Closed, tunnel.Client.Stage);
        Assert.DoesNotContain("CCP Configure-Ack", hub.Log);
    }

    [Fact]
    public void G09_Forged_reset_requests_bring_no_key_back()
    {
        var keystreams = new HashSet<string>();
        for (int i = 0; i < 50; i++)
        {
            Assert.True(keystreams.Add(Keystream()));
            Hub.SendPpp(ScriptedHub.Ccp, new Packet(14, i, []));
            Hub.SendPpp(ScriptedHub.Ccp, new Packet(15, i, []));
            _tunnel.Pump();
        }

        AssertPassesBothWays(_tunnel, 0);
    }

    [Fact]
    public void G12_A_hundred_thousand_blind_packets_do_no_harm()
    {
        // Whoever cannot see the path guesses the call ID, one in 65,536, and the numbers; one in a
        // thousand is given the right call ID.
        var random = new Random(12);
        byte[] packet = new byte[60];
        int hits = 0;
        for (int i = 0; i < BlindPacketCount; i++)
        {
            random.NextBytes(packet);
            int callId = i % 1000 == 0 ? Hub.ClientCallId : random.Next(0x10000);
            hits += callId == Hub.ClientCallId ? 1 : 0;
            Octets.FromHex(random.Next(4) == 0 ? "3081880b" : "3001880b").CopyTo(packet, 0);
            int length = packet.Length - ManInTheMiddle.HeaderLength(packet);
            Octets.Number((uint)length, 2).CopyTo(packet, 4);
            Octets.Number((uint)callId, 2).CopyTo(packet, 6);
            Octets.FromHex("ff03 00fd 90").CopyTo(packet, ManInTheMiddle.HeaderLength(packet));
            Assert.True(_tunnel.GreArrives(packet));
            _tunnel.Pump();
            if (i % 1000 == 999)
            {
                // Time passes and the tunnel is in use, or refused packets would come in a row.
                Hub.SendIp(_tunnel.FromHub());
                _tunnel.Advance(Limits.MaximumReorderMs);
            }
        }

        Assert.InRange(hits, 100, 110);
        Assert.Equal(BlindPacketCount - hits, _tunnel.Count(Reason.GreWrongCall));
        Assert.Equal(BlindPacketCount / 1000, _tunnel.Delivered.Count);
        _tunnel.Delivered.Clear();
        AssertPassesBothWays(_tunnel, 0);
    }

    [Theory]
    [InlineData("reset")]
    [InlineData("disconnect")]
    [InlineData("stop")]
    [InlineData("terminate")]
    [InlineData("encryption")]
    [InlineData("address")]
    [InlineData("renegotiation")]
    [InlineData("silence")]
    public void G17_Not_an_octet_of_the_readings_leaves_in_clear_when_the_hub_falls(string fall)
    {
        byte[] reading = _tunnel.FromClient(32, seed: 17);
        for (int second = 0; second < 200; second++)
        {
            if (second == 5)
            {
                Falls(fall);
            }

            int sent = _tunnel.Sends(reading);
            bool isUp = _tunnel.Client.Stage == Stage.Up;
            Assert.Equal(isUp ? reading.Length : -(int)Reason.NotUp, sent);
            _tunnel.Advance(1000);
        }

        Assert.NotEqual(Stage.Up, _tunnel.Client.Stage);
        Assert.InRange(Hub.Received.Count, 5, 6);
        foreach (byte[] gre in _tunnel.GreSent)
        {
            Assert.True(gre.AsSpan().IndexOf(reading.AsSpan(20, 8)) < 0);
            Assert.NotEqual(ScriptedHub.Ipv4, ManInTheMiddle.ProtocolOf(gre));
        }
    }

    private void Falls(string how)
    {
        Hub.On.Clear();
        switch (how)
        {
            case "reset":
                _tunnel.Client.ControlClosed(_tunnel.NowMs);
                break;
            case "disconnect":
                Hub.SendControl(ControlOctets.CallDisconnectNotify(Hub.CallId));
                break;
            case "stop":
                Hub.SendControl(ControlOctets.StopRequest());
                break;
            case "terminate":
                Hub.SendPpp(ScriptedHub.Lcp, Packet.TerminateRequest(1));
                break;
            case "encryption":
                Hub.SendPpp(ScriptedHub.Ccp, Packet.TerminateRequest(1));
                break;
            case "address":
                Hub.SendPpp(ScriptedHub.Ipcp, Packet.TerminateRequest(1));
                break;
            case "renegotiation":
                Hub.Request(ScriptedHub.Lcp, Hub.LcpOptions);
                break;
            default:
                _tunnel.GreOutPasses = false;
                break;
        }

        _tunnel.Pump();
    }

    // A tunnel that is up and one GRE packet of its hub with a flipped bit. Bits are counted from the
    // PPP header on, and from the number backwards below 0. Checked is the length of what is covered by checks: PPP, MPPE, IPv4.
    private static (Tunnel Tunnel, int Checked, byte[] Gre) FlippedFrame(
        int bit, out int received)
    {
        Tunnel tunnel = Tunnel.Up();
        byte[] gre = tunnel.Hub.Gre(tunnel.Hub.EncryptedFrame(tunnel.FromHub()));
        int header = ManInTheMiddle.HeaderLength(gre);
        int at = bit < 0 ? NumberAt : header;
        if (bit != NoBit)
        {
            gre[at + (bit >> 3)] ^= (byte)(1 << (bit & 7));
        }

        received = tunnel.Counters.GreReceived;
        return (tunnel, gre.Length - header - 8, gre);
    }

    private string Keystream()
    {
        byte[] packet = _tunnel.FromClient(64);
        _tunnel.GreSent.Clear();
        Assert.Equal(packet.Length, _tunnel.Sends(packet));
        _tunnel.Pump();
        Assert.Equal(packet, Hub.Received[^1]);
        byte[] gre = _tunnel.GreSent.Single(
            sent => ManInTheMiddle.ProtocolOf(sent) == ScriptedHub.Mppe);
        return Octets.ToHex([.. packet.Zip(gre[^packet.Length..], (a, b) => (byte)(a ^ b))]);
    }

    private static void AssertPassesBothWays(Tunnel tunnel, int bit)
    {
        for (int i = 0; i < 3; i++)
        {
            tunnel.Hub.SendIp(tunnel.FromHub(seed: i));
            tunnel.Pump();
        }

        // What was flipped has left a gap, for which the others may wait.
        tunnel.Advance(Limits.MaximumReorderMs);
        Assert.True(tunnel.Delivered.Count == 3, $"bit {bit}: {tunnel.Delivered.Count} of 3");
        int received = tunnel.Hub.Received.Count;
        tunnel.Sends(tunnel.FromClient());
        tunnel.Pump();
        Assert.Equal(received + 1, tunnel.Hub.Received.Count);
        AssertIsUnharmed(tunnel);
    }

    private static void AssertIsUnharmed(Tunnel tunnel)
    {
        Assert.Equal(Stage.Up, tunnel.Client.Stage);
        Assert.Empty(tunnel.Stages);
        Assert.Empty(tunnel.Troubles);
        Assert.Equal(tunnel.Hub.ClientAddress, (uint)tunnel.Client.LocalAddress);
        Assert.Equal(tunnel.Hub.Address, (uint)tunnel.Client.PeerAddress);
    }
}
