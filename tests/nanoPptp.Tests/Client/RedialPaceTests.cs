// How soon an end is followed by a dial: each class in its pace, and never before the old call is
// gone.

using System;
using System.Linq;
using nanoPptp.Client;
using nanoPptp.Diagnostics;
using nanoPptp.Memory;
using nanoPptp.Tests.Support;
using Xunit;

namespace nanoPptp.Tests.Client;

[Collection(nameof(RedialAlone))]
public sealed class RedialPaceTests
{
    public static TheoryData<FailureClass> Classes =>
        [.. Enum.GetValues<FailureClass>().Where(c => c != FailureClass.None)];

    [Theory]
    [MemberData(nameof(Classes))]
    public void C87_Each_class_is_paced_as_set(FailureClass c)
    {
        var settings = new RedialSettings();
        var rig = new RedialRig(settings) { Answers = _ => FailingHub.Of(c) };
        rig.Start();
        long cap = settings.FirstMs(c);
        for (int i = 1; i <= 12; i++)
        {
            long dialledAtMs = rig.Dials[^1].AtMs;
            RedialRig.Dialled dial = rig.NextDial();
            Assert.Equal(c, rig.Redialer.LastFailure);
            Assert.InRange(
                dial.WaitMs, settings.MinimumMs(c), settings.MinimumMs(c) + cap);
            Assert.True(dial.AtMs - dialledAtMs >= dial.WaitMs);

            // No hang-up takes longer.
            Assert.True(dial.AtMs - dialledAtMs <= dial.WaitMs + 10000);
            cap = Math.Min(2 * cap, settings.MaximumMs(c));
        }

        if (c != FailureClass.Unreachable)
        {
            Assert.Equal(FailingHub.ReasonOf(c), rig.Client.Diagnosis.Reason);
        }
    }

    [Fact]
    public void A_refused_password_is_never_tried_more_often_than_its_minimum_whatever_is_called()
    {
        var settings = new RedialSettings { HubCount = 4 };
        settings.SetPace(FailureClass.Authentication, 60000, 0, 0);
        var rig = new RedialRig(settings)
        {
            Answers = _ => FailingHub.Of(FailureClass.Authentication),
        };
        rig.Start();
        var random = new Random(72);
        byte[] entropy = Octets.Filled(16, 3);
        while (rig.ElapsedMs < 1000000)
        {
            rig.Advance(random.Next(700));
            switch (random.Next(4))
            {
                case 0:
                    rig.Redialer.Wanted(rig.NowMs);
                    break;
                case 1:
                    rig.Redialer.DialFailed(rig.NowMs);
                    break;
                case 2:
                    rig.Client.Close(rig.NowMs);
                    break;
                default:
                    rig.Redialer.Stop(rig.NowMs);
                    rig.Redialer.Start(entropy, 0, 16, rig.NowMs);
                    break;
            }
        }

        long[] times = [.. rig.Dials.Select(d => d.AtMs)];
        Assert.InRange(times.Length, 15, 17);
        Assert.All(times.Zip(times.Skip(1)), p => Assert.True(p.Second - p.First >= 60000));
    }

    [Fact]
    public void An_account_is_asked_four_times_in_the_first_half_hour_on_average()
    {
        int count = 0;
        const int BoardCount = 100;
        for (int seed = 0; seed < BoardCount; seed++)
        {
            var rig = new RedialRig(seed: seed)
            {
                Answers = _ => FailingHub.Of(FailureClass.Authentication),
            };
            rig.Start().Advance(30 * 60000);
            count += rig.Dials.Count;
        }

        Assert.InRange(count / (double)BoardCount, 3.5, 5);
    }

    [Fact]
    public void C89_A_tunnel_that_comes_up_and_falls_at_once_is_dialled_more_and_more_slowly()
    {
        var settings = new RedialSettings();
        settings.SetPace(FailureClass.Lost, 0, 2000, 1 << 30);
        RedialRig rig = RedialRig.Up(settings);
        for (int i = 0; i < 19; i++)
        {
            rig.Advance(59999);
            Assert.Equal(Stage.Up, rig.Client.Stage);
            rig.LoseHub();
            Assert.Equal(i + 1, rig.Redialer.FailureCount);
            rig.NextDial();
        }

        // The mean of such caps is half of 2^19 * 2000 ms in the end.
        Assert.True(rig.ElapsedMs > 10 * 3600000L);

        // One millisecond more is a success.
        rig.Advance(60000);
        Assert.Equal(0, rig.Redialer.FailureCount);
        rig.LoseHub();
        Assert.Equal(1, rig.Redialer.FailureCount);
        Assert.InRange(rig.Redialer.WaitMs, 0, 2000);
    }

