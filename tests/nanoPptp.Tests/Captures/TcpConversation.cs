// Puts the octets of TCP connections to port 1723 together again: in order, each octet once,
// whatever was sent twice or arrived out of order.

using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;

namespace nanoPptp.Tests.Captures;

/// <summary>The octets of one direction of a TCP connection.</summary>
internal sealed class TcpStream
{
    private readonly List<byte> _octets = [];
    private readonly SortedDictionary<int, byte[]> _ahead = [];
    private uint _first;
    private bool _synchronized;

    /// <summary>The octets that arrived without a hole.</summary>
    public byte[] Octets => [.. _octets];

    /// <summary>Octets that came more than once.</summary>
    public int RepeatedLength { get; private set; }

    /// <summary>Whether octets are missing in front of some that arrived.</summary>
    public bool HasHole => _ahead.Count > 0;

    /// <summary>Whether the sender ended the stream in order.</summary>
    public bool IsFinished { get; private set; }

    /// <summary>Whether the sender reset the connection.</summary>
    public bool IsReset { get; private set; }

    /// <summary>Whether a SYN with this number opens another connection than this one.</summary>
    public bool IsOther(uint sequence)
    {
        return _synchronized && sequence + 1 != _first;
    }

    /// <summary>Takes a segment.</summary>
    /// <exception cref="FormatException">It repeats octets, but not the same ones.</exception>
    public void Add(TcpSegment segment)
    {
        IsReset |= segment.IsReset;
        if (segment.IsSynchronizing)
        {
            _first = segment.Sequence + 1;
            _synchronized = true;
            return;
        }

        if (!_synchronized)
        {
            return;
        }

        // Streams here are short, so a signed position within the stream is enough.
        int position = unchecked((int)(segment.Sequence - _first));
        if (segment.Data.Length > 0)
        {
            _ahead[position] = _ahead.TryGetValue(position, out byte[]? same)
                && same.Length > segment.Data.Length ? same : segment.Data;
            Drain();
        }

        IsFinished |= segment.IsFinishing && !HasHole;
    }

    private void Drain()
    {
        while (_ahead.Count > 0)
        {
            (int position, byte[] data) = _ahead.First();
            if (position > _octets.Count)
            {
                return;
            }

            _ahead.Remove(position);
            for (int i = 0; i < data.Length; i++)
            {
                int at = position + i;
                if (at >= _octets.Count)
                {
                    _octets.Add(data[i]);
                }
                else if (at >= 0)
                {
                    RepeatedLength++;
                    if (_octets[at] != data[i])
                    {
                        throw new FormatException($"octet {at} came again and was another");
                    }
                }
            }
        }
    }
}

/// <summary>A TCP segment.</summary>
internal sealed class TcpSegment
{
    public required int SourcePort { get; init; }

    public required int DestinationPort { get; init; }

    public required uint Sequence { get; init; }

    public required int Flags { get; init; }

    public required byte[] Data { get; init; }

    public bool IsFinishing => (Flags & 1) != 0;

    public bool IsSynchronizing => (Flags & 2) != 0;

    public bool IsReset => (Flags & 4) != 0;

    public bool IsAcknowledging => (Flags & 16) != 0;

    public static TcpSegment Parse(ReadOnlySpan<byte> b)
    {
        int headerLength = (b[12] >> 4) * 4;
        return new TcpSegment
        {
            SourcePort = BinaryPrimitives.ReadUInt16BigEndian(b),
            DestinationPort = BinaryPrimitives.ReadUInt16BigEndian(b[2..]),
            Sequence = BinaryPrimitives.ReadUInt32BigEndian(b[4..]),
            Flags = b[13],
            Data = b[headerLength..].ToArray(),
        };
    }
}

/// <summary>A TCP connection to a hub.</summary>
internal sealed class TcpConversation
{
    public const int HubPort = 1723;

    public required uint ClientAddress { get; init; }

    public required int ClientPort { get; init; }

    public required uint HubAddress { get; init; }

    public TcpStream FromClient { get; } = new();

    public TcpStream FromHub { get; } = new();

    /// <summary>Cuts a stream into control messages by their length fields alone.</summary>
    /// <exception cref="FormatException">Octets are left over.</exception>
    public static IReadOnlyList<byte[]> Messages(TcpStream stream)
    {
        byte[] octets = stream.Octets;
        var messages = new List<byte[]>();
        int at = 0;
        while (at < octets.Length)
        {
            int length = octets.Length - at < 2
                ? 0
                : BinaryPrimitives.ReadUInt16BigEndian(octets.AsSpan(at));
            if (length == 0 || length > octets.Length - at)
            {
                throw new FormatException("octets are left over");
            }

            messages.Add(octets[at..(at + length)]);
            at += length;
        }

        return messages;
    }

    /// <summary>Sorts the TCP packets of a capture into connections, in the order of their SYNs.
    /// </summary>
    public static IReadOnlyList<TcpConversation> Assemble(IEnumerable<CapturedPacket> packets)
    {
        var all = new List<TcpConversation>();
        foreach (CapturedPacket packet in packets.Where(p => p.Protocol == CapturedPacket.Tcp))
        {
            var segment = TcpSegment.Parse(packet.Payload);
            if (segment.DestinationPort == HubPort)
            {
                TcpConversation? found =
                    Find(all, packet.Source, segment.SourcePort, packet.Destination);
                if (segment.IsSynchronizing
                    && (found == null || found.FromClient.IsOther(segment.Sequence)))
                {
                    found = new TcpConversation
                    {
                        ClientAddress = packet.Source,
                        ClientPort = segment.SourcePort,
                        HubAddress = packet.Destination,
                    };
                    all.Add(found);
                }

                found?.FromClient.Add(segment);
            }
            else if (segment.SourcePort == HubPort)
            {
                Find(all, packet.Destination, segment.DestinationPort, packet.Source)
                    ?.FromHub.Add(segment);
            }
        }

        return all;
    }

    private static TcpConversation? Find(
        List<TcpConversation> all, uint clientAddress, int clientPort, uint hubAddress)
    {
        return all.FindLast(one => one.ClientAddress == clientAddress
            && one.ClientPort == clientPort
            && one.HubAddress == hubAddress);
    }
}
