// One wait for everything that can happen: the control connection, GRE, a signal, a deadline.

using System;
using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace nanoPptp.Tool.Connect;

/// <summary>poll(2) over two sockets and a bell that other threads may ring.</summary>
[SupportedOSPlatform("linux")]
internal sealed class Poller : IDisposable
{
    private const int Bell = 0;
    private const int Control = 1;
    private const int Gre = 2;
    private const int Nobody = -1;

    private readonly Libc.PollEntry[] _entries = new Libc.PollEntry[3];
    private readonly SafeFileHandle _bell;

    public Poller()
    {
        int descriptor = Libc.EventDescriptor(
            0, Libc.EventNonBlocking | Libc.EventCloseOnExec);
        if (descriptor < 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }

        _bell = new SafeFileHandle(descriptor, ownsHandle: true);
        _entries[Bell].Descriptor = descriptor;
        _entries[Bell].Wanted = Libc.PollIn;
        _entries[Control].Descriptor = Nobody;
        _entries[Gre].Descriptor = Nobody;
    }

    /// <summary>Whether the control connection can be read, written or has failed.</summary>
    public bool IsControlReady => _entries[Control].Ready != 0;

    /// <summary>Whether the control connection takes octets, or has failed.</summary>
    public bool IsControlWritable => (_entries[Control].Ready & ~Libc.PollIn) != 0;

    /// <summary>Whether GRE can be read or has failed.</summary>
    public bool IsGreReady => _entries[Gre].Ready != 0;

    /// <summary>Waits.</summary>
    /// <param name="control">The control connection; null when it is closed.</param>
    /// <param name="wantsRoom">Whether to wait for room to send on it.</param>
    /// <param name="gre">The GRE socket.</param>
    /// <param name="timeoutMs">For how long at most, milliseconds.</param>
    public void Wait(SafeHandle? control, bool wantsRoom, SafeHandle gre, int timeoutMs)
    {
        _entries[Control].Descriptor = (int?)control?.DangerousGetHandle() ?? Nobody;
        _entries[Control].Wanted =
            (short)(wantsRoom ? Libc.PollIn | Libc.PollOut : Libc.PollIn);
        _entries[Gre].Descriptor = (int)gre.DangerousGetHandle();
        _entries[Gre].Wanted = Libc.PollIn;
        foreach (ref Libc.PollEntry entry in _entries.AsSpan())
        {
            entry.Ready = 0;
        }

        if (Libc.Poll(ref _entries[0], (nuint)_entries.Length, timeoutMs) < 0)
        {
            int error = Marshal.GetLastPInvokeError();
            if (error != Libc.Interrupted)
            {
                throw new Win32Exception(error);
            }

            return;
        }

        if (_entries[Bell].Ready != 0)
        {
            Libc.Read(_bell, out _, sizeof(ulong));
        }
    }

    /// <summary>Ends a wait at once, or the next one; from any thread.</summary>
    public void Ring()
    {
        try
        {
            Libc.Write(_bell, 1, sizeof(ulong));
        }
        catch (ObjectDisposedException)
        {
            // Nobody waits any more.
        }
    }

    public void Dispose()
    {
        _bell.Dispose();
    }
}
