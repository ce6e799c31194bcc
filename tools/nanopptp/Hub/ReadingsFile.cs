// The readings of --readings, one JSON object a line. A file that cannot be written any more does
// not stop a packet in its way: the loop asks for the failure afterwards, and ends in order.

using System;
using System.Globalization;
using System.Net;
using System.Text.Json;
using nanoPptp.Tool.Streams;

namespace nanoPptp.Tool.Hub;

/// <summary>Appends readings.</summary>
/// <param name="path">The file; made when it is not there.</param>
/// <exception cref="ToolFailureException">It cannot be opened.</exception>
internal sealed class ReadingsFile(string path) : IDisposable
{
    private readonly FileSink _sink = Files.Append("readings file", path);
    private readonly JsonLine _line = new();

    /// <summary>Why nothing more is written; null while all is well.</summary>
    public ToolFailureException? Failure => _sink.Failure;

    /// <summary>Appends one.</summary>
    public void Append(Reading reading)
    {
        _line.Begin();
        reading.WriteTo(_line.Json);
        _sink.Write(_line.End("\n"u8));
    }

    public void Dispose()
    {
        _line.Dispose();
        _sink.Dispose();
    }
}

/// <summary>A datagram that a client sent through its tunnel.</summary>
/// <param name="Time">When it came, UTC.</param>
/// <param name="User">Whose session brought it.</param>
/// <param name="Source">The client's address inside the tunnel, and its port.</param>
/// <param name="Destination">Where it was sent to.</param>
/// <param name="Payload">Its octets.</param>
internal sealed record Reading(
    DateTime Time, string User, IPEndPoint Source, IPEndPoint Destination, byte[] Payload)
{
    /// <summary>UTC to the millisecond, as in all JSON of a hub.</summary>
    public const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    /// <summary>The payload as text; null when it is none that a screen could show.</summary>
    public string? Text { get; } = ScreenText.TextOf(Payload);

    /// <summary>Time, user, source, destination, and text or hex.</summary>
    public void WriteTo(Utf8JsonWriter json)
    {
        json.WriteString("time", Time.ToString(TimeFormat, CultureInfo.InvariantCulture));
        json.WriteString("user", User);
        json.WriteString("source", Source.ToString());
        json.WriteString("destination", Destination.ToString());
        json.WriteNumber("octets", Payload.Length);
        if (Text is null)
        {
            json.WriteString("hex", Convert.ToHexStringLower(Payload));
        }
        else
        {
            json.WriteString("text", Text);
        }
    }
}
