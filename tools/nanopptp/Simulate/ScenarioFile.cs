// From what stands behind --scenario to a scenario, and what is said when there is none.

using System;
using System.IO;
using System.Linq;
using nanoPptp.Tool.Streams;
using Simulator.Scenarios;

namespace nanoPptp.Tool.Simulate;

/// <summary>Finds scenarios.</summary>
internal static class ScenarioFile
{
    /// <summary>Reads a scenario that comes with the tool, or a file.</summary>
    /// <param name="nameOrPath">Its name, or where it is.</param>
    /// <exception cref="ScenarioException">The file is no scenario; says where and why.</exception>
    /// <exception cref="ToolFailureException">There is no such scenario, or the file cannot be
    /// read.</exception>
    public static Scenario Open(string nameOrPath)
    {
        try
        {
            return ShippedScenarios.Open(nameOrPath);
        }
        catch (ScenarioException e) when (
            Naming.IsName(nameOrPath) && !ShippedScenarios.Names.Contains(nameOrPath))
        {
            throw new ToolFailureException(
                ExitCode.FileUnreadable,
                new Explanation(
                    "no-such-scenario",
                    $"{UsageErrors.Quote(nameOrPath)}: {e.Errors[0].Text}",
                    "",
                    "A file has a dot or a slash in its name, like ./" + nameOrPath
                        + "; --list shows the scenarios that come with the tool."));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw Unreadable(nameOrPath, "does not exist.");
        }
        catch (UnauthorizedAccessException)
        {
            throw Unreadable(nameOrPath, "may not be read, or is a folder.");
        }
        catch (IOException e)
        {
            throw Unreadable(nameOrPath, $"cannot be read: {Files.WhyUnwritable(e)}.");
        }
    }

    private static ToolFailureException Unreadable(string path, string why) =>
        new(
            ExitCode.FileUnreadable,
            new Explanation(
                "file-unreadable",
                $"The scenario file ({ScreenText.Escape(path)}) {why}",
                "",
                "--list shows the scenarios that come with the tool."));
}