    [Fact]
    public void The_first_dials_are_spread_uniformly()
    {
        var settings = new RedialSettings { FirstDialMs = 60000 };
        int[] buckets = new int[10];
        for (int seed = 0; seed < 1000; seed++)
        {
            var rig = new RedialRig(settings, seed: seed) { Answers = _ => null };
            rig.Start();
            RedialRig.Dialled dial = rig.Dials.Count > 0 ? rig.Dials[0] : rig.NextDial(60000);
            Assert.Equal(dial.WaitMs, dial.AtMs);
            buckets[(int)(dial.AtMs * 10 / 60001)]++;
        }

        // 100 in each; one standard deviation is 9.5.
        Assert.All(buckets, count => Assert.InRange(count, 53, 147));
    }

    [Fact]
    public void C90_The_old_call_is_released_before_the_next_dial_which_has_another_call_id()
    {
        // The hub answers nothing of our hang-up: the link, the call and the control connection
        // take their time, while the pause is over long before.
        var settings = new RedialSettings();
        settings.SetPace(FailureClass.Lost, 0, 0, 0);
        RedialRig rig = RedialRig.Up(settings);
        ScriptedHub hub = rig.Tunnel.Hub;
        int oldCallId = hub.ClientCallId;
        hub.On.Clear();
        hub.Log.Clear();
        rig.NextDial(60000);
        Assert.Equal(1, rig.Tunnel.Count(Reason.LcpEchoTimeout));
        Assert.Equal(
            ["LCP Terminate-Request", "Call-Clear-Request", "Stop-Control-Connection-Request"],
            hub.Log.Where(name => name != "LCP Echo-Request").Distinct());
        Assert.Equal(2, rig.Redialer.AttemptCount);
        Assert.InRange(rig.ElapsedMs, 30000 + 5500, 30000 + 10000);
        Assert.Equal(Stage.Up, rig.Client.Stage);
        Assert.NotEqual(oldCallId, rig.Tunnel.Hub.ClientCallId);
    }

    [Fact]
    public void C90_Last_words_are_sent_before_the_next_dial()
    {
        var settings = new RedialSettings();
        settings.SetPace(FailureClass.Lost, 0, 0, 0);
        RedialRig rig = RedialRig.Up(settings);

        // The hub stops the control connection; our reply and the end come in the same round, and
        // the adapter has not polled yet.
        byte[] stop = ControlOctets.StopRequest();
        rig.Client.ControlInput(stop, 0, stop.Length, rig.NowMs);
        Assert.Equal(Stage.Closed, rig.Client.Stage);
        Assert.Equal(RedialOrder.Nothing, rig.Redialer.Tick(rig.NowMs));
        Assert.Equal(0, rig.Redialer.NextDeadlineMs(rig.NowMs));
        Assert.Equal(0, rig.Client.NextDeadlineMs(rig.NowMs));
        ScriptedHub hub = rig.Tunnel.Hub;
        rig.Round();
        Assert.Contains("Stop-Control-Connection-Reply", hub.Log);
        Assert.Equal(2, rig.Dials.Count);
        Assert.Equal(FailureClass.Lost, rig.Redialer.LastFailure);
    }

    [Fact]
    public void A_hub_that_hangs_up_in_the_middle_of_the_authentication_is_not_hurried()
    {
        var rig = new RedialRig
        {
            Answers = _ =>
            {
                var hub = new ScriptedHub();
                hub.On.Remove("CHAP Response");
                return hub;
            },
        };
        rig.Start().Advance(100);
        Assert.Equal(Stage.Authentication, rig.Client.Stage);
        rig.Tunnel.Hub.SendPpp(ScriptedHub.Lcp, Packet.TerminateRequest(9));
        rig.Advance(10000);
        Assert.Equal(Reason.LcpTerminated, rig.Client.Diagnosis.Reason);
        Assert.Equal(FailureClass.Policy, rig.Redialer.LastFailure);
    }

    // ---- The adapter's part --------------------------------------------------------------------

    [Fact]
    public void A_dial_is_ordered_once()
    {
        var client = new PptpClient();
        var redialer = new Redialer(client, new RedialSettings());
        redialer.Start(Octets.Filled(16, 1), 0, 16, 0);
        Assert.Equal(RedialOrder.Dial, redialer.Tick(0));
        for (int ms = 0; ms < Limits.DialMs; ms += 100)
        {
            Assert.Equal(RedialOrder.Nothing, redialer.Tick(ms));
            Assert.InRange(redialer.NextDeadlineMs(ms), 1, 60000);
        }

        Assert.Equal(1, redialer.AttemptCount);
        Assert.Equal(0, redialer.FailureCount);
    }

