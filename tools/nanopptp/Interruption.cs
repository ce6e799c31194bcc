// Ctrl-C and its relatives. The first asks to hang up in order, the second to leave at once; a
// third is left to the system, which ends the process.

using System;
using System.Runtime.InteropServices;
using System.Threading;

namespace nanoPptp.Tool;

/// <summary>Counts SIGINT, SIGTERM and SIGHUP and tells about each.</summary>
internal sealed class Interruption : IDisposable
{
    private const int Answered = 2;

    private readonly CancellationTokenSource _first = new();
    private readonly PosixSignalRegistration[] _registrations;
    private Action? _ring;
    private int _count;

    /// <summary>Listens to the signals of this process.</summary>
    /// <param name="signals">None in tests: they call <see cref="Count"/> up themselves.</param>
    public Interruption(params ReadOnlySpan<PosixSignal> signals)
    {
        _registrations = new PosixSignalRegistration[signals.Length];
        for (int i = 0; i < signals.Length; i++)
        {
            _registrations[i] = PosixSignalRegistration.Create(signals[i], OnSignal);
        }
    }

    /// <summary>How often we were interrupted.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Cancelled by the first interruption.</summary>
    public CancellationToken Token => _first.Token;

    /// <summary>Says whom to wake; null for nobody any more.</summary>
    public void Wakes(Action? ring)
    {
        Volatile.Write(ref _ring, ring);
    }

    /// <summary>Interrupts.</summary>
    /// <returns>How often that happened.</returns>
    public int Interrupt()
    {
        int count = Interlocked.Increment(ref _count);
        try
        {
            _first.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The run is over: a signal came while it was being cleared up, and nobody waits.
        }

        Volatile.Read(ref _ring)?.Invoke();
        return count;
    }

    /// <summary>Leaves the signals to the system again. A handler that runs at this moment on
    /// another thread is not waited for; it finds nobody to wake.</summary>
    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
        {
            registration.Dispose();
        }

        Volatile.Write(ref _ring, null);
        _first.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = Interrupt() <= Answered;
    }
}
