// MPPE in stateful mode: RFC 3078 sections 7 and 8.2. One keystream runs through the frames; a
// "flag" frame, whose count ends in FF, is the first under the next key. Behind a loss the receiver
// waits for a frame with bit A, in front of which the sender began a keystream anew: under the
// present key, say the RFC and FreeBSD; under the next one, says Linux, which also sets A in every
// flag frame.

using System;
using System.Buffers.Binary;

namespace Simulator.Hub;

/// <summary>The sending direction.</summary>
internal sealed class StatefulMppeSender : MppeSender
{
    private readonly Rc4Cipher _keystream = new();
    private readonly bool _isLinux;
    private bool _mustFlush;

    public StatefulMppeSender(byte[] startKey, MppeStrengths strength, bool isLinux)
        : base(startKey, strength)
    {
        _isLinux = isLinux;
        Key.StartCipher(_keystream);
    }

    /// <inheritdoc/>
    public override void Reset() => _mustFlush = true;

    /// <inheritdoc/>
    public override void Encrypt(Rc4Cipher rc4, byte[] buffer, int offset, int length)
    {
        bool isFlag = Mppe.IsFlagCount(NextCount);
        bool isFlushed = _mustFlush || (isFlag && _isLinux);
        if (isFlag || (_mustFlush && _isLinux))
        {
            Key.Change(rc4);
        }

        if (isFlag || isFlushed)
        {
            Key.StartCipher(_keystream);
        }

        _mustFlush = false;
        _keystream.Apply(buffer, offset, length);
        WriteHeader(Mppe.EncryptedBit | (isFlushed ? Mppe.FlushedBit : 0), buffer, offset);
    }
}

/// <summary>The receiving direction.</summary>
internal sealed class StatefulMppeReceiver : MppeReceiver
{
    private readonly Rc4Cipher _keystream = new();
    private readonly bool _isLinux;
    private int _nextCount;

    public StatefulMppeReceiver(byte[] startKey, MppeStrengths strength, bool isLinux)
        : base(startKey, strength)
    {
        _isLinux = isLinux;
        Key.StartCipher(_keystream);
    }

    /// <inheritdoc/>
    public override MppeVerdict Decrypt(Rc4Cipher rc4, byte[] buffer, int offset, int length)
    {
        if (length <= Mppe.HeaderLength)
        {
            return MppeVerdict.TooShort;
        }

        ushort header = BinaryPrimitives.ReadUInt16BigEndian(buffer.AsSpan(offset));
        if ((header & Mppe.FlagMask & ~Mppe.FlushedBit) != Mppe.EncryptedBit)
        {
            return MppeVerdict.BadFlags;
        }

        int missing = ((header & Mppe.CountMask) - _nextCount) & Mppe.CountMask;
        if (missing >= Mppe.MaximumForwardSteps)
        {
            return MppeVerdict.Late;
        }

        bool isFlushed = (header & Mppe.FlushedBit) != 0;
        if (missing > 0 && !isFlushed)
        {
            return MppeVerdict.Lost;
        }

        bool hasChanged = false;
        for (int i = 0; i <= missing; i++)
        {
            // Of the flag frames that are missing, and of this one.
            if (Mppe.IsFlagCount(_nextCount))
            {
                Key.Change(rc4);
                hasChanged = i == missing;
            }

            _nextCount = (_nextCount + 1) & Mppe.CountMask;
        }

        if (isFlushed && !hasChanged && _isLinux)
        {
            Key.Change(rc4);
        }

        if (isFlushed || hasChanged)
        {
            Key.StartCipher(_keystream);
        }

        LostBefore = missing;
        _keystream.Apply(buffer, offset + Mppe.HeaderLength, length - Mppe.HeaderLength);
        return MppeVerdict.Decrypted;
    }
}
