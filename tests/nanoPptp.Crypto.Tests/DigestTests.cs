// What SHA-1 and MD4 have in common; each of them runs all of these.

using System;
using System.Collections.Generic;
using System.Linq;
using Org.BouncyCastle.Crypto;
using Xunit;

namespace nanoPptp.Crypto.Tests;

public abstract class DigestTests
{
    protected abstract string VectorFileName { get; }

    protected abstract int VectorCount { get; }

    protected abstract int DigestLength { get; }

    protected abstract int[] InitialState { get; }

    /// <summary>Index of the more significant word of the message length in the last block.
    /// </summary>
    protected abstract int LengthHighIndex { get; }

    /// <summary>The instance under test.</summary>
    protected abstract object Digest { get; }

    [Fact]
    public void Digests_equal_the_published_vectors()
    {
        IReadOnlyList<Vector> vectors = VectorFile.Read(VectorFileName);
        Assert.Equal(VectorCount, vectors.Count);
        foreach (Vector vector in vectors)
        {
            byte[] message = vector.Octets("message");
            int repeatCount = vector.Number("repeat-count", 1);
            for (int i = 0; i < repeatCount; i++)
            {
                Update(message, 0, message.Length);
            }

            Assert.Equal(vector.Octets("digest"), Finish());
        }
    }

    [Fact]
    public void Digests_equal_those_of_the_oracle_for_every_length()
    {
        var random = new Random(1);
        foreach (int length in Enumerable.Range(0, 301).Append(1400))
        {
            byte[] message = new byte[length];
            random.NextBytes(message);
            Update(message, 0, length);
            Assert.Equal(OracleDigest(message), Finish());
        }
    }

    [Fact]
    public void Digests_do_not_depend_on_where_the_message_is_split()
    {
        byte[] message = new byte[200];
        new Random(2).NextBytes(message);
        byte[] expected = OracleDigest(message);
        for (int first = 0; first <= message.Length; first++)
        {
            for (int second = first; second <= message.Length; second += 7)
            {
                Update(message, 0, first);
                Update(message, first, second - first);
                Update(message, second, message.Length - second);
                Assert.Equal(expected, Finish());
            }
        }
    }

    [Theory]
    [MemberData(nameof(Guarded.Offsets), MemberType = typeof(Guarded))]
    public void Only_the_slices_count_and_nothing_outside_them_is_written(int offset)
    {
        var random = new Random(3);
        foreach (int length in (int[])[0, 1, 55, 56, 63, 64, 65, 128, 200])
        {
            byte[] message = new byte[length];
            random.NextBytes(message);
            var source = new Guarded(message, offset);
            var target = new Guarded(new byte[DigestLength], offset);

            Update(source.Array, source.Offset, length);
            Finish(target.Array, target.Offset);

            Assert.Equal(OracleDigest(message), target.Octets);
            Assert.Equal(message, source.Octets);
            source.AssertGuardsAreIntact();
            target.AssertGuardsAreIntact();
        }
    }

    [Fact]
    public void Compress_equals_its_readable_twin_and_leaves_the_words_alone()
    {
        var random = new Random(4);
        int[] extremes = [0, -1, int.MinValue, int.MaxValue, 1];
        for (int n = 0; n < 2000; n++)
        {
            int[] words = new int[16];
            int[] state = new int[InitialState.Length];
            Fill(words, random, extremes);
            Fill(state, random, extremes);
            int[] wordsBefore = [.. words];
            int[] readable = [.. state];

            Compress(state, words);
            CompressReadable(readable, words);

            Assert.Equal(readable, state);
            Assert.Equal(wordsBefore, words);
        }
    }

    [Theory]
    [InlineData(0x1FFFFFC0)]
    [InlineData(0x20000000)]
    [InlineData(0x7FFFFFC0)]
    [InlineData(int.MinValue)]
    [InlineData(-128)]
    public void The_message_length_is_counted_to_2_to_the_32_octets(int lengthBefore)
    {
        // As if that many octets had been hashed to the state that a message begins with.
        Inspect.SetField(Digest, "_length", lengthBefore);
        Update("abc"u8.ToArray(), 0, 3);
        byte[] digest = Finish();

        ulong bits = ((ulong)(uint)lengthBefore + 3) * 8;
        int[] words = new int[16];
        words[0] = WordOf([(byte)'a', (byte)'b', (byte)'c', 0x80]);
        words[LengthHighIndex] = (int)(bits >> 32);
        words[LengthHighIndex ^ 1] = (int)(uint)bits;
        int[] state = [.. InitialState];
        CompressReadable(state, words);

        Assert.Equal(state, digest.Chunk(4).Select(WordOf));
    }

    [Fact]
    public void Finish_begins_a_new_message_and_wipes()
    {
        Update(new byte[100], 0, 100);
        Finish();

        AssertIsNewAndWiped();
        Update("abc"u8.ToArray(), 0, 3);
        Assert.Equal(OracleDigest("abc"u8.ToArray()), Finish());
    }

    [Fact]
    public void Wipe_leaves_nothing_of_the_message()
    {
        byte[] message = new byte[100];
        message.AsSpan().Fill(0xFF);
        Update(message, 0, message.Length);
        Assert.Contains("_block", Inspect.NonZeroFields(Digest));
        Assert.Contains("_words", Inspect.NonZeroFields(Digest));

        Wipe();

        AssertIsNewAndWiped();
    }

    [Fact]
    public void Reset_forgets_the_message_under_way()
    {
        Update(new byte[77], 0, 77);
        Reset();
        Update("abc"u8.ToArray(), 0, 3);

        Assert.Equal(OracleDigest("abc"u8.ToArray()), Finish());
    }

    [Fact]
    public void Nothing_is_allocated_after_construction()
    {
        byte[] message = new byte[1400];
        byte[] digest = new byte[DigestLength];
        int[] state = [.. InitialState];
        int[] words = new int[16];
        Inspect.AssertAllocatesNothing(() =>
        {
            Update(message, 0, 1400);
            Update(message, 3, 61);
            Finish(digest, 0);
            Update(message, 0, 5);
            Reset();
            Wipe();
            Compress(state, words);
        });
    }

    protected abstract void Update(byte[] source, int offset, int length);

    protected abstract void Finish(byte[] digest, int digestOffset);

    protected abstract void Reset();

    protected abstract void Wipe();

    protected abstract void Compress(int[] state, int[] words);

    protected abstract void CompressReadable(int[] state, int[] words);

    protected abstract int WordOf(byte[] octets);

    protected abstract IDigest CreateOracle();

    private static void Fill(int[] numbers, Random random, int[] extremes)
    {
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = random.Next(4) == 0
                ? extremes[random.Next(extremes.Length)]
                : (int)random.NextInt64(1L << 32);
        }
    }

    private byte[] Finish()
    {
        byte[] digest = new byte[DigestLength];
        Finish(digest, 0);
        return digest;
    }

    private byte[] OracleDigest(byte[] message)
    {
        IDigest oracle = CreateOracle();
        oracle.BlockUpdate(message, 0, message.Length);
        byte[] digest = new byte[DigestLength];
        oracle.DoFinal(digest, 0);
        return digest;
    }

    private void AssertIsNewAndWiped()
    {
        Assert.Equal(["_state"], Inspect.NonZeroFields(Digest));
        Assert.Equal(
            InitialState,
            Inspect.Fields(Digest).Single(field => field.Name == "_state").Value);
    }
}
