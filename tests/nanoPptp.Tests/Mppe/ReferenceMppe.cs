// MPPE stateless (RFC 3078 s.3 and s.7, RFC 3079 s.3) written a second time, for 40, 56 and 128
// bits, over other people's SHA-1 and RC4.

using System;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Parameters;

namespace nanoPptp.Tests.Mppe;

/// <summary>One direction of MPPE in stateless mode, without the library.</summary>
[SuppressMessage("Security", "CA5350", Justification = "SHA-1 is what RFC 3079 demands.")]
internal sealed class ReferenceMppe
{
    private readonly byte[] _startKey;
    private readonly int _bits;
    private byte[] _sessionKey;
    private int _count;

    public ReferenceMppe(byte[] startKey, int bits = 128)
    {
        _startKey = startKey;
        _bits = bits;
        _sessionKey = Reduce(Digest(startKey));
    }

    /// <summary>The key that <see cref="Change"/> gave last; at first, the one before frame 0.
    /// </summary>
    public byte[] SessionKey => [.. _sessionKey];

    /// <summary>RC4 under a key.</summary>
    public static byte[] Rc4(byte[] key, ReadOnlySpan<byte> octets)
    {
        var engine = new RC4Engine();
        engine.Init(true, new KeyParameter(key));
        byte[] result = new byte[octets.Length];
        engine.ProcessBytes(octets.ToArray(), 0, octets.Length, result, 0);
        return result;
    }

    /// <summary>Changes the session key, as happens before every frame.</summary>
    public void Change()
    {
        byte[] interim = Digest(_sessionKey);
        _sessionKey = Reduce(Rc4(interim, interim));
    }

    /// <summary>Makes the next frame.</summary>
    /// <returns>Its header and encrypted octets.</returns>
    public byte[] Encrypt(ReadOnlySpan<byte> plain)
    {
        Change();
        int header = 0x9000 | _count;
        _count = (_count + 1) % 4096;
        return [(byte)(header >> 8), (byte)header, .. Rc4(_sessionKey, plain)];
    }

    private byte[] Digest(byte[] sessionKey)
    {
        byte[] pad2 = new byte[40];
        Array.Fill(pad2, (byte)0xF2);
        return SHA1.HashData([.. _startKey, .. new byte[40], .. sessionKey, .. pad2])[
            ..(_bits == 128 ? 16 : 8)];
    }

    private byte[] Reduce(byte[] key)
    {
        return _bits switch
        {
            40 => [0xD1, 0x26, 0x9E, .. key[3..]],
            56 => [0xD1, .. key[1..]],
            _ => key,
        };
    }
}
