// What ends a run whose results nobody can read any more.

using System.IO;

namespace nanoPptp.Tool.Streams;

/// <summary>Standard output cannot be written.</summary>
/// <param name="cause">What the system said.</param>
internal sealed class OutputLostException(IOException cause)
    : IOException($"Standard output cannot be written: {Files.WhyUnwritable(cause)}.", cause);
