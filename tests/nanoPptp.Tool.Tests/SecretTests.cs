// A secret is in no message, whatever goes wrong with it.

using System;
using System.Linq;
using System.Text;
using nanoPptp.Auth;
using Xunit;

namespace nanoPptp.Tool.Tests;

public sealed class SecretTests : IDisposable
{
    private const string Secret = "Xyzzy-4711 plugh";

    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("--password-file", false)]
    [InlineData("--password-file", true)]
    [InlineData("--nt-hash-file", false)]
    [InlineData("--nt-hash-file", true)]
    public void No_message_holds_it(string option, bool json)
    {
        byte[] hash = new byte[NtHash.Length];
        NtHash.FromPassword(Secret, hash, 0);
        string digits = Convert.ToHexString(hash);
        string content = option == "--password-file" ? Secret : digits;
        string[] shared = json ? ["connect", "--json"] : ["connect"];

        // Port 1723 of this address is closed, or the tool may not even try: it ends either way.
        ToolRun[] runs =
        [
            ToolRun.Of(
                [.. shared, "--hub", "127.0.0.1", "--user", "u", option,
                    _folder.WriteSecret("good", content)]),
            ToolRun.Of(
                [.. shared, "--hub", "127.0.0.1", "--user", "u", option,
                    _folder.WriteSecret("bad", content + "\n" + content + new string('x', 900))]),
            ToolRun.Of(
                [.. shared, "--hub", "no-such-hub.invalid", "--user", "u", option,
                    _folder.WriteSecret("good", content)]),
        ];

        foreach (ToolRun run in runs)
        {
            Assert.NotEqual(ExitCode.Ok, run.ExitCode);
            Assert.NotEqual(ExitCode.InternalError, run.ExitCode);
            string all = run.Output + run.Errors;
            Assert.NotEmpty(all);
            Assert.DoesNotContain(Secret, all, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(digits, all, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(
                Convert.ToHexString(Encoding.UTF8.GetBytes(Secret)),
                all,
                StringComparison.OrdinalIgnoreCase);
        }
    }

    [Theory]
    [InlineData("'--password'", "connect", "--password", Secret)]
    [InlineData("'--password'", "connect", "--password=" + Secret)]
    [InlineData("'--password'", "connect", "--password:" + Secret)]
    [InlineData("'--password'", "connect", "--password" + Secret)]
    [InlineData("'--passwd'", "connect", "--passwd", Secret)]
    [InlineData("'--p'", "connect", "--pX" + Secret)]
    [InlineData("'-p'", "connect", "-p", Secret)]
    [InlineData("'-p'", "connect", "-p" + Secret)]
    [InlineData("'-p'", "connect", "-p=" + Secret)]
    [InlineData("'--nt-hash'", "connect", "--nt-hash", Secret)]
    [InlineData("'--Password'", "connect", "--Password", Secret)]
    [InlineData("'--secret'", "connect", "--secret", Secret)]
    [InlineData("One value", "connect", Secret)]
    [InlineData("2 values", "connect", "-w", Secret, Secret + Secret)]
    [InlineData("One value", "connect", "--hub", "--password", Secret)]
    [InlineData("--hub needs", "connect", "--hub", "--password=" + Secret)]
    [InlineData("--user needs", "connect", "--user", "--password=" + Secret)]
    [InlineData("'--password'", "connect", "--mtu", "--password=" + Secret)]
    [InlineData("'--password'", "connect", "--udp", "--password=" + Secret, "--message", "x")]
    [InlineData("'--password'", "--password", Secret)]
    [InlineData("no such command", "conect", "--password", Secret)]
    [InlineData("no such command", Secret)]
    [InlineData("'--password'", "simulate", "--password", Secret)]
    public void A_command_line_that_holds_it_is_not_repeated(
        string expected, params string[] arguments)
    {
        // Whatever else is missing would hide what is checked after the command line was read.
        string[] rest = arguments[0] != "connect" ? []
            : [
                .. arguments.Contains("--hub") ? (string[])[] : ["--hub", "192.0.2.1"],
                .. arguments.Contains("--user") ? (string[])[] : ["--user", "u"],
                "--password-file", "-",
            ];
        ToolRun run = ToolRun.Of([.. arguments, .. rest]);

        Assert.Equal(ExitCode.Usage, run.ExitCode);
        Assert.Contains(expected, run.Errors, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("Xyzzy", run.Errors, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("plugh", run.Errors, StringComparison.OrdinalIgnoreCase);
        Assert.Empty(run.Output);
    }

    [Fact]
    public void Who_gives_it_on_the_command_line_is_told_where_it_belongs()
    {
        ToolRun run = ToolRun.Of("connect", "--hub", "h", "--user", "u", "--password", Secret);

        Assert.Contains("--password-file", run.Errors, StringComparison.Ordinal);
        Assert.Contains("list of processes", run.Errors, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();
}
