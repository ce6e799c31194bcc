// A run in words, for a terminal.

using System.Globalization;
using System.IO;
using System.Linq;
using Simulator.Reports;
using Simulator.Scenarios;
using Simulator.World;

namespace nanoPptp.Tool.Simulate;

/// <summary>Writes what is run and what became of it.</summary>
internal static class RunText
{
    /// <summary>What is run, in one line.</summary>
    public static string Heading(Scenario scenario, ulong seed)
    {
        int sensors = scenario.Sensors.Sum(plan => plan.Replicas);
        int hubs = scenario.Hubs.Sum(plan => plan.Replicas);
        string what = scenario.About.Length == 0 ? "" : $"{scenario.Name}: {scenario.About} ";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{what}{sensors} {(sensors == 1 ? "sensor" : "sensors")}, "
                + $"{hubs} {(hubs == 1 ? "hub" : "hubs")}, {Durations.ToWords(scenario.ForMs)} of "
                + $"virtual time, seed {seed}.");
    }

    /// <summary>How far a run is, in one line.</summary>
    public static string Progress(Simulation simulation) => string.Create(
        CultureInfo.InvariantCulture,
        $"{(simulation.HasFailed ? "FAILED | " : "")}{simulation.UpCount} of "
            + $"{simulation.SensorCount} up | {simulation.InFlightCount} "
            + $"{(simulation.InFlightCount == 1 ? "reading" : "readings")} in flight | virtual "
            + $"{Clock(simulation.NowUs / 1000)} | real {Clock(simulation.RealMs)}");

    /// <summary>What became of a run.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="record">The run.</param>
    public static void Write(TextWriter output, RunRecord record)
    {
        foreach (ExpectationRecord expectation in record.Expectations)
        {
            output.WriteLine(
                expectation.MetAtUs is long atUs ? $"met at {Moment(atUs)}: {expectation.Text}"
                    : expectation.IsOver ? $"not met: {expectation.Text}"
                    : $"not judged: {expectation.Text}");
        }

        foreach (Figure figure in record.Figures)
        {
            output.WriteLine($"{figure.Name}: {figure.Value} {figure.Unit}".TrimEnd());
        }

        foreach (SensorRecord sensor in record.Sensors.Where(
            one => record.SensorCount == 1 && one.Diagnosis.Length > 0))
        {
            output.WriteLine($"last tunnel ended by: {sensor.Diagnosis}");
        }

        foreach (RunFailure failure in record.Failures)
        {
            output.WriteLine($"FAILED {Describe(failure)}");
        }

        WriteVerdict(output, record);
    }

    /// <summary>A failure in one line.</summary>
    public static string Describe(RunFailure failure)
    {
        string who = failure.Sensor.Length == 0 ? "" : $" {failure.Sensor}:";
        return ScreenText.Escape($"{failure.Check} at {Moment(failure.AtUs)}:{who} {failure.Text}");
    }

    /// <summary>Hours, minutes and seconds.</summary>
    public static string Clock(long ms)
    {
        long seconds = ms / 1000;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{seconds / 3600}:{seconds / 60 % 60:00}:{seconds % 60:00}");
    }

    private static void WriteVerdict(TextWriter output, RunRecord record)
    {
        string hash = record.TraceHash.Length > 0 ? $", SHA-256 {record.TraceHash}" : "";
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"trace: {record.TraceEventCount} events{hash}"));
        output.WriteLine($"again: {ScreenText.Escape(record.Command)}");
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Word(record.Verdict)}: {Clock(record.NowUs / 1000)} of virtual time in "
                + $"{record.RealMs / 1000.0:0.0} s."));
    }

    private static string Word(Verdict verdict) => verdict switch
    {
        Verdict.Passed => "PASSED",
        Verdict.Failed => "FAILED",
        _ => "INTERRUPTED",
    };

    private static string Moment(long us) => string.Create(
        CultureInfo.InvariantCulture, $"{Clock(us / 1000)}.{us / 1000 % 1000:000}");
}
