// What becomes of runs besides being run: where they are shown and kept.

using System.Net;

namespace nanoPptp.Tool.Simulate;

/// <summary>What to do with a run besides running it.</summary>
internal sealed record SimulateOutput
{
    /// <summary>The folder for reports; null for none.</summary>
    public string? Folder { get; init; }

    /// <summary>Whether each sensor's packets are captured there.</summary>
    public bool Captures { get; init; }

    /// <summary>Whether results are JSON Lines.</summary>
    public bool IsJson { get; init; }

    /// <summary>Where the live page is served; null for nowhere.</summary>
    public IPEndPoint? Web { get; init; }

    /// <summary>Virtual seconds a real second, at most; null for as many as it can.</summary>
    public int? Pace { get; init; }

    /// <summary>Whether the first sensor's conversation is shown.</summary>
    public bool ShowsLadder { get; init; }
}
