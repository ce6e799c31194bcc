// What the library's formulas make of one conversation, laid out in an array of its own as the
// machine lays it out in the arena.

using System;
using System.Text;
using nanoPptp.Auth;

namespace nanoPptp.Tests.Auth;

/// <summary>The values of RFC 2759 s.8 and RFC 3079 s.3 for one conversation, by the library.
/// </summary>
internal sealed class Formulas
{
    private const int Hash = 0;
    private const int Authenticator = 16;
    private const int Peer = 32;
    private const int Digest = 48;
    private const int Response = 68;
    private const int HashHash = 92;
    private const int Second = 108;
    private const int Scratch = 128;

    public Formulas(
        string password, byte[] authenticatorChallenge, byte[] peerChallenge, byte[] userName)
    {
        byte[] b = new byte[Scratch + MsChapV2Math.ScratchLength];
        var math = new MsChapV2Math();
        NtHash.FromPassword(password, b, Hash);
        PasswordHash = b[Hash..(Hash + 16)];
        authenticatorChallenge.CopyTo(b, Authenticator);
        peerChallenge.CopyTo(b, Peer);

        int name = UserName.SkipDomain(userName, userName.Length);
        math.ChallengeHash(b, Peer, Authenticator, userName, name, userName.Length - name, Digest);
        Challenge = b[Digest..(Digest + 8)];
        math.ChallengeResponse(b, Digest, Hash, Response, Scratch);
        NtResponse = b[Response..(Response + 24)];
        math.HashNtPasswordHash(b, Hash, HashHash);
        PasswordHashHash = b[HashHash..(HashHash + 16)];
        math.AuthenticatorResponse(b, HashHash, Response, Digest, Second, Scratch);
        AuthenticatorResponse = b[Second..(Second + 20)];

        math.MasterKey(b, HashHash, Response, Digest, Scratch);
        MasterKey = b[Digest..(Digest + 16)];
        math.AsymmetricStartKey(b, Digest, true, Second, Scratch);
        TransmitStartKey = b[Second..(Second + 16)];
        math.AsymmetricStartKey(b, Digest, false, Second, Scratch);
        ReceiveStartKey = b[Second..(Second + 16)];
    }

    public byte[] PasswordHash { get; }

    public byte[] PasswordHashHash { get; }

    public byte[] Challenge { get; }

    public byte[] NtResponse { get; }

    public byte[] AuthenticatorResponse { get; }

    /// <summary>The authenticator response as a Success carries it.</summary>
    public string Proof => "S=" + Convert.ToHexString(AuthenticatorResponse);

    public byte[] MasterKey { get; }

    /// <summary>The start key of what the client sends.</summary>
    public byte[] TransmitStartKey { get; }

    /// <summary>The start key of what the client receives.</summary>
    public byte[] ReceiveStartKey { get; }

    public static Formulas Compute(
        string password, byte[] authenticatorChallenge, byte[] peerChallenge, string userName)
    {
        return new Formulas(
            password, authenticatorChallenge, peerChallenge, Encoding.UTF8.GetBytes(userName));
    }
}
