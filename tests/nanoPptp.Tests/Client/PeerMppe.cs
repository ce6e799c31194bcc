// One direction of MPPE-128 stateless as the hub does it (RFC 3078 s.7 and s.8, RFC 3079 s.3),
// written from the RFCs over other people's SHA-1 and RC4.

using System;
using System.Security.Cryptography;
using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Parameters;

namespace nanoPptp.Tests.Client;

internal sealed class PeerMppe
{
    private const int KeyLength = 16;
    private const int CountMask = 0x0FFF;

    private readonly RC4Engine _rc4 = new();
    private readonly byte[] _text = new byte[112];
    private readonly byte[] _digest = new byte[20];
    private byte[] _sessionKey;
    private int _count;

    internal PeerMppe(byte[] startKey)
    {
        startKey.CopyTo(_text, 0);
        Array.Fill(_text, (byte)0xF2, 72, 40);
        startKey.CopyTo(_text, 56);
        Hash();
        _sessionKey = _digest[..KeyLength];
    }

    /// <summary>The coherency count of the next frame.</summary>
    internal int Count => _count;

    /// <summary>Encrypts a protocol field and packet: header, then what it hides.</summary>
    internal byte[] Encrypt(byte[] clear)
    {
        ChangeKey();
        byte[] frame = new byte[2 + clear.Length];
        frame[0] = (byte)(0x90 | (_count >> 8));
        frame[1] = (byte)_count;
        _rc4.ProcessBytes(clear, 0, clear.Length, frame, 2);
        _count = (_count + 1) & CountMask;
        return frame;
    }

    /// <summary>Decrypts header and octets; frames may be missing but not come late.</summary>
    internal byte[] Decrypt(ReadOnlySpan<byte> frame)
    {
        if ((frame[0] & 0xF0) != 0x90)
        {
            throw new FormatException("flags " + frame[0].ToString("x2"));
        }

        int count = ((frame[0] << 8) | frame[1]) & CountMask;
        if (((count - _count) & CountMask) > 2048)
        {
            throw new FormatException("count " + count + " after " + _count);
        }

        while (_count != count)
        {
            ChangeKey();
            _count = (_count + 1) & CountMask;
        }

        ChangeKey();
        _count = (_count + 1) & CountMask;
        byte[] clear = frame[2..].ToArray();
        _rc4.ProcessBytes(clear, 0, clear.Length, clear, 0);
        return clear;
    }

    private void Hash()
    {
#pragma warning disable CA5350 // The RFC asks for SHA-1.
        SHA1.HashData(_text, _digest);
#pragma warning restore CA5350
    }

    private void ChangeKey()
    {
        _sessionKey.CopyTo(_text, 56);
        Hash();
        byte[] interim = _digest[..KeyLength];
        _rc4.Init(true, new KeyParameter(interim));
        _sessionKey = new byte[KeyLength];
        _rc4.ProcessBytes(interim, 0, KeyLength, _sessionKey, 0);
        _rc4.Init(true, new KeyParameter(_sessionKey));
    }
}
