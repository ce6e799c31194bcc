// Which of several hubs is dialled: in order of health, with a lead for the current one, and all of
// them before a full pause.

using System;
using System.Linq;
using nanoPptp.Client;
using nanoPptp.Memory;
using nanoPptp.Tests.Support;
using Xunit;

namespace nanoPptp.Tests.Client;

[Collection(nameof(RedialAlone))]
public sealed class RedialHubTests
{
    private readonly RedialSettings _settings = new() { HubCount = 3 };

    // ---- Penalties -----------------------------------------------------------------------------

    [Fact]
    public void The_order_of_the_list_decides_among_equals()
    {
        var hubs = new HubList(8);
        for (int hub = 0; hub < 8; hub++)
        {
            Assert.Equal(hub, hubs.Choose());
            hubs.Leave(hub);
        }

        Assert.Equal(-1, hubs.Choose());
        hubs.NewRound();
        Assert.Equal(0, hubs.Choose());
    }

    [Theory]
    [InlineData(FailureClass.Lost, 192)]
    [InlineData(FailureClass.Unreachable, 1024)]
    [InlineData(FailureClass.Busy, 512)]
    [InlineData(FailureClass.Negotiation, 1024)]
    [InlineData(FailureClass.Policy, 2048)]
    [InlineData(FailureClass.Authentication, 1024)]
    public void Failures_raise_success_and_time_lower(FailureClass c, int penalty)
    {
        var hubs = new HubList(2);
        hubs.Failed(1, c);
        Assert.Equal(penalty, hubs.Penalty(1));
        Assert.Equal(0, hubs.Penalty(0));
        hubs.Pass(Limits.HubHalfLifeMs - 1);
        Assert.Equal(penalty, hubs.Penalty(1));
        hubs.Pass(1);
        Assert.Equal(penalty / 2, hubs.Penalty(1));
        hubs.Succeeded(1);
        Assert.Equal(penalty / 4, hubs.Penalty(1));
        for (int i = 0; i < 100; i++)
        {
            hubs.Failed(1, c);
        }

        Assert.Equal(Limits.HubMaximumPenalty, hubs.Penalty(1));
        hubs.Pass(12 * Limits.HubHalfLifeMs);
        Assert.Equal(1, hubs.Penalty(1));
        hubs.Pass(Limits.HubHalfLifeMs);
        Assert.Equal(0, hubs.Penalty(1));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(60000)]
    [InlineData(Limits.HubHalfLifeMs - 1)]
    [InlineData(Limits.HubHalfLifeMs + 1)]
    [InlineData(5 * Limits.HubHalfLifeMs)]
    public void Penalties_halve_at_the_same_times_however_rarely_somebody_looks(int stepMs)
    {
        var hubs = new HubList(1);
        for (int i = 0; i < 4; i++)
        {
            hubs.Failed(0, FailureClass.Unreachable);
        }

        int halvings = Math.Max(1, 5 * Limits.HubHalfLifeMs / stepMs) * stepMs
            / Limits.HubHalfLifeMs;
        for (int i = 0; i < Math.Max(1, 5 * Limits.HubHalfLifeMs / stepMs); i++)
        {
            hubs.Pass(stepMs);
        }

        Assert.Equal(Limits.HubMaximumPenalty >> halvings, hubs.Penalty(0));
    }

    [Fact]
    public void A_very_long_time_forgets_everything()
    {
        var hubs = new HubList(1);
        hubs.Failed(0, FailureClass.Policy);
        hubs.Hold(0, 1 << 30);
        hubs.Pass(int.MaxValue);
        Assert.Equal(0, hubs.Penalty(0));
        Assert.Equal(0, hubs.LeastHoldMs());
    }

