// One direction of MPPE as the hub does it (RFC 3078 s.7 and s.8, RFC 3079 s.3), written from the
// RFCs over other people's SHA-1 and RC4: all key lengths, stateless and stateful, the latter as
// the RFC has it and as Linux does it.

using System;
using System.Security.Cryptography;
using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Parameters;

namespace nanoPptp.Tests.Client;

/// <summary>How the keystream goes on from frame to frame.</summary>
internal enum PeerMode
{
    Stateless,

    /// <summary>RFC 3078 s.8.2 and FreeBSD: flag A begins the present key anew.</summary>
    Stateful,

    /// <summary>Linux: flag A changes the key.</summary>
    StatefulLinux,
}

internal sealed class PeerMppe
{
    private const int CountMask = 0x0FFF;

    private readonly RC4Engine _rc4 = new();
    private readonly byte[] _startKey;
    private readonly int _bits;
    private readonly PeerMode _mode;
    private byte[] _sessionKey;
    private int _count;
    private bool _isDiscarding;

    internal PeerMppe(byte[] startKey, int bits = 128, PeerMode mode = PeerMode.Stateless)
    {
        _startKey = startKey[..(bits == 128 ? 16 : 8)];
        _bits = bits;
        _mode = mode;
        _sessionKey = Weaken(Digest(_startKey));
        _rc4.Init(true, new KeyParameter(_sessionKey));
    }

    /// <summary>The coherency count of the next frame.</summary>
    internal int Count => _count;

    /// <summary>Whether the next frame begins a keystream anew: a Reset-Request came.</summary>
    internal bool MustFlush { get; set; }

    /// <summary>Encrypts a protocol field and packet: header, then what it hides.</summary>
    internal byte[] Encrypt(byte[] clear)
    {
        bool flushed = MustFlush || _mode == PeerMode.Stateless;
        bool isFlag = (_count & 0xFF) == 0xFF;
        if (_mode == PeerMode.StatefulLinux)
        {
            flushed |= isFlag;
        }

        if (flushed)
        {
            _rc4.Init(true, new KeyParameter(_sessionKey));
        }

        if (_mode == PeerMode.Stateless || isFlag || (flushed && _mode == PeerMode.StatefulLinux))
        {
            ChangeKey();
        }

        MustFlush = false;
        byte[] frame = new byte[2 + clear.Length];
        frame[0] = (byte)((flushed ? 0x90 : 0x10) | (_count >> 8));
        frame[1] = (byte)_count;
        _rc4.ProcessBytes(clear, 0, clear.Length, frame, 2);
        _count = (_count + 1) & CountMask;
        return frame;
    }

    /// <summary>Decrypts header and octets; frames may be missing but not come late.</summary>
    internal byte[] Decrypt(ReadOnlySpan<byte> frame) =>
        TryDecrypt(frame) ?? throw new FormatException("a frame behind a gap");

    /// <summary>Decrypts header and octets.</summary>
    /// <returns>Null when the keystream has to begin anew first.</returns>
    internal byte[]? TryDecrypt(ReadOnlySpan<byte> frame)
    {
        bool flushed = (frame[0] & 0x80) != 0;
        if ((frame[0] & 0x70) != 0x10 || (!flushed && _mode == PeerMode.Stateless))
        {
            throw new FormatException("flags " + frame[0].ToString("x2"));
        }

        int count = ((frame[0] << 8) | frame[1]) & CountMask;
        if (((count - _count) & CountMask) > 2048)
        {
            throw new FormatException("count " + count + " after " + _count);
        }

        bool isRead = _mode switch
        {
            PeerMode.Stateless => CatchUp(count, 1),
            PeerMode.Stateful => CatchUpAsFreeBsd(count, flushed),
            _ => CatchUpAsLinux(count, flushed),
        };
        if (!isRead)
        {
            return null;
        }

        byte[] clear = frame[2..].ToArray();
        _rc4.ProcessBytes(clear, 0, clear.Length, clear, 0);
        return clear;
    }

    private bool CatchUp(int count, int changes)
    {
        while (_count != count)
        {
            ChangeKey();
            _count = (_count + 1) & CountMask;
        }

        for (int i = 0; i < changes; i++)
        {
            ChangeKey();
        }

        _count = (_count + 1) & CountMask;
        return true;
    }

    private bool CatchUpAsFreeBsd(int count, bool flushed)
    {
        if (flushed)
        {
            for (; _count != count; _count = (_count + 1) & CountMask)
            {
                if ((_count & 0xFF) == 0xFF)
                {
                    ChangeKey();
                }
            }

            _rc4.Init(true, new KeyParameter(_sessionKey));
        }

        if (_count != count)
        {
            return false;
        }

        if ((count & 0xFF) == 0xFF)
        {
            ChangeKey();
        }

        _count = (_count + 1) & CountMask;
        return true;
    }

    // Here the count is that of the frame expected, where Linux keeps the one before.
    private bool CatchUpAsLinux(int count, bool flushed)
    {
        if (!_isDiscarding)
        {
            if (count != _count)
            {
                _isDiscarding = true;
                return false;
            }
        }
        else if (!flushed)
        {
            return false;
        }
        else
        {
            while ((count & ~0xFF) != (_count & ~0xFF))
            {
                ChangeKey();
                _count = (_count + 256) & CountMask;
            }

            _isDiscarding = false;
        }

        if (flushed)
        {
            ChangeKey();
        }

        _count = (count + 1) & CountMask;
        return true;
    }

    private byte[] Digest(byte[] sessionKey)
    {
        byte[] pad2 = new byte[40];
        Array.Fill(pad2, (byte)0xF2);
#pragma warning disable CA5350 // The RFC asks for SHA-1.
        return SHA1.HashData([.. _startKey, .. new byte[40], .. sessionKey, .. pad2])[
            .._startKey.Length];
#pragma warning restore CA5350
    }

    private byte[] Weaken(byte[] key)
    {
        byte[] known = _bits switch
        {
            40 => [0xD1, 0x26, 0x9E],
            56 => [0xD1],
            _ => [],
        };
        known.CopyTo(key, 0);
        return key;
    }

    private void ChangeKey()
    {
        byte[] interim = Digest(_sessionKey);
        _rc4.Init(true, new KeyParameter(interim));
        _sessionKey = new byte[interim.Length];
        _rc4.ProcessBytes(interim, 0, interim.Length, _sessionKey, 0);
        Weaken(_sessionKey);
        _rc4.Init(true, new KeyParameter(_sessionKey));
    }
}
