// A hub's place on the network: its outer address, its TCP connections, whether its process lives and its
// machine answers. The hub itself is a library without sockets; this is what stands for them.

using System;
using System.Collections.Generic;
using Simulator.Hub;

namespace Simulator.World;

/// <summary>A hub on the network.</summary>
public sealed class HubNode : IHubTransport
{
    private readonly Internet _internet;
    private readonly Func<PptpHub> _start;
    private readonly SortedDictionary<int, TcpConnection> _connections = [];
    private readonly DialMeter _dials = new();
    private long _plannedMs = long.MaxValue;
    private long _lastInputUs = -1;

    internal HubNode(Internet internet, int number, string name, Func<HubNode, PptpHub> start)
    {
        _internet = internet;
        Number = number;
        Name = name;
        Address = Internet.FirstHubAddress + (uint)number;
        _start = () => start(this);
        Hub = _start();
    }

    /// <summary>Its number, from 0.</summary>
    public int Number { get; }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Where its name leads to.</summary>
    public uint Address { get; private set; }

    /// <summary>The hub; null while its process is dead.</summary>
    public PptpHub? Hub { get; private set; }

    /// <summary>Whether the machine is off.</summary>
    public bool IsSilent { get; private set; }

    /// <summary>Whether its name cannot be resolved.</summary>
    public bool IsNameUnknown { get; set; }

    /// <summary>How long it thinks about everything, in microseconds.</summary>
    public long SlowUs { get; set; }

    /// <summary>TCP connections that were asked for.</summary>
    public long DialCount => _dials.Count;

    /// <summary>Most of them within one second.</summary>
    public int PeakDialsPerSecond => _dials.Peak;

    /// <summary>The process ends; its connections are reset.</summary>
    public void Kill()
    {
        Hub = null;
        foreach (TcpConnection connection in _connections.Values)
        {
            connection.CloseFromHub(isReset: true);
        }

        _connections.Clear();
    }

    /// <summary>The machine goes off: silence.</summary>
    public void Unplug()
    {
        IsSilent = true;
        Hub = null;
        _connections.Clear();
    }

    /// <summary>A new process begins.</summary>
    public void Restart()
    {
        IsSilent = false;
        _plannedMs = long.MaxValue;
        Hub = _start();
    }

    /// <summary>The machine is on again, and nothing listens on it yet.</summary>
    public void PlugIn() => IsSilent = false;

    /// <summary>The hub gets a new address; what was on the old one falls silent. One that is dead
    /// is not revived by it.</summary>
    public void Move()
    {
        Address += Internet.MoveDistance;
        _connections.Clear();
        if (Hub is not null)
        {
            _plannedMs = long.MaxValue;
            Hub = _start();
        }
    }

    /// <summary>Resets the connections that stand, on both sides.</summary>
    /// <param name="befalls">Which sensors it befalls.</param>
    public void ResetConnections(Func<int, bool> befalls)
    {
        ArgumentNullException.ThrowIfNull(befalls);
        foreach (TcpConnection connection in new List<TcpConnection>(_connections.Values))
        {
            if (befalls(connection.Link.Number))
            {
                connection.CloseFromHub(isReset: true);
                _connections.Remove(connection.Number);
                InputSlowly(hub => hub.TcpClosed(connection.Number, _internet.Clock.NowMs));
            }
        }
    }

    /// <summary>Calls the hub at once, and plans its next wake-up.</summary>
    /// <param name="input">The call; not made when the process is dead.</param>
    public void Input(Action<PptpHub> input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (Hub is not { } hub)
        {
            return;
        }

        input(hub);
        Plan(hub);
    }

    /// <inheritdoc/>
    public void SendTcp(int connection, ReadOnlySpan<byte> octets)
    {
        if (_connections.TryGetValue(connection, out TcpConnection? known))
        {
            known.SendToSensor(octets);
        }
    }

    /// <inheritdoc/>
    public void CloseTcp(int connection, bool reset)
    {
        if (_connections.Remove(connection, out TcpConnection? known))
        {
            known.CloseFromHub(reset);
        }
    }

    /// <inheritdoc/>
    public void SendGre(int connection, uint clientAddress, ReadOnlySpan<byte> gre) =>
        _internet.LinkOf(clientAddress).SendGreToSensor(this, gre);

    internal void Dialled() => _dials.Add(_internet.Clock.NowMs);

    internal void Accept(TcpConnection connection) =>
        _connections.Add(connection.Number, connection);

    internal bool Knows(TcpConnection connection) => _connections.ContainsKey(connection.Number);

    internal void Forget(TcpConnection connection) => _connections.Remove(connection.Number);

    /// <summary>Calls the hub when it has thought long enough; what came first is done first.
    /// </summary>
    internal void InputSlowly(Action<PptpHub> input)
    {
        long nowUs = _internet.Clock.NowUs;
        if (SlowUs == 0 && _lastInputUs < nowUs)
        {
            Input(input);
            return;
        }

        // What is due at this very moment may not have been done yet: it is queued behind.
        long atUs = Math.Max(nowUs + SlowUs, _lastInputUs);
        _lastInputUs = atUs;
        PptpHub? asked = Hub;
        _internet.Clock.At(atUs, () =>
        {
            // A hub that was restarted meanwhile knows nothing of it.
            if (Hub == asked)
            {
                Input(input);
            }
        });
    }

    private void Plan(PptpHub hub)
    {
        // One wake-up is planned for the earliest deadline; one that has moved is planned anew then.
        long deadlineMs = hub.NextDeadlineMs;
        if (deadlineMs < _plannedMs)
        {
            _plannedMs = deadlineMs;
            _internet.Clock.At(deadlineMs * 1000, () => Wake(hub, deadlineMs));
        }
    }

    private void Wake(PptpHub hub, long plannedMs)
    {
        if (Hub != hub || _plannedMs != plannedMs)
        {
            return;
        }

        _plannedMs = long.MaxValue;
        Input(due => due.Tick(_internet.Clock.NowMs));
    }
}
