// A secret is in no message, whatever goes wrong with it.

using System;
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

    public void Dispose() => _folder.Dispose();
}
