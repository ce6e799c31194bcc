// Stop, in every state, and the start after it.

using nanoPptp.Client;
using nanoPptp.Diagnostics;
using nanoPptp.Tests.Support;
using Xunit;

namespace nanoPptp.Tests.Client;

[Collection(nameof(RedialAlone))]
public sealed class RedialStopTests
{
    private static readonly byte[] s_entropy = Octets.Filled(16, 0x33);

    [Theory]
    [InlineData("new")]
    [InlineData("waiting")]
    [InlineData("resting")]
    [InlineData("connecting")]
    [InlineData("authenticating")]
    [InlineData("up")]
    [InlineData("closing")]
    [InlineData("stopped")]
    public void No_dial_comes_after_it_in_any_state(string state)
    {
        RedialRig rig = Reach(state);
        int dials = rig.Dials.Count;
        rig.Redialer.Stop(rig.NowMs);
        Assert.True(rig.Redialer.IsStopped);
        rig.Redialer.Wanted(rig.NowMs);
        rig.Redialer.DialFailed(rig.NowMs);
        rig.Advance(10000);
        Assert.Equal(Stage.Closed, rig.Client.Stage);
        rig.Redialer.Wanted(rig.NowMs);
        rig.Advance(24 * 3600000);
        Assert.Equal(dials, rig.Dials.Count);
        Assert.Equal(60000, rig.Redialer.NextDeadlineMs(rig.NowMs));
        Assert.True(rig.Redialer.IsStopped);
        rig.Answers = _ => new ScriptedHub();
        rig.Redialer.Start(s_entropy, 0, 16, rig.NowMs);
        Assert.False(rig.Redialer.IsStopped);
        rig.Advance(0);
        Assert.Equal(dials + 1, rig.Dials.Count);
        Assert.Equal(Stage.Up, rig.Client.Stage);
    }

