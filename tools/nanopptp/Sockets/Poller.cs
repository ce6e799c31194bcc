// One wait for everything that can happen: sockets, devices, a signal, a deadline.

using System;
using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace nanoPptp.Tool.Sockets;

/// <summary>poll(2) over a bell that other threads may ring and a list of files that is made anew
/// for each wait.</summary>
[SupportedOSPlatform("linux")]
internal sealed class Poller : IDisposable
{
    private const int Bell = 0;

    private readonly SafeFileHandle _bell;
    private Libc.PollEntry[] _entries = new Libc.PollEntry[16];
    private int _count = 1;

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
    }

    /// <summary>Begins a new list.</summary>
    public void Clear()
    {
        _count = 1;
    }

    /// <summary>Adds a file to the list.</summary>
    /// <param name="file">An open file.</param>
    /// <param name="wantsRoom">Whether to wait for room to write too.</param>
    /// <returns>Its place, for <see cref="IsReady"/> and <see cref="HasRoom"/>.</returns>
    public int Add(SafeHandle file, bool wantsRoom = false)
    {
        if (_count == _entries.Length)
        {
            Array.Resize(ref _entries, 2 * _count);
        }

        _entries[_count] = new Libc.PollEntry
        {
            Descriptor = (int)file.DangerousGetHandle(),
            Wanted = (short)(wantsRoom ? Libc.PollIn | Libc.PollOut : Libc.PollIn),
        };
        return _count++;
    }

    /// <summary>Whether a file can be read, or has failed.</summary>
    public bool IsReady(int place)
    {
        return (_entries[place].Ready & ~Libc.PollOut) != 0;
    }

    /// <summary>Whether a file can be written, or has failed.</summary>
    public bool HasRoom(int place)
    {
        return (_entries[place].Ready & ~Libc.PollIn) != 0;
    }

    /// <summary>Waits until a file is ready, the bell rings or the time is over.</summary>
    /// <param name="timeoutMs">For how long at most, milliseconds.</param>
    public void Wait(int timeoutMs)
    {
        // An interrupted wait leaves what it found before.
        foreach (ref Libc.PollEntry entry in _entries.AsSpan(0, _count))
        {
            entry.Ready = 0;
        }

        if (Libc.Poll(ref _entries[0], (nuint)_count, timeoutMs) < 0)
        {
            int error = Marshal.GetLastPInvokeError();
            if (error != Libc.Interrupted)
            {
                throw new Win32Exception(error);
            }
        }
        else if (_entries[Bell].Ready != 0)
        {
            Libc.Read(_bell, out _, sizeof(ulong));
        }
    }

    /// <summary>Ends a wait at once, or the next one; from any thread.</summary>
    public void Ring()
    {
        try
        {
            Libc.Write(_bell, 1UL, sizeof(ulong));
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
