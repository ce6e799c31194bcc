// The text of a Failure (RFC 2759 s.6). Servers leave fields out and shuffle them; nothing that a
// server may write is allowed to do harm.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;
using nanoPptp.Auth;
using Xunit;

namespace nanoPptp.Tests.Auth;

public partial class ChapFailureTests
{
    private const string Challenge = "0123456789abcdef0123456789ABCDEF";
    private const string Denied = "Access denied";

    [Theory]
    [InlineData("E=691 R=1 C=" + Challenge + " V=3 M=" + Denied, 691, true, true, 3, Denied)]
    [InlineData("E=691 R=0 V=3", 691, false, false, 3, "")]
    [InlineData("E=691", 691, false, false, 0, "")]
    [InlineData("E=0000000648 R=0 C=" + Challenge + " V=3", 648, false, true, 3, "")]
    [InlineData("R=1 E=647", 647, true, false, 0, "")]
    [InlineData("V=3 C=" + Challenge + " R=1 E=649", 649, true, true, 3, "")]
    [InlineData("M=E=691 R=1", 0, false, false, 0, "E=691 R=1")]
    [InlineData("E=709 M=", 709, false, false, 0, "")]
    [InlineData("E=646 M= two  words ", 646, false, false, 0, " two  words ")]
    [InlineData("E=691 R=1 C=0123 V=3", 691, true, false, 3, "")]
    [InlineData("E=691 C=" + Challenge + "0", 691, false, false, 0, "")]
    [InlineData("E=691 C=g" + Challenge, 691, false, false, 0, "")]
    [InlineData("E=691 R=2", 691, false, false, 0, "")]
    [InlineData("E=691 R=10", 691, false, false, 0, "")]
    [InlineData("E= R= C= V= M=x", 0, false, false, 0, "x")]
    [InlineData("E", 0, false, false, 0, "")]
    [InlineData("=", 0, false, false, 0, "")]
    [InlineData("", 0, false, false, 0, "")]
    [InlineData(Denied, 0, false, false, 0, "")]
    [InlineData("XE=691 XM=no", 0, false, false, 0, "")]
    [InlineData("e=691 m=no", 0, false, false, 0, "")]
    [InlineData("  E=691  R=1", 691, true, false, 0, "")]
    [InlineData("E=-1 V=-3", 0, false, false, 0, "")]
    [InlineData("E=691x R=1x", 691, true, false, 0, "")]
    [InlineData("Z=5 E=691 Q=", 691, false, false, 0, "")]
    public void Every_shape_of_a_failure_is_read(
        string text, int error, bool mayRetry, bool hasChallenge, int version, string message)
    {
        Assert.Equal((error, mayRetry, hasChallenge, version, message), Read(text));
    }

    [Fact]
    public void Fields_are_read_in_every_order()
    {
        string[] fields = ["E=691", "R=1", "C=" + Challenge, "V=3"];
        foreach (string[] order in Orders(fields))
        {
            for (int count = 0; count <= fields.Length; count++)
            {
                string[] some = order[..count];
                string text = string.Join(' ', [.. some, "M=" + Denied]);

                Assert.Equal(
                    (
                        some.Contains(fields[0]) ? 691 : 0,
                        some.Contains(fields[1]),
                        some.Contains(fields[2]),
                        some.Contains(fields[3]) ? 3 : 0,
                        Denied),
                    Read(text));
            }
        }
    }

    [Fact]
    public void One_reader_forgets_the_text_before()
    {
        var failure = new ChapFailure();
        byte[] first =
            Encoding.ASCII.GetBytes($"E=691 R=1 C={Challenge} V=3 M={Denied}");

        failure.Read(first, 0, first.Length);
        failure.Read(first, 0, 0);

        Assert.Equal(0, failure.ErrorCode);
        Assert.False(failure.MayRetry);
        Assert.False(failure.HasChallenge);
        Assert.Equal(0, failure.Version);
        Assert.Equal(0, failure.MessageLength);
    }

