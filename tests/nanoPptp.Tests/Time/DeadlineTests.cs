// Moments of a 32-bit clock that wraps.

using nanoPptp.Time;
using Xunit;

namespace nanoPptp.Tests.Time;

public sealed class DeadlineTests
{
    // Around zero, around the signed wrap, around the unsigned wrap.
    public static TheoryData<int> Starts =>
    [
        0, 1, -1, 1000, int.MaxValue - 749, int.MaxValue, int.MinValue, int.MinValue + 1, -750,
        -749,
    ];

    [Theory]
    [MemberData(nameof(Starts))]
    public void C91_A_deadline_is_due_when_its_delay_is_over_and_not_before(int nowMs)
    {
        var deadline = new Deadline();
        deadline.Arm(nowMs, 750);
        for (int waitedMs = 0; waitedMs < 750; waitedMs++)
        {
            int at = unchecked(nowMs + waitedMs);
            Assert.False(deadline.IsDue(at));
            Assert.Equal(750 - waitedMs, deadline.Sooner(at, 60000));
        }

        for (int lateMs = 0; lateMs < 100000; lateMs += 999)
        {
            int at = unchecked(nowMs + 750 + lateMs);
            Assert.True(deadline.IsDue(at));
            Assert.Equal(0, deadline.Sooner(at, 60000));
        }
    }

    [Theory]
    [MemberData(nameof(Starts))]
    public void A_shorter_wait_stays(int nowMs)
    {
        var deadline = new Deadline();
        deadline.Arm(nowMs, 750);
        Assert.Equal(749, deadline.Sooner(nowMs, 749));
        Assert.Equal(750, deadline.Sooner(nowMs, 750));
        Assert.Equal(750, deadline.Sooner(nowMs, 751));
    }

    [Theory]
    [MemberData(nameof(Starts))]
    public void A_disarmed_deadline_is_never_due(int nowMs)
    {
        var deadline = new Deadline();
        Assert.False(deadline.IsArmed);
        Assert.False(deadline.IsDue(nowMs));
        deadline.Arm(nowMs, 0);
        Assert.True(deadline.IsArmed);
        Assert.True(deadline.IsDue(nowMs));
        deadline.Disarm();
        Assert.False(deadline.IsArmed);
        Assert.False(deadline.IsDue(nowMs));
        Assert.Equal(123, deadline.Sooner(nowMs, 123));
    }

    [Fact]
    public void Arming_again_moves_the_one_moment()
    {
        var deadline = new Deadline();
        deadline.Arm(0, 100);
        deadline.Arm(50, 100);
        Assert.False(deadline.IsDue(100));
        Assert.True(deadline.IsDue(150));
    }

    [Fact]
    public void A_delay_of_two_to_the_30_holds_across_the_wrap()
    {
        var deadline = new Deadline();
        int start = int.MaxValue - 10;
        deadline.Arm(start, 1 << 30);
        Assert.False(deadline.IsDue(unchecked(start + (1 << 30) - 1)));
        Assert.True(deadline.IsDue(unchecked(start + (1 << 30))));
    }
}
