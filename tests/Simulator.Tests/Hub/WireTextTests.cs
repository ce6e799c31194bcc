// What is on the wire in words: the words themselves, damage, and that secrets stay out.

using System;
using System.Linq;
using System.Text;
using Simulator.Hub;
using Simulator.World;
using Xunit;

namespace Simulator.Tests.Hub;

public class WireTextTests
{
    [Theory]
    [InlineData(3, 16, "03", "Stop-Control-Connection-Request reason 3")]
    [InlineData(4, 16, "01", "Stop-Control-Connection-Reply result 1")]
    [InlineData(5, 16, "00000009", "Echo-Request id 9")]
    [InlineData(6, 20, "00000009 01", "Echo-Reply id 9 result 1")]
    [InlineData(
        7,
        168,
        "1267 0001 00000960 00989680 00000003 00000003 0006 0000",
        "Outgoing-Call-Request call 4711 serial 1 window 6")]
    [InlineData(
        8,
        32,
        "0080 1267 01 00 0000 00989680 0003",
        "Outgoing-Call-Reply call 128 peer 4711 result 1 window 3")]
    [InlineData(
        8,
        32,
        "0000 1267 02 04 0000 00989680 0003",
        "Outgoing-Call-Reply call 0 peer 4711 result 2 error 4 window 3")]
    [InlineData(9, 220, "", "Incoming-Call-Request")]
    [InlineData(10, 24, "", "Incoming-Call-Reply")]
    [InlineData(11, 28, "", "Incoming-Call-Connected")]
    [InlineData(12, 16, "1267", "Call-Clear-Request call 4711")]
    [InlineData(13, 148, "0080 04", "Call-Disconnect-Notify call 128 result 4")]
    [InlineData(14, 40, "1267", "WAN-Error-Notify call 4711")]
    [InlineData(
        15,
        24,
        "0080 0000 ffffffff 00000000",
        "Set-Link-Info call 128 send ffffffff receive 00000000")]
    [InlineData(99, 20, "", "unknown control message type 99")]
    public void Control_messages_are_one_line(int type, int length, string body, string expected)
    {
        byte[] message = ScriptedClient.ControlMessageOf((ushort)type, length, body);
        Assert.Equal(expected, WireText.DescribeControl(message));
        Assert.Equal(expected + "; " + expected, WireText.DescribeTcp([.. message, .. message]));
    }

    [Fact]
    public void A_start_request_shows_its_names_in_printable_ascii()
    {
        byte[] message = ScriptedClient.StartRequest();
        "a\nb\"\u0001"u8.CopyTo(message.AsSpan(92));
        Assert.Equal(
            "Start-Control-Connection-Request version 1.0 host \"sensor\" vendor \"a?b??\"",
            WireText.DescribeControl(message));
    }

    [Fact]
    public void Pieces_and_foreign_octets_in_a_stream_are_named()
    {
        byte[] message = ScriptedClient.ControlMessageOf(12, 16, "1267");
        Assert.Equal(
            "Call-Clear-Request call 4711; part of a control message, 3 octets",
            WireText.DescribeTcp([.. message, .. message[..3]]));
        message[4] ^= 1;
        Assert.Equal("no PPTP: wrong magic cookie, 16 octets", WireText.DescribeTcp(message));
        message[4] ^= 1;
        message[1] = 17;
        Assert.Equal("no PPTP: wrong length, 16 octets", WireText.DescribeTcp(message));
    }

    [Theory]
    [InlineData("2081 880b 0000 0080 00000002", "GRE call 128 ack 2")]
    [InlineData(
        "3081 880b 0001 0080 00000003 00000002 c0",
        "GRE call 128 seq 3 ack 2: malformed PPP, 1 octets")]
    [InlineData("3001 880b 0000 0080 00000003", "malformed GRE, 12 octets")]
    public void Gre_headers_are_described(string hex, string expected)
    {
        Assert.Equal(expected, WireText.DescribeGre(ScriptedClient.Bytes(hex)));
    }

    [Theory]
    [InlineData(
        "ff03c021 0101 0018 01040578 020600000000 05061a2b3c4d 0702 0802",
        "LCP Configure-Request id 1 mru 1400 asyncmap 0 magic 1a2b3c4d pcomp accomp")]
    [InlineData("c021 0402 0009 0305c22305", "LCP Configure-Reject id 2 auth chap MD5")]
    [InlineData("c021 0402 0008 0304c023", "LCP Configure-Reject id 2 auth pap")]
    [InlineData("c021 0302 0008 0d03 06 00", "LCP Configure-Nak id 2 option 13 of 3 octets *")]
    [InlineData("c021 0505 0007 627965", "LCP Terminate-Request id 5 \"bye\"")]
    [InlineData("c021 0605 0004", "LCP Terminate-Ack id 5")]
    [InlineData("c021 0705 0008 4d010004", "LCP Code-Reject id 5 code 77")]
    [InlineData("c021 0805 0006 8057", "LCP Protocol-Reject id 5 protocol 8057")]
    [InlineData("c021 0900 0008 1a2b3c4d", "LCP Echo-Request id 0 magic 1a2b3c4d")]
    [InlineData("c021 0c00 0008 1a2b3c4d", "LCP Identification id 0")]
    [InlineData("80fd 0101 000a 120601000040", "CCP Configure-Request id 1 mppe +H +S")]
    [InlineData("80fd 0101 000a 1206000000f1", "CCP Configure-Request id 1 mppe +M +S +L +D +C")]
    [InlineData("80fd 0e01 0004", "CCP Reset-Request id 1")]
    [InlineData(
        "8021 0301 0016 03060a620064 81060a620035 83060a620036",
        "IPCP Configure-Nak id 1 addr 10.98.0.100 dns1 10.98.0.53 dns2 10.98.0.54")]
    [InlineData("8021 0401 000a 0206002d0f01", "IPCP Configure-Reject id 1 compress")]
    [InlineData("c021 0101 0003", "malformed LCP, 4 octets")]
    [InlineData("fd 9005 aabbcc", "MPPE count 5 A D, 3 octets encrypted")]
    [InlineData("fd 0005 aabbcc", "MPPE count 5, 3 octets in clear")]
    [InlineData("fd 90", "malformed MPPE, 1 octets")]
    [InlineData("003d aabb", "PPP protocol 003d, 2 octets")]
    [InlineData("21 4500", "malformed IPv4, 2 octets")]
    public void Ppp_frames_are_described(string hex, string pattern)
    {
        string text = WireText.DescribePpp(ScriptedClient.Bytes(hex));
        if (pattern.EndsWith('*'))
        {
            Assert.StartsWith(pattern[..^1], text, StringComparison.Ordinal);
        }
        else
        {
            Assert.Equal(pattern, text);
        }
    }

