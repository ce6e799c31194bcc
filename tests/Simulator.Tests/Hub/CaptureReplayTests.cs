// Captures of real peers read with the hub's codecs: nothing in them is malformed, every header
// is written as it was read, and with the password every MPPE frame opens, also behind losses.

using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Text;
using Simulator.Hub;
using Xunit;

namespace Simulator.Tests.Hub;

public class CaptureReplayTests
{
    private const string Password = "s3cret";
    private const uint HubAddress = 0x0A630002;
    private const int EthernetHeaderLength = 14;
    private const byte Tcp = 6;
    private const byte Gre = 47;

    private readonly Rc4Cipher _rc4 = new();

    // A call is found by the call ID in its GRE packets and by who they are sent to.
    private readonly Dictionary<(uint To, ushort CallId), Call> _calls = [];
    private MppeStrengths _strength;
    private int _decrypted;
    private int _successes;

    public static TheoryData<string> Captures() =>
        [.. Directory.GetFiles(Folder(), "*.pcap").Select(path => Path.GetFileName(path)).Order()];

    [Theory]
    [MemberData(nameof(Captures))]
    public void Every_packet_is_understood(string name)
    {
        int count = 0;
        foreach (byte[] packet in Packets(name))
        {
            string text = packet[9] == Gre
                ? WireText.DescribeGre(GreOf(packet))
                : WireText.DescribeTcp(TcpPayloadOf(packet));
            Assert.DoesNotContain("malformed", text, StringComparison.Ordinal);
            Assert.DoesNotContain("unknown", text, StringComparison.Ordinal);
            Assert.DoesNotContain("no PPTP", text, StringComparison.Ordinal);
            count++;
            if (packet[9] == Gre)
            {
                AssertIsWrittenAlike(GreOf(packet));
            }
        }

        Assert.True(count > 20);
    }

    [Theory]
    [InlineData("mppe128-stateless", 1, 9)]
    [InlineData("terminate-by-server", 1, 9)]
    [InlineData("two-clients", 2, 18)]
    [InlineData("nat-inside", 3, 26)]
    [InlineData("nat-outside", 3, 26)]
    [InlineData("udp-traffic", 1, 96)]
    [InlineData("loss5", 1, 117)]
    [InlineData("reorder", 1, 123)]
    [InlineData("mppe40-stateless", 1, 9, MppeStrengths.Bits40)]
    public void Every_mppe_frame_opens(
        string name, int successes, int frames, MppeStrengths strength = MppeStrengths.Bits128)
    {
        _strength = strength;
        foreach (byte[] packet in Packets(name + ".pcap"))
        {
            uint from = BinaryPrimitives.ReadUInt32BigEndian(packet.AsSpan(12));
            uint to = BinaryPrimitives.ReadUInt32BigEndian(packet.AsSpan(16));
            if (packet[9] == Gre)
            {
                Replay(to, GreOf(packet));
            }
            else if (from == HubAddress)
            {
                NoteCall(to, TcpPayloadOf(packet));
            }
        }

        Assert.Equal(successes, _successes);
        Assert.Equal(frames, _decrypted);
    }

    private void NoteCall(uint clientAddress, byte[] octets)
    {
        if (ControlMessage.Check(octets, out ControlType type, out _) == ControlVerdict.Complete
            && type == ControlType.OutgoingCallReply)
        {
            var reply = OutgoingCallReply.Read(octets);
            var call = new Call();
            _calls.Add((HubAddress, reply.CallId), call);
            _calls.Add((clientAddress, reply.PeerCallId), call);
        }
    }

