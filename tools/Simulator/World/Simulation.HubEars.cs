// What hubs tell, and the checks that are made of it.

using System;
using Simulator.Checkers;
using Simulator.Hub;
using Simulator.Scenarios;

namespace Simulator.World;

public sealed partial class Simulation
{
    private const int AnswerEvery = 2;
    private const int AnswerLength = 24;

    private readonly int[] _sessionCounts = new int[Scenario.MaximumHubCount];

    private void SessionUp(HubNode node, HubSession session)
    {
        FleetSensor one = _byName[session.UserName];
        session.Tag = node;
        one.Session = session;
        AddRoute(node, session);
        one.Sensor.Link.Observer?.Remarked(
            _clock.NowUs,
            $"hub: {session.UserName} is up as {Ipv4Address.ToText(session.Address)}, "
                + session.EncryptionText);
        int count = ++_sessionCounts[node.Number];
        int most = _hubPlans[node.Number].Connections;
        if (count > most)
        {
            Fail(Checks.HubLimit, one.Name, $"{node.Name} has {count} sessions, and room for {most}");
        }
    }

    private void SessionDown(HubNode node, HubSession session, HubEnd reason)
    {
        // One that never came up has no tag.
        if (session.Tag is null)
        {
            return;
        }

        session.Tag = null;
        RemoveRoute(session);
        _sessionCounts[node.Number]--;
        FleetSensor one = _byName[session.UserName];
        _trace.Add(TraceEvent.HubSession, one.Number, _clock.NowUs, [(byte)reason]);
        one.Sensor.Link.Observer?.Remarked(_clock.NowUs, $"hub: session over ({reason})");
        if (one.Session == session)
        {
            one.Session = null;
        }
    }

    private void UdpReceived(HubNode node, HubSession session, HubDatagram datagram)
    {
        if (IsForPlant(datagram.Destination))
        {
            PassUdp(datagram);
            return;
        }

        FleetSensor one = _byName[session.UserName];
        _trace.Add(TraceEvent.AtHub, one.Number, _clock.NowUs, datagram.Payload);
        Arrival arrival = one.ToHub.Came(datagram.Payload, out int number);
        CheckArrival(one, arrival, number, node.Name);
        if (arrival is Arrival.Sound or Arrival.OutOfOrder)
        {
            Delivered(one, number);
        }

        if (number % AnswerEvery == 0)
        {
            Answer(one, node, session, datagram.SourcePort);
        }
    }

    private void Answer(FleetSensor one, HubNode node, HubSession session, ushort port)
    {
        byte[] answer = one.ToSensor.Next(AnswerLength);
        if (node.Hub!.SendUdp(session, ReadingPort, port, answer, _clock.NowMs))
        {
            one.ToSensor.Sent(AnswerLength, _clock.NowUs);
        }
    }

    /// <summary>The ears of the simulation at one hub. They hear no notes: under faults oddities
    /// are to be expected; what they lead to is checked elsewhere.</summary>
    private sealed class HubEars(Simulation owner, int number) : HubObserver
    {
        private HubNode Node => owner._internet.Hubs[number];

        public override void SessionUp(HubSession session, long nowMs) =>
            owner.SessionUp(Node, session);

        public override void SessionDown(HubSession session, HubEnd reason, long nowMs) =>
            owner.SessionDown(Node, session, reason);

        public override void UdpReceived(HubSession session, HubDatagram datagram, long nowMs) =>
            owner.UdpReceived(Node, session, datagram);

        public override void EchoReplyReceived(
            HubSession session,
            ushort identifier,
            ushort sequence,
            ReadOnlySpan<byte> payload,
            long nowMs)
        {
            owner._pongCount++;
            if (!payload.SequenceEqual(s_pingOctets))
            {
                owner.Fail(
                    Checks.OnlyWhatWasSent,
                    session.UserName,
                    "a ping was answered with other octets");
            }
        }

        public override void IpReceived(
            HubSession session, ReadOnlySpan<byte> packet, long nowMs)
        {
            if (!owner.PassIp(packet))
            {
                owner.Fail(
                    Checks.OnlyWhatWasSent,
                    session.UserName,
                    $"an IP packet of {packet.Length} octets that nobody sent came out of the "
                        + "tunnel");
            }
        }
    }
}