    [Fact]
    public void A_tunnel_that_is_up_is_hung_up_in_order()
    {
        RedialRig rig = RedialRig.Up();
        rig.Redialer.Stop(rig.NowMs);
        rig.Advance(0);
        Assert.Equal(FailureBench.OrderlyEnd, rig.Tunnel.Hub.Log.ToArray()[^3..]);
        Assert.Equal(Reason.ClosedByUser, rig.Client.Diagnosis.Reason);
        Assert.Equal(0, rig.Redialer.FailureCount);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_is_opened_to_an_order_given_before_is_closed(bool isStopSeen)
    {
        var tunnel = new Tunnel();
        var redialer = new Redialer(tunnel.Client, new RedialSettings());
        redialer.Start(s_entropy, 0, 16, tunnel.NowMs);
        Assert.Equal(RedialOrder.Dial, redialer.Tick(tunnel.NowMs));
        redialer.Stop(tunnel.NowMs);
        if (isStopSeen)
        {
            Assert.Equal(RedialOrder.Nothing, redialer.Tick(tunnel.NowMs));
        }

        tunnel.Dial();
        Assert.Equal(Stage.Up, tunnel.Client.Stage);
        redialer.Tick(tunnel.NowMs);
        tunnel.Pump();
        Assert.Equal(Stage.Closed, tunnel.Client.Stage);

        AssertItsOwnAffair(tunnel, redialer);
    }

    [Fact]
    public void An_order_that_was_carried_out_or_failed_leaves_nothing_to_close()
    {
        var tunnel = new Tunnel();
        var redialer = new Redialer(tunnel.Client, new RedialSettings());
        redialer.Start(s_entropy, 0, 16, tunnel.NowMs);
        Assert.Equal(RedialOrder.Dial, redialer.Tick(tunnel.NowMs));
        tunnel.Open();
        redialer.Stop(tunnel.NowMs);
        tunnel.Pump();
        Assert.Equal(Stage.Closed, tunnel.Client.Stage);
        AssertItsOwnAffair(tunnel, redialer);

        tunnel = new Tunnel();
        redialer = new Redialer(tunnel.Client, new RedialSettings());
        redialer.Start(s_entropy, 0, 16, tunnel.NowMs);
        Assert.Equal(RedialOrder.Dial, redialer.Tick(tunnel.NowMs));
        redialer.Stop(tunnel.NowMs);
        redialer.DialFailed(tunnel.NowMs);
        Assert.Equal(0, redialer.FailureCount);
        AssertItsOwnAffair(tunnel, redialer);
    }

    [Fact]
    public void A_start_after_a_long_stop_chooses_the_hub_anew()
    {
        var rig = new RedialRig(new RedialSettings { HubCount = 2 }) { Answers = _ => null };
        rig.Start();
        Assert.Equal(1, rig.Redialer.Hub);
        rig.Redialer.Stop(rig.NowMs);
        rig.Advance(24 * 3600000);
        rig.Redialer.Start(s_entropy, 0, 16, rig.NowMs);
        Assert.Equal(0, rig.NextDial(0).Hub);
    }

    [Fact]
    public void A_new_start_does_not_cut_a_pause_short()
    {
        var settings = new RedialSettings();
        settings.SetPace(FailureClass.Authentication, 600000, 0, 0);
        var rig = new RedialRig(settings)
        {
            Answers = _ => FailingHub.Of(FailureClass.Authentication),
        };
        rig.Start().Advance(100000);
        Assert.Single(rig.Dials);
        rig.Redialer.Stop(rig.NowMs);
        rig.Redialer.Start(s_entropy, 0, 16, rig.NowMs);
        rig.Advance(100000);
        rig.Redialer.Stop(rig.NowMs);
        rig.Advance(100000);
        rig.Redialer.Start(s_entropy, 0, 16, rig.NowMs);
        Assert.Equal(600000, rig.NextDial().AtMs);
    }

    [Fact]
    public void A_failure_whose_hang_up_is_cut_short_by_stop_and_start_is_not_forgotten()
    {
        var settings = new RedialSettings();
        settings.SetPace(FailureClass.Authentication, 600000, 0, 0);
        var rig = new RedialRig(settings)
        {
            Answers = _ =>
            {
                ScriptedHub hub = FailingHub.Of(FailureClass.Authentication)!;
                hub.On.Remove("LCP Terminate-Request");
                return hub;
            },
        };
        rig.Start();
        rig.Advance(0);
        Assert.Equal(Stage.Closing, rig.Client.Stage);
        rig.Redialer.Stop(rig.NowMs);
        Assert.Equal(1, rig.Redialer.FailureCount);
        rig.Redialer.Start(s_entropy, 0, 16, rig.NowMs);
        Assert.Equal(600000, rig.NextDial().AtMs);
    }

    [Fact]
    public void C90_A_start_during_the_hang_up_waits_for_its_end()
    {
        RedialRig rig = RedialRig.Up();
        rig.Tunnel.Hub.On.Clear();
        rig.Redialer.Stop(rig.NowMs);
        rig.Redialer.Start(s_entropy, 0, 16, rig.NowMs);
        rig.Round();
        Assert.Equal(Stage.Closing, rig.Client.Stage);
        Assert.Equal(5500, rig.NextDial().AtMs);
        Assert.Equal(Stage.Up, rig.Client.Stage);
        Assert.Equal(0, rig.Redialer.FailureCount);
    }

    // A tunnel that the application opens while the redialer is stopped stays.
    private static void AssertItsOwnAffair(Tunnel tunnel, Redialer redialer)
    {
        tunnel = tunnel.With(new ScriptedHub());
        tunnel.Dial();
        redialer.Tick(tunnel.NowMs);
        tunnel.Pump();
        Assert.Equal(Stage.Up, tunnel.Client.Stage);
    }

    private static RedialRig Reach(string state)
    {
        var rig = new RedialRig();
        switch (state)
        {
            case "new":
                return rig;
            case "waiting":
                rig.Answers = _ => null;
                rig.Start().Advance(20000);
                rig.NextDial();
                return rig;
            case "connecting":
                rig.Start();
                rig.LoseHub();
                rig.Answers = _ =>
                {
                    var hub = new ScriptedHub();
                    hub.On.Clear();
                    return hub;
                };
                rig.NextDial();
                rig.Advance(100);
                Assert.Equal(Stage.Control, rig.Client.Stage);
                return rig;
            case "authenticating":
                rig.Answers = _ =>
                {
                    var hub = new ScriptedHub();
                    hub.On.Remove("CHAP Response");
                    return hub;
                };
                rig.Start().Advance(100);
                Assert.Equal(Stage.Authentication, rig.Client.Stage);
                return rig;
            case "closing":
                rig = RedialRig.Up();
                rig.Tunnel.Hub.On.Clear();
                rig.Client.Close(rig.NowMs);
                rig.Round();
                Assert.Equal(Stage.Closing, rig.Client.Stage);
                return rig;
            case "resting":
                rig = RedialRig.Up();
                rig.Client.Close(rig.NowMs);
                rig.Advance(100);
                Assert.Equal(Stage.Closed, rig.Client.Stage);
                return rig;
            case "stopped":
                rig = RedialRig.Up();
                rig.Redialer.Stop(rig.NowMs);
                rig.Round();
                return rig;
            default:
                return RedialRig.Up();
        }
    }
}