    [Fact]
    public void A_small_difference_changes_nothing_and_a_great_one_does()
    {
        var hubs = new HubList(2);
        hubs.Failed(0, FailureClass.Lost);
        Assert.Equal(0, hubs.Choose());
        hubs.Failed(0, FailureClass.Lost);
        Assert.Equal(1, hubs.Choose());
        hubs.Current = 1;

        // Back only when the first is better by as much, or has worn off entirely.
        hubs.Pass(6 * Limits.HubHalfLifeMs);
        Assert.Equal(6, hubs.Penalty(0));
        Assert.Equal(1, hubs.Choose());
        hubs.Failed(1, FailureClass.Lost);
        Assert.Equal(1, hubs.Choose());
        hubs.Failed(1, FailureClass.Lost);
        Assert.Equal(0, hubs.Choose());
    }

    [Fact]
    public void C89_An_earlier_hub_whose_penalty_has_worn_off_is_preferred_and_a_later_one_is_not()
    {
        var hubs = new HubList(3) { Current = 1 };
        Assert.Equal(0, hubs.Choose());
        hubs.Failed(0, FailureClass.Lost);
        Assert.Equal(1, hubs.Choose());
        hubs.Pass(7 * Limits.HubHalfLifeMs);
        Assert.Equal(1, hubs.Penalty(0));
        Assert.Equal(1, hubs.Choose());
        hubs.Pass(Limits.HubHalfLifeMs);
        Assert.Equal(0, hubs.Choose());
    }

    [Fact]
    public void A_held_hub_is_left_alone()
    {
        var hubs = new HubList(2);
        hubs.Hold(0, 30000);
        Assert.Equal(1, hubs.Choose());
        hubs.Hold(1, 10000);
        Assert.Equal(-1, hubs.Choose());
        Assert.Equal(10000, hubs.LeastHoldMs());
        hubs.Pass(10000);
        Assert.Equal(1, hubs.Choose());
        hubs.Pass(20000);
        Assert.Equal(0, hubs.Choose());
    }

    // ---- Dials ---------------------------------------------------------------------------------

    [Theory]
    [InlineData(FailureClass.Unreachable)]
    [InlineData(FailureClass.Busy)]
    [InlineData(FailureClass.Negotiation)]
    [InlineData(FailureClass.Policy)]
    public void C89_When_a_hub_fails_the_next_one_is_tried_after_a_short_wait(FailureClass c)
    {
        var rig = new RedialRig(_settings)
        {
            Answers = hub => FailingHub.Of(hub == 2 ? FailureClass.None : c),
        };
        rig.Start();
        RedialRig.Dialled second = rig.NextDial();
        RedialRig.Dialled third = rig.NextDial();
        Assert.Equal([0, 1, 2], rig.Dials.Select(d => d.Hub));
        Assert.InRange(second.WaitMs, 0, 5000);
        Assert.InRange(third.WaitMs, 0, 5000);

        // Hanging up takes a refused call no time, and a refused link a few seconds.
        Assert.InRange(second.AtMs - rig.Dials[0].AtMs, second.WaitMs, second.WaitMs + 10000);
        Assert.Equal(Stage.Up, rig.Client.Stage);
        Assert.Equal(2, rig.Redialer.FailureCount);
        Assert.Equal(c, rig.Redialer.LastFailure);
        rig.Advance(60000);
        Assert.Equal(0, rig.Redialer.FailureCount);
    }

    [Fact]
    public void The_pause_grows_once_in_a_round_of_all_hubs()
    {
        _settings.SetPace(FailureClass.Unreachable, 100000, 1000, 8000);
        var rig = new RedialRig(_settings) { Answers = _ => null };
        rig.Start();
        long cap = 1000;
        for (int round = 0; round < 8; round++)
        {
            RedialRig.Dialled[] dials =
                [round == 0 ? rig.Dials[0] : rig.NextDial(), rig.NextDial(), rig.NextDial()];
            Assert.Equal([0, 1, 2], dials.Select(d => d.Hub).Order());
            Assert.InRange(dials[1].WaitMs, 0, 1000);
            Assert.InRange(dials[2].WaitMs, 0, 1000);
            Assert.InRange(rig.Redialer.WaitMs, 100000, 100000 + cap);
            cap = Math.Min(2 * cap, 8000);
        }

        Assert.Equal(24, rig.Redialer.FailureCount);
    }