    [Fact]
    public void An_order_that_nobody_carries_out_is_a_failure_in_the_end()
    {
        var client = new PptpClient();
        var redialer = new Redialer(client, new RedialSettings());
        redialer.Start(Octets.Filled(16, 1), 0, 16, 0);
        Assert.Equal(RedialOrder.Dial, redialer.Tick(0));
        Assert.Equal(RedialOrder.Nothing, redialer.Tick(Limits.DialMs - 1));
        Assert.Equal(1, redialer.NextDeadlineMs(Limits.DialMs - 1));
        Assert.Equal(0, redialer.FailureCount);
        redialer.Tick(Limits.DialMs);
        Assert.Equal(1, redialer.FailureCount);
        Assert.Equal(FailureClass.Unreachable, redialer.LastFailure);
        Assert.Equal(RedialOrder.Dial, redialer.Tick(Limits.DialMs + redialer.WaitMs));

        // The word that comes too late is not counted twice.
        redialer.DialFailed(Limits.DialMs + redialer.WaitMs);
        redialer.DialFailed(Limits.DialMs + redialer.WaitMs);
        Assert.Equal(2, redialer.FailureCount);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_attempt_that_opens_and_fails_between_two_ticks_is_seen(bool sameMillisecond)
    {
        var settings = new RedialSettings();
        settings.SetPace(FailureClass.Unreachable, 0, 0, 0);
        var tunnel = new Tunnel();
        var redialer = new Redialer(tunnel.Client, settings);
        redialer.Start(Octets.Filled(16, 1), 0, 16, tunnel.NowMs);
        RedialOrder order = redialer.Tick(tunnel.NowMs);
        for (int i = 1; i <= 50; i++)
        {
            Assert.Equal(RedialOrder.Dial, order);
            tunnel.Open();
            tunnel.Client.ControlClosed(tunnel.NowMs);
            tunnel.Pump();
            tunnel.Skip(sameMillisecond ? 0 : 1);
            order = redialer.Tick(tunnel.NowMs);
            Assert.Equal(i, redialer.FailureCount);
        }

        Assert.Equal(FailureClass.Unreachable, redialer.LastFailure);
    }

    [Fact]
    public void A_session_that_comes_and_goes_between_two_ticks_was_lost()
    {
        var rig = new RedialRig { Answers = _ => new ScriptedHub() };
        rig.Start();
        Assert.Equal(Stage.Up, rig.Client.Stage);
        rig.Client.ControlClosed(rig.NowMs);
        rig.Round();
        Assert.Equal(FailureClass.Lost, rig.Redialer.LastFailure);
    }

    [Fact]
    public void A_client_that_was_opened_and_will_not_be_connected_is_closed()
    {
        var tunnel = new Tunnel();
        var redialer = new Redialer(tunnel.Client, new RedialSettings());
        redialer.Start(Octets.Filled(16, 1), 0, 16, tunnel.NowMs);
        foreach (bool ticks in new[] { false, true })
        {
            Assert.Equal(RedialOrder.Dial, redialer.Tick(tunnel.NowMs));
            tunnel.Open();
            if (ticks)
            {
                tunnel.Pump();
                Assert.Equal(RedialOrder.Nothing, redialer.Tick(tunnel.NowMs));
            }

            redialer.DialFailed(tunnel.NowMs);
            Assert.Equal(Stage.Closed, tunnel.Client.Stage);
            Assert.Equal(FailureClass.Unreachable, redialer.LastFailure);
            tunnel.Pump();
            tunnel.Skip(redialer.WaitMs);
        }

        Assert.Equal(2, redialer.FailureCount);
    }

    [Fact]
    public void A_tunnel_that_is_up_is_not_touched_by_a_word_about_a_dial()
    {
        RedialRig rig = RedialRig.Up();
        rig.Redialer.DialFailed(rig.NowMs);
        rig.Advance(1000);
        Assert.Equal(Stage.Up, rig.Client.Stage);
        Assert.Equal(0, rig.Redialer.FailureCount);
    }

    [Fact]
    public void A_client_that_the_application_opens_itself_is_watched_and_not_dialled_over()
    {
        var rig = new RedialRig { Answers = _ => null };
        rig.Start();
        rig.Tunnel.Dial();
        rig.Advance(600000);
        Assert.Equal(Stage.Up, rig.Client.Stage);
        Assert.Single(rig.Dials);
        rig.LoseHub();
        Assert.Equal(FailureClass.Lost, rig.Redialer.LastFailure);
        rig.NextDial(2000);
    }

    [Fact]
    public void It_wakes_the_loop_for_its_own_moments_only()
    {
        var rig = new RedialRig { Answers = _ => FailingHub.Of(FailureClass.Authentication) };
        rig.Start();
        rig.Advance(0);
        int rounds = rig.RoundCount;
        rig.Advance(59000);
        Assert.InRange(rig.RoundCount - rounds, 1, 2);
        Assert.Single(rig.Dials);
    }

    [Theory]
    [InlineData(0, 15)]
    [InlineData(-1, 16)]
    [InlineData(17, 16)]
    [InlineData(0, 33)]
    public void Too_little_entropy_is_refused(int offset, int length)
    {
        var redialer = new Redialer(new PptpClient(), new RedialSettings());
        Assert.Throws<ArgumentException>(
            () => redialer.Start(new byte[32], offset, length, 0));
        Assert.True(redialer.IsStopped);
        Assert.Equal(RedialOrder.Nothing, redialer.Tick(0));
    }

    [Fact]
    public void It_starts_once()
    {
        RedialRig rig = RedialRig.Up();
        Assert.Throws<InvalidOperationException>(
            () => rig.Redialer.Start(new byte[16], 0, 16, rig.NowMs));
    }
}
