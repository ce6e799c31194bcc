// What became of the readings of a run, as text and as JSON.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text.Json;

namespace nanoPptp.Tool.Telemetry;

/// <summary>The figures at the end of a run.</summary>
internal sealed record DeliverySummary
{
    /// <summary>Queued in this run.</summary>
    public long Queued { get; init; }

    /// <summary>Brought back from the journal.</summary>
    public long Restored { get; init; }

    /// <summary>Acknowledged by the hub's application.</summary>
    public long Delivered { get; init; }

    /// <summary>Still in the queue.</summary>
    public long Waiting { get; init; }

    /// <summary>Given up: the queue was full, or no pack could carry them.</summary>
    public long Dropped { get; init; }

    /// <summary>How often the hub's application refused what it was asked.</summary>
    public long Refusals { get; init; }

    /// <summary>Where the hub's application should have been; null when something answered there, or
    /// was not asked.</summary>
    public string? Unanswered { get; init; }

    /// <summary>From the queue to the acknowledgment; null when nothing was delivered.</summary>
    public double? MedianMs { get; init; }

    /// <summary>The longest one.</summary>
    public double? WorstMs { get; init; }

    /// <summary>What TCP or CoAP sent again.</summary>
    public long Retransmissions { get; init; }

    /// <summary>Packs that were sent again as a whole.</summary>
    public long Resent { get; init; }

    /// <summary>Connections to the hub's application after the first.</summary>
    public long Reconnects { get; init; }

    /// <summary>Octets of inner IP packets, both ways.</summary>
    public long WireOctets { get; init; }

    /// <summary>Appends to the journal.</summary>
    public long FlashWrites { get; init; }

    /// <summary>Octets appended.</summary>
    public long FlashOctets { get; init; }

    /// <summary>Files begun anew.</summary>
    public long FlashErases { get; init; }

    /// <summary>Calls of the journal's store that failed.</summary>
    public long StoreFailures { get; init; }

    /// <summary>Files of the journal that ended in octets that are no record: by a loss of power, or
    /// damaged, and then there may have been readings.</summary>
    public long TornRecords { get; init; }

    /// <summary>The last failure in the system's words; null when there was none.</summary>
    public string? StoreFailure { get; init; }

    /// <summary>How many readings like these a board's flash would last; null without a journal.
    /// </summary>
    public double? FlashReadings { get; init; }

    /// <summary>What all this takes of a board's memory, octets.</summary>
    public long RamOctets { get; init; }

    /// <summary>Octets on the wire for a delivered reading; null when there is none.</summary>
    public double? OctetsPerReading => Delivered == 0 ? null : (double)WireOctets / Delivered;

    /// <summary>Lines for people.</summary>
    public IEnumerable<string> Lines()
    {
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"delivered {Delivered} of {Queued + Restored} readings ({Restored} from the journal),"
            + $" waiting {Waiting}, dropped {Dropped}");
        if (Unanswered is { } address)
        {
            yield return $"  nobody answered at {address} inside the tunnel";
        }

        if (MedianMs is { } median && WorstMs is { } worst)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture, $"  delay: median {median:F0} ms, worst {worst:F0} ms");
        }

        string octets = OctetsPerReading?.ToString("F1", CultureInfo.InvariantCulture) ?? "-";
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"  retransmissions {Retransmissions}, packs sent again {Resent}, reconnects"
            + $" {Reconnects}, refusals {Refusals}, octets on the wire for a reading {octets}");
        if (FlashReadings is { } life)
        {
            string journal = string.Create(
                CultureInfo.InvariantCulture,
                $"  journal: {FlashWrites} writes, {FlashOctets} octets, {FlashErases} erasures,"
                + $" {StoreFailures} failures");
            yield return !double.IsFinite(life) ? journal : string.Create(
                CultureInfo.InvariantCulture,
                $"{journal}; a board's flash lasts for {life / 1e6:F0} million readings like these");
        }

        if (TornRecords > 0)
        {
            yield return
                "  the journal ended in octets that nobody can read: what was behind them is lost";
        }

        if (StoreFailure is { } failure)
        {
            yield return $"  the journal failed last with: {ScreenText.Escape(failure)}";
        }

        yield return string.Create(
            CultureInfo.InvariantCulture, $"  memory on a board: {RamOctets} octets");
    }

    /// <summary>Writes the object "delivery".</summary>
    public void WriteTo(Utf8JsonWriter json)
    {
        json.WriteStartObject("delivery");
        json.WriteNumber("queued", Queued);
        json.WriteNumber("restored", Restored);
        json.WriteNumber("delivered", Delivered);
        json.WriteNumber("waiting", Waiting);
        json.WriteNumber("dropped", Dropped);
        WriteIfAny(json, "medianMs", MedianMs);
        WriteIfAny(json, "worstMs", WorstMs);
        json.WriteNumber("retransmissions", Retransmissions);
        json.WriteNumber("resent", Resent);
        json.WriteNumber("reconnects", Reconnects);
        json.WriteNumber("refusals", Refusals);
        if (Unanswered is { } address)
        {
            json.WriteString("unanswered", address);
        }

        WriteIfAny(json, "octetsPerReading", OctetsPerReading);
        if (FlashReadings is { } life)
        {
            json.WriteNumber("flashWrites", FlashWrites);
            json.WriteNumber("flashOctets", FlashOctets);
            json.WriteNumber("flashErases", FlashErases);
            json.WriteNumber("tornRecords", TornRecords);
            json.WriteNumber("storeFailures", StoreFailures);
            if (StoreFailure is { } failure)
            {
                json.WriteString("storeFailure", failure);
            }

            WriteIfAny(json, "flashReadings", double.IsFinite(life) ? life : null);
        }

        json.WriteNumber("ramOctets", RamOctets);
        json.WriteEndObject();
    }

    private static void WriteIfAny(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, Math.Round(number, 3));
        }
    }
}
