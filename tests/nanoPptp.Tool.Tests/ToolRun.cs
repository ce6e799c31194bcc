// The tool as a whole, in this process: its command line, its streams, its exit code.

using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using System.Text.Json;

namespace nanoPptp.Tool.Tests;

/// <summary>One run of the tool and everything it said.</summary>
internal sealed record ToolRun(ExitCode ExitCode, string Output, string Errors)
{
    public static ToolRun Of(params string[] arguments) => WithInput("", arguments);

    public static ToolRun WithInput(string input, params string[] arguments)
    {
        using StringWriter output = new();
        using StringWriter errors = new();
        ExitCode code = Program.Run(arguments, TerminalOf(output, errors, input));
        return new ToolRun(code, output.ToString(), errors.ToString());
    }

    public static Terminal TerminalOf(
        TextWriter output, TextWriter errors, string input = "", bool isLive = false) => new()
        {
            Output = output,
            Error = errors,
            OpenInput = () => new MemoryStream(Encoding.UTF8.GetBytes(input)),
            IsLive = isLive,
        };

    public IReadOnlyList<JsonElement> Events() => EventsOf(Output);

    public static IReadOnlyList<JsonElement> EventsOf(string lines)
    {
        List<JsonElement> events = [];
        foreach (string line in lines.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            using JsonDocument document = JsonDocument.Parse(line);
            events.Add(document.RootElement.Clone());
        }

        return events;
    }
}
