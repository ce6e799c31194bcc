// The command line, from a planted bug to the file that shows it again.

using System;
using System.IO;
using nanoPptp.Fuzz.Engine;
using nanoPptp.Fuzz.Targets;
using Xunit;

namespace nanoPptp.Fuzz.Tests;

public sealed class CommandLineTests : IDisposable
{
    private static readonly TargetRow[] s_canary =
        [new("canary", 1, () => new TrustingWalker())];

    private readonly string _folder =
        Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    public void Dispose()
    {
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    [Fact]
    public void A_finding_becomes_a_file_that_replay_takes()
    {
        (int code, string text) = Run(
            s_canary, "--inputs", "20000", "--seed", "5", "--out", _folder);
        Assert.Equal(Program.Broken, code);
        string file = Assert.Single(Directory.GetFiles(_folder));
        Assert.Contains("FOUND: canary breaks: IndexOutOfRangeException", text);
        Assert.Contains("seed 5, job 0, input ", text);
        Assert.Contains("--replay " + file, text);

        InputFile input = InputFile.Read(file);
        Assert.Equal("canary", input.Target);
        Assert.StartsWith("found by seed 5, job 0, input ", input.Origin);
        (code, text) = Run(s_canary, "--replay", file);
        Assert.Equal(Program.Broken, code);
        Assert.Contains("canary breaks: IndexOutOfRangeException", text);
    }

    [Fact]
    public void A_sound_file_and_a_sound_folder_end_with_0()
    {
        Directory.CreateDirectory(_folder);
        string file = Path.Combine(_folder, "sound.txt");
        File.WriteAllText(file, "# Target: canary\n# Origin: by hand\n1203\n01\n");
        (int code, string text) = Run(s_canary, "--replay", file);
        Assert.Equal(Program.Sound, code);
        Assert.Contains("sound", text);
        Assert.Equal(Program.Sound, Run(s_canary, "--replay", _folder).Code);
    }

    [Fact]
    public void A_run_that_finds_nothing_ends_with_0_and_counts()
    {
        (int code, string text) = Run(
            TargetList.All, "--target", "wire-mppe-header", "--inputs", "1000", "--jobs", "2",
            "--out", _folder);
        Assert.Equal(Program.Sound, code);
        Assert.Contains("1000 inputs in", text);
        Assert.False(Directory.Exists(_folder));
    }

    [Fact]
    public void A_run_for_a_time_ends_when_it_is_over()
    {
        (int code, string text) = Run(
            TargetList.All, "--target", "wire-ppp-frame", "--for", "0.2s", "--out", _folder);
        Assert.Equal(Program.Sound, code);
        Assert.Contains("wire-ppp-frame", text);
        Assert.DoesNotContain("100000 inputs", text);
    }

    [Fact]
    public void List_names_every_target()
    {
        (int code, string text) = Run(TargetList.All, "--list");
        Assert.Equal(Program.Sound, code);
        Assert.Equal(TargetList.All.Count, text.Trim().Split('\n').Length);
    }

    [Theory]
    [InlineData("--target", "nothing")]
    [InlineData("--for", "thirty")]
    [InlineData("--for", "0s")]
    [InlineData("--inputs", "0")]
    [InlineData("--jobs", "0")]
    [InlineData("--replay", "/nowhere/at/all.txt")]
    [InlineData("--unknown", "1")]
    public void A_wrong_command_line_ends_with_2(string option, string value)
    {
        Assert.Equal(Program.WrongUsage, Run(TargetList.All, option, value).Code);
    }

    private static (int Code, string Text) Run(
        System.Collections.Generic.IReadOnlyList<TargetRow> targets, params string[] arguments)
    {
        using var output = new StringWriter();
        int code = Program.Run(arguments, output, targets);
        return (code, output.ToString());
    }
}
