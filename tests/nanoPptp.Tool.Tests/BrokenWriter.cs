// A screen, a file or a pipe that takes so much and no more.

using System.IO;
using System.Threading;

namespace nanoPptp.Tool.Tests;

/// <summary>Takes some lines and then fails as a full disk does.</summary>
/// <param name="lines">How many it takes.</param>
internal sealed class BrokenWriter(int lines) : StringWriter
{
    private int _taken;

    /// <summary>Lines that it took.</summary>
    public int Taken => Volatile.Read(ref _taken);

    /// <summary>How often somebody tried to write more.</summary>
    public int Refused { get; private set; }

    public override void Write(char value) => Refuse();

    public override void Write(string? value) => Refuse();

    public override void Write(System.ReadOnlySpan<char> buffer) => Refuse();

    public override void WriteLine(string? value)
    {
        if (_taken == lines)
        {
            Refuse();
        }

        base.Write((value + "\n").ToCharArray(), 0, (value?.Length ?? 0) + 1);
        Volatile.Write(ref _taken, _taken + 1);
    }

    private void Refuse()
    {
        Refused++;
        throw new IOException("No space left on device : '/a/file'");
    }
}
