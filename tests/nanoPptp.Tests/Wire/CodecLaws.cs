// The laws of every wire format, written once. Each test class of a format names its examples and
// inherits the laws.

using System;
using System.Collections.Generic;
using System.Linq;
using nanoPptp.Diagnostics;
using nanoPptp.Tests.Support;
using Xunit;

namespace nanoPptp.Tests.Wire;

/// <summary>Facts about every format.</summary>
public abstract class CodecLaws
{
    private const byte Guard = 0x5A;
    private const int GuardLength = 9;

    private static readonly int[] s_offsets = [0, 1, 7];
    private static readonly byte[] s_fills = [0xA5, 0x00];
    private static readonly uint[] s_values = [0, 1, 255, 256, 65535, uint.MaxValue];

    internal abstract IEnumerable<Codec> Codecs { get; }

    [Fact]
    public void Writers_give_the_golden_octets_whatever_lay_there()
    {
        foreach (Codec codec in Codecs.Where(c => c.Write != null))
        {
            foreach (int offset in s_offsets)
            {
                foreach (byte fill in s_fills)
                {
                    byte[] b = Guarded(Octets.Filled(codec.Golden.Length, fill), offset);
                    int written = codec.Write!(b, offset);
                    Assert.Equal(codec.Golden.Length, written);
                    Assert.Equal(
                        Octets.ToHex(codec.Golden),
                        Octets.ToHex(b.AsSpan(offset, codec.Golden.Length)));
                    AssertGuards(codec, b, offset);
                }
            }
        }
    }

    [Fact]
    public void Readers_give_the_golden_fields_at_any_offset()
    {
        foreach (Codec codec in Codecs)
        {
            foreach (int offset in s_offsets)
            {
                byte[] b = Guarded(codec.Golden, offset);
                foreach (Field field in codec.Fields)
                {
                    AssertReads(codec, field, b, offset, field.Get(codec.Golden));
                }

                Assert.Equal(Octets.ToHex(Guarded(codec.Golden, offset)), Octets.ToHex(b));
            }
        }
    }

    [Fact]
    public void Check_takes_the_golden_octets_and_changes_nothing()
    {
        foreach (Codec codec in Codecs.Where(c => c.Check != null))
        {
            foreach (int offset in s_offsets)
            {
                byte[] b = Guarded(codec.Golden, offset);
                Assert.Equal(codec.CheckGives, codec.Check!(b, offset, codec.Golden.Length));
                Assert.Equal(Octets.ToHex(Guarded(codec.Golden, offset)), Octets.ToHex(b));
            }
        }
    }

    [Fact]
    public void Check_refuses_every_truncation_and_reads_no_octet_behind_it()
    {
        foreach (Codec codec in Codecs.Where(c => c.Check != null))
        {
            foreach (int offset in s_offsets)
            {
                for (int length = 0; length < codec.CheckNeeds; length++)
                {
                    // The array ends where the octets end: to read on would throw.
                    byte[] b = new byte[offset + length];
                    Array.Copy(codec.Golden, 0, b, offset, length);
                    int result = codec.Check!(b, offset, length);
                    Assert.True(
                        codec.AlsoWhole.Contains(length)
                            ? result > 0
                            : result == -(int)codec.Refusal,
                        $"{codec.Name}: {length} octets gave {result}");
                }
            }
        }
    }

    [Fact]
    public void Check_lets_padding_behind_the_message_pass()
    {
        foreach (Codec codec in Codecs.Where(c => c.Check != null))
        {
            byte[] b = Octets.Join(codec.Golden, Octets.Filled(46, 0xEE));
            Assert.Equal(codec.CheckGives, codec.Check!(b, 0, b.Length));
        }
    }

    [Fact]
    public void Fields_hold_every_boundary_value_and_only_their_own_bits()
    {
        foreach (Codec codec in Codecs)
        {
            foreach (Field field in codec.Fields)
            {
                foreach (uint value in s_values)
                {
                    byte[] expected = field.Put(codec.Golden, value);
                    AssertReads(codec, field, Guarded(expected, 1), 1, field.Get(expected));
                    foreach (Field other in codec.Fields.Where(f => !Overlaps(f, field)))
                    {
                        AssertReads(codec, other, expected, 0, other.Get(codec.Golden));
                    }
                }
            }
        }
    }

    [Fact]
    public void Writers_put_every_boundary_value_into_its_own_bits()
    {
        foreach (Codec codec in Codecs)
        {
            foreach (Field field in codec.Fields.Where(f => f.Write != null))
            {
                foreach (uint value in s_values)
                {
                    byte[] b = Guarded(Octets.Filled(codec.Golden.Length, 0xA5), 7);
                    field.Write!(b, 7, value & Unshifted(field));
                    byte[] written = b.AsSpan(7, codec.Golden.Length).ToArray();
                    Assert.Equal(value & field.Mask, field.Get(written));
                    if (!codec.IsSealed)
                    {
                        Assert.Equal(
                            Octets.ToHex(field.Put(codec.Golden, value)), Octets.ToHex(written));
                    }

                    AssertGuards(codec, b, 7);
                }
            }
        }
    }

    [Fact]
    public void Reserved_bits_are_tolerated()
    {
        foreach (Codec codec in Codecs.Where(c => !c.IsSealed))
        {
            foreach (Bits bits in codec.Tolerated)
            {
                byte[] b = (byte[])codec.Golden.Clone();
                b[bits.At] |= bits.Mask;
                Assert.NotEqual(Octets.ToHex(codec.Golden), Octets.ToHex(b));
                if (codec.Check != null)
                {
                    Assert.Equal(codec.CheckGives, codec.Check(b, 0, b.Length));
                }

                foreach (Field field in codec.Fields)
                {
                    AssertReads(codec, field, b, 0, field.Get(codec.Golden));
                }
            }
        }
    }

    [Fact]
    public void Bits_that_mean_another_format_are_refused_one_by_one()
    {
        foreach (Codec codec in Codecs)
        {
            foreach (Bits bits in codec.Forbidden)
            {
                for (int bit = 1; bit < 256; bit <<= 1)
                {
                    if ((bits.Mask & bit) != 0)
                    {
                        byte[] b = (byte[])codec.Golden.Clone();
                        b[bits.At] ^= (byte)bit;
                        int result = codec.Check!(b, 0, b.Length);
                        Assert.True(
                            result < 0,
                            $"{codec.Name}: octet {bits.At} bit {bit:x2} gave {result}");
                        Assert.NotEqual(-(int)Reason.None, result);
                    }
                }
            }
        }
    }

    private static uint Unshifted(Field field) =>
        field.Length == 4 ? uint.MaxValue : (1u << (8 * field.Length)) - 1 & field.Mask;

    private static bool Overlaps(Field a, Field b) =>
        a.At < b.At + b.Length && b.At < a.At + a.Length;

    private static byte[] Guarded(byte[] octets, int offset)
    {
        byte[] b = Octets.Filled(offset + octets.Length + GuardLength, Guard);
        octets.CopyTo(b, offset);
        return b;
    }

    private static void AssertGuards(Codec codec, byte[] b, int offset)
    {
        for (int i = 0; i < b.Length; i++)
        {
            if (i < offset || i >= offset + codec.Golden.Length)
            {
                Assert.True(b[i] == Guard, $"{codec.Name}: guard {i - offset} was overwritten");
            }
        }
    }

    private static void AssertReads(Codec codec, Field field, byte[] b, int offset, uint value)
    {
        uint read = (uint)field.Read(b, offset);
        Assert.True(
            read == value, $"{codec.Name}: {field.Name} gave {read:x} instead of {value:x}");
    }
}
