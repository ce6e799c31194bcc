// The steps of a session, for tests that are about something later.

using System;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Simulator.Hub;
using Xunit;

namespace Simulator.Tests.Hub;

internal sealed partial class ScriptedClient
{
    public const ushort Lcp = 0xC021;
    public const ushort Pap = 0xC023;
    public const ushort Chap = 0xC223;
    public const ushort Ccp = 0x80FD;
    public const ushort Ipcp = 0x8021;

    /// <summary>mru 1400, asyncmap 0, magic 11223344, pcomp, accomp.</summary>
    public const string LcpOptions = "01040578 020600000000 050611223344 0702 0802";

    public const string MppeOption = "1206 01000040";

    private readonly Rc4Cipher _rc4 = new();
    private byte[] _masterKey = [];
    private MppeSender? _sender;
    private MppeReceiver? _receiver;

    public string User { get; set; } = HubBench.User;

    public string Password { get; set; } = HubBench.Password;

    public uint TunnelAddress { get; private set; }

    /// <summary>Everything up to IPCP's opening, with MPPE.</summary>
    public void BringUp()
    {
        StartAndCall();
        OpenLcp();
        Authenticate();
        OpenCcp();
        OpenIpcp();
        ExpectNothing();
    }

    public void StartAndCall()
    {
        SendTcp(StartRequest());
        ExpectControl("Start-Control-Connection-Reply result 1 *");
        Call();
    }

    public void Call()
    {
        SendTcp(CallRequest());
        byte[] reply = ExpectControl("Outgoing-Call-Reply call * peer * result 1 window *");
        HubCallId = BinaryPrimitives.ReadUInt16BigEndian(reply.AsSpan(12));
        Assert.Equal(CallId, BinaryPrimitives.ReadUInt16BigEndian(reply.AsSpan(14)));
        NextSequence = 0;
        _lastReceived = null;
    }

    public void OpenLcp()
    {
        byte[] request = Expect("LCP Configure-Request *");
        SendPacket(Lcp, 2, IdentifierOf(request), DataOf(request));
        SendPacket(Lcp, 1, 1, LcpOptions);
        Expect("LCP Configure-Ack id 1 *");
    }

    /// <summary>The same against a hub with LCP echoes; returns its first one.</summary>
    public byte[] OpenLcpWithEcho()
    {
        OpenLcp();
        return Expect("LCP Echo-Request id 0 magic *");
    }

    public void Authenticate()
    {
        AnswerChallenge(Expect("CHAP Challenge id * name \"hub\""));
        string success = TextOf(Expect("CHAP Success id * M=\"Access granted\""));
        Assert.Equal(ExpectedSuccess, success);
    }

    /// <summary>Answers a challenge of CHAP with MD5, RFC 1994.</summary>
    public void AnswerMd5Challenge(byte[] challengeFrame)
    {
        byte identifier = IdentifierOf(challengeFrame);
        byte[] data = DataOf(challengeFrame);
#pragma warning disable CA5351 // The RFC asks for MD5.
        byte[] value = MD5.HashData(
            [identifier, .. Encoding.UTF8.GetBytes(Password), .. data.AsSpan(1, data[0])]);
#pragma warning restore CA5351
        SendPacket(Chap, 2, identifier, [16, .. value, .. Encoding.UTF8.GetBytes(User)]);
    }

    /// <summary>Sends a PAP Authenticate-Request, RFC 1334.</summary>
    public void SendPap(byte identifier)
    {
        byte[] user = Encoding.UTF8.GetBytes(User);
        byte[] password = Encoding.UTF8.GetBytes(Password);
        SendPacket(
            Pap, 1, identifier, [(byte)user.Length, .. user, (byte)password.Length, .. password]);
    }

    /// <summary>The Success message that proves the hub knows the password.</summary>
    public string ExpectedSuccess { get; private set; } = "";

    /// <summary>Sends a Response; the peer challenge is fixed, for nobody guesses here.</summary>
    public void AnswerChallenge(byte[] challengeFrame)
    {
        byte[] challenge = DataOf(challengeFrame)[1..17];
        byte[] peerChallenge = Bytes("000102030405060708090a0b0c0d0e0f");
        byte[] name = Encoding.ASCII.GetBytes(User);
        byte[] bareName = name[(Array.LastIndexOf(name, (byte)'\\') + 1)..];
        byte[] hash = MsChapV2.NtPasswordHash(Password);
        byte[] response = MsChapV2.GenerateNtResponse(challenge, peerChallenge, bareName, hash);
        byte[] proof = MsChapV2.GenerateAuthenticatorResponse(
            hash, response, peerChallenge, challenge, bareName);
        ExpectedSuccess = $"S={Convert.ToHexString(proof)} M=Access granted";
        _masterKey = MppeKeys.MasterKey(MsChapV2.HashNtPasswordHash(hash), response);
        byte[] data = [49, .. peerChallenge, .. new byte[8], .. response, 0, .. name];
        SendPacket(Chap, 2, IdentifierOf(challengeFrame), data);
    }

    public void OpenCcp()
    {
        byte[] request = Expect("CCP Configure-Request id 1 mppe +H +S");
        SendPacket(Ccp, 2, IdentifierOf(request), DataOf(request));
        SendPacket(Ccp, 1, 1, MppeOption);
        Expect("CCP Configure-Ack id 1 mppe +H +S");
        PrepareKeys();
    }

