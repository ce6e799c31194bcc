// Faults begin and end: those of the network go to the weather, those of hubs are done to them.

using System;
using System.Collections.Generic;
using System.Linq;
using Simulator.Hub;
using Simulator.Reports;
using Simulator.Scenarios;

namespace Simulator.World;

public sealed partial class Simulation
{
    private const byte StartGeneralError = 2;

    private readonly List<PlacedFault> _placed = [];
    private readonly List<PlacedFault> _inForce = [];

    // A line keeps its order: behind what a delay has held up everything is late for as long.
    private readonly List<PlacedFault> _fading = [];

    private void PlanFaults()
    {
        for (int i = 0; i < _scenario.Faults.Count; i++)
        {
            Fault fault = _scenario.Faults[i];
            var placed = new PlacedFault(
                i, fault, _sensorNames.Find(fault.Sensor), _hubNames.Find(fault.Hub));
            _placed.Add(placed);
            _clock.At(fault.AtMs * 1000, () => BeginFault(placed));
            if (fault.ForMs is long forMs)
            {
                _clock.At((fault.AtMs + forMs) * 1000, () => EndFault(placed));
            }
        }
    }

    private void BeginFault(PlacedFault placed)
    {
        if (_hasCleared)
        {
            return;
        }

        _trace.Add(TraceEvent.Fault, -1, _clock.NowUs, [(byte)placed.Number, 1]);
        foreach (FleetSensor one in _fleet)
        {
            // What goes wrong on the way to another hub than the one it dialled explains nothing.
            if (placed.Befalls(one.Number, one.Sensor.Hub))
            {
                one.Suffered.Add(placed.Fault.Kind);
            }
        }

        if (!FaultTable.Of(placed.Fault.Kind).IsMoment)
        {
            _inForce.Add(placed);
            _weather.Begin(placed);
        }

        if (BeginElsewhere(placed))
        {
            return;
        }

        foreach (HubNode node in HubsOf(placed))
        {
            BeginAt(node, placed);
        }
    }

    private void EndFault(PlacedFault placed)
    {
        if (!_inForce.Remove(placed))
        {
            return;
        }

        _trace.Add(TraceEvent.Fault, -1, _clock.NowUs, [(byte)placed.Number, 0]);
        _weather.End(placed);
        if (placed.Fault.DelayMs > 0)
        {
            _fading.Add(placed);
            _clock.After(placed.Fault.DelayMs * 1000L, () => _fading.Remove(placed));
        }

        if (EndElsewhere(placed))
        {
            return;
        }

        foreach (HubNode node in HubsOf(placed))
        {
            EndAt(node, placed);
        }
    }

    private void BeginAt(HubNode node, PlacedFault placed)
    {
        Fault fault = placed.Fault;
        switch (fault.Kind)
        {
            case FaultKind.HubKilled:
                node.Kill();
                ForgetSessions(node);
                break;
            case FaultKind.HubSilent:
                node.Unplug();
                ForgetSessions(node);
                break;
            case FaultKind.HubMoved:
                ForgetSessions(node);
                node.Move();
                break;
            case FaultKind.TcpReset:
                node.ResetConnections(
                    sensor => placed.Sensors is null || placed.Sensors.Contains(sensor));
                break;
            case FaultKind.NatMappingLost:
                ForEachAt(node, placed, link => link.ForgetMapping());
                break;
            case FaultKind.ForgedTerminate:
            case FaultKind.ForgedReject:
            case FaultKind.ForgedCcpEnd:
            case FaultKind.ForgedIpcpEnd:
            case FaultKind.ForgedStop:
            case FaultKind.ForgedDisconnect:
                ForEachAt(node, placed, link => link.Forge(fault.Kind));
                break;
            default:
                Reconfigure(node);
                break;
        }
    }

    // The ways of the sensors whom it befalls and who dialled this hub last.
    private void ForEachAt(HubNode node, PlacedFault placed, Action<SensorLink> act)
    {
        foreach (FleetSensor one in _fleet)
        {
            if (placed.Befalls(one.Number, node.Number) && one.Sensor.Hub == node.Number)
            {
                act(one.Sensor.Link);
            }
        }
    }

    private void EndAt(HubNode node, PlacedFault placed)
    {
        if (placed.Fault.Kind is not (FaultKind.HubKilled or FaultKind.HubSilent))
        {
            Reconfigure(node);
        }
        else if (IsInForce(node.Number, FaultKind.HubSilent))
        {
            // Another power cut keeps the machine off.
        }
        else if (IsInForce(node.Number, FaultKind.HubKilled))
        {
            node.PlugIn();
        }
        else
        {
            node.Restart();
            _hubsBackUs = _clock.NowUs;
            _recoveredUs = null;
        }
    }

