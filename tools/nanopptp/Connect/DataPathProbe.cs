// Waits until packets really pass. IPCP is open on both sides before the hub's interface is: pppd sets it
// up after it has sent its Configure-Ack, and what comes within these milliseconds is lost there. So the
// hub is pinged through the tunnel until it answers; one that answers no pings costs a short wait.

using nanoPptp.Client;
using nanoPptp.Telemetry.Ip;

namespace nanoPptp.Tool.Connect;

/// <summary>Tells when the first datagram may go. Times are milliseconds that may wrap.</summary>
internal sealed class DataPathProbe(PptpClient client, IpEndpoint endpoint)
{
    private const int PingIntervalMs = 50;
    private const int LongestMs = 1000;
    private const int Identifier = 0x6E50;

    private int _startMs;
    private int _repliesBefore;
    private int _sequence;
    private bool _isThrough;

    /// <summary>The tunnel is up, perhaps not for the first time.</summary>
    public void Start(int nowMs)
    {
        _startMs = nowMs;
        _sequence = 0;
        _isThrough = false;
        _repliesBefore = endpoint.Counters.EchoReplies;
    }

    /// <summary>Whether the hub answered, or had its time.</summary>
    public bool IsThrough(int nowMs)
    {
        _isThrough = _isThrough
            || endpoint.Counters.EchoReplies != _repliesBefore
            || unchecked(nowMs - _startMs) >= LongestMs;
        return _isThrough;
    }

    /// <summary>Hands a ping to the client if it is due; poll the client then.</summary>
    /// <returns>Whether one was handed over.</returns>
    public bool SendNext(int nowMs)
    {
        if (NextDeadlineMs(nowMs) > 0)
        {
            return false;
        }

        // A hub that did not tell its address cannot be pinged; its time passes all the same.
        _sequence++;
        return client.PeerAddress != 0
            && endpoint.EchoOutput(client.PeerAddress, Identifier, _sequence) > 0;
    }

    /// <summary>How long until the next ping.</summary>
    public int NextDeadlineMs(int nowMs)
    {
        return int.Max(0, unchecked(_startMs + (_sequence * PingIntervalMs) - nowMs));
    }
}
