// What sensors and hubs tell, and the checks that are made of it.

using System;
using System.Collections.Generic;
using System.Linq;
using nanoPptp.Client;
using nanoPptp.Diagnostics;
using Simulator.Checkers;
using Simulator.Reports;
using Simulator.Scenarios;
using Simulator.Sensor;

namespace Simulator.World;

public sealed partial class Simulation : ISensorObserver
{
    private const int MostFailures = 20;

    private static readonly byte[] s_pingOctets = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    private readonly List<RunFailure> _failures = [];

    /// <inheritdoc/>
    public void Happened(SimulatedSensor sensor, TunnelEvent code, int value)
    {
        ArgumentNullException.ThrowIfNull(sensor);
        FleetSensor one = _fleet[sensor.Number];
        _trace.Add(TraceEvent.Sensor, sensor.Number, _clock.NowUs, [(byte)code, (byte)value]);
        if (code == TunnelEvent.Trouble)
        {
            sensor.Link.Observer?.Remarked(_clock.NowUs, $"sensor: {(Reason)value}");
            return;
        }

        var stage = (Stage)value;
        sensor.Link.Observer?.Remarked(_clock.NowUs, $"sensor: stage {stage}");
        if (stage == Stage.Up)
        {
            WentUp(one);
        }
        else if (one.IsUp)
        {
            WentDown(one);
        }
    }

    /// <inheritdoc/>
    public void Dialled(SimulatedSensor sensor, int hub)
    {
        ArgumentNullException.ThrowIfNull(sensor);
        FleetSensor one = _fleet[sensor.Number];
        one.DialCount++;
        one.LastDialUs = _clock.NowUs;
        _dialCount++;
        one.Suffered.Clear();
        foreach (PlacedFault placed in _inForce.Concat(_fading))
        {
            if (placed.Befalls(one.Number, hub))
            {
                one.Suffered.Add(placed.Fault.Kind);
            }
        }

        // A hub without room for the whole fleet may be full at any time.
        if (_hubPlans[hub].Connections < _fleet.Count)
        {
            one.Suffered.Add(FaultKind.HubFull);
        }
    }

    /// <inheritdoc/>
    public void Ended(SimulatedSensor sensor, Reason reason, int detail)
    {
        ArgumentNullException.ThrowIfNull(sensor);
        FleetSensor one = _fleet[sensor.Number];
        one.HasEnded = true;
        one.LastReason = reason;
        one.LastDetail = detail;
        CheckTruth(one, reason);
        foreach (ExpectationState expectation in _expectations)
        {
            expectation.Ended(one.Number, reason, _clock.NowUs);
        }
    }

    /// <inheritdoc/>
    public void DatagramCame(SimulatedSensor sensor, ReadOnlySpan<byte> payload)
    {
        ArgumentNullException.ThrowIfNull(sensor);
        FleetSensor one = _fleet[sensor.Number];
        _trace.Add(TraceEvent.AtSensor, sensor.Number, _clock.NowUs, payload);
        one.UnansweredCount = 0;
        one.AnsweredUs = _clock.NowUs;
        CheckArrival(one, one.ToSensor.Came(payload, out int number), number, "the sensor");
    }

    /// <inheritdoc/>
    public void PromiseBroken(SimulatedSensor sensor, string check, string text)
    {
        ArgumentNullException.ThrowIfNull(sensor);
        Fail(check, sensor.Name, text);
    }

    private void SendReading(FleetSensor one)
    {
        if (!one.IsUp)
        {
            return;
        }

        one.HasWaiting = false;
        byte[] reading = one.ToHub.Next(one.Plan.ReadingLength);

        // The reading counts as sent before the call, for it may arrive within it.
        int number = one.ToHub.Sent(reading.Length, _clock.NowUs);
        if (!one.Sensor.SendReading(reading, ReadingPort))
        {
            one.ToHub.Unsent();
            return;
        }

        _sentCount++;
        one.UnansweredCount++;
        if (one.UnansweredCount >= MostUnanswered)
        {
            // One answer may be lost; so many in a row are not.
            one.Sensor.ExpectAnswer();
        }

        _flights.Enqueue(new Flight(one, number, _clock.NowUs));
        foreach (ExpectationState expectation in _expectations)
        {
            expectation.Sent(one.Number, _clock.NowUs);
        }
    }

    private void Delivered(FleetSensor one, int number)
    {
        long sentUs = one.ToHub.SentUs(number);
        one.LastDeliveredSentUs = Math.Max(one.LastDeliveredSentUs, sentUs);
        _deliveredCount++;
        _delaysUs.Add(_clock.NowUs - sentUs);
        foreach (ExpectationState expectation in _expectations)
        {
            expectation.Delivered(one.Number, sentUs);
        }
    }

