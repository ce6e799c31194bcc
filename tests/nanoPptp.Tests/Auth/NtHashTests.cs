// The NT hash (RFC 2759 s.8.3): UTF-16LE, whatever the characters.

using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using nanoPptp.Auth;
using nanoPptp.Crypto.Tests;
using Xunit;

namespace nanoPptp.Tests.Auth;

public class NtHashTests
{
    [Fact]
    public void Passwords_of_the_vectors_hash_as_they_should()
    {
        IReadOnlyList<Vector> vectors = VectorFile.Read("rfc2759-nt-hash.txt");

        Assert.Equal(5, vectors.Count);
        foreach (Vector vector in vectors)
        {
            string password = Encoding.Unicode.GetString(vector.Octets("password"));

            Assert.Equal(vector.Octets("hash"), Hash(password));
        }
    }

    [Fact]
    public void The_vectors_beyond_ascii_are_these_texts()
    {
        string[] passwords = [.. VectorFile.Read("rfc2759-nt-hash.txt")
            .Select(vector => Encoding.Unicode.GetString(vector.Octets("password")))];

        Assert.Equal(
            ["clientPass", "MyPw", "", "p\u00E4ssw\u00F6rd\u20AC", "\U0001F511"], passwords);
    }

    [Fact]
    public void Four_octets_of_ascii_are_not_the_password_of_rfc_2759()
    {
        Assert.NotEqual(
            "f946e584b60439a1c89c4ab20b45eb02", Convert.ToHexStringLower(Hash("MyPw")));
    }

    [Fact]
    public void Every_length_up_to_256_units_hashes_as_another_md4_hashes_it()
    {
        var random = new Random(2759);
        for (int length = 0; length <= 256; length++)
        {
            // No surrogates: alone, they would have no encoding to compare with.
            string password = new([.. Enumerable.Range(0, length)
                .Select(_ => (char)random.Next(1, 0xD800))]);

            Assert.Equal(ReferenceMsChapV2.NtPasswordHash(password), Hash(password));
        }
    }

    [Fact]
    public void A_password_of_257_units_is_refused()
    {
        Assert.Throws<ArgumentException>(() => Hash(new string('x', 257)));
        Assert.Throws<ArgumentException>(() => Hash(null!));
    }

    [Fact]
    public void The_hash_is_written_where_it_was_asked_for_and_nowhere_else()
    {
        byte[] b = [.. Enumerable.Repeat((byte)0xA5, 30)];

        NtHash.FromPassword("clientPass", b, 7);

        Assert.Equal("44ebba8d5312b8d611474411f56989ae", Convert.ToHexStringLower(b, 7, 16));
        Assert.All(b[..7].Concat(b[23..]), octet => Assert.Equal(0xA5, octet));
    }

    [Theory]
    [InlineData("44ebba8d5312b8d611474411f56989ae")]
    [InlineData("44EBBA8D5312B8D611474411F56989AE")]
    [InlineData("44EbBa8D5312b8d611474411F56989aE")]
    public void A_hash_is_read_from_digits_of_either_case(string text)
    {
        byte[] b = new byte[18];

        Assert.True(NtHash.TryParse(text, b, 1));

        Assert.Equal(Hash("clientPass"), b[1..17]);
        Assert.Equal((0, 0), (b[0], b[17]));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("44ebba8d5312b8d611474411f56989a")]
    [InlineData("44ebba8d5312b8d611474411f56989ae0")]
    [InlineData("44ebba8d5312b8d611474411f56989ag")]
    [InlineData("g4ebba8d5312b8d611474411f56989ae")]
    [InlineData("44ebba8d5312b8d6 1474411f56989ae")]
    [InlineData("44ebba8d5312b8d6/1474411f56989ae")]
    [InlineData("44ebba8d5312b8d6:1474411f56989ae")]
    [InlineData("44ebba8d5312b8d6@1474411f56989ae")]
    [InlineData("44ebba8d5312b8d6`1474411f56989ae")]
    [InlineData("44ebba8d5312b8d6\u0661474411f56989ae")]
    public void Anything_but_32_digits_is_refused_and_nothing_written(string? text)
    {
        byte[] b = [.. Enumerable.Repeat((byte)0xA5, 16)];

        Assert.False(NtHash.TryParse(text!, b, 0));

        Assert.All(b, octet => Assert.Equal(0xA5, octet));
    }

    private static byte[] Hash(string password)
    {
        byte[] hash = new byte[NtHash.Length];
        NtHash.FromPassword(password, hash, 0);
        return hash;
    }
}
