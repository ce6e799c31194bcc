// Writes pcapng, the capture format of Wireshark and tshark (draft-ietf-opsawg-pcapng): a Section
// Header Block, an Interface Description Block for every hub, then an Enhanced Packet Block for
// every packet, and at the end, where something is left to say of an interface, an Interface
// Statistics Block. All packets begin with an IPv4 header (link type 101).
//
//   block:     type 4 | length 4 | body, padded to 4 | length 4
//   section:   magic 1A2B3C4D | major 2 | minor 2 | section length 8 (-1: unknown) | options
//   interface: link type 2 | reserved 2 | snap length 4 (0: no limit) | options
//   packet:    interface 4 | time high 4 | time low 4 | captured 4 | original 4 | octets, padded
//              | options
//   statistics: interface 4 | time high 4 | time low 4 | options
//   option:    code 2 | length 2 | value, padded to 4; ended by code 0
//
// Numbers are little-endian: the magic in the section header says so. A block goes to the stream in
// one write, so that a file of a killed process ends with a whole block.

using System;
using System.Buffers.Binary;
using System.IO;
using System.Text.Unicode;

namespace Simulator.Reports;

/// <summary>Which way a packet went, as the flags of a captured packet say it.</summary>
public enum PacketDirection
{
    /// <summary>Not said.</summary>
    Unknown = 0,

    /// <summary>Received by whoever captured it.</summary>
    Inbound = 1,

    /// <summary>Sent by whoever captured it.</summary>
    Outbound = 2,
}

/// <summary>Writes one pcapng section to a stream. Nothing is allocated for a packet but the room
/// that grows with the longest block. Not for several threads at once.</summary>
public sealed class PcapngWriter : IDisposable
{
    /// <summary>Link type LINKTYPE_RAW: packets begin with an IP header.</summary>
    public const int LinkTypeRaw = 101;

    private const uint SectionHeaderBlock = 0x0A0D0D0A;
    private const uint InterfaceDescriptionBlock = 1;
    private const uint InterfaceStatisticsBlock = 5;
    private const uint EnhancedPacketBlock = 6;
    private const uint ByteOrderMagic = 0x1A2B3C4D;
    private const ushort OptionEnd = 0;
    private const ushort OptionComment = 1;
    private const ushort OptionPacketFlags = 2;
    private const ushort OptionInterfaceName = 2;
    private const ushort OptionTimeResolution = 9;
    private const ushort OptionApplication = 4;
    private const byte Nanoseconds = 9;
    private const int LengthOffset = 4;
    private const int LongestText = 4096;

    private readonly Stream _stream;
    private readonly bool _leaveOpen;
    private byte[] _block = new byte[4096];
    private int _length;
    private int _interfaceCount;

    /// <summary>Begins a section.</summary>
    /// <param name="stream">Where it goes. It should not hold octets back when the file is to be
    /// readable after the process was killed.</param>
    /// <param name="application">Who wrote it.</param>
    /// <param name="leaveOpen">Whether the stream outlives the writer.</param>
    public PcapngWriter(Stream stream, string application, bool leaveOpen = false)
    {
        ArgumentNullException.ThrowIfNull(stream);
        _stream = stream;
        _leaveOpen = leaveOpen;
        Begin(SectionHeaderBlock);
        WriteUInt32(ByteOrderMagic);
        WriteUInt16(1);
        WriteUInt16(0);
        WriteUInt32(uint.MaxValue);
        WriteUInt32(uint.MaxValue);
        WriteOption(OptionApplication, application);
        WriteUInt32(OptionEnd);
        End();
    }

    /// <summary>Describes an interface: one for every hub.</summary>
    /// <param name="name">What it is called.</param>
    /// <returns>Its number, for <see cref="WritePacket"/>.</returns>
    public int AddInterface(string name)
    {
        Begin(InterfaceDescriptionBlock);
        WriteUInt16(LinkTypeRaw);
        WriteUInt16(0);
        WriteUInt32(0);
        WriteOption(OptionInterfaceName, name);
        WriteOption(OptionTimeResolution, [Nanoseconds]);
        WriteUInt32(OptionEnd);
        End();
        return _interfaceCount++;
    }