    [Fact]
    public void After_a_refused_password_all_hubs_wait()
    {
        var rig = new RedialRig(_settings)
        {
            Answers = _ => FailingHub.Of(FailureClass.Authentication),
        };
        rig.Start();
        long before = 0;
        for (int i = 0; i < 12; i++)
        {
            RedialRig.Dialled dial = rig.NextDial();
            Assert.InRange(dial.WaitMs, 60000, 60000 + 14400000);
            Assert.True(dial.AtMs - before >= 60000);
            before = dial.AtMs;
        }

        // Each further try asks another hub, as long as the refusals are remembered.
        Assert.Equal([0, 1, 2], rig.Dials.Take(3).Select(d => d.Hub));
    }

    [Fact]
    public void A_hub_that_is_wrongly_set_up_keeps_its_minimum_while_others_are_dialled_often()
    {
        _settings.HubCount = 2;
        _settings.SetPace(FailureClass.Unreachable, 0, 100, 1000);
        var rig = new RedialRig(_settings)
        {
            Answers = hub => FailingHub.Of(
                hub == 0 ? FailureClass.Policy : FailureClass.Unreachable),
        };
        rig.Start();
        while (rig.ElapsedMs < 600000)
        {
            rig.NextDial();
        }

        long[] first = [.. rig.Dials.Where(d => d.Hub == 0).Select(d => d.AtMs)];
        Assert.True(first.Length >= 5);
        Assert.All(first.Zip(first.Skip(1)), p => Assert.True(p.Second - p.First >= 30000));
        Assert.True(rig.Dials.Count(d => d.Hub == 1) > 200);
    }

    [Fact]
    public void One_lost_session_is_dialled_again_at_the_same_hub_and_the_second_at_the_next()
    {
        RedialRig rig = RedialRig.Up(_settings);
        rig.LoseHub();
        Assert.Equal(0, rig.NextDial(2000).Hub);
        rig.LoseHub();
        Assert.Equal(1, rig.NextDial(2000).Hub);
        Assert.Equal(2, rig.Redialer.FailureCount);
        Assert.Equal(FailureClass.Lost, rig.Redialer.LastFailure);
    }

    [Fact]
    public void A_hub_that_was_left_for_its_losses_has_had_its_turn_in_this_round()
    {
        _settings.HubCount = 2;
        _settings.SetPace(FailureClass.Unreachable, 100000, 0, 0);
        RedialRig rig = RedialRig.Up(_settings);
        rig.LoseHub();
        rig.NextDial(2000);
        rig.Answers = hub => hub == 1 ? null : new ScriptedHub();
        rig.LoseHub();
        Assert.Equal(1, rig.NextDial(2000).Hub);
        Assert.Equal(new(rig.Dials[^1].AtMs + 100000, 0, 100000), rig.NextDial());
        Assert.Equal(Stage.Up, rig.Client.Stage);
    }

    [Fact]
    public void A_session_that_settled_makes_up_for_half_of_what_was_before()
    {
        // 192 for the first loss; half for the success, half for the time; 240 with the second.
        // Without the success it would be 288, and more than the lead of 256.
        RedialRig rig = RedialRig.Up(_settings);
        rig.LoseHub();
        rig.NextDial(2000);
        rig.Advance(Limits.HubHalfLifeMs);
        rig.LoseHub();
        Assert.Equal(0, rig.NextDial(2000).Hub);
        rig.LoseHub();
        Assert.Equal(1, rig.NextDial(4000).Hub);
    }

    [Fact]
    public void Losses_that_lie_far_apart_move_nobody()
    {
        RedialRig rig = RedialRig.Up(_settings);
        for (int i = 0; i < 20; i++)
        {
            rig.Advance(3600000);
            rig.LoseHub();
            Assert.Equal(0, rig.NextDial(2000).Hub);
        }
    }

