// Keys of MPPE (RFC 3079 s.3), by the values of the RFC and by another implementation that the same
// values vouch for.

using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using nanoPptp.Crypto.Tests;
using nanoPptp.Mppe;
using Xunit;

namespace nanoPptp.Tests.Mppe;

public class MppeKeyTests
{
    private const string VectorFileName = "rfc3079-mppe-keys.txt";

    [Fact]
    public void The_other_implementation_gives_every_value_of_the_rfc()
    {
        IReadOnlyList<Vector> vectors = VectorFile.Read(VectorFileName);

        Assert.Equal(6, vectors.Count);
        foreach (Vector vector in vectors)
        {
            bool sends = vector.Names.Contains("transmit-start-key");
            byte[] startKey =
                vector.Octets(sends ? "transmit-start-key" : "receive-start-key");
            int bits = vector.Number("bits-count", 0);
            byte[] derived = Auth.ReferenceMsChapV2.StartKey(vector.Octets("master-key"), sends);
            var reference = new ReferenceMppe(startKey, bits);

            Assert.Equal(derived[..startKey.Length], startKey);
            Assert.Equal(vector.Octets("session-key"), reference.SessionKey);
            if (sends)
            {
                for (int i = 0; i < 4; i++)
                {
                    reference.Change();
                    Assert.Equal(vector.Octets($"frame-key-{i}"), reference.SessionKey);
                }

                reference = new ReferenceMppe(startKey, bits);
                Assert.Equal(vector.Octets("frame-0"), reference.Encrypt(vector.Octets("plain")));
                Assert.Equal(vector.Octets("frame-1"), reference.Encrypt(vector.Octets("plain")));
            }
            else
            {
                Assert.Equal(
                    vector.Octets("test-cipher"),
                    ReferenceMppe.Rc4(reference.SessionKey, vector.Octets("test-message")));
            }
        }
    }

    [Theory]
    [InlineData(40)]
    [InlineData(56)]
    [InlineData(128)]
    public void C69_Each_change_gives_the_key_of_the_next_frame(int bits)
    {
        Vector vector = VectorOf(bits, "transmit-start-key");
        var key = new MppeKey();
        key.Start(vector.Octets("transmit-start-key"), 0, bits);

        for (int i = 0; i < 4; i++)
        {
            key.Change();
            Assert.Equal(Keystream(vector.Octets($"frame-key-{i}")), Keystream(key));
        }
    }

    [Theory]
    [InlineData(40)]
    [InlineData(56)]
    [InlineData(128)]
    public void C70_The_first_session_key_is_the_one_that_the_rfc_prints(int bits)
    {
        // Of the direction for which it does, with the ciphertext of "test message".
        Vector vector = VectorOf(bits, "receive-start-key");
        var key = new MppeKey();

        key.Start(vector.Octets("receive-start-key"), 0, bits);

        byte[] message = vector.Octets("test-message");
        key.Cipher.Process(message, 0, message.Length);
        Assert.Equal(vector.Octets("test-cipher"), message);
    }

    [Theory]
    [InlineData(40)]
    [InlineData(56)]
    [InlineData(128)]
    public void Twenty_thousand_changes_are_those_of_other_hands(int bits)
    {
        Vector vector = VectorOf(bits, "transmit-start-key");
        var key = new MppeKey();
        key.Start(vector.Octets("transmit-start-key"), 0, bits);
        var reference = new ReferenceMppe(vector.Octets("transmit-start-key"), bits);
        for (int i = 0; i < 20000; i++)
        {
            key.Change();
            reference.Change();
        }

        Assert.Equal(Keystream(reference.SessionKey), Keystream(key));
    }

    [Theory]
    [InlineData(40)]
    [InlineData(56)]
    [InlineData(128)]
    public void Restart_begins_the_present_key_again_and_Restore_goes_back_to_the_one_kept(int bits)
    {
        Vector vector = VectorOf(bits, "transmit-start-key");
        var key = new MppeKey();
        key.Start(vector.Octets("transmit-start-key"), 0, bits);
        byte[] first = Keystream(key);
        key.Restart();
        Assert.Equal(first, Keystream(key));

        key.Change();
        key.Save();
        key.Change();
        key.Change();
        key.Restore();
        key.Restart();
        Assert.Equal(Keystream(vector.Octets("frame-key-0")), Keystream(key));
        key.Change();
        Assert.Equal(Keystream(vector.Octets("frame-key-1")), Keystream(key));
    }

