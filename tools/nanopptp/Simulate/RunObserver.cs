// Observers write to files and screens, which can fail. What an observer throws would look like a
// defect of the library, for a run catches everything that happens in it; so it is kept here until
// the run can be left in order.

using System;
using System.IO;
using Simulator.World;

namespace nanoPptp.Tool.Simulate;

/// <summary>Passes everything on until that fails.</summary>
/// <param name="inner">Who is told.</param>
internal class RunObserver(INetworkObserver inner) : INetworkObserver
{
    /// <summary>Why nothing is passed on any more; null while all is well.</summary>
    public IOException? Failure { get; private set; }

    /// <inheritdoc/>
    public void TcpTurned(int hub, Direction direction, TcpTurn turn, long nowUs) =>
        Guard(() => inner.TcpTurned(hub, direction, turn, nowUs));

    /// <inheritdoc/>
    public void TcpSent(
        int hub, Direction direction, ReadOnlySpan<byte> octets, long nowUs, string fate)
    {
        byte[] copy = octets.ToArray();
        Guard(() => inner.TcpSent(hub, direction, copy, nowUs, fate));
    }

    /// <inheritdoc/>
    public void GreSent(
        int hub, Direction direction, ReadOnlySpan<byte> gre, long nowUs, string fate)
    {
        byte[] copy = gre.ToArray();
        Guard(() => inner.GreSent(hub, direction, copy, nowUs, fate));
    }

    /// <inheritdoc/>
    public void Remarked(long nowUs, string text) => Guard(() => inner.Remarked(nowUs, text));

    /// <summary>Does something unless something failed before.</summary>
    protected void Guard(Action action)
    {
        if (Failure is not null)
        {
            return;
        }

        try
        {
            action();
        }
        catch (IOException e)
        {
            Failure = e;
        }
    }
}