    [Fact]
    public void A_number_of_any_length_stays_a_number()
    {
        for (int digits = 1; digits <= 200; digits++)
        {
            (int error, _, _, int version, _) =
                Read($"E={new string('9', digits)} V={new string('0', digits)}7");

            Assert.InRange(error, 9, 999_999_999);
            Assert.Equal(7, version);
        }
    }

    [Fact]
    public void Texts_made_of_likely_pieces_are_read_as_a_grammar_reads_them()
    {
        string[] pieces =
        [
            "E=", "R=", "C=", "V=", "M=", "E", "M", "=", " ", " ", " ", "1", "0", "691", "3",
            "99999999999", Challenge, "f", "G", "\u00E4", "\n", "\0",
        ];
        var random = new Random(691);
        for (int round = 0; round < 20_000; round++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(0, 14))
                .Select(_ => pieces[random.Next(pieces.Length)]));

            Assert.Equal(ReadByGrammar(text), Read(text));
        }
    }

    [Fact]
    public void Random_octets_do_no_harm()
    {
        var random = new Random(6);
        var failure = new ChapFailure();
        for (int round = 0; round < 20_000; round++)
        {
            byte[] b = new byte[random.Next(0, 80)];
            random.NextBytes(b);
            int offset = random.Next(0, b.Length + 1);
            int length = random.Next(0, b.Length - offset + 1);

            failure.Read(b, offset, length);

            Assert.InRange(failure.ErrorCode, 0, 999_999_999);
            Assert.InRange(failure.MessageOffset, 0, length);
            Assert.InRange(failure.MessageLength, 0, length - failure.MessageOffset);
        }
    }

    /// <summary>Reads a text that lies between other octets, which must not matter.</summary>
    private static (int Error, bool MayRetry, bool HasChallenge, int Version, string Message) Read(
        string text)
    {
        byte[] octets = Encoding.Latin1.GetBytes(text);
        byte[] b = [.. "E=1 M"u8, .. octets, .. "=1 R=1 0f9"u8];
        var failure = new ChapFailure();
        failure.Read(b, 5, octets.Length);
        return (
            failure.ErrorCode,
            failure.MayRetry,
            failure.HasChallenge,
            failure.Version,
            Encoding.Latin1.GetString(b, 5 + failure.MessageOffset, failure.MessageLength));
    }

    private static (int Error, bool MayRetry, bool HasChallenge, int Version, string Message)
        ReadByGrammar(string text)
    {
        Match message = Message().Match(text);
        string fields = message.Success ? text[..message.Index] : text;
        return (
            Number(Last(fields, 'E')),
            Number(Last(fields, 'R')) == 1,
            WholeChallenge().IsMatch(Last(fields, 'C')),
            Number(Last(fields, 'V')),
            message.Success ? message.Groups[1].Value : "");
    }

    private static string Last(string text, char name)
    {
        Match match = Regex.Matches(text, $"(?<=^| ){name}=([^ ]*)", RegexOptions.Singleline)
            .LastOrDefault() ?? Match.Empty;
        return match.Groups[1].Value;
    }

    private static int Number(string text)
    {
        string digits = Digits().Match(text).Value;

        // Nine digits that count; zeros in front count for nothing.
        string trimmed = digits.TrimStart('0');
        return trimmed.Length == 0
            ? 0
            : int.Parse(
                trimmed[..Math.Min(9, trimmed.Length)],
                NumberStyles.None,
                CultureInfo.InvariantCulture);
    }

    private static IEnumerable<string[]> Orders(string[] items)
    {
        return items.Length == 0
            ? [[]]
            : items.SelectMany(first => Orders([.. items.Where(item => item != first)])
                .Select(rest => (string[])[first, .. rest]));
    }

    [GeneratedRegex("(?<=^| )M=(.*)$", RegexOptions.Singleline)]
    private static partial Regex Message();

    [GeneratedRegex("^[0-9]*")]
    private static partial Regex Digits();

    [GeneratedRegex("^[0-9a-fA-F]{32}(?![0-9a-fA-F])")]
    private static partial Regex WholeChallenge();
}
