// When which stage was passed, more precisely than the client's milliseconds. Zero is when the TCP
// connection was begun.

using System.Diagnostics;
using nanoPptp.Client;

namespace nanoPptp.Tool.Connect;

/// <summary>Measures the stages of a tunnel from TCP to IPCP.</summary>
internal sealed class StageClock
{
    private long _begin = Stopwatch.GetTimestamp();
    private long _passed;
    private Stage _stage = Stage.Tcp;

    /// <summary>The stage that the tunnel is in or, while it closes, was in.</summary>
    public Stage Reached => _stage;

    /// <summary>Whether the tunnel is or was up.</summary>
    public bool WasUp { get; private set; }

    /// <summary>Milliseconds since TCP was begun.</summary>
    public double NowMs => Stopwatch.GetElapsedTime(_begin).TotalMilliseconds;

    /// <summary>When TCP was begun.</summary>
    public long BeginTimestamp => _begin;

    /// <summary>TCP is begun now.</summary>
    public void Begin()
    {
        _begin = Stopwatch.GetTimestamp();
        _passed = _begin;
    }

    /// <summary>Takes a stage that the tunnel entered.</summary>
    /// <param name="entered">The stage.</param>
    /// <param name="tookMs">How long the stage before took, milliseconds.</param>
    /// <returns>The stage that was passed; <see cref="Stage.Closed"/> when none was, as when the
    /// tunnel closes or negotiates anew.</returns>
    public Stage Enter(Stage entered, out double tookMs)
    {
        tookMs = 0;
        if (entered is Stage.Closed or Stage.Closing || entered == _stage)
        {
            return Stage.Closed;
        }

        Stage before = _stage;
        _stage = entered;
        WasUp |= entered == Stage.Up;
        long now = Stopwatch.GetTimestamp();
        tookMs = Stopwatch.GetElapsedTime(_passed, now).TotalMilliseconds;
        _passed = now;
        return entered > before ? before : Stage.Closed;
    }
}
