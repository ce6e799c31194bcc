// The folder that a run leaves its reports in.

using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using nanoPptp.Tool.Streams;
using Simulator.Reports;
using Simulator.Scenarios;

namespace nanoPptp.Tool.Simulate;

/// <summary>The folder of <c>--out</c>; made when it does not exist. Files of an earlier run with
/// the same names are written over.</summary>
internal sealed class ReportFolder
{
    private const string NextStep = "Give another folder with --out DIR.";

    private static readonly UTF8Encoding s_utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Makes the folder.</summary>
    /// <param name="path">Its path.</param>
    /// <exception cref="ToolFailureException">It cannot be made.</exception>
    public ReportFolder(string path)
    {
        Path = path;
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            string why = File.Exists(path) ? "is a file" : $"cannot be made: {WhyNot(e)}";
            throw Failure("folder for reports", path, why);
        }
    }

    /// <summary>Its path.</summary>
    public string Path { get; }

    /// <summary>Begins the reports of one run: what cannot be written is known before it, and a run
    /// that never ends leaves no better verdict of an earlier one behind.</summary>
    /// <param name="scenario">What is run.</param>
    /// <param name="record">The run before it begins.</param>
    public void Begin(Scenario scenario, RunRecord record)
    {
        WriteScenario("scenario.yaml", scenario);
        WriteReports(record);
    }

    /// <summary>Writes the reports of one run.</summary>
    /// <param name="record">What became of it.</param>
    public void WriteReports(RunRecord record)
    {
        WritePage("report.html", record);
        WriteText("run.jsonl", writer => JsonLinesReport.Write(writer, record));
        WriteJUnit(record);
    }

    /// <summary>Writes a page.</summary>
    /// <param name="name">The file's name.</param>
    /// <param name="record">What is told.</param>
    public void WritePage(string name, RunRecord record) =>
        WriteText(name, writer => HtmlReport.Write(writer, record));

    /// <summary>Writes the JUnit report.</summary>
    /// <param name="record">What is told.</param>
    public void WriteJUnit(RunRecord record) => Write("junit.xml", path =>
    {
        using FileStream stream = File.Create(path);
        JUnitReport.Write(stream, [record]);
        return path;
    });

    /// <summary>Writes a scenario.</summary>
    /// <param name="name">The file's name.</param>
    /// <param name="scenario">What to write.</param>
    /// <returns>The file's path.</returns>
    public string WriteScenario(string name, Scenario scenario) =>
        WriteText(name, writer => writer.Write(ScenarioWriter.Write(scenario)));

    /// <summary>Begins the capture of one sensor.</summary>
    /// <param name="name">The sensor's name.</param>
    /// <param name="address">Its outer address.</param>
    /// <param name="hubs">Its hubs, by number.</param>
    public RunCapture OpenCapture(string name, uint address, IReadOnlyList<CapturedHub> hubs) =>
        Write($"{name}.pcapng", path =>
        {
            FileStream stream = File.Create(path);
            try
            {
                return new RunCapture(path, new SensorCapture(stream, address, hubs));
            }
            catch
            {
                stream.Dispose();
                throw;
            }
        });

    /// <summary>What is said of a report that cannot be written.</summary>
    public static ToolFailureException Unwritable(string path, Exception cause) =>
        Failure("report", path, $"cannot be written: {WhyNot(cause)}");

    private static ToolFailureException Failure(string what, string path, string why) => new(
        ExitCode.FileUnreadable,
        new Explanation(
            "report-unwritable", $"The {what} ({ScreenText.Escape(path)}) {why}.", "", NextStep));

    private static string WhyNot(Exception e) => e switch
    {
        UnauthorizedAccessException => "no permission, or it is a folder",
        FileNotFoundException or DirectoryNotFoundException => "there is no place for it",
        IOException lost => Files.WhyUnwritable(lost),
        _ => "the system refuses",
    };

    private string WriteText(string name, Action<TextWriter> write) => Write(name, path =>
    {
        using StreamWriter writer = new(File.Create(path), s_utf8) { NewLine = "\n" };
        write(writer);
        return path;
    });

    private T Write<T>(string name, Func<string, T> write)
    {
        string path = System.IO.Path.Combine(Path, name);
        try
        {
            return write(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(path, e);
        }
    }
}
