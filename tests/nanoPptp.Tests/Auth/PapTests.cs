// The PAP machine, told as conversations (RFC 1334 s.2).

using System;
using System.Linq;
using System.Text;
using nanoPptp.Auth;
using nanoPptp.Diagnostics;
using nanoPptp.Memory;
using Xunit;

namespace nanoPptp.Tests.Auth;

public sealed class PapTests
{
    [Fact]
    public void Name_and_password_are_sent_when_the_conversation_begins_and_not_before()
    {
        var bench = new Bench();
        bench.ExpectNothing();

        bench.Machine.Begin(bench.NowMs);

        byte[] request = bench.ExpectPacket();
        Assert.Equal(
            [1, request[1], 0, 20, 4, .. "User"u8, 10, .. "clientPass"u8], request);
        bench.AssertGuardsAreIntact();
    }

    [Fact]
    public void The_request_is_repeated_with_a_new_identifier_each_time_ten_times_at_most()
    {
        foreach (int startMs in (int[])[0, int.MaxValue - 2000])
        {
            var bench = new Bench { NowMs = startMs };
            bench.Machine.Begin(startMs);
            byte[] request = bench.ExpectPacket();
            int[] waitsMs = [750, 1500, 3000, 3000, 3000, 3000, 3000, 3000, 3000];
            foreach (int waitMs in waitsMs)
            {
                Assert.Equal(waitMs, bench.Machine.Sooner(bench.NowMs, 60_000));
                bench.Advance(waitMs - 1);
                bench.ExpectNothing();
                bench.Advance(1);
                request[1]++;
                Assert.Equal(request, bench.ExpectPacket());
            }

            bench.Advance(60_000);
            bench.ExpectNothing();
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("00")]
    [InlineData("084c6f67696e206f6b")]
    public void An_ack_succeeds_whatever_its_message(string data)
    {
        var bench = new Bench();
        bench.Machine.Begin(bench.NowMs);
        byte identifier = bench.ExpectPacket()[1];

        Assert.Equal(
            Reason.PppNegotiated, bench.Input(2, identifier, Convert.FromHexString(data)));

        Assert.Equal(Authentication.Succeeded, bench.Machine.Outcome);
        bench.Advance(60_000);
        bench.ExpectNothing();
    }

    [Theory]
    [InlineData("")]
    [InlineData("Login incorrect")]
    public void A_nak_fails_with_the_hubs_words_and_is_not_tried_again(string text)
    {
        var bench = new Bench();
        bench.Machine.Begin(bench.NowMs);
        byte identifier = bench.ExpectPacket()[1];

        bench.Input(3, identifier, [(byte)text.Length, .. Encoding.ASCII.GetBytes(text), 0xEE]);

        Assert.Equal(Authentication.Failed, bench.Machine.Outcome);
        Assert.Equal(Reason.AuthenticationFailed, bench.Machine.FailReason);
        Assert.Equal(0, bench.Machine.FailDetail);
        Assert.Equal(text, Encoding.ASCII.GetString(bench.Text));
        bench.Advance(60_000);
        bench.ExpectNothing();
    }

    [Fact]
    public void The_answer_to_any_request_that_was_sent_counts_and_no_other()
    {
        for (int answered = 0; answered < 4; answered++)
        {
            var bench = new Bench();
            bench.Machine.Begin(bench.NowMs);
            int first = bench.ExpectPacket()[1];
            foreach (int waitMs in (int[])[750, 1500, 3000])
            {
                bench.Advance(waitMs);
                bench.ExpectPacket();
            }

            foreach (int other in Enumerable.Range(4, 252))
            {
                int identifier = (first + other) & 0xFF;
                Assert.Equal(Reason.PppDiscarded, bench.Input(2, identifier, [0]));
                Assert.Equal(Reason.PppDiscarded, bench.Input(3, identifier, [0]));
            }

            bench.Input(2, (first + answered) & 0xFF, [0]);
            Assert.Equal(Authentication.Succeeded, bench.Machine.Outcome);
        }
    }

    [Fact]
    public void After_the_verdict_nothing_more_is_heard()
    {
        var bench = new Bench();
        bench.Machine.Begin(bench.NowMs);
        byte identifier = bench.ExpectPacket()[1];
        bench.Input(2, identifier, [0]);

        Assert.Equal(Reason.PppDiscarded, bench.Input(3, identifier, [0]));
        Assert.Equal(Authentication.Nothing, bench.Machine.Outcome);
    }

    [Fact]
    public void The_answer_to_an_earlier_conversation_is_none()
    {
        var bench = new Bench();
        bench.Machine.Begin(bench.NowMs);
        byte identifier = bench.ExpectPacket()[1];
        bench.Machine.Reset();
        Assert.Equal(Reason.PppDiscarded, bench.Input(2, identifier, [0]));

        bench.Machine.Begin(bench.NowMs);
        Assert.NotEqual(identifier, bench.ExpectPacket()[1]);
        Assert.Equal(Reason.PppDiscarded, bench.Input(2, identifier, [0]));
    }

    [Fact]
    public void Other_codes_and_answers_that_are_cut_off_are_discarded()
    {
        var bench = new Bench();
        bench.Machine.Begin(bench.NowMs);
        byte identifier = bench.ExpectPacket()[1];
        foreach (int code in Enumerable.Range(0, 256).Except([2, 3]))
        {
            Assert.Equal(Reason.PppDiscarded, bench.Input(code, identifier, [0]));
        }

        Assert.Equal(Reason.PppDiscarded, bench.Input(2, identifier, [5, 1, 2, 3, 4]));
        Assert.Equal(Reason.PppDiscarded, bench.Input([2, identifier, 0, 6, 0]));
        Assert.Equal(Reason.PppDiscarded, bench.Input([2, identifier, 0, 3]));
        Assert.Equal(Authentication.Nothing, bench.Machine.Outcome);
    }

    [Fact]
    public void A_request_that_finds_no_room_is_counted_and_sent_later()
    {
        var bench = new Bench();
        for (int i = 0; i < Limits.FrameSlotCount; i++)
        {
            bench.Frames.Commit(0xC021, 4);
        }

        bench.Machine.Begin(bench.NowMs);
        Assert.Equal(1, bench.Counters.Get(Reason.PppOutputFull));
        bench.Frames.Reset();
        bench.Advance(750);
        bench.Input(2, bench.ExpectPacket()[1], [0]);
        Assert.Equal(Authentication.Succeeded, bench.Machine.Outcome);
    }

    [Fact]
    public void The_longest_name_and_password_fit()
    {
        var bench = new Bench(new string('u', 128), new string('p', 128));

        bench.Machine.Begin(bench.NowMs);

        byte[] request = bench.ExpectPacket();
        Assert.Equal(262, request.Length);
        Assert.Equal([1, 6], request[2..4]);
        bench.AssertGuardsAreIntact();
    }

    [Fact]
    public void Nothing_is_allocated()
    {
        Assert.Equal(0, new Bench().AllocatedBy([3, 1, 0, 7, 2, (byte)'n', (byte)'o']));
    }

    private sealed class Bench : AuthenticationBench
    {
        public Bench(string userName = "User", string password = "clientPass")
        {
            Machine = new Pap(Arena, Credentials, Frames, Counters);
            Assert.True(Credentials.Set(userName, new byte[16]));
            Credentials.SetPassword(Encoding.UTF8.GetBytes(password), password.Length);
            Machine.Reset();
        }

        public Pap Machine { get; }

        protected override Authentication Method => Machine;
    }
}
