// A mobile line is slow, and its slowness varies: the tunnel must come up at the first attempt,
// stay up, and carry packets both ways.

using System.Collections.Generic;
using nanoPptp.Client;
using nanoPptp.Diagnostics;
using Xunit;

namespace Simulator.Tests.World;

public class SlowLinkTests
{
    private const int SeedCount = 20;
    private const int LimitMs = 180000;
    private const int SettledMs = 10000;
    private const int WatchedMs = 60000;

    public SlowLinkTests() => Invariant.Throws = true;

    [Theory]
    [InlineData(50, 0)]
    [InlineData(200, 0)]
    [InlineData(400, 0)]
    [InlineData(700, 0)]
    [InlineData(50, 400)]
    [InlineData(200, 400)]
    [InlineData(400, 400)]
    [InlineData(700, 400)]
    public void A_slow_line_that_keeps_the_order_brings_a_tunnel_up(int delayMs, int jitterMs)
    {
        var failures = new List<string>();
        for (int seed = 1; seed <= SeedCount; seed++)
        {
            var link = new SlowLink(seed, delayMs, jitterMs);
            if (!link.Dial(LimitMs))
            {
                failures.Add(
                    $"seed {seed}: {link.Client.Diagnosis.Reason} after {link.NowMs} ms, "
                    + $"at the hub {string.Join(' ', link.Ends)}");
                continue;
            }

            // A request that was repeated on the way may take IPCP down and up once more.
            link.Advance(SettledMs);
            if (link.Client.Stage != Stage.Up || link.Troubles.Count > 0)
            {
                failures.Add($"seed {seed}: went down, {link.Client.Diagnosis.Reason}");
                continue;
            }

            link.Exchange("first");
            link.Advance(WatchedMs);
            if (link.Client.Stage != Stage.Up || link.Troubles.Count > 0)
            {
                failures.Add($"seed {seed}: went down, {link.Client.Diagnosis.Reason}");
                continue;
            }

            link.Exchange("second");
            link.Advance(WatchedMs);
            Assert.Equal(["first", "second"], link.AtHub);
            Assert.Equal(["first", "second"], link.AtSensor);
            Assert.Equal(Stage.Up, link.Client.Stage);
        }

        Assert.True(failures.Count == 0, string.Join('\n', failures));
    }
}
