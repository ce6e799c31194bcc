using System;
using System.Collections.Generic;
using System.Linq;
using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Parameters;
using Xunit;

namespace nanoPptp.Crypto.Tests;

public class Rc4Tests
{
    [Fact]
    public void Keystreams_equal_the_vectors_of_RFC_6229()
    {
        IReadOnlyList<Vector> vectors = VectorFile.Read("rfc6229-rc4.txt");
        Assert.Equal(6, vectors.Count);
        int partCount = 0;
        foreach (Vector vector in vectors)
        {
            byte[] key = vector.Octets("key");
            var fast = new Rc4();
            byte[] fastStream = new byte[4112];
            fast.SetKey(key, 0, key.Length);
            fast.Process(fastStream, 0, fastStream.Length);

            var readable = new Rc4();
            byte[] readableStream = new byte[4112];
            readable.SetKeyReadable(key, 0, key.Length);
            readable.ProcessReadable(readableStream, 0, readableStream.Length);

            foreach ((int offset, byte[] octets) in vector.Parts("keystream"))
            {
                Assert.Equal(octets, fastStream.AsSpan(offset, octets.Length).ToArray());
                Assert.Equal(octets, readableStream.AsSpan(offset, octets.Length).ToArray());
                partCount++;
            }
        }

        Assert.Equal(14, partCount);
    }

    [Fact]
    public void Keys_of_every_length_give_what_the_twin_and_the_oracle_give()
    {
        for (int length = 1; length <= 256; length++)
        {
            byte[] key = RandomOctets(length, length);
            byte[] expected = OracleProcess(key, new byte[300]);

            var fast = new Rc4();
            fast.SetKey(key, 0, length);
            Assert.Equal(expected, Process(fast, new byte[300]));

            var readable = new Rc4();
            readable.SetKeyReadable(key, 0, length);
            Assert.Equal(expected, ProcessReadable(readable, new byte[300]));
        }
    }

    [Fact]
    public void Data_of_every_length_gives_what_the_twin_and_the_oracle_give()
    {
        byte[] key = RandomOctets(16, 7);
        foreach (int length in Enumerable.Range(0, 301).Append(1400))
        {
            byte[] data = RandomOctets(length, length);
            byte[] expected = OracleProcess(key, data);
            Assert.Equal(expected, Process(Keyed(key), data));
            Assert.Equal(expected, ProcessReadable(Keyed(key), data));
        }
    }

    [Fact]
    public void The_stream_may_be_split_anywhere()
    {
        byte[] key = RandomOctets(8, 8);
        byte[] data = RandomOctets(1400, 9);
        byte[] expected = OracleProcess(key, data);
        for (int split = 0; split <= data.Length; split++)
        {
            Rc4 rc4 = Keyed(key);
            byte[] octets = [.. data];
            rc4.Process(octets, 0, split);
            rc4.Process(octets, split, octets.Length - split);
            Assert.True(expected.AsSpan().SequenceEqual(octets), $"split at {split}");
        }
    }

    [Fact]
    public void Every_length_from_every_place_of_the_index_gives_what_the_twin_gives()
    {
        byte[] key = RandomOctets(16, 10);
        var fast = new Rc4();
        var readable = new Rc4();
        for (int start = 0; start < 256; start++)
        {
            Rc4 origin = Keyed(key);
            origin.ProcessReadable(new byte[256], 0, start);
            foreach (int length in Enumerable.Range(0, 18).Concat([255, 256, 257, 264, 513]))
            {
                byte[] data = RandomOctets(length, start + length);
                fast.CopyStateFrom(origin);
                readable.CopyStateFrom(origin);

                byte[] octets = Process(fast, data);

                Assert.True(
                    ProcessReadable(readable, data).AsSpan().SequenceEqual(octets),
                    $"{length} octets from {start}");
                AssertSamePlace(readable, fast);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Guarded.Offsets), MemberType = typeof(Guarded))]
    public void Only_the_slices_count_and_nothing_outside_them_is_written(int offset)
    {
        foreach (int keyLength in (int[])[5, 8, 16])
        {
            byte[] keyOctets = RandomOctets(keyLength, 11);
            foreach (int length in (int[])[0, 1, 7, 8, 9, 255, 256, 257, 600])
            {
                byte[] data = RandomOctets(length, 12);
                var key = new Guarded(keyOctets, offset);
                var target = new Guarded(data, offset);

                var rc4 = new Rc4();
                rc4.SetKey(key.Array, key.Offset, keyLength);
                rc4.Process(target.Array, target.Offset, length);

                Assert.Equal(OracleProcess(keyOctets, data), target.Octets);
                Assert.Equal(keyOctets, key.Octets);
                key.AssertGuardsAreIntact();
                target.AssertGuardsAreIntact();
            }
        }
    }