    [Fact]
    public void Clear_packets_are_described_without_their_payload()
    {
        byte[] udp = ScriptedClient.UdpOf("hello"u8.ToArray(), 0x0A620064, "10.98.0.1", 53);
        const string words = "IPv4 UDP 10.98.0.100:12345 > 10.98.0.1:53, 5 octets";
        Assert.Equal(words, WireText.DescribePpp([0x21, .. udp]));
        udp[^1] ^= 1;
        Assert.Equal(words + ", wrong checksum", WireText.DescribeIpv4(udp));
        udp[10] ^= 1;
        Assert.Equal(
            "IPv4 with a wrong header checksum, 33 octets", WireText.DescribeIpv4(udp));
    }

    [Fact]
    public void Secrets_of_authentication_are_not_printed()
    {
        const string secret = "Zq7Zq7Zq7Zq7Zq7Z";
        byte[] value = Encoding.ASCII.GetBytes(secret);
        byte[] name = "sensor1"u8.ToArray();
        string hex = Convert.ToHexString(value);
        byte[][] frames =
        [
            ScriptedClient.FrameOf(0xC223, 1, 7, [16, .. value, .. name]),
            ScriptedClient.FrameOf(
                0xC223, 2, 7, [49, .. value, .. value, .. value, 0, .. name]),
            ScriptedClient.FrameOf(0xC223, 2, 7, [49, .. value]),
            ScriptedClient.FrameOf(
                0xC223, 3, 7, Encoding.ASCII.GetBytes($"S={hex} M=Access granted")),
            ScriptedClient.FrameOf(
                0xC223, 4, 7, Encoding.ASCII.GetBytes($"E=691 R=1 C={hex} V=3 M=No")),
            ScriptedClient.FrameOf(0xC223, 4, 7, Encoding.ASCII.GetBytes($"E={hex} R={hex}")),
            ScriptedClient.FrameOf(0xC023, 1, 7, [7, .. name, 16, .. value]),
            ScriptedClient.FrameOf(0xC227, 1, 7, value),
            [0x00, 0xFD, 0x90, 0x00, .. value],
            [0x21, .. ScriptedClient.UdpOf(value, 1, "10.98.0.1", 9)],
        ];
        string[] texts = frames.Select(frame => WireText.DescribePpp(frame)).ToArray();
        Assert.Equal("CHAP Challenge id 7 name \"sensor1\"", texts[0]);
        Assert.Equal("CHAP Response id 7 name \"sensor1\"", texts[1]);
        Assert.Equal("CHAP Success id 7 M=\"Access granted\"", texts[3]);
        Assert.Equal("CHAP Failure id 7 E=691 R=1 V=3 M=\"No\"", texts[4]);
        Assert.Equal("PAP Authenticate-Request id 7", texts[6]);
        Assert.All(texts, text =>
        {
            Assert.DoesNotContain("Zq7", text, StringComparison.Ordinal);
            Assert.DoesNotContain(hex[..6], text, StringComparison.OrdinalIgnoreCase);
        });
    }

    [Fact]
    public void Every_truncation_and_any_noise_is_described_in_one_line()
    {
        var bench = new HubBench();
        ScriptedClient client = bench.NewClientUp();
        bench.Hub.Ping(bench.LastSession!, 1, 1, default, bench.NowMs);
        var random = new Random64(9);
        byte[][] packets = [.. client.GrePackets, ScriptedClient.StartRequest()];
        foreach (byte[] packet in packets)
        {
            for (int length = 0; length <= packet.Length; length++)
            {
                AssertOneLine(packet[..length]);
            }

            for (int i = 0; i < 500; i++)
            {
                byte[] damaged = [.. packet];
                damaged[random.NextUInt64() % (ulong)damaged.Length] = (byte)random.NextUInt64();
                AssertOneLine(damaged);
            }
        }

        static void AssertOneLine(byte[] octets)
        {
            foreach (string text in (string[])
                [
                    WireText.DescribeGre(octets),
                    WireText.DescribeTcp(octets),
                    WireText.DescribeControl(octets),
                    WireText.DescribePpp(octets),
                    WireText.DescribeIpv4(octets),
                ])
            {
                Assert.DoesNotContain(text, c => c is < ' ' or > '~');
            }
        }
    }
}
