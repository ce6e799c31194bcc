// What the two ends negotiated (RFC 1661 s.5 and s.6, RFC 1332, RFC 3078 s.2): the library reads
// the captured packets, pppd's logs say what is right, and the library's own machines have to
// answer the hub as the client did.

using System;
using System.Collections.Generic;
using System.Linq;
using nanoPptp.Crypto;
using nanoPptp.Diagnostics;
using nanoPptp.Memory;
using nanoPptp.Ppp;
using nanoPptp.Wire;
using Xunit;

namespace nanoPptp.Tests.Captures;

public class NegotiationCaptureTests
{
    private const int Mru = 1400;
    private const string RequireMsChapV2 = "0305c22381";
    private const string RequireMppe = "120601000040";

    [Theory]
    [MemberData(nameof(CaptureCatalog.Logged), MemberType = typeof(CaptureCatalog))]
    public void Every_packet_reads_as_both_logs_write_it(string name)
    {
        var capture = Capture.Load(name);
        var hub = new PppdLog(capture.Lines(".hub.log"));
        var client = new PppdLog(capture.Lines(".client.log"));
        bool loses = CaptureCatalog.Entry(name).Loses;

        // The hub's log tells of all clients, the client's log of the first.
        Compare(Describe(capture.GrePackets, fromHub: false), null, hub.Received, loses);
        Compare(Describe(capture.GrePackets, fromHub: true), hub.Sent, null, loses);
        List<GrePacket> first = capture.Calls[0].Packets;
        Compare(Describe(first, fromHub: true), null, client.Received, loses);
        Compare(Describe(first, fromHub: false), client.Sent, null, loses);
    }

    [Theory]
    [MemberData(nameof(CaptureCatalog.OnDisk), MemberType = typeof(CaptureCatalog))]
    public void Every_acknowledgment_repeats_a_request(string name)
    {
        int count = 0;
        foreach (CapturedCall call in Capture.Load(name).Calls)
        {
            foreach (GrePacket ack in call.Packets.Where(packet => packet.IsControl
                && packet.Protocol is PppFrame.Lcp or PppFrame.Ccp or PppFrame.Ipcp
                && packet.Information[0] == PppPacket.ConfigureAck))
            {
                byte[] request = [PppPacket.ConfigureRequest, .. ack.Information[1..]];
                Assert.Contains(call.Packets, packet => packet.IsFromHub != ack.IsFromHub
                    && packet.Protocol == ack.Protocol
                    && packet.Packet.Number < ack.Packet.Number
                    && packet.Information.AsSpan().SequenceEqual(request));
                count++;
            }
        }

        Assert.True(count >= 2);
    }

    [Theory]
    [MemberData(nameof(CaptureCatalog.OnDisk), MemberType = typeof(CaptureCatalog))]
    public void Our_lcp_answers_the_hub_as_its_client_did_or_demands_ms_chap_v2(string name)
    {
        foreach (CapturedCall call in Capture.Load(name).Calls)
        {
            (byte[] request, byte[] ack) = Exchange(call, PppFrame.Lcp);
            var bench = new Bench();
            var lcp = new Lcp(bench.Arena, bench.Frames, bench.Counters, bench.Random);
            lcp.Reset(Mru);

            byte[] answer = bench.Answer(lcp, request);

            if (CaptureCatalog.Entry(name).Auth == AuthKind.MsChapV2)
            {
                Assert.Equal(ack, answer);
                Assert.Equal(Mru, lcp.PeerMru);
                Assert.True(lcp.PeerTakesShortProtocol);
                Assert.True(lcp.PeerTakesNoAddress);
            }
            else
            {
                Assert.Equal(Nak(request[1], RequireMsChapV2), answer);
            }
        }
    }

    [Theory]
    [MemberData(nameof(CaptureCatalog.OnDisk), MemberType = typeof(CaptureCatalog))]
    public void Our_ccp_accepts_mppe_128_stateless_and_nothing_else(string name)
    {
        foreach (CapturedCall call in Capture.Load(name).Calls)
        {
            if (!call.Packets.Exists(packet => packet.Protocol == PppFrame.Ccp))
            {
                Assert.NotEqual(DataKind.Mppe128Stateless, CaptureCatalog.Entry(name).Data);
                continue;
            }

            byte[] request = First(call, PppFrame.Ccp, true, PppPacket.ConfigureRequest);
            var bench = new Bench();
            var ccp = new Ccp(bench.Arena, bench.Frames, bench.Counters);
            ccp.Reset();

            byte[] answer = bench.Answer(ccp, request);

            // The offer, H and S alone, is the same for all keys of MS-CHAP; what is refused is
            // stateful, 40 bits, or nothing at all.
            bool good = Convert.ToHexStringLower(request.AsSpan(4)) == RequireMppe;
            Assert.Equal(
                good ? [PppPacket.ConfigureAck, .. request[1..]] : Nak(request[1], RequireMppe),
                answer);
            if (CaptureCatalog.Entry(name).Data == DataKind.Mppe128Stateless)
            {
                Assert.Equal(Exchange(call, PppFrame.Ccp).Ack, answer);
            }
        }
    }

