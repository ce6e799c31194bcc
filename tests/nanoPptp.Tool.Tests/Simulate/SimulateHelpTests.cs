// The help and the README say the same, and what they say can be typed.

using System;
using System.CommandLine;
using System.IO;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using nanoPptp.Tool.Simulate;
using Xunit;

namespace nanoPptp.Tool.Tests.Simulate;

public sealed partial class SimulateHelpTests
{
    private static readonly string s_readme = Readme();

    [Fact]
    public void Help_names_every_option_once_with_exit_codes_and_examples()
    {
        ToolRun run = SimulateRun.Of("--help");

        Assert.Equal(ExitCode.Ok, run.ExitCode);
        foreach (string name in OptionNames())
        {
            Assert.Single(Regex.Matches(run.Output, $"(?m)^  {name}( |$)"));
        }

        Assert.Single(Regex.Matches(run.Output, "--help  "));
        string codes = run.Output[run.Output.IndexOf("Exit codes:", StringComparison.Ordinal)..];
        foreach (int code in (int[])[0, 1, 2, 4, 5, 20, 130])
        {
            Assert.Contains($"\n  {code,3}  ", codes, StringComparison.Ordinal);
        }

        Assert.All(
            SimulateHelp.Examples,
            example => Assert.Contains($"  {example[0]}\n", run.Output, StringComparison.Ordinal));
    }

    [Fact]
    public void The_README_has_the_options_of_the_command_and_no_other()
    {
        Assert.Equal(
            OptionNames().Order(),
            RowOfOption().Matches(s_readme).Select(row => row.Groups[1].Value).Order());
    }

    [Fact]
    public void The_README_has_the_examples_of_the_help()
    {
        Assert.True(SimulateHelp.Examples.Length >= 5);
        Assert.All(
            SimulateHelp.Examples,
            example => Assert.Contains($"    {example[0]}\n", s_readme, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_example_is_a_command_line_without_a_mistake()
    {
        using StringWriter output = new();
        Command command = SimulateCommand.Create(ToolRun.TerminalOf(output, output));
        foreach (string[] example in SimulateHelp.Examples)
        {
            string[] words = example[0].Split(' ');

            Assert.Equal(["nanopptp", "simulate"], words[..2]);
            Assert.Empty(command.Parse(words[2..]).Errors);
        }
    }

    [GeneratedRegex("(?m)^\\| `(--[a-z-]+)[^`]*` \\|")]
    private static partial Regex RowOfOption();

    private static string[] OptionNames()
    {
        Command command = SimulateCommand.Create(
            ToolRun.TerminalOf(TextWriter.Null, TextWriter.Null));
        return [.. command.Options.Where(option => !option.Hidden).Select(option => option.Name)];
    }

    private static string Readme([CallerFilePath] string here = "")
    {
        string text = File.ReadAllText(Path.Combine(
            Path.GetDirectoryName(here)!, "..", "..", "..", "tools", "nanopptp", "README.md"));
        int begin = text.IndexOf("\n## simulate\n", StringComparison.Ordinal);
        int end = text.IndexOf("\n## ", begin + 1, StringComparison.Ordinal);
        return text[begin..end];
    }
}
