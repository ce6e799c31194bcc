// Results that cannot be written: one sentence, exit code 4, and no trace of a program's insides.

using System;
using System.Diagnostics;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace nanoPptp.Tool.Tests.Streams;

[Collection(FullDisk.Collection)]
public sealed class OutputTests
{
    private const string Full =
        "nanopptp: Standard output cannot be written: No space left on device.\n";

    [Theory]
    [InlineData(0, "simulate")]
    [InlineData(7, "simulate")]
    [InlineData(0, "connect", "--help")]
    [InlineData(0, "--help")]
    [InlineData(0, "--version")]
    [InlineData(0, "connect", "--hub", "192.0.2.1", "--user", "u", "--password-file", "/no/such",
        "--json")]
    public void A_full_disk_is_exit_code_4_and_one_sentence(int lines, params string[] arguments)
    {
        using BrokenWriter output = new(lines);
        using StringWriter errors = new();
        ExitCode code = Program.Run(arguments, ToolRun.TerminalOf(output, errors));

        Assert.Equal(ExitCode.FileUnreadable, code);
        Assert.Equal(Full, errors.ToString());
        Assert.Equal(1, output.Refused);
    }

    [Fact]
    public void Messages_that_cannot_be_written_change_nothing()
    {
        using StringWriter output = new();
        using BrokenWriter errors = new(0);

        Assert.Equal(
            ExitCode.Usage, Program.Run(["connect"], ToolRun.TerminalOf(output, errors)));
        Assert.Equal(
            ExitCode.Ok, Program.Run(["--version"], ToolRun.TerminalOf(output, errors)));
    }

    [Fact]
    public async Task A_device_that_is_full_is_exit_code_4()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "there is no /dev/full here");
        (int code, string errors) = await RunAsync(
            "sh", "-c", "exec dotnet \"$0\" simulate >/dev/full", ToolPath());

        Assert.Equal((int)ExitCode.FileUnreadable, code);
        Assert.Equal(Full, errors);
    }

    [Fact]
    public async Task A_pipe_that_nobody_reads_is_exit_code_4()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "elsewhere .NET's console passes over it");
        (int code, string errors) = await RunAsync("dotnet", ToolPath(), "simulate");

        Assert.Equal((int)ExitCode.FileUnreadable, code);
        Assert.Equal("nanopptp: Standard output cannot be written: Broken pipe.\n", errors);
    }

    [Fact]
    public async Task Output_and_errors_may_share_a_file()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs a shell");
        using TemporaryFolder folder = new();
        await RunAsync(
            "sh", "-c",
            "echo first >\"$1\"; exec >>\"$1\" 2>&1; dotnet \"$0\" --version; dotnet \"$0\" dial",
            ToolPath(), folder["log"]);

        string[] lines = await File.ReadAllLinesAsync(
            folder["log"], TestContext.Current.CancellationToken);
        Assert.Equal("first", lines[0]);
        Assert.Matches("^[0-9]+\\.", lines[1]);
        Assert.StartsWith("nanopptp: ", lines[2], StringComparison.Ordinal);
    }

    private static string ToolPath() => Path.Combine(AppContext.BaseDirectory, "nanoPptp.Tool.dll");

    /// <summary>Runs a program whose standard output nobody reads.</summary>
    private static async Task<(int Code, string Errors)> RunAsync(
        string program, params string[] arguments)
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        using Process process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        process.StandardOutput.Close();
        process.StandardInput.Close();
        string errors = await process.StandardError.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        return (process.ExitCode, errors);
    }
}
