// The same seed gives the same run: in another process, and by another number of threads.

using System.Threading.Tasks;
using Xunit;

namespace nanoPptp.Tool.Tests.Simulate;

public sealed class DeterminismTests
{
    [Fact]
    public async Task Two_processes_tell_the_same_of_a_seed_and_another_seed_gives_another_run()
    {
        string[] shared = ["--scenario", "bad-weather", "--json", "--seed"];
        using var one = ToolProcess.Simulate([.. shared, "7"]);
        using var two = ToolProcess.Simulate([.. shared, "7"]);
        using var other = ToolProcess.Simulate([.. shared, "8"]);
        ToolRun first = await one.EndAsync();
        ToolRun second = await two.EndAsync();
        ToolRun third = await other.EndAsync();

        Assert.Equal(ExitCode.Ok, first.ExitCode);
        Assert.Equal(ExitCode.Ok, second.ExitCode);
        Assert.Equal(ExitCode.Ok, third.ExitCode);
        string hash = Assert.Single(first.Hashes());
        Assert.Equal(64, hash.Length);
        Assert.Equal(hash, Assert.Single(second.Hashes()));
        Assert.NotEqual(hash, Assert.Single(third.Hashes()));
        Assert.NotEqual(first.Output, SimulateRun.WithoutRealTime(first.Output));
        Assert.Equal(
            SimulateRun.WithoutRealTime(first.Output), SimulateRun.WithoutRealTime(second.Output));
    }

    [Fact]
    public void The_number_of_threads_changes_nothing_that_is_told_of_seeds()
    {
        string[] shared = ["--seeds", "1-24", "--for", "2m", "--json", "--jobs"];
        ToolRun alone = SimulateRun.Of([.. shared, "1"]);
        ToolRun together = SimulateRun.Of([.. shared, "6"]);

        Assert.Equal(ExitCode.Ok, alone.ExitCode);
        Assert.Equal(24, alone.Hashes().Count);
        Assert.Equal(
            SimulateRun.WithoutRealTime(alone.Output),
            SimulateRun.WithoutRealTime(together.Output));
    }
}
