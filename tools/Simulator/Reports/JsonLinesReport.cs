// A run for programs: JSON Lines, one object a line, and the same objects as one document for the
// live page. Field names are stable and end in their unit; they are listed in
// tools/Simulator/README.md.

using System;
using System.Buffers;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Text;
using System.Text.Json;
using Simulator.World;

namespace Simulator.Reports;

/// <summary>Writes a run as JSON.</summary>
public static class JsonLinesReport
{
    /// <summary>Version of the fields; it changes when one of them goes or changes its meaning.
    /// </summary>
    public const int FormatVersion = 1;

    /// <summary>Writes one object a line: the run, then what belongs to it.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="run">The run.</param>
    public static void Write(TextWriter writer, RunRecord run)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(run);
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer);
        foreach ((string type, _, IEnumerable<Action<Utf8JsonWriter>> items) in Parts(run))
        {
            foreach (Action<Utf8JsonWriter> item in items)
            {
                json.WriteStartObject();
                json.WriteString("type", type);
                item(json);
                json.WriteEndObject();
                json.Flush();
                writer.Write(Encoding.UTF8.GetString(buffer.WrittenSpan));
                writer.Write('\n');
                buffer.ResetWrittenCount();
                json.Reset();
            }
        }
    }

    /// <summary>One document: an object with the fields of the run and an array for each kind of
    /// what belongs to it.</summary>
    /// <param name="run">The run.</param>
    internal static byte[] Document(RunRecord run)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            WriteDocument(json, run);
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteDocument(Utf8JsonWriter json, RunRecord run)
    {
        json.WriteStartObject();
        foreach ((string type, string name, var items) in Parts(run))
        {
            if (type == "run")
            {
                WriteRun(json, run);
                continue;
            }

            json.WriteStartArray(name);
            foreach (Action<Utf8JsonWriter> item in items)
            {
                json.WriteStartObject();
                item(json);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    // The name is that of the array which holds such objects in a document.
    private static IEnumerable<(string Type, string Name, IEnumerable<Action<Utf8JsonWriter>>)>
        Parts(RunRecord run)
    {
        yield return ("run", "run", [json => WriteRun(json, run)]);
        yield return ("fault", "faults", Each(run.Faults, WriteFault));
        yield return ("expectation", "expectations", Each(run.Expectations, WriteExpectation));
        yield return ("failure", "failures", Each(run.Failures, WriteFailure));
        yield return ("hub", "hubs", Each(run.Hubs, WriteHub));
        yield return ("sensor", "sensors", Each(run.Sensors, WriteSensor));
        yield return ("sample", "samples", Each(run.Samples, WriteSample));
        yield return ("figure", "figures", Each(run.Figures, WriteFigure));
        yield return ("message", "messages", Each(run.Ladder, WriteMessage));
    }

    private static IEnumerable<Action<Utf8JsonWriter>> Each<T>(
        IReadOnlyList<T> items, Action<Utf8JsonWriter, T> write)
    {
        foreach (T item in items)
        {
            yield return json => write(json, item);
        }
    }

    private static void WriteRun(Utf8JsonWriter json, RunRecord run)
    {
        json.WriteNumber("format", FormatVersion);
        json.WriteString("name", run.Name);
        json.WriteString("about", run.About);

        // As text: a seed has 64 bits, and many readers keep 53.
        json.WriteString("seed", run.Seed.ToString(CultureInfo.InvariantCulture));
        json.WriteString("command", run.Command);
        json.WriteString("verdict", ReportText.Word(run.Verdict));
        json.WriteString("traceHash", run.TraceHash);
        json.WriteNumber("traceEventCount", run.TraceEventCount);
        json.WriteNumber("nowUs", run.NowUs);
        json.WriteNumber("plannedUs", run.PlannedUs);
        json.WriteNumber("realMs", run.RealMs);
        json.WriteNumber("sensorCount", run.SensorCount);
        json.WriteString("ladderSensor", run.LadderSensor);
        json.WriteStartArray("checks");
        foreach (string check in run.Checks)
        {
            json.WriteStringValue(check);
        }

        json.WriteEndArray();
    }

    private static void WriteFault(Utf8JsonWriter json, FaultRecord fault)
    {
        json.WriteString("kind", fault.Kind);
        json.WriteString("text", fault.Text);
        json.WriteNumber("fromUs", fault.FromUs);
        json.WriteNumber("untilUs", fault.UntilUs);
    }

    private static void WriteExpectation(Utf8JsonWriter json, ExpectationRecord expectation)
    {
        json.WriteString("text", expectation.Text);
        if (expectation.MetAtUs is { } metAtUs)
        {
            json.WriteNumber("metAtUs", metAtUs);
        }
        else
        {
            json.WriteNull("metAtUs");
        }

        json.WriteBoolean("isOver", expectation.IsOver);
    }

    private static void WriteFailure(Utf8JsonWriter json, RunFailure failure)
    {
        json.WriteString("check", failure.Check);
        json.WriteNumber("atUs", failure.AtUs);
        json.WriteString("sensor", failure.Sensor);
        json.WriteString("text", failure.Text);
    }

    private static void WriteHub(Utf8JsonWriter json, HubRecord hub)
    {
        json.WriteString("name", hub.Name);
        json.WriteNumber("sessionCount", hub.SessionCount);
        json.WriteNumber("dialCount", hub.DialCount);
        json.WriteNumber("peakDialsPerSecond", hub.PeakDialsPerSecond);
        json.WriteNumber("dialsPerSecondLimit", hub.DialsPerSecondLimit);
    }

    private static void WriteSensor(Utf8JsonWriter json, SensorRecord sensor)
    {
        json.WriteString("name", sensor.Name);
        json.WriteString("stage", sensor.Stage);
        json.WriteString("hub", sensor.Hub);
        json.WriteString("address", sensor.Address);
        json.WriteString("diagnosis", sensor.Diagnosis);
        json.WriteNumber("dialCount", sensor.DialCount);
        json.WriteNumber("upCount", sensor.UpCount);
        json.WriteNumber("sentCount", sensor.SentCount);
        json.WriteNumber("deliveredCount", sensor.DeliveredCount);
        json.WriteNumber("upSharePpm", sensor.UpShare);
    }

    private static void WriteSample(Utf8JsonWriter json, FleetSample sample)
    {
        json.WriteNumber("atUs", sample.AtUs);
        json.WriteNumber("upCount", sample.UpCount);
        json.WriteNumber("dialCount", sample.DialCount);
        json.WriteNumber("sentCount", sample.SentCount);
        json.WriteNumber("deliveredCount", sample.DeliveredCount);
        json.WriteNumber("inFlightCount", sample.InFlightCount);
        json.WriteNumber("medianDelayUs", sample.MedianDelayUs);
        json.WriteNumber("longestDelayUs", sample.LongestDelayUs);
    }

    private static void WriteFigure(Utf8JsonWriter json, Figure figure)
    {
        json.WriteString("name", figure.Name);
        json.WriteString("value", figure.Value);
        json.WriteString("unit", figure.Unit);
    }

    private static void WriteMessage(Utf8JsonWriter json, LadderLine line)
    {
        json.WriteNumber("atUs", line.AtUs);
        json.WriteString("direction", line.Direction switch
        {
            Direction.ToHub => "toHub",
            Direction.ToSensor => "toSensor",
            _ => "",
        });
        json.WriteString("text", line.Text);
        json.WriteString("fate", line.Fate);
    }
}
