using System;
using System.Collections.Generic;
using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Parameters;
using Xunit;

namespace nanoPptp.Crypto.Tests;

public class DesTests
{
    private readonly int[] _schedule = new int[Des.ScheduleLength];

    [Fact]
    public void Ciphers_equal_the_published_vectors()
    {
        IReadOnlyList<Vector> vectors = VectorFile.Read("fips46-des.txt");
        Assert.Equal(6, vectors.Count);
        foreach (Vector vector in vectors)
        {
            byte[] key56 = RemoveParity(vector.Octets("key"));
            byte[] plain = vector.Octets("plain");
            Assert.Equal(vector.Octets("cipher"), Encrypt(key56, plain));
            Assert.Equal(vector.Octets("cipher"), EncryptReadable(key56, plain));
        }
    }

    [Fact]
    public void Parity_is_inserted_as_RFC_2433_shows()
    {
        IReadOnlyList<Vector> vectors = VectorFile.Read("rfc2433-des-keys.txt");
        Assert.Equal(2, vectors.Count);
        foreach (Vector vector in vectors)
        {
            byte[] key = new byte[8];
            Des.InsertParity(vector.Octets("raw-key"), 0, key);
            Assert.Equal(vector.Octets("des-key"), key);

            byte[] plain = "KGS!@#$%"u8.ToArray();
            Assert.Equal(OracleEncrypt(key, plain), Encrypt(vector.Octets("raw-key"), plain));
        }
    }

    [Fact]
    public void Every_single_key_bit_and_block_bit_gives_what_the_oracle_gives()
    {
        for (int bit = 0; bit < 56; bit++)
        {
            AssertAllAgree(SingleBit(7, bit), new byte[8]);
        }

        for (int bit = 0; bit < 64; bit++)
        {
            AssertAllAgree(new byte[7], SingleBit(8, bit));
        }
    }

    [Fact]
    public void Random_keys_and_blocks_give_what_the_twin_and_the_oracle_give()
    {
        var random = new Random(5);
        for (int n = 0; n < 1000; n++)
        {
            byte[] key56 = new byte[7];
            byte[] plain = new byte[8];
            random.NextBytes(key56);
            random.NextBytes(plain);
            AssertAllAgree(key56, plain);
        }
    }

    [Theory]
    [MemberData(nameof(Guarded.Offsets), MemberType = typeof(Guarded))]
    public void Only_the_slices_count_and_nothing_outside_them_is_written(int offset)
    {
        var random = new Random(6);
        byte[] key56 = new byte[7];
        byte[] plain = new byte[8];
        random.NextBytes(key56);
        random.NextBytes(plain);
        var key = new Guarded(key56, offset);
        var source = new Guarded(plain, offset);
        var target = new Guarded(new byte[8], offset);

        Des.EncryptBlock(
            key.Array, key.Offset, source.Array, source.Offset, target.Array, target.Offset,
            _schedule);

        Assert.Equal(EncryptReadable(key56, plain), target.Octets);
        Assert.Equal(key56, key.Octets);
        Assert.Equal(plain, source.Octets);
        key.AssertGuardsAreIntact();
        source.AssertGuardsAreIntact();
        target.AssertGuardsAreIntact();
    }

    [Fact]
    public void A_block_can_be_encrypted_in_place()
    {
        byte[] key56 = [1, 2, 3, 4, 5, 6, 7];
        byte[] block = [8, 9, 10, 11, 12, 13, 14, 15];
        byte[] expected = EncryptReadable(key56, block);

        Des.EncryptBlock(key56, 0, block, 0, block, 0, _schedule);

        Assert.Equal(expected, block);
    }

    [Fact]
    public void The_schedule_may_hold_anything_before_and_is_zero_afterwards()
    {
        byte[] key56 = [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF];
        byte[] plain = new byte[8];
        int[] schedule = new int[Des.ScheduleLength + 2];
        Array.Fill(schedule, -1);
        byte[] cipher = new byte[8];

        Des.EncryptBlock(key56, 0, plain, 0, cipher, 0, schedule);

        Assert.Equal(EncryptReadable(key56, plain), cipher);
        Assert.True(schedule.AsSpan(0, Des.ScheduleLength).IndexOfAnyExcept(0) < 0);
        Assert.Equal([-1, -1], schedule[Des.ScheduleLength..]);
    }

    [Fact]
    public void Nothing_is_allocated()
    {
        byte[] key56 = new byte[7];
        byte[] block = new byte[8];
        Inspect.AssertAllocatesNothing(
            () => Des.EncryptBlock(key56, 0, block, 0, block, 0, _schedule));
    }

    private static byte[] SingleBit(int length, int bit)
    {
        byte[] octets = new byte[length];
        octets[bit >> 3] = (byte)(0x80 >> (bit & 7));
        return octets;
    }

    private static byte[] RemoveParity(byte[] key)
    {
        ulong bits = 0;
        foreach (byte octet in key)
        {
            bits = (bits << 7) | ((ulong)octet >> 1);
        }

        byte[] key56 = new byte[7];
        for (int i = 0; i < 7; i++)
        {
            key56[i] = (byte)(bits >> (48 - (8 * i)));
        }

        return key56;
    }

    private static byte[] AddZeroParity(byte[] key56)
    {
        ulong bits = 0;
        foreach (byte octet in key56)
        {
            bits = (bits << 8) | octet;
        }

        byte[] key = new byte[8];
        for (int i = 0; i < 8; i++)
        {
            key[i] = (byte)((bits >> (49 - (7 * i))) << 1);
        }

        return key;
    }

    private static byte[] OracleEncrypt(byte[] key, byte[] plain)
    {
        var oracle = new DesEngine();
        oracle.Init(true, new KeyParameter(key));
        byte[] cipher = new byte[8];
        oracle.ProcessBlock(plain, 0, cipher, 0);
        return cipher;
    }

    private static byte[] EncryptReadable(byte[] key56, byte[] plain)
    {
        byte[] cipher = new byte[8];
        Des.EncryptBlockReadable(key56, 0, plain, 0, cipher, 0);
        return cipher;
    }

    private byte[] Encrypt(byte[] key56, byte[] plain)
    {
        byte[] cipher = new byte[8];
        Des.EncryptBlock(key56, 0, plain, 0, cipher, 0, _schedule);
        return cipher;
    }

    private void AssertAllAgree(byte[] key56, byte[] plain)
    {
        byte[] expected = OracleEncrypt(AddZeroParity(key56), plain);
        Assert.Equal(expected, EncryptReadable(key56, plain));
        Assert.Equal(expected, Encrypt(key56, plain));
    }
}
