// MS-CHAPv2 (RFC 2759 s.8) written a second time, from the RFC's pseudocode, over other people's
// MD4, DES and SHA-1.

using System;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Parameters;

namespace nanoPptp.Tests.Auth;

/// <summary>The formulas of RFC 2759 s.8 and RFC 3079 s.3, without the library.</summary>
[SuppressMessage(
    "Security", "CA5350", Justification = "SHA-1 is what RFC 2759 and RFC 3079 demand.")]
internal static class ReferenceMsChapV2
{
    private const string Magic1 = "Magic server to client signing constant";
    private const string Magic2 = "Pad to make it do more than one iteration";
    private const string MasterKeyMagic = "This is the MPPE Master Key";
    private const string ClientSends =
        "On the client side, this is the send key; on the server side, it is the receive key.";
    private const string ClientReceives =
        "On the client side, this is the receive key; on the server side, it is the send key.";

    public static byte[] NtPasswordHash(string password)
    {
        return Md4(Encoding.Unicode.GetBytes(password));
    }

    public static byte[] HashNtPasswordHash(byte[] hash)
    {
        return Md4(hash);
    }

    /// <summary>The name is taken as it is; the caller has cut off the domain.</summary>
    public static byte[] ChallengeHash(byte[] peer, byte[] authenticator, byte[] name)
    {
        return SHA1.HashData([.. peer, .. authenticator, .. name])[..8];
    }

    public static byte[] ChallengeResponse(byte[] challenge, byte[] hash)
    {
        byte[] padded = [.. hash, 0, 0, 0, 0, 0];
        return
        [
            .. Des(padded[..7], challenge),
            .. Des(padded[7..14], challenge),
            .. Des(padded[14..], challenge),
        ];
    }

    public static byte[] AuthenticatorResponse(byte[] hash, byte[] response, byte[] challenge)
    {
        byte[] digest =
            SHA1.HashData([.. HashNtPasswordHash(hash), .. response, .. Ascii(Magic1)]);
        return SHA1.HashData([.. digest, .. challenge, .. Ascii(Magic2)]);
    }

    public static byte[] MasterKey(byte[] hash, byte[] response)
    {
        return SHA1.HashData(
            [.. HashNtPasswordHash(hash), .. response, .. Ascii(MasterKeyMagic)])[..16];
    }

    public static byte[] StartKey(byte[] masterKey, bool clientSends)
    {
        byte[] pad2 = new byte[40];
        Array.Fill(pad2, (byte)0xF2);
        return SHA1.HashData(
            [
                .. masterKey,
                .. new byte[40],
                .. Ascii(clientSends ? ClientSends : ClientReceives),
                .. pad2,
            ])[..16];
    }

    private static byte[] Md4(byte[] octets)
    {
        var md4 = new MD4Digest();
        byte[] digest = new byte[16];
        md4.BlockUpdate(octets, 0, octets.Length);
        md4.DoFinal(digest, 0);
        return digest;
    }

    private static byte[] Des(byte[] sevenOctets, byte[] block)
    {
        // Seven bits of key to an octet; the eighth is for parity and does not count.
        ulong bits = 0;
        foreach (byte octet in sevenOctets)
        {
            bits = (bits << 8) | octet;
        }

        byte[] key = new byte[8];
        for (int i = 0; i < key.Length; i++)
        {
            key[i] = (byte)((bits >> (49 - (7 * i))) << 1);
        }

        var des = new DesEngine();
        des.Init(true, new KeyParameter(key));
        byte[] result = new byte[8];
        des.ProcessBlock(block, 0, result, 0);
        return result;
    }

    private static byte[] Ascii(string text)
    {
        return Encoding.ASCII.GetBytes(text);
    }
}
