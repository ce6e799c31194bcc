// The dissector of others, as the judge of captures.

using System;
using System.Diagnostics;
using System.Threading.Tasks;
using Xunit;

namespace Simulator.Tests.Reports;

/// <summary>Runs tshark; without it the test is skipped.</summary>
internal static class Tshark
{
    public static async Task<string[]> ReadAsync(string path, params string[] arguments)
    {
        ProcessStartInfo start = new("tshark")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        string[] all =
        [
            "-n", "-o", "ip.check_checksum:TRUE", "-o", "tcp.check_checksum:TRUE", "-r", path,
            .. arguments,
        ];
        foreach (string argument in all)
        {
            start.ArgumentList.Add(argument);
        }

        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("tshark is not installed: apt-get install --no-install-recommends tshark");
            throw;
        }

        using (process)
        {
            Task<string> errors =
                process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            string output = await process.StandardOutput.ReadToEndAsync(
                TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(60));
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.True(process.ExitCode == 0, await errors);
            return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        }
    }
}
