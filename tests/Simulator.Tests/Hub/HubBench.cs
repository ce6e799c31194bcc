// A hub on a bench: a transport that hands everything to scripted clients, an observer that
// writes down what it hears, and a clock that moves when told.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;
using Simulator.Hub;
using Simulator.World;

namespace Simulator.Tests.Hub;

/// <summary>One hub with everything around it.</summary>
internal sealed class HubBench : IHubTransport, IHubObserver
{
    public const string User = "sensor1";
    public const string Password = "a long test phrase";

    private readonly Dictionary<int, ScriptedClient> _byConnection = [];
    private int _lastConnection;

    public HubBench(HubSettings? settings = null, ulong seed = 1)
    {
        Hub = new PptpHub(settings ?? Settings(), this, this, new Random64(seed));
    }

    public PptpHub Hub { get; }

    public long NowMs { get; private set; } = 1_000;

    /// <summary>What the observer heard, in words, without the oddities.</summary>
    public List<string> Events { get; } = [];

    /// <summary>The oddities.</summary>
    public List<HubNote> Notes { get; } = [];

    /// <summary>Every packet and message in both directions, in words.</summary>
    public List<string> Trace { get; } = [];

    public HubSession? LastSession { get; private set; }

    /// <summary>Sends each datagram back where it came from.</summary>
    public bool EchoesUdp { get; set; }

    /// <summary>LCP echoes are off, so that a trace holds only what a test is about.</summary>
    public static HubSettings Settings() => new()
    {
        Users = new Dictionary<string, string> { [User] = Password },
        LcpEchoIntervalMs = 0,
    };

    public static HubAddressRange Range(string first, string last) =>
        new(Ipv4Address.Parse(first), Ipv4Address.Parse(last));

    public ScriptedClient NewClient(string address = "192.0.2.10")
    {
        var client = new ScriptedClient(this, ++_lastConnection, Ipv4Address.Parse(address));
        _byConnection.Add(client.Connection, client);
        Hub.TcpConnected(client.Connection, client.Address, NowMs);
        return client;
    }

    /// <summary>A client whose session is up, and nothing left unread.</summary>
    public ScriptedClient NewClientUp(string address = "192.0.2.10")
    {
        ScriptedClient client = NewClient(address);
        client.BringUp();
        return client;
    }

    /// <summary>Lets time pass, deadline by deadline.</summary>
    public void Advance(long durationMs)
    {
        long end = NowMs + durationMs;
        while (Hub.NextDeadlineMs <= end)
        {
            NowMs = Math.Max(NowMs, Hub.NextDeadlineMs);
            Hub.Tick(NowMs);
        }

        NowMs = end;
    }

    public void DeliverTcp(int connection, ReadOnlySpan<byte> octets)
    {
        Trace.Add("> " + WireText.DescribeTcp(octets));
        Hub.TcpReceived(connection, octets, NowMs);
    }

    public void DeliverGre(uint address, ReadOnlySpan<byte> gre)
    {
        Trace.Add("> " + WireText.DescribeGre(gre));
        Hub.GreReceived(address, gre, NowMs);
    }

    public void SendTcp(int connection, ReadOnlySpan<byte> octets)
    {
        Trace.Add("< " + WireText.DescribeTcp(octets));
        _byConnection[connection].TakeTcp(octets);
    }

    public void CloseTcp(int connection, bool reset)
    {
        Trace.Add(reset ? "< TCP reset" : "< TCP FIN");
        _byConnection[connection].TakeTcpEnd(reset);
    }

    public void SendGre(int connection, uint clientAddress, ReadOnlySpan<byte> gre)
    {
        Trace.Add("< " + WireText.DescribeGre(gre));
        _byConnection[connection].TakeGre(gre);
    }

    public void SessionUp(HubSession session, long nowMs)
    {
        LastSession = session;
        string address = Ipv4Address.ToText(session.Address);
        Events.Add($"up {session.UserName} {address} {session.EncryptionText}");
    }

    public void SessionDown(HubSession session, HubEnd reason, long nowMs)
    {
        LastSession = session;
        Events.Add($"down {reason}");
    }

    public void UdpReceived(HubSession session, HubDatagram datagram, long nowMs)
    {
        string from = Ipv4Address.ToText(datagram.Source);
        string to = Ipv4Address.ToText(datagram.Destination);
        string text = Encoding.ASCII.GetString(datagram.Payload);
        Events.Add(string.Create(
            CultureInfo.InvariantCulture,
            $"udp {from}:{datagram.SourcePort} > {to}:{datagram.DestinationPort} {text}"));
        if (EchoesUdp)
        {
            Hub.SendUdp(
                session, datagram.DestinationPort, datagram.SourcePort, datagram.Payload, nowMs);
        }
    }

    public void EchoReplyReceived(
        HubSession session,
        ushort identifier,
        ushort sequence,
        ReadOnlySpan<byte> payload,
        long nowMs) =>
        Events.Add(string.Create(
            CultureInfo.InvariantCulture,
            $"echo reply {identifier} {sequence} {Encoding.ASCII.GetString(payload)}"));

    public void IpReceived(HubSession session, ReadOnlySpan<byte> packet, long nowMs) =>
        Events.Add(string.Create(
            CultureInfo.InvariantCulture, $"ip protocol {packet[9]}, {packet.Length} octets"));

    public void Noted(HubSession? session, HubNote note, long nowMs) => Notes.Add(note);
}
