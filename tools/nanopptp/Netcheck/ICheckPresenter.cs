// Who is told of a check: steps as they are passed, and the verdict at the end.

using System;
using System.Globalization;
using System.IO;
using System.Text;
using System.Text.Json;
using nanoPptp.Tool.Streams;

namespace nanoPptp.Tool.Netcheck;

/// <summary>Shows a check.</summary>
internal interface ICheckPresenter : IDisposable
{
    /// <summary>A step was passed, or failed.</summary>
    void Step(CheckStep step);

    /// <summary>The check is over.</summary>
    void Verdict(RunEnd end);
}

/// <summary>Shows a check as lines for people.</summary>
/// <param name="output">Where they go.</param>
internal sealed class CheckTextPresenter(TextWriter output) : ICheckPresenter
{
    public void Step(CheckStep step)
    {
        string mark = step.Result switch
        {
            StepResult.Ok => "ok",
            StepResult.Failed => "FAIL",
            _ => "-",
        };
        string took = step.TookMs is { } ms
            ? string.Create(CultureInfo.InvariantCulture, $" ({ms:F1} ms)")
            : "";
        output.WriteLine($"{mark,-5} {step.Name,-10} {step.Text}{took}");
        output.Flush();
    }

    public void Verdict(RunEnd end)
    {
        Explanation why = end.Explanation;
        output.WriteLine();
        output.WriteLine(why.Sentence);
        if (why.Cause.Length > 0)
        {
            output.WriteLine($"  Likely cause: {why.Cause}");
        }

        if (why.NextStep.Length > 0)
        {
            output.WriteLine($"  Next step: {why.NextStep}");
        }

        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"  Exit code {(int)end.ExitCode} ({why.Code})"));
        output.Flush();
    }

    public void Dispose()
    {
    }
}

/// <summary>Shows a check as JSON Lines.</summary>
/// <param name="output">Where they go.</param>
internal sealed class CheckJsonPresenter(TextWriter output) : ICheckPresenter
{
    private readonly JsonLine _line = new();

    public void Step(CheckStep step)
    {
        Utf8JsonWriter json = _line.Json;
        _line.Begin();
        json.WriteString("event", "step");
        json.WriteString("step", step.Name);
        json.WriteString(
            "result",
            step.Result switch
            {
                StepResult.Ok => "ok",
                StepResult.Failed => "failed",
                _ => "unknown",
            });
        json.WriteString("text", step.Text);
        if (step.TookMs is { } ms)
        {
            json.WriteNumber("tookMs", Math.Round(ms, 3));
        }

        foreach ((string name, object value) in step.Facts)
        {
            switch (value)
            {
                case int number:
                    json.WriteNumber(name, number);
                    break;
                case string[] texts:
                    json.WriteStartArray(name);
                    foreach (string text in texts)
                    {
                        json.WriteStringValue(text);
                    }

                    json.WriteEndArray();
                    break;
                default:
                    json.WriteString(name, value.ToString());
                    break;
            }
        }

        End();
    }

    public void Verdict(RunEnd end)
    {
        _line.Begin();
        _line.Json.WriteString("event", "verdict");
        _line.WriteExplanation(end.ExitCode, end.Explanation);
        _line.WriteCounters(end.Counters);
        End();
    }

    public void Dispose()
    {
        _line.Dispose();
    }

    private void End()
    {
        output.WriteLine(Encoding.UTF8.GetString(_line.End()));
        output.Flush();
    }
}