    private void Replay(uint to, byte[] gre)
    {
        Assert.True(GreHeader.TryRead(gre, out GreHeader header));
        if (header.PayloadLength == 0)
        {
            return;
        }

        // The first LCP request can overtake the reply that tells the call IDs.
        bool isKnown = _calls.TryGetValue((to, header.CallId), out Call? call);
        Assert.True(PppFrame.TryRead(
            gre.AsSpan(header.Length, header.PayloadLength), out ushort protocol, out var data));
        Assert.True(isKnown || protocol == PppProtocol.Lcp);
        if (protocol == PppProtocol.Chap)
        {
            Assert.True(PppPacket.TryRead(data, out PppPacket packet));
            ReplayChap(call!, packet);
        }
        else if (protocol == PppProtocol.Compressed)
        {
            byte[] frame = data.ToArray();
            MppeReceiver receiver = to == HubAddress ? call!.AtHub! : call!.AtClient!;
            Assert.Equal(
                MppeVerdict.Decrypted, receiver.Decrypt(_rc4, frame, 0, frame.Length));
            Assert.Equal([0x00, 0x21], frame[2..4]);
            Assert.Equal(Ipv4Verdict.Sound, Ipv4Packet.Check(frame.AsSpan(4), out _));
            _decrypted++;
        }
    }

    private void ReplayChap(Call call, PppPacket packet)
    {
        switch ((ChapCode)packet.Code)
        {
            case ChapCode.Challenge:
                call.Challenge = packet.Data[1..17].ToArray();
                break;
            case ChapCode.Response:
                call.PeerChallenge = packet.Data[1..17].ToArray();
                call.Response = packet.Data[25..49].ToArray();
                call.User = packet.Data[50..].ToArray();
                break;
            case ChapCode.Success:
                byte[] hash = MsChapV2.NtPasswordHash(Password);
                byte[] proof = MsChapV2.GenerateAuthenticatorResponse(
                    hash, call.Response, call.PeerChallenge, call.Challenge, call.User);
                Assert.Equal(
                    Encoding.ASCII.GetString(packet.Data), MsChapV2.SuccessMessage(proof));
                byte[] master = MppeKeys.MasterKey(
                    MsChapV2.HashNtPasswordHash(hash), call.Response);
                call.AtHub = new MppeReceiver(
                    MppeKeys.ClientToServer(master, _strength), _strength);
                call.AtClient = new MppeReceiver(
                    MppeKeys.ServerToClient(master, _strength), _strength);
                _successes++;
                break;
            default:
                break;
        }
    }

    private static void AssertIsWrittenAlike(byte[] gre)
    {
        Assert.True(GreHeader.TryRead(gre, out GreHeader header));
        var written = new byte[GreHeader.MaximumLength];
        int length = GreHeader.Write(
            written,
            header.CallId,
            header.PayloadLength,
            header.Sequence,
            header.Acknowledgment);
        Assert.Equal(gre[..header.Length], written[..length]);
        Assert.Equal(gre.Length, header.Length + header.PayloadLength);
    }

    // The TCP and GRE packets of a capture in the classic format, little-endian, on Ethernet.
    private static IEnumerable<byte[]> Packets(string name)
    {
        byte[] file = File.ReadAllBytes(Path.Combine(Folder(), name));
        Assert.Equal(0xA1B2C3D4, BinaryPrimitives.ReadUInt32LittleEndian(file));
        int offset = 24;
        while (offset < file.Length)
        {
            int length = BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(offset + 8));
            offset += 16;
            byte[] frame = file[offset..(offset + length)];
            offset += length;
            int end = EthernetHeaderLength + ((frame[16] << 8) | frame[17]);
            byte[] packet = frame[EthernetHeaderLength..end];
            if (packet[9] is Tcp or Gre)
            {
                yield return packet;
            }
        }
    }

    private static byte[] GreOf(byte[] packet) => packet[((packet[0] & 15) * 4)..];

    private static byte[] TcpPayloadOf(byte[] packet)
    {
        byte[] tcp = packet[((packet[0] & 15) * 4)..];
        return tcp[((tcp[12] >> 4) * 4)..];
    }

    private static string Folder([CallerFilePath] string thisFile = "") => Path.GetFullPath(
        Path.Combine(Path.GetDirectoryName(thisFile)!, "..", "..", "Captures"));

    private sealed class Call
    {
        public byte[] Challenge { get; set; } = [];

        public byte[] PeerChallenge { get; set; } = [];

        public byte[] Response { get; set; } = [];

        public byte[] User { get; set; } = [];

        public MppeReceiver? AtHub { get; set; }

        public MppeReceiver? AtClient { get; set; }
    }
}
