// A capture taken apart: its packets, its TCP connections, its GRE packets, and which of these
// belong to which call. Nothing here uses the library.

using System;
using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace nanoPptp.Tests.Captures;

/// <summary>A GRE packet with what is inside.</summary>
internal sealed class GrePacket
{
    public required CapturedPacket Packet { get; init; }

    /// <summary>Whether the hub sent it.</summary>
    public required bool IsFromHub { get; init; }

    /// <summary>The call ID of its key.</summary>
    public required int CallId { get; init; }

    /// <summary>The sequence number; null when it has none.</summary>
    public required uint? Sequence { get; init; }

    /// <summary>The acknowledgment number; null when it has none.</summary>
    public required uint? Acknowledgment { get; init; }

    /// <summary>The PPP frame; empty when the packet only acknowledges.</summary>
    public required byte[] Frame { get; init; }

    /// <summary>The PPP protocol number; 0 when there is no frame.</summary>
    public required int Protocol { get; init; }

    /// <summary>The information field of the PPP frame.</summary>
    public required byte[] Information { get; init; }

    /// <summary>Whether it is a packet of LCP, CCP, IPCP, CHAP or PAP.</summary>
    public bool IsControl => Protocol >= 0x8000;

    public static GrePacket Parse(CapturedPacket packet, bool isFromHub)
    {
        ReadOnlySpan<byte> b = packet.Payload;
        int at = 8;
        int length = BinaryPrimitives.ReadUInt16BigEndian(b[4..]);
        uint? sequence = Optional(b, (b[0] & 0x10) != 0, ref at);
        uint? acknowledgment = Optional(b, (b[1] & 0x80) != 0, ref at);
        ReadOnlySpan<byte> frame = b.Slice(at, length);
        ReadOnlySpan<byte> rest = frame.StartsWith((ReadOnlySpan<byte>)[0xFF, 0x03])
            ? frame[2..]
            : frame;
        int protocol = 0;
        if (rest.Length > 0 && (rest[0] & 1) != 0)
        {
            protocol = rest[0];
            rest = rest[1..];
        }
        else if (rest.Length > 1)
        {
            protocol = BinaryPrimitives.ReadUInt16BigEndian(rest);
            rest = rest[2..];
        }

        return new GrePacket
        {
            Packet = packet,
            IsFromHub = isFromHub,
            CallId = BinaryPrimitives.ReadUInt16BigEndian(b[6..]),
            Sequence = sequence,
            Acknowledgment = acknowledgment,
            Frame = frame.ToArray(),
            Protocol = protocol,
            Information = rest.ToArray(),
        };
    }

    private static uint? Optional(ReadOnlySpan<byte> b, bool present, ref int at)
    {
        if (!present)
        {
            return null;
        }

        at += 4;
        return BinaryPrimitives.ReadUInt32BigEndian(b[(at - 4)..]);
    }
}

/// <summary>A call: its numbers as the control connection agreed on them, and its packets.
/// </summary>
internal sealed class CapturedCall
{
    public required TcpConversation Conversation { get; init; }

    /// <summary>The call ID that the client gave in Outgoing-Call-Request.</summary>
    public required int ClientCallId { get; init; }

    /// <summary>The call ID that the hub gave in Outgoing-Call-Reply.</summary>
    public required int HubCallId { get; init; }

    /// <summary>The GRE packets of the call in the order of capture.</summary>
    public List<GrePacket> Packets { get; } = [];

    public IEnumerable<GrePacket> From(bool hub)
    {
        return Packets.Where(packet => packet.IsFromHub == hub);
    }

    /// <summary>Whether the packet goes the way of this call and carries its receiver's call ID.
    /// </summary>
    public bool Owns(GrePacket packet)
    {
        return packet.IsFromHub
            ? packet.CallId == ClientCallId
                && packet.Packet.Destination == Conversation.ClientAddress
            : packet.CallId == HubCallId
                && packet.Packet.Source == Conversation.ClientAddress;
    }
}

/// <summary>A capture file.</summary>
internal sealed class Capture
{
    private const int OutgoingCallRequest = 7;
    private const int OutgoingCallReply = 8;

    private static readonly ConcurrentDictionary<string, Capture> s_loaded = new();

    private Capture(string name)
    {
        Name = name;
        Packets = PcapReader.Read(CaptureCatalog.PathOf(name + ".pcap"));
        Conversations = TcpConversation.Assemble(Packets);
        uint hub = Conversations[0].HubAddress;
        GrePackets = [.. Packets
            .Where(packet => packet.Protocol == CapturedPacket.Gre)
            .Select(packet => GrePacket.Parse(packet, packet.Source == hub))];
        Calls = [.. Conversations.SelectMany(FindCalls)];
        foreach (GrePacket packet in GrePackets)
        {
            Calls.SingleOrDefault(call => call.Owns(packet))?.Packets.Add(packet);
        }
    }

    public string Name { get; }

    public IReadOnlyList<CapturedPacket> Packets { get; }

    /// <summary>The TCP connections in the order of their SYNs.</summary>
    public IReadOnlyList<TcpConversation> Conversations { get; }

    public IReadOnlyList<GrePacket> GrePackets { get; }

    /// <summary>The calls in the order of their connections.</summary>
    public IReadOnlyList<CapturedCall> Calls { get; }

    /// <summary>Loads a capture once.</summary>
    public static Capture Load(string name)
    {
        return s_loaded.GetOrAdd(name, key => new Capture(key));
    }

    /// <summary>The lines of a file that belongs to the capture; none when there is no such file.
    /// </summary>
    public string[] Lines(string suffix)
    {
        string path = CaptureCatalog.PathOf(Name + suffix);
        return File.Exists(path) ? File.ReadAllLines(path) : [];
    }

    private static IEnumerable<CapturedCall> FindCalls(TcpConversation conversation)
    {
        var requests = TcpConversation.Messages(conversation.FromClient)
            .Where(message => TypeOf(message) == OutgoingCallRequest)
            .ToList();
        var replies = TcpConversation.Messages(conversation.FromHub)
            .Where(message => TypeOf(message) == OutgoingCallReply)
            .ToList();
        foreach (byte[] reply in replies)
        {
            int clientCallId = BinaryPrimitives.ReadUInt16BigEndian(reply.AsSpan(14));
            if (requests.Exists(request =>
                BinaryPrimitives.ReadUInt16BigEndian(request.AsSpan(12)) == clientCallId))
            {
                yield return new CapturedCall
                {
                    Conversation = conversation,
                    ClientCallId = clientCallId,
                    HubCallId = BinaryPrimitives.ReadUInt16BigEndian(reply.AsSpan(12)),
                };
            }
        }
    }

    private static int TypeOf(byte[] message)
    {
        return BinaryPrimitives.ReadUInt16BigEndian(message.AsSpan(8));
    }
}
