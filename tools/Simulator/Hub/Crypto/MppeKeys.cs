// Where the keys of MPPE come from: RFC 3079 section 3 (MS-CHAPv2). Keys of 40 and 56 bits have
// eight octets, of which the first three or the first one are the same for everybody.

using System;
using System.Security.Cryptography;
using System.Text;

namespace Simulator.Hub;

/// <summary>Derives master and start keys.</summary>
internal static class MppeKeys
{
    /// <summary>Octets of the master key, and of the longest other keys.</summary>
    public const int MaximumLength = 16;

    private const int PadLength = 40;

    private static readonly byte[] s_magic1 =
        Encoding.ASCII.GetBytes("This is the MPPE Master Key");

    private static readonly byte[] s_magic2 = Encoding.ASCII.GetBytes(
        "On the client side, this is the send key; on the server side, it is the receive key.");

    private static readonly byte[] s_magic3 = Encoding.ASCII.GetBytes(
        "On the client side, this is the receive key; on the server side, it is the send key.");

    private static readonly byte[] s_pad1 = new byte[PadLength];

    private static readonly byte[] s_pad2 = FilledPad(0xF2);

    /// <summary>The key both directions grow from.</summary>
    public static byte[] MasterKey(byte[] passwordHashHash, ReadOnlySpan<byte> ntResponse)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        sha.AppendData(passwordHashHash);
        sha.AppendData(ntResponse);
        sha.AppendData(s_magic1);
        return sha.GetHashAndReset()[..MaximumLength];
    }

    /// <summary>Octets of the start and session keys of one strength.</summary>
    public static int LengthOf(MppeStrengths strength) =>
        strength == MppeStrengths.Bits128 ? MaximumLength : MaximumLength / 2;

    /// <summary>Gives up the octets that a weaker key does not have.</summary>
    public static void Weaken(Span<byte> sessionKey, MppeStrengths strength)
    {
        ReadOnlySpan<byte> known = strength switch
        {
            MppeStrengths.Bits40 => [0xD1, 0x26, 0x9E],
            MppeStrengths.Bits56 => [0xD1],
            _ => [],
        };
        known.CopyTo(sessionKey);
    }

    /// <summary>The start key of what the client sends and the server receives.</summary>
    public static byte[] ClientToServer(byte[] masterKey, MppeStrengths strength) =>
        AsymmetricStartKey(masterKey, s_magic2, strength);

    /// <summary>The start key of what the server sends and the client receives.</summary>
    public static byte[] ServerToClient(byte[] masterKey, MppeStrengths strength) =>
        AsymmetricStartKey(masterKey, s_magic3, strength);

    /// <summary>
    /// GetNewKeyFromSHA, RFC 3078 section 7.3: also the first half of a rekey. All three keys
    /// are of one length.
    /// </summary>
    public static void NewKeyFromSha(
        ReadOnlySpan<byte> startKey, ReadOnlySpan<byte> sessionKey, Span<byte> newKey)
    {
        int length = startKey.Length;
        Span<byte> text = stackalloc byte[(2 * MaximumLength) + (2 * PadLength)];
        text = text[..(2 * (length + PadLength))];
        startKey.CopyTo(text);
        s_pad1.CopyTo(text[length..]);
        sessionKey.CopyTo(text[(length + PadLength)..]);
        s_pad2.CopyTo(text[((2 * length) + PadLength)..]);
        Span<byte> digest = stackalloc byte[SHA1.HashSizeInBytes];
#pragma warning disable CA5350 // The RFC asks for SHA-1.
        SHA1.HashData(text, digest);
#pragma warning restore CA5350
        digest[..length].CopyTo(newKey);
    }

    private static byte[] AsymmetricStartKey(
        byte[] masterKey, byte[] magic, MppeStrengths strength)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        sha.AppendData(masterKey);
        sha.AppendData(s_pad1);
        sha.AppendData(magic);
        sha.AppendData(s_pad2);
        return sha.GetHashAndReset()[..LengthOf(strength)];
    }

    private static byte[] FilledPad(byte value)
    {
        var pad = new byte[PadLength];
        Array.Fill(pad, value);
        return pad;
    }
}
