// CHAP with MD5: RFC 1994 section 4.1.

using System;
using System.Security.Cryptography;
using System.Text;

namespace Simulator.Hub;

/// <summary>The one-way function of CHAP's standard algorithm.</summary>
internal static class ChapMd5
{
    public const int ResponseLength = 16;

    /// <summary>MD5 over the identifier, the secret in UTF-8, and the challenge.</summary>
    public static byte[] Response(
        byte identifier, string secret, ReadOnlySpan<byte> challenge)
    {
        byte[] octets = Encoding.UTF8.GetBytes(secret);
        using var md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        md5.AppendData([identifier]);
        md5.AppendData(octets);
        md5.AppendData(challenge);
        CryptographicOperations.ZeroMemory(octets);
        return md5.GetHashAndReset();
    }
}
