// One MS-CHAPv2 machine and a hub with formulas of its own.

using System;
using System.Text;
using nanoPptp.Auth;
using nanoPptp.Crypto;
using nanoPptp.Diagnostics;
using Xunit;

namespace nanoPptp.Tests.Auth;

/// <summary>The machine under test and the hub opposite.</summary>
internal sealed class ChapBench : AuthenticationBench
{
    public const string Password = "clientPass";

    private readonly string _userName;

    public ChapBench(string userName = "User", int seed = 1)
    {
        _userName = userName;
        byte[] entropy = new byte[16];
        new Random(seed).NextBytes(entropy);
        var random = new RandomPool();
        random.Seed(entropy, 0, entropy.Length);
        Machine = new MsChapV2(Arena, Credentials, Frames, Counters, random);
        Assert.True(Credentials.Set(userName, ReferenceMsChapV2.NtPasswordHash(Password)));
        Machine.Reset();
    }

    public MsChapV2 Machine { get; }

    protected override Authentication Method => Machine;

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

    /// <summary>Takes the Response that the machine must have sent.</summary>
    public byte[] ExpectResponse()
    {
        Response = ExpectPacket();
        return Response;
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

    private byte[] ChallengeHash(byte[] challenge)
    {
        string name = _userName[(_userName.LastIndexOf('\\') + 1)..];
        return ReferenceMsChapV2.ChallengeHash(
            PeerChallenge, challenge, Encoding.UTF8.GetBytes(name));
    }
}
