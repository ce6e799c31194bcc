// A plant full of boards that lose their hub in the same moment: the dials of every second are
// compared with what uniform jitter predicts, by a model that shares nothing with the library but
// the numbers.

using System;
using System.Collections.Generic;
using System.Linq;
using nanoPptp.Client;
using Xunit;

namespace nanoPptp.Tests.Client;

[Collection(nameof(RedialAlone))]
public sealed class RedialFleetTests
{
    private const int BoardCount = 1000;
    private const int SecondCount = 700;

    private readonly ITestOutputHelper _output;

    public RedialFleetTests(ITestOutputHelper output)
    {
        _output = output;
    }

    [Fact]
    public void A_hub_that_is_away_for_five_minutes_is_not_overrun()
    {
        const long AwayMs = 300000;
        int[] dials = new int[SecondCount];
        var backMs = new List<long>();
        for (int board = 0; board < BoardCount; board++)
        {
            RedialRig rig = Settled(new RedialSettings(), board);
            long lostAtMs = rig.ElapsedMs;
            rig.Answers =
                _ => rig.ElapsedMs - lostAtMs < AwayMs ? null : new ScriptedHub();
            foreach (RedialRig.Dialled dial in LoseHubAndComeBack(rig))
            {
                dials[(dial.AtMs - lostAtMs) / 1000]++;
            }

            backMs.Add(rig.Dials[^1].AtMs - lostAtMs);
        }

        double[] predicted = Predict(random =>
        {
            var times = new List<double> { 2000 * random.NextDouble() };
            for (double cap = 5000; times[^1] < AwayMs; cap = Math.Min(2 * cap, 300000))
            {
                times.Add(times[^1] + (cap * random.NextDouble()));
            }

            return times;
        });
        AssertAsPredicted(dials, predicted);
        _output.WriteLine($"dials in the first ten seconds: {string.Join(' ', dials[..10])}");
        _output.WriteLine($"peak after that: {dials[10..].Max()} in a second");
        _output.WriteLine($"all dials: {dials.Sum()}");
        _output.WriteLine(
            $"peak when the hub is back: {dials[300..].Max()} in a second, the last board after "
            + $"{(backMs.Max() - AwayMs) / 1000} s");

        // The hub's return is no event: nobody waited for it in step.
        Assert.True(dials[300..].Max() < 30);
        Assert.True(backMs.Max() < AwayMs + 300000);
    }

    [Fact]
    public void A_second_hub_takes_all_of_them_over_in_seconds_and_not_in_one()
    {
        int[] dials = new int[SecondCount];
        for (int board = 0; board < BoardCount; board++)
        {
            RedialRig rig = Settled(new RedialSettings { HubCount = 2 }, board);
            long lostAtMs = rig.ElapsedMs;
            rig.Answers = hub => hub == 0 ? null : new ScriptedHub();
            RedialRig.Dialled[] both = [.. LoseHubAndComeBack(rig)];
            Assert.Equal([0, 1], both.Select(d => d.Hub));
            RedialRig.Dialled dial = both[1];
            Assert.InRange(dial.AtMs - lostAtMs, 0, 7000);
            dials[(dial.AtMs - lostAtMs) / 1000]++;
        }

        double[] predicted = Predict(
            random => [(2000 * random.NextDouble()) + (5000 * random.NextDouble())]);
        AssertAsPredicted(dials, predicted);
        _output.WriteLine($"calls at the second hub by seconds: {string.Join(' ', dials[..8])}");
    }

    private static RedialRig Settled(RedialSettings settings, int board)
    {
        var rig = new RedialRig(settings, nowMs: unchecked(board * 7919), seed: board);
        rig.Start().Advance(60000);
        Assert.Equal(Stage.Up, rig.Client.Stage);
        return rig;
    }

    private static IEnumerable<RedialRig.Dialled> LoseHubAndComeBack(RedialRig rig)
    {
        int before = rig.Dials.Count;
        rig.LoseHub();
        while (rig.Client.Stage != Stage.Up)
        {
            rig.NextDial();
        }

        return rig.Dials.Skip(before);
    }

    // The mean number of dials in each second, over a hundred fleets.
    private static double[] Predict(Func<Random, IReadOnlyList<double>> timesOfABoard)
    {
        const int FleetCount = 100;
        var random = new Random(1000);
        double[] mean = new double[SecondCount];
        for (int i = 0; i < FleetCount * BoardCount; i++)
        {
            foreach (double ms in timesOfABoard(random))
            {
                mean[(int)(ms / 1000)] += 1.0 / FleetCount;
            }
        }

        return mean;
    }

    // Counts of independent boards scatter like a Poisson distribution at most: five deviations,
    // and a few for the seconds in which next to none is expected.
    private static void AssertAsPredicted(int[] dials, double[] predicted)
    {
        for (int second = 0; second < SecondCount; second++)
        {
            double tolerance = (5 * Math.Sqrt(predicted[second])) + 4;
            Assert.InRange(
                dials[second], predicted[second] - tolerance, predicted[second] + tolerance);
        }
    }
}