    /// <summary>Agrees with a hub that allows this strength, and maybe others.</summary>
    public void OpenCcp(string option, MppeStrengths strength)
    {
        byte[] request = Expect("CCP Configure-Request id 1 mppe +H *");
        if (!DataOf(request).AsSpan().SequenceEqual(Bytes(option)))
        {
            SendPacket(Ccp, 3, IdentifierOf(request), option);
            request = Expect("CCP Configure-Request id 2 mppe +H *");
            Assert.Equal(Bytes(option), DataOf(request));
        }

        SendPacket(Ccp, 2, IdentifierOf(request), DataOf(request));
        SendPacket(Ccp, 1, 1, option);
        Expect("CCP Configure-Ack id 1 mppe +H *");
        PrepareKeys(strength, strength);
    }

    public void PrepareKeys() => PrepareKeys(MppeStrengths.Bits128, MppeStrengths.Bits128);

    public void PrepareKeys(MppeStrengths send, MppeStrengths receive)
    {
        _sender = new MppeSender(MppeKeys.ClientToServer(_masterKey, send), send);
        _receiver = new MppeReceiver(MppeKeys.ServerToClient(_masterKey, receive), receive);
    }

    public void OpenIpcp()
    {
        byte[] request = Expect("IPCP Configure-Request id 1 addr 10.98.0.1");
        SendPacket(Ipcp, 2, IdentifierOf(request), DataOf(request));
        SendPacket(Ipcp, 1, 1, "0306 00000000");
        byte[] nak = Expect("IPCP Configure-Nak id 1 addr *");
        TunnelAddress = BinaryPrimitives.ReadUInt32BigEndian(DataOf(nak).AsSpan(2));
        SendPacket(Ipcp, 1, 2, DataOf(nak));
        Expect("IPCP Configure-Ack id 2 addr *");
    }

    /// <summary>An MPPE frame (FD first) around an inner packet; uses up one count.</summary>
    public byte[] Encrypt(byte[] packet, ushort innerProtocol = 0x0021)
    {
        byte[] buffer =
            [0xFD, 0, 0, (byte)(innerProtocol >> 8), (byte)innerProtocol, .. packet];
        _sender!.Encrypt(_rc4, buffer, 3, buffer.Length - 3);
        return buffer;
    }

    public void SendIp(byte[] packet) => SendPpp(Encrypt(packet));

    /// <summary>The next frame decrypted: the inner IPv4 packet, and that it is this one.</summary>
    public byte[] ExpectIp(string pattern)
    {
        byte[] frame = Expect("MPPE count * A D, * octets encrypted");
        Assert.Equal(0xFD, frame[0]);
        byte[] buffer = frame[1..];
        Assert.Equal(MppeVerdict.Decrypted, _receiver!.Decrypt(_rc4, buffer, 0, buffer.Length));
        Assert.Equal(0x00, buffer[2]);
        Assert.Equal(0x21, buffer[3]);
        byte[] packet = buffer[4..];
        AssertLike(pattern, WireText.DescribeIpv4(packet));
        return packet;
    }

    /// <summary>A datagram from the client's tunnel address.</summary>
    public byte[] UdpOf(string text, string destination = "10.98.0.1", ushort port = 9) =>
        UdpOf(Encoding.ASCII.GetBytes(text), TunnelAddress, destination, port);

    public static byte[] UdpOf(byte[] payload, uint source, string destination, ushort port)
    {
        uint to = Ipv4Address.Parse(destination);
        int udpLength = 8 + payload.Length;
        byte[] udp =
            [0x30, 0x39, .. Short(port), .. Short(udpLength), 0, 0, .. payload];
        byte[] pseudo = [.. Long(source), .. Long(to), 0, 17, .. Short(udpLength), .. udp];
        Short(Checksum(pseudo)).CopyTo(udp, 6);
        return Ipv4Of(17, source, to, udp);
    }

    public byte[] EchoOf(byte type, ushort identifier, ushort sequence, string text)
    {
        byte[] icmp =
        [
            type, 0, 0, 0, .. Short(identifier), .. Short(sequence),
            .. Encoding.ASCII.GetBytes(text),
        ];
        Short(Checksum(icmp)).CopyTo(icmp, 2);
        return Ipv4Of(1, TunnelAddress, Ipv4Address.Parse("10.98.0.1"), icmp);
    }

    public static byte[] Ipv4Of(byte protocol, uint source, uint destination, byte[] payload)
    {
        byte[] packet =
        [
            0x45, 0, .. Short(20 + payload.Length), 0x12, 0x34, 0x40, 0, 64, protocol, 0, 0,
            .. Long(source), .. Long(destination), .. payload,
        ];
        Short(Checksum(packet[..20])).CopyTo(packet, 10);
        return packet;
    }

    public static byte[] Short(int value) => [(byte)(value >> 8), (byte)value];

    private static byte[] Long(uint value) =>
        [(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value];

    private static int Checksum(byte[] octets)
    {
        long sum = 0;
        for (int i = 0; i < octets.Length; i++)
        {
            sum += i % 2 == 0 ? octets[i] << 8 : octets[i];
        }

        while (sum > 0xFFFF)
        {
            sum = (sum >> 16) + (sum & 0xFFFF);
        }

        return (int)(0xFFFF - sum);
    }
}
