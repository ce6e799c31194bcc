// Which stage was passed when.

using nanoPptp.Client;
using nanoPptp.Tool.Connect;
using Xunit;

namespace nanoPptp.Tool.Tests.Connect;

public sealed class StageClockTests
{
    [Fact]
    public void Each_stage_is_passed_when_the_next_is_entered()
    {
        StageClock clock = new();
        clock.Begin();
        Stage[] entered =
        [
            Stage.Tcp, Stage.Control, Stage.Call, Stage.Lcp, Stage.Authentication, Stage.Ccp,
            Stage.Ipcp, Stage.Up,
        ];
        Assert.Equal(Stage.Closed, clock.Enter(Stage.Tcp, out _));
        double sumMs = 0;
        for (int i = 1; i < entered.Length; i++)
        {
            Assert.Equal(entered[i - 1], clock.Enter(entered[i], out double tookMs));
            Assert.True(tookMs >= 0);
            sumMs += tookMs;
        }

        Assert.True(clock.WasUp);
        Assert.True(sumMs <= clock.NowMs);
    }

    [Fact]
    public void The_stage_in_which_it_ended_stays_known()
    {
        StageClock clock = new();
        clock.Enter(Stage.Control, out _);
        clock.Enter(Stage.Call, out _);

        Assert.Equal(Stage.Closed, clock.Enter(Stage.Closing, out _));
        Assert.Equal(Stage.Closed, clock.Enter(Stage.Closed, out _));
        Assert.Equal(Stage.Call, clock.Reached);
        Assert.False(clock.WasUp);
    }

    [Fact]
    public void A_tunnel_that_negotiates_anew_passes_its_stages_again()
    {
        StageClock clock = new();
        clock.Enter(Stage.Lcp, out _);
        clock.Enter(Stage.Up, out _);

        Assert.Equal(Stage.Closed, clock.Enter(Stage.Lcp, out _));
        Assert.Equal(Stage.Lcp, clock.Enter(Stage.Authentication, out _));
        Assert.True(clock.WasUp);
    }
}
