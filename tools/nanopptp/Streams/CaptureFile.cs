// The file of --pcap and its clock. Who has the file can try passwords against it: a new one is for
// its owner alone.

using System;
using System.Diagnostics;
using Simulator.Reports;

namespace nanoPptp.Tool.Streams;

/// <summary>A pcapng file that a run over real sockets writes.</summary>
internal sealed class CaptureFile : IDisposable
{
    private const long NanosecondsPerTick = 100;

    private readonly FileSink _sink;
    private readonly long _startNanoseconds;
    private readonly long _startTimestamp;

    /// <summary>Makes the file; the wall clock is read once, here.</summary>
    /// <param name="path">The file.</param>
    /// <param name="application">Who writes it.</param>
    /// <exception cref="ToolFailureException">It cannot be made or written.</exception>
    public CaptureFile(string path, string application)
    {
        _sink = Files.CreatePrivate("capture file", path);
        Writer = new PcapngWriter(_sink, application);
        if (_sink.Failure is not null)
        {
            Writer.Dispose();
            throw _sink.Failure;
        }

        _startNanoseconds = (DateTime.UtcNow - DateTime.UnixEpoch).Ticks * NanosecondsPerTick;
        _startTimestamp = Stopwatch.GetTimestamp();
    }

    /// <summary>Writes its packets.</summary>
    public PcapngWriter Writer { get; }

    /// <summary>Why nothing more is written; null while all is well.</summary>
    public ToolFailureException? Failure => _sink.Failure;

    /// <summary>Now, in nanoseconds since 1970.</summary>
    public long NowNanoseconds => NanosecondsAt(Stopwatch.GetTimestamp());

    /// <summary>A moment in nanoseconds since 1970.</summary>
    /// <param name="timestamp">The moment, of Stopwatch.</param>
    public long NanosecondsAt(long timestamp)
    {
        double elapsed = (timestamp - _startTimestamp) * (1e9 / Stopwatch.Frequency);
        return _startNanoseconds + (long)elapsed;
    }

    public void Dispose()
    {
        Writer.Dispose();
    }
}
