// Sessions that end because we want it: idle ones, old ones, and those that the application closes;
// and what must not pass between two sessions.

using System;
using System.Linq;
using nanoPptp.Client;
using nanoPptp.Diagnostics;
using nanoPptp.Tests.Support;
using Xunit;

namespace nanoPptp.Tests.Client;

[Collection(nameof(RedialAlone))]
public sealed class RedialSessionTests
{
    private readonly RedialSettings _settings = new();

    public static TheoryData<int> Clocks => [.. RedialRig.Starts];

    [Theory]
    [MemberData(nameof(Clocks))]
    public void An_idle_tunnel_is_hung_up_in_order_and_dialled_when_it_is_wanted(int nowMs)
    {
        _settings.IdleMs = 300000;
        RedialRig rig = RedialRig.Up(_settings, nowMs);
        rig.Tunnel.Hub.Log.Clear();
        rig.Advance(299999);
        Assert.Equal(Stage.Up, rig.Client.Stage);
        rig.Advance(1);
        Assert.Equal(Stage.Closed, rig.Client.Stage);
        Assert.Equal(FailureBench.OrderlyEnd, rig.Tunnel.Hub.Log.TakeLast(3));
        Assert.Equal(Reason.ClosedByUser, rig.Client.Diagnosis.Reason);
        rig.Advance(10 * 24 * 3600000L);
        Assert.Single(rig.Dials);
        rig.Redialer.Wanted(rig.NowMs);
        Assert.Equal(0, rig.Redialer.NextDeadlineMs(rig.NowMs));
        rig.Advance(0);
        Assert.Equal(2, rig.Dials.Count);
        Assert.Equal(Stage.Up, rig.Client.Stage);
        Assert.Equal(0, rig.Redialer.FailureCount);
        Assert.Equal(FailureClass.None, rig.Redialer.LastFailure);
    }

    [Fact]
    public void Traffic_in_either_direction_keeps_a_tunnel_up()
    {
        _settings.IdleMs = 300000;
        RedialRig rig = RedialRig.Up(_settings);
        for (int i = 0; i < 10; i++)
        {
            rig.Advance(299000);
            Assert.True(rig.Tunnel.Sends(rig.Tunnel.FromClient()) > 0);
            rig.Advance(299000);
            rig.Tunnel.Hub.SendIp(rig.Tunnel.FromHub());
            rig.Round();
        }

        rig.Advance(299999);
        Assert.Equal(Stage.Up, rig.Client.Stage);
        rig.Advance(1);
        Assert.Equal(Stage.Closed, rig.Client.Stage);
        Assert.Equal(10, rig.Tunnel.Delivered.Count);
    }

    [Fact]
    public void Echoes_are_no_traffic()
    {
        _settings.IdleMs = 300000;
        RedialRig rig = RedialRig.Up(_settings);
        rig.Advance(299999);
        Assert.Contains("LCP Echo-Request", rig.Tunnel.Hub.Log);
        Assert.Contains("Echo-Request", rig.Tunnel.Hub.Log);
        rig.Advance(1);
        Assert.Equal(Stage.Closed, rig.Client.Stage);
    }

    [Fact]
    public void To_want_a_tunnel_that_is_up_gives_it_its_full_time_again()
    {
        _settings.IdleMs = 300000;
        RedialRig rig = RedialRig.Up(_settings);
        rig.Advance(299999);
        rig.Redialer.Wanted(rig.NowMs);
        rig.Advance(299999);
        Assert.Equal(Stage.Up, rig.Client.Stage);
        rig.Advance(1);
        Assert.Equal(Stage.Closed, rig.Client.Stage);
    }

    [Fact]
    public void To_want_it_again_and_again_does_not_keep_a_session_young()
    {
        _settings.SessionMs = 600000;
        RedialRig rig = RedialRig.Up(_settings);
        for (int i = 0; i < 599999; i += 7)
        {
            rig.Redialer.Wanted(rig.NowMs);
            rig.Advance(7);
        }

        Assert.Equal(0, rig.Redialer.FailureCount);
        Assert.Equal(599998 / 7 * 7 + 7, rig.ElapsedMs);
        rig.NextDial(1000 + 2000 + 10000);
    }

    [Fact]
    public void What_is_wanted_during_the_hang_up_is_dialled_after_it()
    {
        _settings.IdleMs = 1000;
        RedialRig rig = RedialRig.Up(_settings);
        rig.Tunnel.Hub.On.Clear();
        rig.Advance(1000);
        Assert.Equal(Stage.Closing, rig.Client.Stage);
        rig.Redialer.Wanted(rig.NowMs);
        RedialRig.Dialled dial = rig.NextDial(10000);
        Assert.Equal(0, dial.WaitMs);
        Assert.Equal(1000 + 5500, dial.AtMs);
    }

