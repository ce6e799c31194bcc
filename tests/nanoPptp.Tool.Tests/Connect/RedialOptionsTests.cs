// What --redial and --redial-max mean for the pauses.

using System.CommandLine;
using System.IO;
using nanoPptp.Client;
using nanoPptp.Tool.Connect;
using Xunit;

namespace nanoPptp.Tool.Tests.Connect;

public sealed class RedialOptionsTests
{
    [Fact]
    public void Without_the_option_there_is_one_attempt()
    {
        Assert.Null(Read());
    }

    [Fact]
    public void The_paces_are_the_librarys()
    {
        RedialSettings expected = new();
        RedialSettings settings = Read("--redial")!;
        for (FailureClass c = FailureClass.Lost; c <= FailureClass.Authentication; c++)
        {
            Assert.Equal(expected.MinimumMs(c), settings.MinimumMs(c));
            Assert.Equal(expected.FirstMs(c), settings.FirstMs(c));
            Assert.Equal(expected.MaximumMs(c), settings.MaximumMs(c));
        }
    }

    [Theory]
    [InlineData(FailureClass.Lost)]
    [InlineData(FailureClass.Unreachable)]
    [InlineData(FailureClass.Busy)]
    [InlineData(FailureClass.Negotiation)]
    public void The_longest_pause_is_the_one_that_was_given(FailureClass c)
    {
        RedialSettings settings = Read("--redial", "--redial-max", "1.5")!;

        Assert.Equal(0, settings.MinimumMs(c));
        Assert.Equal(1500, settings.FirstMs(c));
        Assert.Equal(1500, settings.MaximumMs(c));
    }

    [Theory]
    [InlineData(FailureClass.Policy)]
    [InlineData(FailureClass.Authentication)]
    public void A_short_pause_never_locks_an_account(FailureClass c)
    {
        RedialSettings expected = new();
        RedialSettings settings = Read("--redial", "--redial-max", "0.01")!;

        Assert.Equal(expected.MinimumMs(c), settings.MinimumMs(c));
        Assert.Equal(expected.FirstMs(c), settings.FirstMs(c));
        Assert.Equal(expected.MaximumMs(c), settings.MaximumMs(c));
    }

    private static RedialSettings? Read(params string[] redial)
    {
        using TemporaryFolder folder = new();
        string password = folder.WriteSecret("password", Session.Password);
        ConnectArguments arguments = new();
        Command command = new("connect");
        arguments.AddTo(command);
        ParseResult parsed = command.Parse(
            ["--hub", "192.0.2.1", "--user", "u", "--password-file", password, .. redial]);
        Assert.Empty(parsed.Errors);
        Assert.Empty(arguments.Check(parsed));
        using StringWriter output = new();
        ConnectOptions options = arguments.Read(
            parsed, new InputFiles(ToolRun.TerminalOf(output, output)));
        options.Settings.Wipe();
        return options.Redial;
    }
}
