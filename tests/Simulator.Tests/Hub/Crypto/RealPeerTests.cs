// Packets of a session between pptp-linux and pptpd with pppd (password s3cret), as they were on
// the wire: what two real peers agree on, this hub has to read alike.

using System;
using System.Text;
using Simulator.Hub;
using Xunit;

namespace Simulator.Tests.Hub.Crypto;

public class RealPeerTests
{
    private const string ChallengeGre =
        "3081880b001c399d0000000300000003c223013b001a106f1b9169f646cd0d811958b944"
        + "1b3a377070747064";

    private const string ResponseGre =
        "3081880b003f00000000000400000003c223023b003d31c2b71768b67c26bd73ce0cbec6"
        + "2578d00000000000000000c7199e22621cb343206ba331d1f06768303e20e65423141900"
        + "73656e736f7231";

    private const string SuccessGre =
        "3081880b0041399d0000000400000004c223033b003f533d334332374130413539354244"
        + "37394541433136343235324634364431343730304539414641443343204d3d4163636573"
        + "73206772616e746564";

    private const string ClientEchoGre =
        "3081880b005900000000000a00000009fd9000bacc6280d8c51bc9f978e26cbc0abf11d7"
        + "0ed71cffcb1a564e4c60aa4ffc5258aa5de3a2884dcd719ded8c4e9f77a0482cfa34607f"
        + "65fde128b037387aa570093cfea7e0c14328d6f073e8d8062bd6cccfefcee8e17d";

    private const string HubEchoGre =
        "3081880b0059399d0000000a0000000afd90004bf7e354d4858611b84092fd99c35976c1"
        + "f7b42e838fa0bd9b61a7142c7c6d04b9f4487e86b265b9d2c2fc083db34b38dc788939ad"
        + "e5e1d531ba7933723cff531135155cc3d518ecab0385b0fc945f9c30869ec33f8b";

    private const string ClientDatagramGre =
        "3081880b003c00000000000d0000000cfd9003d932cb35c7512f893dcfb3d985253efcf0"
        + "5da656f6da0bb779c40d2fc523f92a75ac955ff57b79239ecf268ba4ee5c11037f2a3e8b"
        + "13877a82";

    private static readonly byte[] s_passwordHash = MsChapV2.NtPasswordHash("s3cret");

    [Fact]
    public void The_real_response_is_right_and_the_real_success_is_ours()
    {
        (byte[] challenge, byte[] peerChallenge, byte[] response, byte[] user) = Handshake();
        Assert.Equal("sensor1"u8.ToArray(), user);
        Assert.Equal(
            MsChapV2.GenerateNtResponse(challenge, peerChallenge, user, s_passwordHash), response);
        byte[] proof = MsChapV2.GenerateAuthenticatorResponse(
            s_passwordHash, response, peerChallenge, challenge, user);
        Assert.Equal(
            Encoding.ASCII.GetString(DataOf(SuccessGre)), MsChapV2.SuccessMessage(proof));
    }

    [Fact]
    public void Real_frames_of_both_directions_are_decrypted()
    {
        byte[] masterKey = MppeKeys.MasterKey(
            MsChapV2.HashNtPasswordHash(s_passwordHash), Handshake().Response);
        var fromClient = new MppeReceiver(
            MppeKeys.ClientToServer(masterKey, MppeStrengths.Bits128), MppeStrengths.Bits128);
        var fromHub = new MppeReceiver(
            MppeKeys.ServerToClient(masterKey, MppeStrengths.Bits128), MppeStrengths.Bits128);
        Assert.Equal(
            "IPv4 ICMP echo request 10.98.0.100 > 10.98.0.1 id 716 seq 1, 56 octets",
            Decrypted(fromClient, ClientEchoGre));
        Assert.Equal(
            "IPv4 ICMP echo reply 10.98.0.1 > 10.98.0.100 id 716 seq 1, 56 octets",
            Decrypted(fromHub, HubEchoGre));
        Assert.Equal(
            "IPv4 UDP 10.98.0.100:54696 > 10.98.0.1:9, 27 octets",
            Decrypted(fromClient, ClientDatagramGre));
        Assert.Equal(2, fromClient.LostBefore);
    }

    [Fact]
    public void Real_packets_are_described_without_their_secrets()
    {
        Assert.Equal(
            "GRE call 14749 seq 3 ack 3: CHAP Challenge id 59 name \"pptpd\"",
            WireText.DescribeGre(ScriptedClient.Bytes(ChallengeGre)));
        Assert.Equal(
            "GRE call 0 seq 4 ack 3: CHAP Response id 59 name \"sensor1\"",
            WireText.DescribeGre(ScriptedClient.Bytes(ResponseGre)));
        Assert.Equal(
            "GRE call 14749 seq 4 ack 4: CHAP Success id 59 M=\"Access granted\"",
            WireText.DescribeGre(ScriptedClient.Bytes(SuccessGre)));
        Assert.Equal(
            "GRE call 0 seq 13 ack 12: MPPE count 3 A D, 57 octets encrypted",
            WireText.DescribeGre(ScriptedClient.Bytes(ClientDatagramGre)));
    }

    private static (byte[] Challenge, byte[] PeerChallenge, byte[] Response, byte[] User)
        Handshake()
    {
        byte[] response = DataOf(ResponseGre);
        return (DataOf(ChallengeGre)[1..17], response[1..17], response[25..49], response[50..]);
    }

    private static byte[] DataOf(string greHex)
    {
        Assert.True(
            PppPacket.TryRead(InformationOf(greHex, PppProtocol.Chap), out PppPacket packet));
        return packet.Data.ToArray();
    }

    private static string Decrypted(MppeReceiver receiver, string greHex)
    {
        byte[] frame = InformationOf(greHex, PppProtocol.Compressed);
        Assert.Equal(
            MppeVerdict.Decrypted, receiver.Decrypt(new Rc4Cipher(), frame, 0, frame.Length));
        Assert.True(PppFrame.TryReadProtocol(
            frame.AsSpan(Mppe.HeaderLength), out ushort protocol, out var packet));
        Assert.Equal(PppProtocol.Ipv4, protocol);
        return WireText.DescribeIpv4(packet);
    }

    private static byte[] InformationOf(string greHex, ushort protocol)
    {
        byte[] gre = ScriptedClient.Bytes(greHex);
        Assert.True(GreHeader.TryRead(gre, out GreHeader header));
        ReadOnlySpan<byte> payload = gre.AsSpan(header.Length, header.PayloadLength);
        Assert.True(PppFrame.TryRead(payload, out ushort read, out var information));
        Assert.Equal(protocol, read);
        return information.ToArray();
    }
}