    [Fact]
    public void What_is_wanted_before_the_end_was_seen_is_dialled()
    {
        RedialRig rig = RedialRig.Up();
        rig.Client.Close(rig.NowMs);
        rig.Tunnel.Pump();
        Assert.Equal(Stage.Closed, rig.Client.Stage);
        rig.Redialer.Wanted(rig.NowMs);
        rig.Advance(0);
        Assert.Equal(2, rig.Dials.Count);
    }

    [Fact]
    public void A_dial_that_was_wanted_and_fails_is_repeated_until_it_is_up()
    {
        _settings.IdleMs = 60000;
        RedialRig rig = RedialRig.Up(_settings);
        rig.Advance(60000);
        int toFail = 5;
        rig.Answers = _ => toFail-- > 0 ? null : new ScriptedHub();
        rig.Redialer.Wanted(rig.NowMs);
        for (int i = 0; i < 6; i++)
        {
            rig.NextDial();
        }

        Assert.Equal(5, rig.Redialer.FailureCount);
        Assert.Equal(Stage.Up, rig.Client.Stage);
        rig.Advance(60000 + 10000);
        Assert.Equal(Stage.Closed, rig.Client.Stage);
        rig.Advance(3600000);
        Assert.Equal(7, rig.Dials.Count);
    }

    [Fact]
    public void A_pause_after_a_failure_is_not_cut_short()
    {
        _settings.SetPace(FailureClass.Unreachable, 1000, 0, 0);
        var rig = new RedialRig(_settings) { Answers = _ => null };
        rig.Start();
        for (int i = 0; i < 100; i++)
        {
            rig.Redialer.Wanted(rig.NowMs);
            rig.Advance(100);
        }

        Assert.Equal(11, rig.Dials.Count);
    }

    [Theory]
    [MemberData(nameof(Clocks))]
    public void An_old_session_is_hung_up_in_order_and_dialled_again(int nowMs)
    {
        _settings.SessionMs = 86400000;
        RedialRig rig = RedialRig.Up(_settings, nowMs);
        for (int day = 1; day <= 5; day++)
        {
            long atMs = rig.Dials[^1].AtMs;
            ScriptedHub hub = rig.Tunnel.Hub;
            RedialRig.Dialled dial = rig.NextDial();
            Assert.Equal(FailureBench.OrderlyEnd, hub.Log.TakeLast(3));
            Assert.InRange(dial.WaitMs, 0, 2000);
            Assert.Equal(86400000 + dial.WaitMs, dial.AtMs - atMs);
            Assert.Equal(Stage.Up, rig.Client.Stage);
        }

        Assert.Equal(0, rig.Redialer.FailureCount);
        Assert.Equal(FailureClass.None, rig.Redialer.LastFailure);
    }

    [Fact]
    public void The_next_session_after_a_renewal_may_be_closed_for_good()
    {
        _settings.SessionMs = 600000;
        RedialRig rig = RedialRig.Up(_settings);
        rig.NextDial();
        rig.Advance(1000);
        rig.Client.Close(rig.NowMs);
        rig.Advance(3600000);
        Assert.Equal(2, rig.Dials.Count);
    }

    [Fact]
    public void An_idle_session_that_is_also_old_is_not_dialled_again()
    {
        _settings.IdleMs = 60000;
        _settings.SessionMs = 60000;
        RedialRig rig = RedialRig.Up(_settings);
        rig.Advance(3600000);
        Assert.Single(rig.Dials);
    }

    [Theory]
    [MemberData(nameof(Clocks))]
    public void The_longest_session_and_the_longest_idle_time_end_to_the_millisecond(int nowMs)
    {
        _settings.SessionMs = 1 << 30;
        RedialRig rig = RedialRig.Up(_settings, nowMs);
        Assert.Equal((1L << 30) + rig.NextDial().WaitMs, rig.Dials[^1].AtMs);

        rig = RedialRig.Up(new RedialSettings { IdleMs = 1 << 30 }, nowMs);
        rig.Advance((1 << 30) - 1);
        Assert.Equal(Stage.Up, rig.Client.Stage);
        rig.Advance(1);
        Assert.Equal(Stage.Closed, rig.Client.Stage);
    }

    [Fact]
    public void A_session_that_may_last_for_ever_outlasts_the_clock()
    {
        RedialRig rig = RedialRig.Up(_settings, int.MaxValue - 700);
        rig.Advance(60L * 24 * 3600000);
        Assert.Equal(Stage.Up, rig.Client.Stage);
        Assert.Single(rig.Dials);
        rig.LoseHub();
        Assert.Equal(1, rig.Redialer.FailureCount);
        rig.NextDial(2000);
    }