    private void Reconfigure(HubNode node)
    {
        node.IsNameUnknown = IsInForce(node.Number, FaultKind.NameUnknown);
        node.SlowUs = InForce(node.Number, FaultKind.HubSlow)
            .Sum(placed => placed.Fault.DelayMs * 1000L);
        node.Input(hub => hub.Reconfigure(SettingsOf(node.Number), _clock.NowMs));
    }

    private HubSettings SettingsOf(int number)
    {
        HubPlan plan = _hubPlans[number];
        uint network = Ipv4Address.Parse("10.98.0.0") + ((uint)number << 16);
        return new HubSettings
        {
            HostName = _hubNames.All[number],
            Users = UsersOf(number),
            TunnelAddress = network + 1,
            ClientAddresses = [new(network + 2, network + 0xFFFD)],
            MaximumCallCount = IsInForce(number, FaultKind.HubFull) ? 0 : plan.Connections,
            FullStyle = plan.SaysBusy ? HubFullStyle.BusyReply : HubFullStyle.Reset,
            Encryption = IsInForce(number, FaultKind.EncryptionRefused)
                || IsInForce(number, FaultKind.CcpRejected)
                || plan.Mppe == HubMppe.None
                ? HubEncryption.Refused
                : HubEncryption.RequireMppe,
            MppeStrengths = plan.Mppe switch
            {
                HubMppe.Bits56 => MppeStrengths.Bits56,
                HubMppe.Bits40 => MppeStrengths.Bits40,
                _ => MppeStrengths.Bits128,
            },
            MppeMode = plan.MppeMode,
            Authentications = [plan.Authentication],
            RejectCcp = IsInForce(number, FaultKind.CcpRejected),
            ReceivesWithWrongKey = IsInForce(number, FaultKind.KeysWrong),
            RejectInnerProtocols = IsInForce(number, FaultKind.KeysWrong),
            RejectIpcp = IsInForce(number, FaultKind.IpcpRefused),
            StartResult = IsInForce(number, FaultKind.StartRefused) ? StartGeneralError : (byte)1,
        };
    }

    private Dictionary<string, string> UsersOf(int number)
    {
        List<PlacedFault> wrong = [.. InForce(number, FaultKind.WrongPassword)];
        if (wrong.Count == 0)
        {
            return _passwords;
        }

        var users = new Dictionary<string, string>(_passwords);
        foreach (FleetSensor one in _fleet)
        {
            if (wrong.Exists(placed => placed.Befalls(one.Number, number)))
            {
                users[one.Name] = $"not {_passwords[one.Name]}";
            }
        }

        return users;
    }

    private bool IsInForce(int hub, FaultKind kind) => InForce(hub, kind).Any();

    private IEnumerable<PlacedFault> InForce(int hub, FaultKind kind) =>
        _inForce.Where(placed => placed.Fault.Kind == kind && IsAt(placed, hub));

    private static bool IsAt(PlacedFault placed, int hub) =>
        placed.Hubs is null || placed.Hubs.Contains(hub);

    private IEnumerable<HubNode> HubsOf(PlacedFault placed) =>
        _internet.Hubs.Where(node => IsAt(placed, node.Number));

    // A process that dies tells nobody of its sessions.
    private void ForgetSessions(HubNode node)
    {
        _sessionCounts[node.Number] = 0;
        foreach (FleetSensor one in _fleet)
        {
            if (one.Session?.Tag == node)
            {
                one.Session = null;
            }
        }

        ForgetRoutes(node);
    }

    private void ClearWeather()
    {
        foreach (PlacedFault placed in _inForce.ToArray())
        {
            EndFault(placed);
        }

        _hasCleared = true;
        foreach (FleetSensor one in _fleet)
        {
            one.LastDue = one.Ledger?.LastAdded ?? 0;
        }

        int longestPauseMs = _fleet.Max(
            one => one.Sensor.IsOver ? 0 : one.Sensor.Redialer.WaitMs);
        int longestDelayMs = _fading.Select(placed => placed.Fault.DelayMs).DefaultIfEmpty().Max();
        _liveByUs = _clock.NowUs + LivenessUs + ((longestPauseMs + longestDelayMs) * 1000L);
    }

    private List<FaultRecord> FaultRecords() => [.. _placed
        .OrderBy(placed => placed.Fault.AtMs)
        .ThenBy(placed => placed.Number)
        .Select(placed => new FaultRecord(
            FaultTable.Of(placed.Fault.Kind).Name,
            ScenarioText.Of(_scenario, placed.Fault),
            placed.Fault.AtMs * 1000,
            FaultTable.Of(placed.Fault.Kind).IsMoment
                ? placed.Fault.AtMs * 1000
                : Math.Min(
                    _endUs, (placed.Fault.AtMs + (placed.Fault.ForMs ?? _scenario.ForMs)) * 1000)))];
}
