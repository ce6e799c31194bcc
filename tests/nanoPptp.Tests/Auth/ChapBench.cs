// One MS-CHAPv2 machine between an arena of guard octets and a hub that is played here, with
// formulas of its own.

using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using nanoPptp.Auth;
using nanoPptp.Crypto;
using nanoPptp.Diagnostics;
using nanoPptp.Memory;
using nanoPptp.Wire;
using Xunit;

namespace nanoPptp.Tests.Auth;

/// <summary>The machine under test and the hub opposite.</summary>
internal sealed class ChapBench
{
    public const string Password = "clientPass";
    public const byte Guard = 0xA5;
    private const int PacketOffset = ArenaMap.ReceiveSlots + 100;

    private readonly string _userName;

    public ChapBench(string userName = "User", int seed = 1)
    {
        _userName = userName;
        Array.Fill(Arena, Guard);
        byte[] entropy = new byte[16];
        new Random(seed).NextBytes(entropy);
        var random = new RandomPool();
        random.Seed(entropy, 0, entropy.Length);
        Machine = new MsChapV2(Arena, Frames, Counters, random);
        Assert.True(Machine.SetCredentials(
            userName, ReferenceMsChapV2.NtPasswordHash(Password)));
        Machine.Reset();
    }

    public byte[] Arena { get; } = new byte[ArenaMap.Length];

    public FrameQueue Frames { get; } = new();

    public Counters Counters { get; } = new();

    public MsChapV2 Machine { get; }

    public int NowMs { get; set; } = 1000;

    /// <summary>The last Response that the machine sent.</summary>
    public byte[] Response { get; private set; } = [];

    public byte[] PeerChallenge => Response[5..21];

    public byte[] NtResponse => Response[29..53];

    /// <summary>Sends a challenge.</summary>
    /// <returns>The packet's fate.</returns>
    public Reason Challenge(int identifier, byte[] challenge, string name = "hub")
    {
        return Input(
            1, identifier, [(byte)challenge.Length, .. challenge, .. Encoding.UTF8.GetBytes(name)]);
    }

    public Reason Success(int identifier, string text)
    {
        return Input(3, identifier, Encoding.UTF8.GetBytes(text));
    }

    public Reason Failure(int identifier, string text)
    {
        return Input(4, identifier, Encoding.UTF8.GetBytes(text));
    }

    /// <summary>Gives the machine a packet of any kind.</summary>
    public Reason Input(int code, int identifier, byte[] data)
    {
        int length = 4 + data.Length;
        return Input([(byte)code, (byte)identifier, (byte)(length >> 8), (byte)length, .. data]);
    }

    /// <summary>Gives the machine octets, and wants them unchanged.</summary>
    public Reason Input(byte[] packet)
    {
        packet.CopyTo(Arena, PacketOffset);
        Reason fate = Machine.Input(PacketOffset, packet.Length, NowMs);
        Assert.Equal(packet, Arena[PacketOffset..(PacketOffset + packet.Length)]);
        Array.Fill(Arena, Guard, PacketOffset, packet.Length);
        return fate;
    }

    /// <summary>Lets time pass.</summary>
    public void Advance(int ms)
    {
        NowMs = unchecked(NowMs + ms);
        Machine.Tick(NowMs);
    }

    /// <summary>Takes the Response that the machine must have sent.</summary>
    public byte[] ExpectResponse()
    {
        Assert.Equal(1, Frames.Count);
        Frames.Take();
        Assert.Equal(PppFrame.Chap, Frames.Protocol);
        Response = Arena[Frames.Offset..(Frames.Offset + Frames.Length)];
        return Response;
    }

    public void ExpectNothing()
    {
        Assert.Equal(0, Frames.Count);
    }

    /// <summary>What a hub that knows the password expects as response to a challenge.</summary>
    public byte[] ExpectedNtResponse(byte[] challenge, string password = Password)
    {
        return ReferenceMsChapV2.ChallengeResponse(
            ChallengeHash(challenge), ReferenceMsChapV2.NtPasswordHash(password));
    }

    /// <summary>The text with which a hub that knows the password proves it.</summary>
    public string Proof(byte[] challenge, string password = Password)
    {
        return "S=" + Convert.ToHexString(ReferenceMsChapV2.AuthenticatorResponse(
            ReferenceMsChapV2.NtPasswordHash(password), NtResponse, ChallengeHash(challenge)));
    }

    public byte[] MasterKey()
    {
        return ReferenceMsChapV2.MasterKey(
            ReferenceMsChapV2.NtPasswordHash(Password), NtResponse);
    }

    /// <summary>The start keys that the machine left in the arena: of what it sends, of what it
    /// receives.</summary>
    public (byte[] Transmit, byte[] Receive) StartKeys()
    {
        return (
            Arena[MsChapV2.TransmitStartKey..(MsChapV2.TransmitStartKey + 16)],
            Arena[MsChapV2.ReceiveStartKey..(MsChapV2.ReceiveStartKey + 16)]);
    }

    /// <summary>Asserts that the machine wrote to its secrets and to frames and nowhere else.
    /// </summary>
    public void AssertGuardsAreIntact()
    {
        const int FramesEnd =
            ArenaMap.Frames + (Limits.FrameSlotCount * Limits.FrameSlotLength);
        IEnumerable<byte> others = Arena[..ArenaMap.Frames]
            .Concat(Arena[FramesEnd..ArenaMap.Secrets])
            .Concat(Arena[(ArenaMap.Secrets + ArenaMap.SecretsLength)..]);
        Assert.DoesNotContain(others, octet => octet != Guard);
    }

    private byte[] ChallengeHash(byte[] challenge)
    {
        string name = _userName[(_userName.LastIndexOf('\\') + 1)..];
        return ReferenceMsChapV2.ChallengeHash(
            PeerChallenge, challenge, Encoding.UTF8.GetBytes(name));
    }
}
