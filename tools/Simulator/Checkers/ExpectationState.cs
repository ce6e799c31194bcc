// An expectation of a scenario while the run goes on.

using System.Collections.Generic;
using nanoPptp.Diagnostics;
using Simulator.Reports;
using Simulator.Scenarios;

namespace Simulator.Checkers;

/// <summary>Watches for one expectation. It is told of everything that may matter, so a fleet of
/// thousands costs nothing while nothing changes.</summary>
internal sealed class ExpectationState(
    Expectation expectation, string text, IReadOnlyCollection<int> sensors, IReadOnlySet<int>? hubs)
{
    // A reading needs this long to be worth a complaint.
    private const long InFlightUs = 2_000_000;

    private readonly HashSet<int> _sensors = [.. sensors];
    private readonly HashSet<int> _up = [];
    private readonly HashSet<int> _diagnosed = [];
    private long _sentCount;
    private long _deliveredCount;
    private long? _metAtUs;

    public long FromUs { get; } = expectation.AtMs * 1000;

    public long UntilUs { get; } = (expectation.AtMs + expectation.WithinMs) * 1000;

    public string Text => text;

    public bool IsMet => _metAtUs is not null;

    public ExpectationRecord Record(long nowUs) =>
        new(text, _metAtUs, IsMet || nowUs > UntilUs);

    public void WentUp(int sensor, int hub, long nowUs)
    {
        if (_sensors.Contains(sensor) && (hubs is null || hubs.Contains(hub)))
        {
            _up.Add(sensor);
            Judge(nowUs);
        }
    }

    public void WentDown(int sensor, long nowUs)
    {
        if (_up.Remove(sensor))
        {
            Judge(nowUs);
        }
    }

    public void Ended(int sensor, Reason reason, long nowUs)
    {
        if (reason == expectation.Reason && IsOpen(nowUs) && _sensors.Contains(sensor))
        {
            _diagnosed.Add(sensor);
            Judge(nowUs);
        }
    }

    public void Sent(int sensor, long nowUs)
    {
        if (nowUs >= FromUs && nowUs <= UntilUs - InFlightUs && _sensors.Contains(sensor))
        {
            _sentCount++;
        }
    }

    public void Delivered(int sensor, long sentUs)
    {
        if (sentUs >= FromUs && sentUs <= UntilUs - InFlightUs && _sensors.Contains(sensor))
        {
            _deliveredCount++;
        }
    }

    /// <summary>Looks whether it holds; called at its beginning and its end too.</summary>
    public void Judge(long nowUs)
    {
        if (IsMet || !IsOpen(nowUs))
        {
            return;
        }

        bool holds = expectation.Kind switch
        {
            ExpectationKind.Up => IsEnough(_up.Count, _sensors.Count),
            ExpectationKind.Down => IsEnough(_sensors.Count - _up.Count, _sensors.Count),
            ExpectationKind.Diagnosis => IsEnough(_diagnosed.Count, _sensors.Count),

            // Only the end of its time shows how many arrived.
            _ => nowUs >= UntilUs && _sentCount > 0 && IsEnough(_deliveredCount, _sentCount),
        };
        if (holds)
        {
            _metAtUs = nowUs;
        }
    }

    public string Seen() => expectation.Kind switch
    {
        ExpectationKind.Up => $"{_up.Count} of {_sensors.Count} were up in the end",
        ExpectationKind.Down => $"{_up.Count} of {_sensors.Count} were up in the end",
        ExpectationKind.Diagnosis => $"it was the diagnosis of {_diagnosed.Count} of {_sensors.Count}",
        _ => $"{_deliveredCount} of {_sentCount} readings arrived",
    };

    private bool IsOpen(long nowUs) => nowUs >= FromUs && nowUs <= UntilUs;

    private bool IsEnough(long count, long total) =>
        count * 1_000_000L >= total * (long)expectation.Share;
}
