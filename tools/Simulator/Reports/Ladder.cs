// The conversation as a ladder for people: each line with its time and direction.

using System;
using System.Globalization;
using Simulator.World;

namespace Simulator.Reports;

/// <summary>Writes one line for everything that passes between one sensor and its hubs.</summary>
/// <param name="write">Takes the finished lines.</param>
public sealed class Ladder(Action<string> write) : LadderObserver
{
    /// <summary>Heading over the columns.</summary>
    public const string Heading = "   time ms  sensor    hub  message";

    /// <inheritdoc/>
    protected override void Add(LadderLine line)
    {
        ArgumentNullException.ThrowIfNull(line);
        string columns = line.Direction switch
        {
            null => "  * ",
            Direction.ToHub => "    |------->|    ",
            _ => "    |<-------|    ",
        };
        string note = line.Fate.Length == 0 ? "" : $"  [{line.Fate}]";
        write(string.Create(
            CultureInfo.InvariantCulture,
            $"{line.AtUs / 1000.0,10:0.0}{columns}{line.Text}{note}"));
    }
}
