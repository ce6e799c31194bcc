// The CHAP-MD5 machine, told as conversations (RFC 1994 s.4). The hub's own arithmetic is the
// platform's MD5.

using System;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using nanoPptp.Auth;
using nanoPptp.Diagnostics;
using nanoPptp.Memory;
using Xunit;

namespace nanoPptp.Tests.Auth;

public sealed class ChapMd5Tests
{
    private static readonly byte[] s_challenge =
        Convert.FromHexString("000102030405060708090a0b0c0d0e0f");

    [Fact]
    public void C40_A_challenge_is_answered_with_the_hash_of_identifier_password_and_challenge()
    {
        var bench = new Bench();

        Assert.Equal(Reason.PppNegotiated, bench.Challenge(1, s_challenge));

        Assert.Equal(
            [
                2, 1, 0, 25, 16,
                .. Convert.FromHexString("0c884e678b2a0e30bda259086e9b4ebf"),
                .. "User"u8,
            ],
            bench.ExpectPacket());
        Assert.Equal(Authentication.Nothing, bench.Machine.Outcome);
        bench.AssertGuardsAreIntact();
    }

    [Fact]
    public void Challenges_of_every_length_are_answered_but_for_none()
    {
        for (int length = 1; length < 256; length++)
        {
            var bench = new Bench("p\u00E4ssw\u00F6rd\u20AC");
            byte[] challenge = new byte[length];
            new Random(length).NextBytes(challenge);

            Assert.Equal(Reason.PppNegotiated, bench.Challenge(length, challenge, "h"));

            Assert.Equal(bench.Expected(length, challenge), bench.ExpectPacket()[5..21]);
        }

        Assert.Equal(Reason.PppDiscarded, new Bench().Challenge(1, []));
    }

    [Fact]
    public void C58_The_same_challenge_gets_the_same_response_and_a_new_one_a_new_response()
    {
        var bench = new Bench();
        bench.Challenge(7, s_challenge);
        byte[] first = bench.ExpectPacket();

        bench.Challenge(7, s_challenge);
        Assert.Equal(first, bench.ExpectPacket());
        bench.Challenge(8, s_challenge);
        byte[] second = bench.ExpectPacket();
        Assert.Equal(8, second[1]);
        Assert.NotEqual(first[5..21], second[5..21]);
        bench.Challenge(8, [1]);
        Assert.Equal(bench.Expected(8, [1]), bench.ExpectPacket()[5..21]);
    }

    [Fact]
    public void A_challenge_that_is_cut_off_is_discarded()
    {
        byte[] packet = [1, 9, 0, 24, 16, .. s_challenge, .. "hub"u8];
        var bench = new Bench();
        for (int length = 0; length < packet.Length; length++)
        {
            Assert.Equal(Reason.PppDiscarded, bench.Input(packet[..length]));
        }

        for (byte claimed = 0; claimed < 21; claimed++)
        {
            Assert.Equal(
                Reason.PppDiscarded, bench.Input([1, 9, 0, claimed, .. packet[4..]]));
        }

        bench.ExpectNothing();
    }

    [Theory]
    [InlineData("")]
    [InlineData("Access granted")]
    public void Any_success_with_the_right_identifier_succeeds_once(string text)
    {
        var bench = new Bench();
        bench.Challenge(1, s_challenge);
        bench.ExpectPacket();

        Assert.Equal(Reason.PppDiscarded, bench.Input(3, 2, Encoding.ASCII.GetBytes(text)));
        Assert.Equal(Authentication.Nothing, bench.Machine.Outcome);
        Assert.Equal(Reason.PppNegotiated, bench.Input(3, 1, Encoding.ASCII.GetBytes(text)));
        Assert.Equal(Authentication.Succeeded, bench.Machine.Outcome);
        bench.Input(3, 1, Encoding.ASCII.GetBytes(text));
        Assert.Equal(Authentication.Nothing, bench.Machine.Outcome);
        bench.Advance(60_000);
        bench.ExpectNothing();
    }

    [Theory]
    [InlineData("")]
    [InlineData("Access denied")]
    [InlineData("E=691 R=1")]
    public void A_failure_fails_with_the_hubs_words_and_is_not_tried_again(string text)
    {
        var bench = new Bench();
        bench.Challenge(1, s_challenge);
        bench.ExpectPacket();

        Assert.Equal(Reason.PppNegotiated, bench.Input(4, 1, Encoding.ASCII.GetBytes(text)));

        Assert.Equal(Authentication.Failed, bench.Machine.Outcome);
        Assert.Equal(Reason.AuthenticationFailed, bench.Machine.FailReason);
        Assert.Equal(0, bench.Machine.FailDetail);
        Assert.Equal(text, Encoding.ASCII.GetString(bench.Text));
        bench.Advance(60_000);
        bench.ExpectNothing();
    }