    [Fact]
    public void A_new_key_ends_the_old_keystream()
    {
        byte[] oldKey = RandomOctets(16, 13);
        byte[] newKey = RandomOctets(16, 14);
        Rc4 rc4 = Keyed(oldKey);
        rc4.Process(new byte[100], 0, 100);

        rc4.SetKey(newKey, 0, 16);

        Assert.Equal(OracleProcess(newKey, new byte[50]), Process(rc4, new byte[50]));
    }

    [Fact]
    public void A_copy_continues_where_the_other_is_and_leaves_it_alone()
    {
        byte[] key = RandomOctets(16, 15);
        byte[] expected = OracleProcess(key, new byte[400])[300..];
        Rc4 origin = Keyed(key);
        origin.Process(new byte[300], 0, 300);
        var copy = new Rc4();

        copy.CopyStateFrom(origin);

        Assert.Equal(expected, Process(copy, new byte[100]));
        Assert.Equal(expected, Process(origin, new byte[100]));
    }

    [Fact]
    public void Wipe_leaves_nothing_of_key_and_data()
    {
        Rc4 rc4 = Keyed(RandomOctets(16, 16));
        rc4.Process(RandomOctets(1400, 17), 0, 1400);
        Assert.Equal(["_state", "_window", "_i", "_j"], Inspect.NonZeroFields(rc4));

        rc4.Wipe();

        Assert.Empty(Inspect.NonZeroFields(rc4));
    }

    [Fact]
    public void A_wiped_instance_takes_a_new_key()
    {
        byte[] key = RandomOctets(16, 18);
        Rc4 rc4 = Keyed(key);
        rc4.Wipe();
        rc4.SetKey(key, 0, 16);

        Assert.Equal(OracleProcess(key, new byte[50]), Process(rc4, new byte[50]));
    }

    [Fact]
    public void Nothing_is_allocated_after_construction()
    {
        byte[] key = new byte[16];
        byte[] data = new byte[1400];
        var rc4 = new Rc4();
        var other = new Rc4();
        Inspect.AssertAllocatesNothing(() =>
        {
            rc4.SetKey(key, 0, 5);
            rc4.SetKey(key, 0, 8);
            rc4.SetKey(key, 0, 16);
            rc4.Process(data, 0, 1400);
            other.CopyStateFrom(rc4);
            other.Wipe();
        });
    }

    private static Rc4 Keyed(byte[] key)
    {
        var rc4 = new Rc4();
        rc4.SetKey(key, 0, key.Length);
        return rc4;
    }

    private static byte[] Process(Rc4 rc4, byte[] data)
    {
        byte[] octets = [.. data];
        rc4.Process(octets, 0, octets.Length);
        return octets;
    }

    private static byte[] ProcessReadable(Rc4 rc4, byte[] data)
    {
        byte[] octets = [.. data];
        rc4.ProcessReadable(octets, 0, octets.Length);
        return octets;
    }

    private static byte[] OracleProcess(byte[] key, byte[] data)
    {
        var oracle = new RC4Engine();
        oracle.Init(true, new KeyParameter(key));
        byte[] octets = new byte[data.Length];
        oracle.ProcessBytes(data, 0, data.Length, octets, 0);
        return octets;
    }

    private static byte[] RandomOctets(int length, int seed)
    {
        byte[] octets = new byte[length];
        new Random(seed).NextBytes(octets);
        return octets;
    }

    private static void AssertSamePlace(Rc4 expected, Rc4 actual)
    {
        foreach (string name in (string[])["_state", "_i", "_j"])
        {
            Assert.Equal(Field(expected, name), Field(actual, name));
        }
    }

    private static object Field(Rc4 rc4, string name)
    {
        return Inspect.Fields(rc4).Single(field => field.Name == name).Value;
    }
}