    [Fact]
    public void A_key_that_was_weak_before_is_as_strong_as_any_other()
    {
        Vector vector = Vector128("transmit-start-key");
        var key = new MppeKey();
        key.Start(vector.Octets("transmit-start-key"), 0, 40);
        key.Change();

        key.Start(vector.Octets("transmit-start-key"), 0, 128);
        key.Change();
        Assert.Equal(Keystream(vector.Octets("frame-key-0")), Keystream(key));
    }

    [Fact]
    public void The_first_session_key_is_changed_before_it_is_used()
    {
        // Of the direction for which the RFC prints it.
        Vector vector = Vector128("receive-start-key");
        var reference = new ReferenceMppe(vector.Octets("receive-start-key"));
        Assert.Equal(vector.Octets("session-key"), reference.SessionKey);
        reference.Change();
        var key = new MppeKey();

        key.Start(vector.Octets("receive-start-key"), 0);
        key.Change();

        Assert.Equal(Keystream(reference.SessionKey), Keystream(key));
    }

    [Fact]
    public void What_the_cipher_was_used_for_does_not_change_the_next_key()
    {
        byte[] startKey = Vector128("transmit-start-key").Octets("transmit-start-key");
        var used = new MppeKey();
        var idle = new MppeKey();
        used.Start(startKey, 0);
        idle.Start(startKey, 0);
        for (int i = 0; i < 50; i++)
        {
            used.Change();
            used.Cipher.Process(new byte[3 * i], 0, 3 * i);
            idle.Change();
        }

        used.Change();
        idle.Change();
        Assert.Equal(Keystream(idle), Keystream(used));
    }

    [Fact]
    public void Start_begins_anew_at_any_offset()
    {
        byte[] startKey = Vector128("transmit-start-key").Octets("transmit-start-key");
        byte[] expected =
            Keystream(Vector128("transmit-start-key").Octets("frame-key-0"));
        foreach (int offset in (int[])[0, 1, 7])
        {
            byte[] b = [.. new byte[offset], .. startKey, 0xFF];
            byte[] before = [.. b];
            var key = new MppeKey();
            key.Start(new byte[16], 0);
            key.Change();

            key.Start(b, offset);
            key.Change();

            Assert.Equal(expected, Keystream(key));
            Assert.Equal(before, b);
        }
    }

    [Fact]
    public void Wipe_leaves_nothing_of_the_keys()
    {
        byte[] startKey = Vector128("transmit-start-key").Octets("transmit-start-key");
        var key = new MppeKey();
        key.Start(startKey, 0);
        key.Change();
        Assert.NotEmpty(NonZeroArrays(key));

        key.Wipe();

        Assert.Empty(NonZeroArrays(key));
    }

    internal static Vector Vector128(string name)
    {
        return VectorOf(128, name);
    }

    internal static Vector VectorOf(int bits, string name)
    {
        return VectorFile.Read(VectorFileName).Single(vector =>
            vector.Number("bits-count", 0) == bits && vector.Names.Contains(name));
    }

    private static byte[] Keystream(byte[] key)
    {
        return ReferenceMppe.Rc4(key, new byte[40]);
    }

    private static byte[] Keystream(MppeKey key)
    {
        byte[] b = new byte[40];
        key.Cipher.Process(b, 0, b.Length);
        return b;
    }

    /// <summary>Names of the arrays, of the object and of those it owns, that hold anything.
    /// </summary>
    private static IEnumerable<string> NonZeroArrays(object owner)
    {
        foreach (FieldInfo field in owner.GetType().GetFields(
            BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
        {
            object? value = field.GetValue(owner);
            if (value is Array array)
            {
                if (array.Cast<object>().Any(item => Convert.ToInt64(item, null) != 0))
                {
                    yield return field.Name;
                }
            }
            else if (value != null && value.GetType().Namespace!.StartsWith(
                "nanoPptp", StringComparison.Ordinal))
            {
                foreach (string name in NonZeroArrays(value))
                {
                    yield return $"{field.Name}.{name}";
                }
            }
        }
    }
}
