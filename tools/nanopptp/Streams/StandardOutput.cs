// Standard output as the kernel has it. The stream of .NET's console passes over a closed pipe in
// silence, and "connect" would stay connected for nobody. A FileStream would keep a position of its
// own and write over what standard error wrote to the same file.

using System;
using System.IO;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using nanoPptp.Tool.Sockets;

namespace nanoPptp.Tool.Streams;

/// <summary>write(2) on descriptor 1; every failure is an IOException.</summary>
[SupportedOSPlatform("linux")]
internal sealed class StandardOutput : WriteOnlyStream
{
    private const int Descriptor = 1;
    private const int Forever = -1;

    private readonly SafeFileHandle _handle = new(Descriptor, ownsHandle: false);

    /// <summary>Text in the encoding of the console; a line is written as soon as it is whole.
    /// </summary>
    public static TextWriter OpenText()
    {
        return new StreamWriter(new StandardOutput(), Console.OutputEncoding) { AutoFlush = true };
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (buffer.Length > 0)
        {
            nint written = Libc.Write(_handle, in buffer[0], (nuint)buffer.Length);
            if (written >= 0)
            {
                buffer = buffer[(int)written..];
                continue;
            }

            int error = Marshal.GetLastPInvokeError();
            switch (error)
            {
                case Libc.Interrupted:
                    break;
                case Libc.TryAgain:
                    // Somebody who shares the pipe made it non-blocking.
                    WaitForRoom();
                    break;
                default:
                    throw new IOException(Marshal.GetPInvokeErrorMessage(error));
            }
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _handle.Dispose();
        }

        base.Dispose(disposing);
    }

    private static void WaitForRoom()
    {
        Libc.PollEntry entry = new() { Descriptor = Descriptor, Wanted = Libc.PollOut };
        Libc.Poll(ref entry, 1, Forever);
    }
}
