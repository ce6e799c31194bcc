// MS-CHAPv2 from the authenticator's side: RFC 2759 section 8 (the functions carry its names).

using System;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Parameters;

namespace Simulator.Hub;

/// <summary>The one-way functions of MS-CHAPv2.</summary>
internal static class MsChapV2
{
    public const int ChallengeLength = 16;
    public const int HashLength = 16;
    public const int ResponseLength = 24;
    public const int AuthenticatorResponseLength = 20;

    private const int DesKeyLength = 7;
    private const int DesBlockLength = 8;

    private static readonly byte[] s_magic1 =
        Encoding.ASCII.GetBytes("Magic server to client signing constant");

    private static readonly byte[] s_magic2 =
        Encoding.ASCII.GetBytes("Pad to make it do more than one iteration");

    /// <summary>MD4 over the password in UTF-16, low octet first, without a terminator.</summary>
    public static byte[] NtPasswordHash(string password)
    {
        byte[] unicode = Encoding.Unicode.GetBytes(password);
        byte[] hash = Md4(unicode);
        CryptographicOperations.ZeroMemory(unicode);
        return hash;
    }

    /// <summary>MD4 over the NT hash.</summary>
    public static byte[] HashNtPasswordHash(byte[] passwordHash) => Md4(passwordHash);

    /// <summary>The user name without a domain in front of it (up to the last backslash).</summary>
    public static ReadOnlySpan<byte> WithoutDomain(ReadOnlySpan<byte> name) =>
        name[(name.LastIndexOf((byte)'\\') + 1)..];

    /// <summary>The eight octets both sides really encrypt.</summary>
    public static byte[] ChallengeHash(
        ReadOnlySpan<byte> peerChallenge,
        ReadOnlySpan<byte> authenticatorChallenge,
        ReadOnlySpan<byte> userName)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        sha.AppendData(peerChallenge);
        sha.AppendData(authenticatorChallenge);
        sha.AppendData(userName);
        return sha.GetHashAndReset()[..DesBlockLength];
    }

    /// <summary>Encrypts the challenge with DES three times, under the padded NT hash.</summary>
    public static byte[] ChallengeResponse(byte[] challenge, byte[] passwordHash)
    {
        var padded = new byte[3 * DesKeyLength];
        passwordHash.CopyTo(padded, 0);
        var response = new byte[ResponseLength];
        var des = new DesEngine();
        for (int i = 0; i < 3; i++)
        {
            byte[] key = SpreadDesKey(padded.AsSpan(i * DesKeyLength, DesKeyLength));
            des.Init(true, new KeyParameter(key));
            des.ProcessBlock(challenge, 0, response, i * DesBlockLength);
        }

        return response;
    }

    /// <summary>The response a peer has to give.</summary>
    public static byte[] GenerateNtResponse(
        ReadOnlySpan<byte> authenticatorChallenge,
        ReadOnlySpan<byte> peerChallenge,
        ReadOnlySpan<byte> userName,
        byte[] passwordHash) =>
        ChallengeResponse(
            ChallengeHash(peerChallenge, authenticatorChallenge, userName), passwordHash);

    /// <summary>The twenty octets that prove the authenticator knows the password too.</summary>
    public static byte[] GenerateAuthenticatorResponse(
        byte[] passwordHash,
        ReadOnlySpan<byte> ntResponse,
        ReadOnlySpan<byte> peerChallenge,
        ReadOnlySpan<byte> authenticatorChallenge,
        ReadOnlySpan<byte> userName)
    {
        byte[] challenge = ChallengeHash(peerChallenge, authenticatorChallenge, userName);
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        sha.AppendData(HashNtPasswordHash(passwordHash));
        sha.AppendData(ntResponse);
        sha.AppendData(s_magic1);
        byte[] digest = sha.GetHashAndReset();
        sha.AppendData(digest);
        sha.AppendData(challenge);
        sha.AppendData(s_magic2);
        return sha.GetHashAndReset();
    }

    /// <summary>The message of a CHAP Success: upper-case hex, as section 5 asks.</summary>
    public static string SuccessMessage(byte[] authenticatorResponse) =>
        "S=" + Convert.ToHexString(authenticatorResponse) + " M=Access granted";

    /// <summary>
    /// The message of a CHAP Failure in pppd's way: R=1 and the old challenge in lower-case hex
    /// although it ends the link, and V=0.
    /// </summary>
    public static string FailureMessage(byte[] challenge) => string.Create(
        CultureInfo.InvariantCulture,
        $"E=691 R=1 C={Convert.ToHexStringLower(challenge)} V=0 M=Access denied");

    // Seven octets become eight with a parity bit below every seven bits; DES ignores the parity.
    private static byte[] SpreadDesKey(ReadOnlySpan<byte> seven)
    {
        ulong bits = 0;
        foreach (byte octet in seven)
        {
            bits = (bits << 8) | octet;
        }

        var key = new byte[DesBlockLength];
        for (int i = 0; i < key.Length; i++)
        {
            key[i] = (byte)(((bits >> (49 - (7 * i))) & 0x7F) << 1);
        }

        return key;
    }

    private static byte[] Md4(byte[] octets)
    {
        var digest = new MD4Digest();
        digest.BlockUpdate(octets, 0, octets.Length);
        var hash = new byte[HashLength];
        digest.DoFinal(hash, 0);
        return hash;
    }
}