    [Fact]
    public void An_end_that_the_application_wants_is_no_failure_and_no_reason_to_dial()
    {
        RedialRig rig = RedialRig.Up();
        rig.LoseHub();
        rig.NextDial(2000);
        rig.Advance(5000);
        Assert.Equal(1, rig.Redialer.FailureCount);
        rig.Client.Close(rig.NowMs);
        rig.Advance(3600000);
        Assert.Equal(2, rig.Dials.Count);
        Assert.False(rig.Redialer.IsStopped);

        // The tunnel stood until then.
        Assert.Equal(0, rig.Redialer.FailureCount);
        rig.Redialer.Wanted(rig.NowMs);
        rig.Advance(0);
        Assert.Equal(3, rig.Dials.Count);
    }

    [Fact]
    public void To_close_what_was_never_up_forgets_no_failure()
    {
        var rig = new RedialRig { Answers = _ => FailingHub.Of(FailureClass.Negotiation) };
        rig.Start();
        rig.NextDial();
        rig.Answers = _ =>
        {
            var silent = new ScriptedHub();
            silent.On.Clear();
            return silent;
        };
        rig.NextDial();
        int failures = rig.Redialer.FailureCount;
        Assert.Equal(2, failures);
        rig.Advance(1000);
        rig.Client.Close(rig.NowMs);
        rig.Advance(600000);
        Assert.Equal(3, rig.Dials.Count);
        Assert.Equal(failures, rig.Redialer.FailureCount);
    }

    [Fact]
    public void A_link_that_is_negotiated_anew_is_the_same_session()
    {
        _settings.SessionMs = 600000;
        RedialRig rig = RedialRig.Up(_settings);
        rig.Advance(100000);
        ScriptedHub hub = rig.Tunnel.Hub;
        hub.Forget(ScriptedHub.Ipcp);
        hub.Request(ScriptedHub.Ipcp, Option.Address(hub.Address));
        rig.Advance(1000);
        Assert.Equal(Stage.Up, rig.Client.Stage);
        Assert.Contains(Stage.Ipcp, rig.Tunnel.Stages.SkipWhile(s => s != Stage.Up));
        RedialRig.Dialled dial = rig.NextDial();
        Assert.InRange(dial.AtMs, 600000, 600000 + 2000 + 1000);
    }

    // ---- Nothing in clear ----------------------------------------------------------------------

    [Fact]
    public void Between_two_sessions_nothing_is_taken_and_nothing_leaves()
    {
        var settings = new RedialSettings();
        settings.SetPace(FailureClass.Lost, 30000, 0, 0);
        settings.SetPace(FailureClass.Unreachable, 30000, 0, 0);
        RedialRig rig = RedialRig.Up(settings);
        byte[] packet = rig.Tunnel.FromClient();
        Assert.Equal(packet.Length, rig.Tunnel.Sends(packet));
        rig.Round();
        Tunnel old = rig.Tunnel;
        rig.LoseHub();
        int greSent = rig.Tunnel.Counters.GreSent;
        rig.Answers = _ => null;
        for (int i = 0; i < 200; i++)
        {
            Assert.False(rig.Client.IsIpOutputFree);
            Assert.Equal(-(int)Reason.NotUp, rig.Client.CheckIpOutput(packet.Length));
            Assert.Equal(-(int)Reason.NotUp, rig.Tunnel.Sends(packet));
            Assert.Equal(Output.Nothing, rig.Client.Poll(rig.NowMs));
            rig.Advance(1000);
        }

        Assert.True(rig.Redialer.FailureCount > 5);
        Assert.Equal(greSent, rig.Tunnel.Counters.GreSent);
        Assert.Same(old, rig.Tunnel);

        // Nor while the next tunnel is being made: all that leaves is negotiation.
        rig.Answers = _ =>
        {
            var hub = new ScriptedHub();
            hub.On.Remove("CCP Configure-Request");
            return hub;
        };
        rig.NextDial();
        for (int i = 0; i < 100 && rig.Client.Stage != Stage.Closed; i++)
        {
            Assert.Equal(-(int)Reason.NotUp, rig.Client.CheckIpOutput(packet.Length));
            Assert.Equal(-(int)Reason.NotUp, rig.Tunnel.Sends(packet));
            rig.Advance(100);
        }

        Assert.Equal(1, rig.Tunnel.Counters.IpSent);
        Assert.Empty(rig.Tunnel.Hub.Received);
        Assert.NotEmpty(rig.Tunnel.GreSent);
        Assert.All(
            rig.Tunnel.GreSent,
            sent => Assert.False(sent.AsSpan().IndexOf(packet.AsSpan(8)) >= 0));

        // And then it is taken again.
        rig.Answers = _ => new ScriptedHub();
        while (rig.Client.Stage != Stage.Up)
        {
            rig.NextDial();
            rig.Advance(0);
        }

        Assert.Equal(packet.Length, rig.Tunnel.Sends(packet));
        rig.Round();
        Assert.Equal(packet, Assert.Single(rig.Tunnel.Hub.Received));
    }
}
