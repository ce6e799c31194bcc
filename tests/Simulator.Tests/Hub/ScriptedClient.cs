// A PPTP client moved by hand. Its messages are written here octet by octet from the RFCs, not
// with the hub's codecs; what the hub sends it is compared as words (WireText has tests of its
// own). Only the cryptographic functions are shared: published vectors and frames of real peers
// vouch for them.

using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO.Enumeration;
using System.Linq;
using System.Text;
using Simulator.Hub;
using Xunit;

namespace Simulator.Tests.Hub;

/// <summary>One client; it does nothing by itself.</summary>
internal sealed partial class ScriptedClient(HubBench bench, int connection, uint address)
{
    private readonly Queue<byte[]> _messages = [];
    private readonly Queue<byte[]> _frames = [];
    private uint? _lastReceived;

    public int Connection { get; } = connection;

    public uint Address { get; } = address;

    public ushort CallId { get; set; } = 4711;

    public ushort HubCallId { get; private set; }

    public uint NextSequence { get; set; }

    /// <summary>Every GRE packet the hub sent, acknowledgments too.</summary>
    public List<byte[]> GrePackets { get; } = [];

    /// <summary>Null while TCP is open, else whether it ended by a reset.</summary>
    public bool? TcpEndedByReset { get; private set; }

    public void TakeTcp(ReadOnlySpan<byte> octets)
    {
        Assert.Null(TcpEndedByReset);
        _messages.Enqueue(octets.ToArray());
    }

    public void TakeTcpEnd(bool reset)
    {
        Assert.Null(TcpEndedByReset);
        TcpEndedByReset = reset;
    }

    public void TakeGre(ReadOnlySpan<byte> gre)
    {
        GrePackets.Add(gre.ToArray());
        int payloadLength = BinaryPrimitives.ReadUInt16BigEndian(gre[4..]);
        Assert.Equal(CallId, BinaryPrimitives.ReadUInt16BigEndian(gre[6..]));
        if (payloadLength > 0)
        {
            _lastReceived = BinaryPrimitives.ReadUInt32BigEndian(gre[8..]);
            _frames.Enqueue(gre[^payloadLength..].ToArray());
        }
    }

    /// <summary>Sends a control message given as hex of what follows its header.</summary>
    public void SendControl(ushort type, int length, string bodyHex) =>
        SendTcp(ControlMessageOf(type, length, bodyHex));

    public void SendTcp(params byte[] octets) => bench.DeliverTcp(Connection, octets);

    /// <summary>The body may be shorter than the message; the rest is zeros.</summary>
    public static byte[] ControlMessageOf(ushort type, int length, string bodyHex)
    {
        var message = new byte[length];
        BinaryPrimitives.WriteUInt16BigEndian(message, (ushort)length);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2), 1);
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(4), 0x1A2B3C4D);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(8), type);
        Bytes(bodyHex).CopyTo(message, 12);
        return message;
    }

    public static byte[] StartRequest() =>
        ControlMessageOf(1, 156, "0100 0000 00000003 00000003 0000 0001 73656e736f72");

    public byte[] CallRequest() =>
        ControlMessageOf(
            7, 168, $"{CallId:x4} 0001 00000960 00989680 00000003 00000003 0006 0000");

    /// <summary>The next control message, and that it is this one.</summary>
    public byte[] ExpectControl(string pattern)
    {
        Assert.True(_messages.Count > 0, "no control message came; wanted " + pattern);
        byte[] message = _messages.Dequeue();
        AssertLike(pattern, WireText.DescribeTcp(message));
        return message;
    }

    /// <summary>The next PPP frame, and that it is this one.</summary>
    public byte[] Expect(string pattern)
    {
        Assert.True(_frames.Count > 0, "no frame came; wanted " + pattern);
        byte[] frame = _frames.Dequeue();
        AssertLike(pattern, WireText.DescribePpp(frame));
        return frame;
    }

    public void ExpectNothing()
    {
        Assert.Empty(_messages.Select(message => WireText.DescribeTcp(message)));
        Assert.Empty(_frames.Select(frame => WireText.DescribePpp(frame)));
    }

    /// <summary>Forgets what has come so far.</summary>
    public void Skip()
    {
        _messages.Clear();
        _frames.Clear();
    }

    public int WaitingFrameCount => _frames.Count;

    /// <summary>Sends a PPP frame with the next sequence number and, if any, an ack.</summary>
    public void SendPpp(params byte[] frame)
    {
        bench.DeliverGre(Address, GreOf(frame, NextSequence++, _lastReceived));
    }

    public void SendPpp(string hex) => SendPpp(Bytes(hex));

    /// <summary>A control protocol's packet in the plain frame: FF 03 and two octets.</summary>
    public void SendPacket(ushort protocol, byte code, byte identifier, params byte[] data)
    {
        byte[] frame = FrameOf(protocol, code, identifier, data);
        SendPpp(frame);
    }

    public void SendPacket(ushort protocol, byte code, byte identifier, string dataHex) =>
        SendPacket(protocol, code, identifier, Bytes(dataHex));

    public byte[] GreOf(byte[] payload, uint? sequence, uint? acknowledgment)
    {
        var gre = new List<byte>
        {
            (byte)(sequence.HasValue ? 0x30 : 0x20),
            (byte)(acknowledgment.HasValue ? 0x81 : 0x01),
            0x88,
            0x0B,
            (byte)(payload.Length >> 8),
            (byte)payload.Length,
            (byte)(HubCallId >> 8),
            (byte)HubCallId,
        };
        foreach (uint? number in (uint?[])[sequence, acknowledgment])
        {
            if (number is uint value)
            {
                gre.AddRange(
                    [(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value]);
            }
        }

        gre.AddRange(payload);
        return [.. gre];
    }

    public static byte[] FrameOf(ushort protocol, byte code, byte identifier, byte[] data)
    {
        int length = 4 + data.Length;
        return
        [
            0xFF, 0x03, (byte)(protocol >> 8), (byte)protocol,
            code, identifier, (byte)(length >> 8), (byte)length,
            .. data,
        ];
    }

    /// <summary>Octets from hex with blanks.</summary>
    public static byte[] Bytes(string hex) =>
        Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));

    /// <summary>The data of a packet in a frame with or without FF 03.</summary>
    public static byte[] DataOf(byte[] frame)
    {
        int offset = frame[0] == 0xFF ? 4 : 2;
        return frame[(offset + 4)..];
    }

    public static byte IdentifierOf(byte[] frame) => frame[frame[0] == 0xFF ? 5 : 3];

    public static string TextOf(byte[] frame) => Encoding.ASCII.GetString(DataOf(frame));

    private static void AssertLike(string pattern, string text)
    {
        Assert.True(
            FileSystemName.MatchesSimpleExpression(pattern, text, ignoreCase: false),
            $"wanted {pattern}{Environment.NewLine}but got {text}");
    }
}