    /// <summary>Writes a packet.</summary>
    /// <param name="interfaceNumber">What <see cref="AddInterface"/> gave.</param>
    /// <param name="unixNanoseconds">When it was seen, since 1970.</param>
    /// <param name="direction">Which way it went.</param>
    /// <param name="packet">The packet from its IPv4 header on.</param>
    /// <param name="comment">What a reader shall know; null for nothing.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such interface.</exception>
    public void WritePacket(
        int interfaceNumber,
        long unixNanoseconds,
        PacketDirection direction,
        ReadOnlySpan<byte> packet,
        string? comment = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(interfaceNumber);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(interfaceNumber, _interfaceCount);
        Begin(EnhancedPacketBlock);
        WriteUInt32((uint)interfaceNumber);
        WriteUInt32((uint)(unixNanoseconds >> 32));
        WriteUInt32((uint)unixNanoseconds);
        WriteUInt32((uint)packet.Length);
        WriteUInt32((uint)packet.Length);
        WritePadded(packet);
        if (direction != PacketDirection.Unknown || comment is not null)
        {
            if (comment is not null)
            {
                WriteOption(OptionComment, comment);
            }

            if (direction != PacketDirection.Unknown)
            {
                WriteUInt16(OptionPacketFlags);
                WriteUInt16(4);
                WriteUInt32((uint)direction);
            }

            WriteUInt32(OptionEnd);
        }

        End();
    }

    /// <summary>Writes what is to be said of an interface when no packet is left to say it of.
    /// </summary>
    /// <param name="interfaceNumber">What <see cref="AddInterface"/> gave.</param>
    /// <param name="unixNanoseconds">When, since 1970.</param>
    /// <param name="comment">What a reader shall know.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such interface.</exception>
    public void WriteRemark(int interfaceNumber, long unixNanoseconds, string comment)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(interfaceNumber);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(interfaceNumber, _interfaceCount);
        Begin(InterfaceStatisticsBlock);
        WriteUInt32((uint)interfaceNumber);
        WriteUInt32((uint)(unixNanoseconds >> 32));
        WriteUInt32((uint)unixNanoseconds);
        WriteOption(OptionComment, comment);
        WriteUInt32(OptionEnd);
        End();
    }

    /// <summary>Ends the section, and the stream unless it was to be left open.</summary>
    public void Dispose()
    {
        // A full disk must not keep the file open.
        try
        {
            _stream.Flush();
        }
        finally
        {
            if (!_leaveOpen)
            {
                _stream.Dispose();
            }
        }
    }

    private void Begin(uint type)
    {
        _length = 0;
        WriteUInt32(type);
        WriteUInt32(0);
    }

    private void End()
    {
        uint length = (uint)_length + sizeof(uint);
        WriteUInt32(length);
        BinaryPrimitives.WriteUInt32LittleEndian(_block.AsSpan(LengthOffset), length);
        _stream.Write(_block, 0, _length);
        _stream.Flush();
    }

    private void WriteOption(ushort code, string text)
    {
        // A value has at most 65535 octets; we cut far earlier, between two characters.
        Span<byte> value = stackalloc byte[LongestText];
        Utf8.FromUtf16(text, value, out _, out int length);
        WriteOption(code, value[..length]);
    }

    private void WriteOption(ushort code, ReadOnlySpan<byte> value)
    {
        WriteUInt16(code);
        WriteUInt16((ushort)value.Length);
        WritePadded(value);
    }

    private void WritePadded(ReadOnlySpan<byte> octets)
    {
        int padding = -octets.Length & 3;
        octets.CopyTo(Take(octets.Length));
        Take(padding).Clear();
    }

    private void WriteUInt16(ushort value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(Take(sizeof(ushort)), value);
    }

    private void WriteUInt32(uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(Take(sizeof(uint)), value);
    }

    private Span<byte> Take(int count)
    {
        if (_block.Length - _length < count)
        {
            Array.Resize(ref _block, Math.Max(2 * _block.Length, _length + count));
        }

        Span<byte> taken = _block.AsSpan(_length, count);
        _length += count;
        return taken;
    }
}
