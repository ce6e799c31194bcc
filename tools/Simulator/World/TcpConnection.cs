// A TCP connection between a sensor and a hub as both ends see it: octets in order, late when segments
// were lost, an end in order or a reset.

using System;

namespace Simulator.World;

/// <summary>One control connection.</summary>
internal sealed class TcpConnection(Internet internet, SensorLink link, HubNode node, int number)
{
    private const long SynIntervalUs = 1_000_000;
    private const int SynCount = 5;

    private readonly uint _address = node.Address;
    private long _lastToHubUs;
    private long _lastToSensorUs;
    private bool _isClosedBySensor;
    private bool _isClosedToSensor;

    public SensorLink Link { get; } = link;

    public HubNode Node { get; } = node;

    public int Number { get; } = number;

    /// <summary>A NAT has forgotten it: nothing passes any more.</summary>
    public bool IsForgotten { get; set; }

    /// <summary>Whether what the sensor sends still reaches the machine it dialled.</summary>
    public bool IsReachable => !IsForgotten && Node.Address == _address && !Node.IsSilent;

    /// <summary>The sensor asks for the connection; as TCP does, it asks again when nothing comes.
    /// </summary>
    public void Open(int attempt = 0)
    {
        if (_isClosedBySensor || attempt == SynCount)
        {
            return;
        }

        After(Direction.ToHub, ref _lastToHubUs, () =>
        {
            if (_isClosedBySensor)
            {
                return;
            }

            if (!IsReachable)
            {
                internet.Clock.After(SynIntervalUs << attempt, () => Open(attempt + 1));
                return;
            }

            Node.Dialled();
            if (Node.Hub is null)
            {
                CloseFromHub(isReset: true);
                return;
            }

            Node.Accept(this);
            Node.InputSlowly(
                hub => hub.TcpConnected(Number, Link.Address, internet.Clock.NowMs));
            After(Direction.ToSensor, ref _lastToSensorUs, () => Link.Established(this));
        });
    }

    public void SendToHub(byte[] octets) => After(Direction.ToHub, ref _lastToHubUs, () =>
    {
        if (!IsReachable)
        {
            return;
        }

        if (!Node.Knows(this))
        {
            // A machine that does not know the connection (any more) says so.
            CloseFromHub(isReset: true);
            return;
        }

        Node.InputSlowly(hub => hub.TcpReceived(Number, octets, internet.Clock.NowMs));
    });

    public void CloseFromSensor()
    {
        _isClosedBySensor = true;
        After(Direction.ToHub, ref _lastToHubUs, () =>
        {
            if (IsReachable && Node.Knows(this))
            {
                Node.Forget(this);
                Node.InputSlowly(hub => hub.TcpClosed(Number, internet.Clock.NowMs));
            }
        });
    }

    public void SendToSensor(ReadOnlySpan<byte> octets)
    {
        byte[]? changed = internet.Weather.IsCalm
            ? null
            : internet.Weather.TamperWithTcp(Link.Number, Node.Number, octets);
        byte[] copy = changed ?? octets.ToArray();
        long sentUs = internet.Clock.NowUs;
        bool passes = IsReachable;
        long delayUs = After(Direction.ToSensor, ref _lastToSensorUs, () =>
        {
            if (passes)
            {
                Link.TcpCame(this, copy);
            }
        });
        string fate = (passes, changed, delayUs) switch
        {
            (false, _, _) => "lost",
            (_, not null, _) => "forged",
            (_, _, > 0) => "late",
            _ => "",
        };
        internet.Trace.Add(TraceEvent.TcpToSensor, Link.Number, sentUs, octets);
        Link.Observer?.TcpSent(Node.Number, Direction.ToSensor, octets, sentUs, fate);
    }

    /// <summary>Somebody on the path sends octets in the hub's name. The hub counts on without
    /// them: the connection is of no use to it any more, which shows when the sensor answers.
    /// </summary>
    public void ForgeToSensor(byte[] octets)
    {
        long sentUs = internet.Clock.NowUs;
        internet.Trace.Add(TraceEvent.TcpToSensor, Link.Number, sentUs, octets);
        Link.Observer?.TcpSent(Node.Number, Direction.ToSensor, octets, sentUs, "forged");
        After(Direction.ToSensor, ref _lastToSensorUs, () => Link.TcpCame(this, octets));
    }

    public void CloseFromHub(bool isReset)
    {
        if (_isClosedToSensor)
        {
            return;
        }

        _isClosedToSensor = true;
        bool passes = IsReachable;
        internet.Trace.Add(
            TraceEvent.TcpClosedByHub, Link.Number, internet.Clock.NowUs, [(byte)(isReset ? 1 : 0)]);
        Link.Observer?.TcpTurned(
            Node.Number,
            Direction.ToSensor,
            isReset ? TcpTurn.Reset : TcpTurn.Close,
            internet.Clock.NowUs);
        After(Direction.ToSensor, ref _lastToSensorUs, () =>
        {
            if (passes)
            {
                Link.TcpEnded(this);
            }
        });
    }

    // TCP keeps its order: what is sent later arrives later.
    private long After(Direction direction, ref long lastUs, Action arrives)
    {
        long delayUs = internet.Weather.IsCalm
            ? 0
            : internet.Weather.CarryTcp(Link.Number, Node.Number, direction);
        lastUs = Math.Max(lastUs, internet.Clock.NowUs + internet.CalmUs + delayUs);
        internet.Clock.At(lastUs, arrives);
        return delayUs;
    }
}
