// TCP segments as the tests read and write them: from RFC 9293 s.3.1, sharing no code with the
// library.

using System;
using System.Buffers.Binary;
using System.Collections.Generic;

namespace nanoPptp.Telemetry.Tests.Tcp;

internal sealed record TcpWire(uint Sequence, uint Acknowledgment, string Flags, int Window, byte[] Payload)
{
    // From the lowest bit up.
    private const string Names = "FSRPAUEC";

    internal int SourcePort { get; init; }

    internal int DestinationPort { get; init; }

    internal int? MaximumSegment { get; init; }

    internal byte[] Options { get; init; } = [];

    internal bool Has(char flag) => Flags.Contains(flag, StringComparison.Ordinal);

    internal static TcpWire Parse(ReadOnlySpan<byte> segment)
    {
        int header = segment[12] >> 4 << 2;
        string flags = string.Empty;
        for (int bit = 0; bit < 8; bit++)
        {
            flags += (segment[13] >> bit & 1) != 0 ? Names[bit] : string.Empty;
        }

        int? maximumSegment = null;
        for (int at = 20; at < header;)
        {
            if (segment[at] == 0)
            {
                break;
            }

            if (segment[at] == 1)
            {
                at++;
                continue;
            }

            if (segment[at] == 2)
            {
                maximumSegment = BinaryPrimitives.ReadUInt16BigEndian(segment[(at + 2)..]);
            }

            at += segment[at + 1];
        }

        return new(
            BinaryPrimitives.ReadUInt32BigEndian(segment[4..]),
            BinaryPrimitives.ReadUInt32BigEndian(segment[8..]),
            flags,
            BinaryPrimitives.ReadUInt16BigEndian(segment[14..]),
            segment[header..].ToArray())
        {
            SourcePort = BinaryPrimitives.ReadUInt16BigEndian(segment),
            DestinationPort = BinaryPrimitives.ReadUInt16BigEndian(segment[2..]),
            MaximumSegment = maximumSegment,
        };
    }

    internal byte[] ToArray(uint source, uint destination)
    {
        var options = new List<byte>(Options);
        if (MaximumSegment is { } size)
        {
            options.AddRange([2, 4, (byte)(size >> 8), (byte)size]);
        }

        while (options.Count % 4 != 0)
        {
            options.Add(0);
        }

        byte[] segment = new byte[20 + options.Count + Payload.Length];
        BinaryPrimitives.WriteUInt16BigEndian(segment, (ushort)SourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(segment.AsSpan(2), (ushort)DestinationPort);
        BinaryPrimitives.WriteUInt32BigEndian(segment.AsSpan(4), Sequence);
        BinaryPrimitives.WriteUInt32BigEndian(segment.AsSpan(8), Acknowledgment);
        segment[12] = (byte)((20 + options.Count) / 4 << 4);
        foreach (char flag in Flags)
        {
            segment[13] |= (byte)(1 << Names.IndexOf(flag, StringComparison.Ordinal));
        }

        BinaryPrimitives.WriteUInt16BigEndian(segment.AsSpan(14), (ushort)Window);
        options.CopyTo(segment, 20);
        Payload.CopyTo(segment, 20 + options.Count);
        BinaryPrimitives.WriteUInt16BigEndian(
            segment.AsSpan(16), (ushort)~Sum(segment, source, destination));
        return segment;
    }

    // The one's complement sum with the pseudo-header: 0xFFFF when the checksum is right.
    internal static int Sum(ReadOnlySpan<byte> segment, uint source, uint destination)
    {
        ulong sum = (source >> 16) + (source & 0xFFFF) + (destination >> 16) + (destination & 0xFFFF)
            + 6 + (uint)segment.Length;
        for (int i = 0; i < segment.Length; i++)
        {
            sum += (uint)segment[i] << (i % 2 == 0 ? 8 : 0);
        }

        while (sum > 0xFFFF)
        {
            sum = (sum & 0xFFFF) + (sum >> 16);
        }

        return (int)sum;
    }
}
