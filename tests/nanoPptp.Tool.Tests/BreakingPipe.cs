// A file that can be written for a while: a named pipe whose reader goes away.

using System.Diagnostics;
using System.IO;
using System.Threading.Tasks;
using Xunit;

namespace nanoPptp.Tool.Tests;

/// <summary>Reads a named pipe until it is told to break it.</summary>
internal sealed class BreakingPipe
{
    private volatile bool _isBreaking;
    private Task _reader = Task.CompletedTask;

    /// <summary>Makes the pipe and begins to read it.</summary>
    public static async Task<BreakingPipe> MakeAsync(string path)
    {
        using (Process make = Process.Start("mkfifo", [path]))
        {
            await make.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.Equal(0, make.ExitCode);
        }

        BreakingPipe pipe = new();
        pipe._reader = Task.Run(
            () =>
            {
                using FileStream stream = new(path, FileMode.Open, FileAccess.Read);
                byte[] buffer = new byte[65536];
                while (!pipe._isBreaking && stream.Read(buffer) > 0)
                {
                }
            },
            TestContext.Current.CancellationToken);
        return pipe;
    }

    /// <summary>Whether nobody reads any more.</summary>
    public bool IsBroken => _reader.IsCompleted;

    /// <summary>Breaks it with the next octet that is written.</summary>
    public void Break() => _isBreaking = true;
}
