// MPPE in stateless mode: RFC 3078 sections 2, 3, 4 and 7; MppeStateful.cs has the other. Before
// every frame the key changes once, so frame n is encrypted with the first session key changed n +
// 1 times, and a frame behind a loss can be read after as many changes as frames are missing.
//
//    0                   1
//    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5
//   +-+-+-+-+-----------------------+--------------------
//   |A|B|C|D|  Coherency Count      |  Encrypted Data ...
//   +-+-+-+-+-----------------------+--------------------

using System;
using System.Buffers.Binary;

namespace Simulator.Hub;

/// <summary>The key of one direction.</summary>
internal sealed class MppeSessionKey
{
    private readonly byte[] _startKey;
    private readonly byte[] _sessionKey;

    public MppeSessionKey(byte[] startKey, MppeStrengths strength)
    {
        _startKey = startKey;
        Strength = strength;
        _sessionKey = new byte[startKey.Length];
        MppeKeys.NewKeyFromSha(startKey, startKey, _sessionKey);
        MppeKeys.Weaken(_sessionKey, strength);
    }

    public MppeStrengths Strength { get; }

    /// <summary>The key the next frame starts RC4 with.</summary>
    public ReadOnlySpan<byte> Current => _sessionKey;

    /// <summary>Changes the key once, section 7.3: the SHA key encrypts itself.</summary>
    public void Change(Rc4Cipher rc4)
    {
        MppeKeys.NewKeyFromSha(_startKey, _sessionKey, _sessionKey);
        rc4.Start(_sessionKey);
        rc4.Apply(_sessionKey, 0, _sessionKey.Length);
        MppeKeys.Weaken(_sessionKey, Strength);
    }

    public void StartCipher(Rc4Cipher rc4)
    {
        rc4.Start(_sessionKey);
    }
}

/// <summary>The sending direction.</summary>
internal class MppeSender(byte[] startKey, MppeStrengths strength)
{
    public MppeStrengths Strength => Key.Strength;

    protected MppeSessionKey Key { get; } = new(startKey, strength);

    protected ushort NextCount { get; set; }

    /// <summary>The client missed frames.</summary>
    public virtual void Reset()
    {
        // Stateless frames repair themselves.
    }

    /// <summary>
    /// Encrypts one frame in place (protocol field and payload) and writes the header into the
    /// two octets before <paramref name="offset"/>.
    /// </summary>
    public virtual void Encrypt(Rc4Cipher rc4, byte[] buffer, int offset, int length)
    {
        Key.Change(rc4);
        Key.StartCipher(rc4);
        rc4.Apply(buffer, offset, length);
        WriteHeader(Mppe.FlushedBit | Mppe.EncryptedBit, buffer, offset);
    }

    protected void WriteHeader(int flags, byte[] buffer, int offset)
    {
        BinaryPrimitives.WriteUInt16BigEndian(
            buffer.AsSpan(offset - Mppe.HeaderLength), (ushort)(flags | NextCount));
        NextCount = (ushort)((NextCount + 1) & Mppe.CountMask);
    }
}

/// <summary>What became of a received frame.</summary>
internal enum MppeVerdict
{
    Decrypted,
    TooShort,
    BadFlags,
    Late,

    /// <summary>Frames are missing, and this one cannot be read without them.</summary>
    Lost,
}

/// <summary>The receiving direction.</summary>
internal class MppeReceiver(byte[] startKey, MppeStrengths strength)
{
    private int _lastCount = Mppe.CountMask;

    public MppeStrengths Strength => Key.Strength;

    /// <summary>How many frames were missing before the last one that was decrypted.</summary>
    public int LostBefore { get; protected set; }

    protected MppeSessionKey Key { get; } = new(startKey, strength);

    /// <summary>
    /// Decrypts one frame, header included, in place. A frame is late when its count is more
    /// than half the space ahead; a duplicate counts as late, for its key is gone.
    /// </summary>
    public virtual MppeVerdict Decrypt(Rc4Cipher rc4, byte[] buffer, int offset, int length)
    {
        if (length <= Mppe.HeaderLength)
        {
            return MppeVerdict.TooShort;
        }

        ushort header = BinaryPrimitives.ReadUInt16BigEndian(buffer.AsSpan(offset));
        if ((header & Mppe.FlagMask) != (Mppe.FlushedBit | Mppe.EncryptedBit))
        {
            return MppeVerdict.BadFlags;
        }

        int count = header & Mppe.CountMask;
        int steps = (count - _lastCount) & Mppe.CountMask;
        if (steps is 0 or > Mppe.MaximumForwardSteps)
        {
            return MppeVerdict.Late;
        }

        LostBefore = steps - 1;
        for (int i = 0; i < steps; i++)
        {
            Key.Change(rc4);
        }

        _lastCount = count;
        Key.StartCipher(rc4);
        rc4.Apply(buffer, offset + Mppe.HeaderLength, length - Mppe.HeaderLength);
        return MppeVerdict.Decrypted;
    }
}

/// <summary>The numbers of the format.</summary>
internal static class Mppe
{
    public const int HeaderLength = 2;
    public const int CountMask = 0x0FFF;
    public const int FlagMask = 0xF000;

    /// <summary>Bit A: the key was changed for this frame; always set in stateless mode.</summary>
    public const int FlushedBit = 0x8000;

    /// <summary>Bit D: the frame is encrypted.</summary>
    public const int EncryptedBit = 0x1000;

    /// <summary>Half of the count's space: what lies beyond is behind.</summary>
    public const int MaximumForwardSteps = 2048;

    /// <summary>Bit H of the option's four octets: stateless mode.</summary>
    public const uint StatelessBit = 0x01000000;

    private const uint Bit40 = 0x20;
    private const uint Bit56 = 0x80;
    private const uint Bit128 = 0x40;

    /// <summary>Whether a frame with this count is a "flag" frame.</summary>
    public static bool IsFlagCount(int count) => (count & 0xFF) == 0xFF;

    /// <summary>The option's four octets for stateless mode and a set of strengths.</summary>
    public static uint BitsOf(MppeStrengths strengths) => StatelessBit
        | (strengths.HasFlag(MppeStrengths.Bits40) ? Bit40 : 0)
        | (strengths.HasFlag(MppeStrengths.Bits56) ? Bit56 : 0)
        | (strengths.HasFlag(MppeStrengths.Bits128) ? Bit128 : 0);

    /// <summary>The set of strengths (L, M and S) in the option's four octets.</summary>
    public static MppeStrengths StrengthsOf(uint bits) =>
        ((bits & Bit40) != 0 ? MppeStrengths.Bits40 : 0)
        | ((bits & Bit56) != 0 ? MppeStrengths.Bits56 : 0)
        | ((bits & Bit128) != 0 ? MppeStrengths.Bits128 : 0);

    /// <summary>The strongest of a set; None of the empty one.</summary>
    public static MppeStrengths Strongest(MppeStrengths strengths) => strengths switch
    {
        >= MppeStrengths.Bits128 => MppeStrengths.Bits128,
        >= MppeStrengths.Bits56 => MppeStrengths.Bits56,
        _ => strengths,
    };
}
