// Signals come when they come: also while the run is being cleared up.

using System.Threading.Tasks;
using Xunit;

namespace nanoPptp.Tool.Tests;

public sealed class InterruptionTests
{
    [Fact]
    public void A_signal_after_the_end_wakes_nobody_and_breaks_nothing()
    {
        int rings = 0;
        Interruption interruption = new();
        interruption.Wakes(() => rings++);
        interruption.Interrupt();
        interruption.Dispose();

        Assert.Equal(2, interruption.Interrupt());
        Assert.Equal(1, rings);
    }

    [Fact]
    public async Task A_signal_may_meet_the_end_at_any_moment()
    {
        for (int i = 0; i < 500; i++)
        {
            Interruption interruption = new();
            Task signal = Task.Run(interruption.Interrupt, TestContext.Current.CancellationToken);
            interruption.Dispose();
            await signal;
            Assert.Equal(1, interruption.Count);
        }
    }
}
