// The clock: it wraps, and it may be looked at rarely.

using System.Linq;
using nanoPptp.Client;
using nanoPptp.Tests.Support;
using Xunit;

namespace nanoPptp.Tests.Client;

[Collection(nameof(RedialAlone))]
public sealed class RedialClockTests
{
    public static TheoryData<int> Clocks => [.. RedialRig.Starts];

    [Theory]
    [InlineData(int.MaxValue - 700)]
    [InlineData(-1 - 700)]
    [InlineData(int.MaxValue)]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    public void C91_The_same_happens_on_every_clock(int nowMs)
    {
        Assert.Equal(Story(1000), Story(nowMs));
    }

    [Theory]
    [MemberData(nameof(Clocks))]
    public void The_longest_pauses_are_waited_to_the_millisecond(int nowMs)
    {
        var settings = new RedialSettings();
        settings.SetPace(FailureClass.Unreachable, 1 << 30, 0, 0);
        var rig = new RedialRig(settings, nowMs) { Answers = _ => null };
        rig.Start();
        for (int i = 1; i <= 5; i++)
        {
            Assert.Equal((long)i << 30, rig.NextDial().AtMs);
        }
    }

    [Theory]
    [InlineData(1000, 3600000)]
    [InlineData(int.MaxValue, 3600000)]
    [InlineData(-1, 86400000)]
    [InlineData(-1, 1 << 30)]
    [InlineData(1000, int.MaxValue)]
    public void A_rare_look_is_late_and_loses_nothing(int nowMs, int stepMs)
    {
        var settings = new RedialSettings { HubCount = 2 };
        settings.SetPace(FailureClass.Unreachable, 1000, 0, 0);
        settings.SetPace(FailureClass.Authentication, stepMs / 2, 0, 0);
        var client = new PptpClient();
        var redialer = new Redialer(client, settings);
        redialer.Start(Octets.Filled(16, 1), 0, 16, nowMs);
        for (int i = 0; i < 20; i++)
        {
            Assert.Equal(RedialOrder.Dial, redialer.Tick(nowMs));

            // So rarely that every penalty has worn off by then, or that nothing but the round
            // counts.
            Assert.InRange(redialer.Hub, 0, 1);
            redialer.DialFailed(nowMs);
            Assert.Equal(i + 1, redialer.FailureCount);
            nowMs = unchecked(nowMs + stepMs);
        }
    }

    [Fact]
    public void A_look_after_thirty_days_finds_everything_over()
    {
        // More than half of the clock's range: by signs alone that would be the past.
        uint stepMs = 30u * 24 * 3600 * 1000;
        var settings = new RedialSettings();
        settings.SetPace(FailureClass.Unreachable, 1000, 0, 0);
        var redialer = new Redialer(new PptpClient(), settings);
        int nowMs = 5;
        redialer.Start(Octets.Filled(16, 1), 0, 16, nowMs);
        for (int i = 0; i < 10; i++)
        {
            Assert.Equal(RedialOrder.Dial, redialer.Tick(nowMs));
            redialer.DialFailed(nowMs);
            nowMs = unchecked(nowMs + (int)stepMs);
            Assert.Equal(0, redialer.NextDeadlineMs(nowMs));
        }
    }

    [Fact]
    public void A_present_that_was_read_a_little_earlier_ends_no_pause()
    {
        var settings = new RedialSettings();
        settings.SetPace(FailureClass.Unreachable, 100000, 0, 0);
        var redialer = new Redialer(new PptpClient(), settings);
        redialer.Start(Octets.Filled(16, 1), 0, 16, 5000);
        Assert.Equal(RedialOrder.Dial, redialer.Tick(5000));
        redialer.DialFailed(7000);
        Assert.Equal(RedialOrder.Nothing, redialer.Tick(6000));
        Assert.Equal(60000, redialer.NextDeadlineMs(6000));
        Assert.Equal(RedialOrder.Nothing, redialer.Tick(106999));
        Assert.Equal(RedialOrder.Dial, redialer.Tick(107000));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(999)]
    [InlineData(10000)]
    public void A_session_is_never_taken_for_older_than_it_was(int stepMs)
    {
        // Up, and gone before the next look: however late that is, it was no success.
        RedialRig rig = RedialRig.Up();
        rig.Advance(40000, stepMs);
        rig.Client.ControlClosed(rig.NowMs);
        rig.Tunnel.Skip(1000000);
        rig.Round();
        Assert.Equal(1, rig.Redialer.FailureCount);
        Assert.InRange(rig.Redialer.WaitMs, 0, 2000);
        rig.Round();
        for (int i = 0; i < 6; i++)
        {
            rig.NextDial();
            rig.Tunnel.Skip(1000000);
            rig.Client.ControlClosed(rig.NowMs);
            rig.Round();
        }

        Assert.Equal(7, rig.Redialer.FailureCount);
    }

    // Failures, sessions, idle time and two hubs, told without absolute times.
    private static string[] Story(int nowMs)
    {
        var settings = new RedialSettings
        {
            HubCount = 2,
            FirstDialMs = 2000,
            IdleMs = 100000,
            SessionMs = 250000,
        };
        var rig = new RedialRig(settings, nowMs);
        int count = 0;
        rig.Answers = _ => (count++ % 5) switch
        {
            0 => FailingHub.Of(FailureClass.Busy),
            1 => null,
            2 => FailingHub.Of(FailureClass.Negotiation),
            3 => FailingHub.Of(FailureClass.Policy),
            _ => new ScriptedHub(),
        };
        rig.Start();
        for (int i = 0; i < 400; i++)
        {
            rig.Advance(7919);
            if (i % 3 == 0)
            {
                rig.Redialer.Wanted(rig.NowMs);
            }

            if (i % 50 == 49)
            {
                rig.Client.ControlClosed(rig.NowMs);
            }
        }

        Assert.True(rig.Dials.Count > 20);
        Assert.Contains(rig.Dials, d => d.Hub == 1);
        return [.. rig.Dials.Select(d => d.ToString())];
    }
}
