// What the captured sessions carried is known to the octet: pings with 56 octets x, datagrams that
// the hub wrote down, round trips to its echo port. Anything else inside a tunnel would be a wrong
// key.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.RegularExpressions;
using nanoPptp.Wire;
using Xunit;

namespace nanoPptp.Tests.Captures;

/// <summary>Compares the IP packets of a capture with what is known about them.</summary>
internal static partial class KnownTraffic
{
    private const string HubAddress = "10.98.0.1";
    private const int EchoPort = 7;
    private const int SinkPort = 9;
    private const int EchoRequest = 8;
    private const int EchoReply = 0;

    /// <summary>Checks one packet as it left the tunnel.</summary>
    /// <param name="ip">Its octets.</param>
    /// <param name="isFromHub">Whether the hub sent it.</param>
    /// <param name="address">The client's address in the tunnel.</param>
    public static InnerPacket CheckPacket(byte[] ip, bool isFromHub, string address)
    {
        Assert.Equal(20, Ipv4.Check(ip, 0, ip.Length));
        Assert.Equal(ip.Length, Ipv4.TotalLength(ip, 0));
        Assert.False(Ipv4.IsFragment(ip, 0));
        var packet = new InnerPacket(ip);
        Assert.Equal(packet.Protocol, Ipv4.Protocol(ip, 0));
        Assert.Equal(isFromHub ? HubAddress : address, packet.Source);
        Assert.Equal(isFromHub ? address : HubAddress, packet.Destination);
        Assert.True(packet.HasRightChecksum);
        if (packet.Protocol == Ipv4.ProtocolIcmp)
        {
            Assert.Equal(isFromHub ? EchoReply : EchoRequest, packet.IcmpType);
            Assert.Equal(Enumerable.Repeat((byte)'x', 56), packet.EchoData);
            return packet;
        }

        Assert.Equal(Ipv4.ProtocolUdp, packet.Protocol);
        Assert.True(packet.HasRightUdpLength);
        int port = isFromHub ? packet.SourcePort : packet.DestinationPort;
        if (port == EchoPort)
        {
            Assert.Matches(RoundTrip(), packet.UdpText);
        }
        else
        {
            Assert.False(isFromHub);
            Assert.Equal(SinkPort, port);
            if (packet.UdpData.Any(octet => octet != 'u'))
            {
                Assert.Matches(Datagram(), packet.UdpText);
                Assert.EndsWith($" from {address}", packet.UdpText, StringComparison.Ordinal);
            }
        }

        return packet;
    }

    /// <summary>Checks all packets of a call together: who answered whom.</summary>
    /// <param name="fromClient">Packets of the client, in order.</param>
    /// <param name="fromHub">Packets of the hub, in order.</param>
    /// <param name="result">What the client wrote about its session; empty when it did not.
    /// </param>
    public static void CheckCall(
        IReadOnlyList<InnerPacket> fromClient, IReadOnlyList<InnerPacket> fromHub, string[] result)
    {
        (int Identifier, int Sequence)[] requests = Echoes(fromClient);
        (int Identifier, int Sequence)[] replies = Echoes(fromHub);
        Assert.NotEmpty(replies);
        Assert.Equal(requests.Distinct(), requests);
        Assert.Equal(requests.Where(replies.Contains), replies);
        Assert.Single(requests.Select(echo => echo.Identifier).Distinct());

        Match ping = result.Select(line => Ping().Match(line))
            .FirstOrDefault(match => match.Success) ?? Match.Empty;
        Assert.Equal(result.Length > 0, ping.Success);
        if (ping.Success)
        {
            int sent = int.Parse(ping.Groups[1].Value, CultureInfo.InvariantCulture);
            Assert.InRange(requests.Length, 0, sent);
            Assert.Equal(ping.Groups[2].Value, FormattableString.Invariant($"{replies.Length}"));
        }

        string[] asked = RoundTrips(fromClient, packet => packet.DestinationPort);
        Assert.Equal(asked, RoundTrips(fromHub, packet => packet.SourcePort));
    }

    /// <summary>Checks the datagrams of a whole capture against what the hub wrote down.</summary>
    /// <param name="fromClients">Packets of all clients, in order.</param>
    /// <param name="sink">The lines of the hub: time, source, length, octets.</param>
    /// <returns>How many datagrams were compared.</returns>
    public static int CheckSink(IEnumerable<InnerPacket> fromClients, string[] sink)
    {
        string[] sent = [.. fromClients
            .Where(packet => packet.Protocol == Ipv4.ProtocolUdp
                && packet.DestinationPort == SinkPort)
            .Select(packet => FormattableString.Invariant(
                $"{packet.Source}:{packet.SourcePort} {packet.UdpData.Length} ")
                + Convert.ToHexStringLower(packet.UdpData))];

        Assert.Equal(sink.Select(line => line[(line.IndexOf(' ') + 1)..]), sent);
        return sent.Length;
    }

    private static (int Identifier, int Sequence)[] Echoes(IEnumerable<InnerPacket> packets)
    {
        return [.. packets
            .Where(packet => packet.Protocol == Ipv4.ProtocolIcmp)
            .Select(packet => packet.Echo)];
    }

    private static string[] RoundTrips(
        IEnumerable<InnerPacket> packets, Func<InnerPacket, int> hubPort)
    {
        return [.. packets
            .Where(packet => packet.Protocol == Ipv4.ProtocolUdp && hubPort(packet) == EchoPort)
            .Select(packet => packet.UdpText)];
    }

    [GeneratedRegex("^echo-[0-9]{2}$")]
    private static partial Regex RoundTrip();

    [GeneratedRegex("^datagram-[1-3] from ")]
    private static partial Regex Datagram();

    [GeneratedRegex("^ping .*: ([0-9]+) sent, ([0-9]+) received")]
    private static partial Regex Ping();
}