    [Fact]
    public void A_hub_that_drops_every_session_after_a_minute_is_left()
    {
        RedialRig rig = RedialRig.Up(_settings);
        for (int i = 0; i < 5 && rig.Dials[^1].Hub == 0; i++)
        {
            rig.Advance(61000);
            rig.LoseHub();
            rig.NextDial(5000);
        }

        Assert.Equal(1, rig.Dials[^1].Hub);
        Assert.InRange(rig.Dials.Count, 3, 5);
    }

    [Fact]
    public void The_way_back_to_the_first_hub_is_a_next_dial_and_never_the_end_of_a_session()
    {
        _settings.SessionMs = 3600000;
        bool isFirstGone = true;
        var rig = new RedialRig(_settings)
        {
            Answers = hub => hub == 0 && isFirstGone ? null : new ScriptedHub(),
        };
        rig.Start();
        rig.NextDial();
        isFirstGone = false;
        Assert.Equal([0, 1], rig.Dials.Select(d => d.Hub));

        // Half of 1024 in a quarter of an hour: the sessions of the first three hours stay.
        Assert.Equal(1, rig.NextDial().Hub);
        Assert.Equal(1, rig.NextDial().Hub);
        Assert.Equal(0, rig.NextDial().Hub);
        Assert.InRange(rig.ElapsedMs, 3 * 3600000, (3 * 3600000) + 60000);
        Assert.Equal(0, rig.NextDial().Hub);
        Assert.Equal(1, rig.Redialer.AttemptCount - 5);
    }

    [Fact]
    public void A_session_that_is_lost_after_hours_is_dialled_again_at_the_first_hub()
    {
        bool isFirstGone = true;
        var rig = new RedialRig(_settings)
        {
            Answers = hub => hub == 0 && isFirstGone ? null : new ScriptedHub(),
        };
        rig.Start();
        Assert.Equal(1, rig.NextDial().Hub);
        isFirstGone = false;
        rig.Advance(11 * Limits.HubHalfLifeMs);
        rig.LoseHub();
        Assert.Equal(0, rig.NextDial(2000).Hub);
    }

    [Fact]
    public void A_session_that_settled_begins_a_new_round()
    {
        _settings.HubCount = 2;
        _settings.SetPace(FailureClass.Policy, 100000, 0, 0);
        bool isFirstGone = true;
        var rig = new RedialRig(_settings)
        {
            Answers = hub => hub == 0 && isFirstGone ? null : new ScriptedHub(),
        };
        rig.Start();
        Assert.Equal(1, rig.NextDial().Hub);
        isFirstGone = false;
        rig.Advance(60000);

        // The second hub turns out to have other keys: the first may be asked at once, and not after
        // a pause.
        for (int i = 1; i <= Limits.StrangeRejectCount; i++)
        {
            rig.Tunnel.Hub.SendPpp(ScriptedHub.Lcp, Packet.ProtocolReject(i, 0x0063, 1, 2, 3));
        }

        Assert.Equal(0, rig.NextDial(15000).Hub);
        Assert.Equal(FailureClass.Policy, rig.Redialer.LastFailure);
    }

    [Fact]
    public void Two_hubs_that_fail_in_turn_do_not_make_it_flap()
    {
        // Each hub fails for an hour while the other is well; one failed attempt an hour and no
        // more.
        _settings.HubCount = 2;
        _settings.SessionMs = 600000;
        var rig = new RedialRig(_settings);
        rig.Answers = hub =>
            rig.ElapsedMs / 3600000 % 2 == hub ? null : new ScriptedHub();
        rig.Start();
        rig.Advance(24 * 3600000L);
        int vain = rig.Dials.Zip(rig.Dials.Skip(1)).Count(p => p.First.Hub != p.Second.Hub);
        Assert.InRange(vain, 12, 30);
        Assert.True(rig.Dials.Count > 6 * 24);
    }
}
