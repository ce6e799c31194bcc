// Tests that write to /dev/full run one after the other: .NET locks a file that it writes, and for the
// lock there is only one /dev/full.

namespace nanoPptp.Tool.Tests;

internal static class FullDisk
{
    /// <summary>The collection that these tests share.</summary>
    public const string Collection = "full disk";
}