    [Theory]
    [MemberData(nameof(CaptureCatalog.Decrypted), MemberType = typeof(CaptureCatalog))]
    public void Our_ipcp_takes_the_address_as_the_client_did(string name)
    {
        foreach (CapturedCall call in Capture.Load(name).Calls)
        {
            (byte[] request, byte[] ack) = Exchange(call, PppFrame.Ipcp);
            byte[] nak = First(call, PppFrame.Ipcp, true, PppPacket.ConfigureNak);
            byte[][] requests = [.. call.From(hub: false)
                .Where(packet => packet.Protocol == PppFrame.Ipcp
                    && packet.Information[0] == PppPacket.ConfigureRequest)
                .Select(packet => packet.Information)];
            var bench = new Bench();
            var ipcp = new Ipcp(bench.Arena, bench.Frames, bench.Counters);
            ipcp.Reset();

            Assert.Equal(ack, bench.Answer(ipcp, request));
            Assert.Equal(requests[0][4..], bench.LastRequest[4..]);
            byte[] second = bench.Input(ipcp, [nak[0], bench.LastRequest[1], .. nak[2..]]);

            Assert.Equal(requests[^1][4..], second[4..]);
            Assert.Equal(BigEndian.ReadInt32(nak, 6), ipcp.LocalAddress);
            bench.Input(ipcp, [PppPacket.ConfigureAck, .. second[1..]]);
            Assert.True(ipcp.IsOpened);
            Assert.Equal(BigEndian.ReadInt32(request, 6), ipcp.PeerAddress);
        }
    }

    [Theory]
    [InlineData("server-refuses-mppe", true)]
    [InlineData("server-requires-mppe", false)]
    public void An_end_that_cannot_do_mppe_rejects_it(string name, bool byHub)
    {
        CapturedCall call = Assert.Single(Capture.Load(name).Calls);

        byte[] reject = First(call, PppFrame.Ccp, byHub, PppPacket.ConfigureReject);

        Assert.Equal(RequireMppe, Convert.ToHexStringLower(reject.AsSpan(4)));
    }

    /// <summary>Compares captured packets of one direction with a log. What the receiver tells was
    /// captured; what was captured its sender tells. Option negotiation has to be the same packet
    /// for packet.</summary>
    private static void Compare(
        string[] captured,
        IReadOnlyList<string>? sent,
        IReadOnlyList<string>? received,
        bool loses)
    {
        IEnumerable<string> configure = captured.Where(PppdLog.IsConfigure);
        Assert.NotEmpty(configure);
        if (received != null)
        {
            AssertIsSubsequence(received, captured);
            Assert.Equal(configure, received.Where(PppdLog.IsConfigure));
        }

        if (sent != null)
        {
            AssertIsSubsequence(captured, sent);
            if (!loses)
            {
                Assert.Equal(configure, sent.Where(PppdLog.IsConfigure));
            }
        }
    }

    private static void AssertIsSubsequence(
        IEnumerable<string> part, IReadOnlyList<string> whole)
    {
        int at = 0;
        foreach (string line in part)
        {
            while (at < whole.Count && whole[at] != line)
            {
                at++;
            }

            Assert.True(at < whole.Count, $"{line} is missing or out of order");
            at++;
        }
    }

    private static string[] Describe(IEnumerable<GrePacket> packets, bool fromHub)
    {
        return [.. packets
            .Where(packet => packet.IsFromHub == fromHub && packet.IsControl)
            .Where(packet => !IsUnloggedEcho(packet))
            .Select(packet => PppdText.Describe(packet.Protocol, packet.Information))];
    }

    /// <summary>Whether it is an echo of a link that has come up: pppd logs only the first one,
    /// whose identifier is 0.</summary>
    private static bool IsUnloggedEcho(GrePacket packet)
    {
        byte[] b = packet.Information;
        return packet.Protocol == PppFrame.Lcp
            && PppPacket.Code(b, 0) is PppPacket.EchoRequest or PppPacket.EchoReply
            && PppPacket.Identifier(b, 0) != 0;
    }

    /// <summary>The hub's first request, and what its client acknowledged.</summary>
    private static (byte[] Request, byte[] Ack) Exchange(CapturedCall call, int protocol)
    {
        return (
            First(call, protocol, true, PppPacket.ConfigureRequest),
            First(call, protocol, false, PppPacket.ConfigureAck));
    }

    private static byte[] First(CapturedCall call, int protocol, bool fromHub, int code)
    {
        return call.From(fromHub)
            .First(packet => packet.Protocol == protocol && packet.Information[0] == code)
            .Information;
    }

    private static byte[] Nak(byte identifier, string options)
    {
        byte[] octets = Convert.FromHexString(options);
        return [PppPacket.ConfigureNak, identifier, 0, (byte)(4 + octets.Length), .. octets];
    }

    /// <summary>One negotiating machine and what it needs.</summary>
    private sealed class Bench
    {
        public Bench()
        {
            Random.Seed([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16], 0, 16);
        }

        public byte[] Arena { get; } = new byte[ArenaMap.Length];

        public FrameQueue Frames { get; } = new();

        public Counters Counters { get; } = new();

        public RandomPool Random { get; } = new();

        /// <summary>The request that the machine sent when it was opened.</summary>
        public byte[] LastRequest { get; private set; } = [];

        /// <summary>Opens a machine and gives it a request.</summary>
        /// <returns>Its answer.</returns>
        public byte[] Answer(OptionNegotiation machine, byte[] request)
        {
            machine.Open(0);
            machine.Up(0);
            LastRequest = Take();
            return Input(machine, request);
        }

        /// <summary>Gives a machine a packet.</summary>
        /// <returns>The packet that it sends; none if it sends none.</returns>
        public byte[] Input(OptionNegotiation machine, byte[] packet)
        {
            packet.CopyTo(Arena, ArenaMap.ReceiveSlots);
            Assert.Equal(
                Reason.PppNegotiated, machine.Input(ArenaMap.ReceiveSlots, packet.Length, 10));
            return Frames.Count == 0 ? [] : Take();
        }

        private byte[] Take()
        {
            Assert.Equal(1, Frames.Count);
            Frames.Take();
            return Arena.AsSpan(Frames.Offset, Frames.Length).ToArray();
        }
    }
}
