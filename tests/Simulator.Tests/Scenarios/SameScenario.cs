// Records compare lists by reference; scenarios are the same when their lists hold the same.

using System.Linq;
using Simulator.Scenarios;

namespace Simulator.Tests.Scenarios;

internal static class SameScenario
{
    public static void Assert(Scenario expected, Scenario actual, string text)
    {
        Scenario rest = actual with
        {
            Hubs = expected.Hubs,
            Sensors = expected.Sensors,
            Faults = expected.Faults,
            Expectations = expected.Expectations,
        };
        Xunit.Assert.True(expected == rest, text);
        Xunit.Assert.True(expected.Hubs.SequenceEqual(actual.Hubs), text);
        Xunit.Assert.True(expected.Sensors.SequenceEqual(actual.Sensors), text);
        Xunit.Assert.True(expected.Faults.SequenceEqual(actual.Faults), text);
        Xunit.Assert.True(expected.Expectations.SequenceEqual(actual.Expectations), text);
    }
}
