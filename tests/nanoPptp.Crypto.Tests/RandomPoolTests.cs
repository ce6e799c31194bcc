using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;
using System.Numerics;
using Org.BouncyCastle.Crypto.Digests;
using Xunit;

namespace nanoPptp.Crypto.Tests;

public class RandomPoolTests
{
    private static readonly byte[] s_entropy = "sixteen or more octets"u8.ToArray();

    [Fact]
    public void Output_follows_the_documented_construction()
    {
        var pool = new RandomPool();
        byte[] model = new byte[Sha1.DigestLength];
        var random = new Random(19);
        for (int length = 0; length <= 130; length++)
        {
            byte[] entropy = new byte[random.Next(100)];
            random.NextBytes(entropy);
            pool.Seed(entropy, 0, entropy.Length);
            model = Hash(1, 0, model, entropy);

            var expected = new List<byte>();
            int block = 0;
            while (expected.Count < length)
            {
                expected.AddRange(Hash(2, block, model, []));
                block++;
            }

            model = Hash(3, block, model, []);

            Assert.Equal(expected.Take(length), Fill(pool, length));
        }
    }

    [Fact]
    public void The_same_entropy_gives_the_same_octets_and_other_entropy_gives_others()
    {
        byte[] octets = Fill(Seeded(s_entropy), 40);

        Assert.Equal(octets, Fill(Seeded(s_entropy), 40));
        for (int bit = 0; bit < 8 * s_entropy.Length; bit++)
        {
            byte[] other = [.. s_entropy];
            other[bit >> 3] ^= (byte)(1 << (bit & 7));
            Assert.NotEqual(octets, Fill(Seeded(other), 40));
        }
    }

    [Fact]
    public void New_entropy_is_mixed_in_and_never_replaces_the_old()
    {
        RandomPool one = Seeded([1]);
        RandomPool two = Seeded([2]);
        one.Seed(s_entropy, 0, s_entropy.Length);
        two.Seed(s_entropy, 0, s_entropy.Length);

        Assert.NotEqual(Fill(one, 20), Fill(two, 20));
    }

    [Fact]
    public void Even_an_empty_seed_and_an_empty_fill_step_the_pool()
    {
        byte[] octets = Fill(Seeded(s_entropy), 20);

        RandomPool seededTwice = Seeded(s_entropy);
        seededTwice.Seed([], 0, 0);
        Assert.NotEqual(octets, Fill(seededTwice, 20));

        RandomPool filled = Seeded(s_entropy);
        filled.Fill([], 0, 0);
        Assert.NotEqual(octets, Fill(filled, 20));
    }

    [Fact]
    public void After_a_fill_nothing_of_the_output_or_of_the_former_pool_is_kept()
    {
        RandomPool pool = Seeded(s_entropy);
        byte[] former = [.. PoolOf(pool)];
        byte[] octets = Fill(pool, 60);

        foreach ((string name, object value) in Inspect.Fields(pool))
        {
            if (value is byte[] kept)
            {
                foreach (byte[] secret in octets.Chunk(20).Append(former))
                {
                    Assert.True(kept.AsSpan().IndexOf(secret.AsSpan(0, 4)) < 0, name);
                }
            }
        }
    }

    [Fact]
    public void No_sixteen_octets_repeat_and_half_the_bits_are_set()
    {
        RandomPool pool = Seeded(s_entropy);
        var seen = new HashSet<string>();
        long setCount = 0;
        for (int n = 0; n < 10_000; n++)
        {
            byte[] octets = Fill(pool, 16);
            Assert.True(seen.Add(Convert.ToHexString(octets)));
            setCount += octets.Sum(octet => BitOperations.PopCount(octet));
        }

        // 1,280,000 fair bits: mean 640,000, standard deviation 566; six of them on either side.
        Assert.InRange(setCount, 640_000 - 3_394, 640_000 + 3_394);
    }

    [Theory]
    [MemberData(nameof(Guarded.Offsets), MemberType = typeof(Guarded))]
    public void Only_the_slices_count_and_nothing_outside_them_is_written(int offset)
    {
        foreach (int length in (int[])[0, 1, 19, 20, 21, 40, 41])
        {
            var source = new Guarded(s_entropy, offset);
            var target = new Guarded(new byte[length], offset);
            var pool = new RandomPool();

            pool.Seed(source.Array, source.Offset, s_entropy.Length);
            pool.Fill(target.Array, target.Offset, length);

            Assert.Equal(Fill(Seeded(s_entropy), length), target.Octets);
            Assert.Equal(s_entropy, source.Octets);
            source.AssertGuardsAreIntact();
            target.AssertGuardsAreIntact();
        }
    }

    [Fact]
    public void Wipe_leaves_an_empty_pool()
    {
        RandomPool pool = Seeded(s_entropy);
        Fill(pool, 33);
        Assert.Contains("_pool", Inspect.NonZeroFields(pool));

        pool.Wipe();

        Assert.Equal(["_sha1._state"], Inspect.NonZeroFields(pool));
        Assert.Equal(Fill(new RandomPool(), 20), Fill(pool, 20));
    }

    [Fact]
    public void Nothing_is_allocated_after_construction()
    {
        var pool = new RandomPool();
        byte[] target = new byte[50];
        Inspect.AssertAllocatesNothing(() =>
        {
            pool.Seed(s_entropy, 0, s_entropy.Length);
            pool.Fill(target, 0, target.Length);
            pool.Wipe();
        });
    }

    private static RandomPool Seeded(byte[] entropy)
    {
        var pool = new RandomPool();
        pool.Seed(entropy, 0, entropy.Length);
        return pool;
    }

    private static byte[] Fill(RandomPool pool, int length)
    {
        byte[] target = new byte[length];
        pool.Fill(target, 0, length);
        return target;
    }

    private static byte[] PoolOf(RandomPool pool)
    {
        return (byte[])Inspect.Fields(pool).Single(field => field.Name == "_pool").Value;
    }

    private static byte[] Hash(byte prefix, int block, byte[] pool, byte[] entropy)
    {
        byte[] number = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, block);
        byte[] message = [prefix, .. number, .. pool, .. entropy];
        var oracle = new Sha1Digest();
        oracle.BlockUpdate(message, 0, message.Length);
        byte[] digest = new byte[Sha1.DigestLength];
        oracle.DoFinal(digest, 0);
        return digest;
    }
}
