// JSON Lines for scripts: one object a line.

using System;
using System.Buffers;
using System.Collections.Generic;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace nanoPptp.Tool.Streams;

/// <summary>The line that is being written.</summary>
internal sealed class JsonLine : IDisposable
{
    private readonly ArrayBufferWriter<byte> _octets = new(1024);

    public JsonLine()
    {
        // Lines go to a terminal, a pipe or a file, never into HTML: only what JSON demands is
        // escaped.
        Json = new Utf8JsonWriter(
            _octets,
            new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }

    /// <summary>Writes the fields between <see cref="Begin"/> and <see cref="End"/>.</summary>
    public Utf8JsonWriter Json { get; }

    /// <summary>Begins a new line.</summary>
    public void Begin()
    {
        _octets.ResetWrittenCount();
        Json.Reset();
        Json.WriteStartObject();
    }

    /// <summary>Ends the line.</summary>
    /// <param name="behind">What comes behind the object.</param>
    /// <returns>The line; good until the next one is begun.</returns>
    public ReadOnlySpan<byte> End(ReadOnlySpan<byte> behind = default)
    {
        Json.WriteEndObject();
        Json.Flush();
        _octets.Write(behind);
        return _octets.WrittenSpan;
    }

    /// <summary>Writes why a run ended.</summary>
    public void WriteExplanation(ExitCode exitCode, Explanation why)
    {
        Json.WriteNumber("exitCode", (int)exitCode);
        Json.WriteString("code", why.Code);
        Json.WriteString("sentence", why.Sentence);
        if (why.Cause.Length > 0)
        {
            Json.WriteString("cause", why.Cause);
        }

        if (why.NextStep.Length > 0)
        {
            Json.WriteString("nextStep", why.NextStep);
        }

        if (why.Error != 0)
        {
            Json.WriteNumber("error", why.Error);
        }

        if (why.ErrorName.Length > 0)
        {
            Json.WriteString("errorName", why.ErrorName);
        }
    }

    /// <summary>Writes everything that was counted.</summary>
    public void WriteCounters(IReadOnlyDictionary<string, long> counters)
    {
        Json.WriteStartObject("counters");
        foreach ((string name, long value) in counters)
        {
            Json.WriteNumber(name, value);
        }

        Json.WriteEndObject();
    }

    public void Dispose()
    {
        Json.Dispose();
    }
}
