// A file that a run writes beside its results: a capture, readings. A full disk must not end a
// session in the middle of a packet: the run asks for the failure afterwards, and ends in order.

using System;
using System.IO;

namespace nanoPptp.Tool.Streams;

/// <summary>Takes everything and remembers its first failure.</summary>
/// <param name="file">The file, without a buffer of its own.</param>
/// <param name="what">What it is, for people.</param>
/// <param name="path">Its name.</param>
internal sealed class FileSink(FileStream file, string what, string path) : WriteOnlyStream
{
    /// <summary>Why nothing more is written; null while all is well.</summary>
    public ToolFailureException? Failure { get; private set; }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (Failure is not null)
        {
            return;
        }

        try
        {
            file.Write(buffer);
        }
        catch (IOException e)
        {
            Failure = ToolFailureException.OfFile(
                what, path, $"cannot be written: {Files.WhyUnwritable(e)}.");
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            file.Dispose();
        }

        base.Dispose(disposing);
    }
}