    [Fact]
    public void A_verdict_before_any_challenge_and_other_codes_are_discarded()
    {
        var bench = new Bench();
        foreach (int code in Enumerable.Range(0, 256).Where(code => code != 1))
        {
            Assert.Equal(Reason.PppDiscarded, bench.Input(code, 0, [16, .. s_challenge]));
        }

        bench.ExpectNothing();
        bench.Challenge(1, s_challenge);
        bench.ExpectPacket();
        foreach (int code in Enumerable.Range(0, 256).Except([1, 3, 4]))
        {
            Assert.Equal(Reason.PppDiscarded, bench.Input(code, 1, [16, .. s_challenge]));
        }

        bench.ExpectNothing();
    }

    [Fact]
    public void The_response_is_repeated_while_there_is_no_verdict()
    {
        var bench = new Bench();
        bench.Challenge(1, s_challenge);
        byte[] response = bench.ExpectPacket();
        int[] waitsMs = [750, 1500, 3000, 3000, 3000, 3000, 3000, 3000, 3000];
        foreach (int waitMs in waitsMs)
        {
            Assert.Equal(waitMs, bench.Machine.Sooner(bench.NowMs, 60_000));
            bench.Advance(waitMs - 1);
            bench.ExpectNothing();
            bench.Advance(1);
            Assert.Equal(response, bench.ExpectPacket());
        }

        bench.Advance(60_000);
        bench.ExpectNothing();
    }

    [Fact]
    public void A_challenge_in_an_open_session_is_answered_and_succeeds_without_a_word()
    {
        var bench = new Bench();
        bench.Challenge(1, s_challenge);
        bench.ExpectPacket();
        bench.Input(3, 1, []);

        bench.Challenge(2, [9, 9]);
        Assert.Equal(bench.Expected(2, [9, 9]), bench.ExpectPacket()[5..21]);
        bench.Input(3, 2, []);

        Assert.Equal(Authentication.Nothing, bench.Machine.Outcome);
        bench.Advance(60_000);
        bench.ExpectNothing();
    }

    [Fact]
    public void The_password_is_never_in_a_response()
    {
        var bench = new Bench();
        bench.Challenge(1, s_challenge);
        byte[] response = bench.ExpectPacket();
        byte[] password = Encoding.UTF8.GetBytes(Bench.Password);
        for (int i = 0; i + 4 <= password.Length; i++)
        {
            Assert.Equal(-1, response.AsSpan().IndexOf(password.AsSpan(i, 4)));
        }
    }

    [Fact]
    public void C60_Wipe_leaves_neither_password_nor_response()
    {
        var bench = new Bench();
        bench.Challenge(1, s_challenge);
        bench.ExpectPacket();
        Assert.True(bench.Arena.AsSpan().IndexOf(Encoding.UTF8.GetBytes(Bench.Password)) >= 0);

        bench.Machine.Wipe();
        bench.Credentials.Wipe();

        Assert.All(
            bench.Arena[ArenaMap.Password..ArenaMap.Length], octet => Assert.Equal(0, octet));
        Assert.Equal(0, bench.Credentials.PasswordLength);
        Assert.Equal(Reason.PppDiscarded, bench.Input(3, 1, []));
    }

    [Fact]
    public void Nothing_is_allocated()
    {
        Assert.Equal(0, new Bench().AllocatedBy([1, 9, 0, 24, 16, .. s_challenge, .. "hub"u8]));
    }

    private sealed class Bench : AuthenticationBench
    {
        public const string Password = "clientPass";

        private readonly byte[] _password;

        public Bench(string password = Password)
        {
            _password = Encoding.UTF8.GetBytes(password);
            Machine = new ChapMd5(Arena, Credentials, Frames, Counters);
            Assert.True(Credentials.Set("User", new byte[16]));
            Credentials.SetPassword(_password, _password.Length);
            Machine.Reset();
        }

        public ChapMd5 Machine { get; }

        protected override Authentication Method => Machine;

        public Reason Challenge(int identifier, byte[] challenge, string name = "hub")
        {
            return Input(
                1,
                identifier,
                [(byte)challenge.Length, .. challenge, .. Encoding.UTF8.GetBytes(name)]);
        }

        public byte[] Expected(int identifier, byte[] challenge)
        {
#pragma warning disable CA5351 // The RFC asks for MD5.
            return MD5.HashData([(byte)identifier, .. _password, .. challenge]);
#pragma warning restore CA5351
        }
    }
}