    private void WentUp(FleetSensor one)
    {
        one.IsUp = true;
        one.UpCount++;
        one.UpSinceUs = _clock.NowUs;
        one.UnansweredCount = 0;
        one.AnsweredUs = _clock.NowUs;
        one.HasComplained = false;
        _upCount++;
        _mostUpCount = Math.Max(_mostUpCount, _upCount);
        if (_hubsBackUs is not null && _recoveredUs is null
            && _upCount * 100L >= _fleet.Count * 99L)
        {
            _recoveredUs = _clock.NowUs;
        }

        MeasureFirst(one);
        if (one.HasWaiting)
        {
            _clock.After(0, () => SendReading(one));
        }

        foreach (ExpectationState expectation in _expectations)
        {
            expectation.WentUp(one.Number, one.Sensor.Hub, _clock.NowUs);
        }
    }

    private void WentDown(FleetSensor one)
    {
        one.IsUp = false;
        one.UpTotalUs += _clock.NowUs - one.UpSinceUs;
        _upCount--;
        foreach (ExpectationState expectation in _expectations)
        {
            expectation.WentDown(one.Number, _clock.NowUs);
        }
    }

    private void CheckArrival(FleetSensor one, Arrival arrival, int number, string where)
    {
        switch (arrival)
        {
            case Arrival.NeverSent:
                Fail(Checks.OnlyWhatWasSent, one.Name, $"{where} got octets that were never sent");
                break;
            case Arrival.Duplicate:
                Fail(Checks.NoDuplicates, one.Name, $"{where} got datagram {number} twice");
                break;
            case Arrival.OutOfOrder:
                Fail(Checks.InOrder, one.Name, $"{where} got datagram {number} after a later one");
                break;
            default:
                break;
        }
    }

    private void CheckTruth(FleetSensor one, Reason reason)
    {
        bool isTrue = reason switch
        {
            Reason.ClosedByUser => one.IsDismissed
                || (one.HasComplained && one.Suffered.Count > 0)
                || one.Plan.IdleMs > 0 || one.Plan.SessionMs > 0,
            Reason.Invariant or Reason.None => false,
            _ => Truth.Explains(reason, one.Suffered)
                || _hubPlans.Exists(plan => Truth.Disagreement(one.Plan, plan) == reason),
        };
        if (!isTrue)
        {
            string seen = one.Suffered.Count == 0
                ? "nothing was wrong"
                : "what was wrong: "
                    + string.Join(
                        ", ", one.Suffered.Order().Select(kind => FaultTable.Of(kind).Name));
            Fail(Checks.TrueDiagnosis, one.Name, $"the library says {reason}, but {seen}");
        }
    }

    private bool IsLive(FleetSensor one)
    {
        if (one.Sensor.IsOver)
        {
            return one.Sensor.Client.Stage == Stage.Closed
                && (one.IsDismissed || !one.Sensor.Redials);
        }

        return !one.Sensor.Redials
            || _hubPlans.TrueForAll(plan => Truth.Disagreement(one.Plan, plan) != Reason.None)
            || (one.LastDeliveredSentUs >= _endUs && HasDelivered(one))
            || (IsCrowded && !one.IsUp && one.LastDialUs >= _endUs
                && one.LastReason
                    is Reason.ControlClosed or Reason.CallDropped or Reason.CallRefused);
    }

    // Where the hubs have no room for everybody, somebody always stands outside, and says so.
    private bool IsCrowded => _hubPlans.Sum(plan => (long)plan.Connections) < _fleet.Count;

    private void FailLiveness(FleetSensor one) => Fail(
        Checks.ComesBack,
        one.Name,
        $"{(_clock.NowUs - _endUs) / 1_000_000} s after the weather cleared no new reading has "
            + $"arrived; stage {one.Sensor.Client.Stage}, last trouble {one.LastReason}, "
            + $"{one.Sensor.Redialer.FailureCount} failures in a row{OwedTextOf(one)}");

    private void PlanExpectations()
    {
        var all = new HashSet<int>(Enumerable.Range(0, _fleet.Count));
        foreach (Expectation one in _scenario.Expectations)
        {
            // What may come after the end of the run is judged when it ends.
            Expectation expectation = one with
            {
                WithinMs = Math.Min(one.WithinMs, _scenario.ForMs - one.AtMs),
            };
            var state = new ExpectationState(
                expectation,
                ScenarioText.Of(_scenario, expectation),
                _sensorNames.Find(expectation.Sensor) ?? all,
                _hubNames.Find(expectation.Hub));
            _expectations.Add(state);
            _clock.At(state.FromUs, () => state.Judge(_clock.NowUs));
            _clock.At(state.UntilUs, () => Conclude(state));
        }
    }

    private void Conclude(ExpectationState state)
    {
        state.Judge(_clock.NowUs);
        if (!state.IsMet)
        {
            Fail(Checks.Expectation, "", $"{state.Text.TrimEnd('.')}: {state.Seen()}");
        }
    }

    private void Fail(string check, string sensor, string text)
    {
        if (_failures.Count < MostFailures)
        {
            _failures.Add(new RunFailure(check, _clock.NowUs, sensor, text));
        }
    }
}
