// A stream that the tool writes to, and what becomes of it when it cannot be written any more: the
// disk is full, or nobody reads the pipe. Results that are lost end the run; messages that are lost
// do not, for there is nobody left to be told.

using System;
using System.IO;
using System.Text;

namespace nanoPptp.Tool.Streams;

/// <summary>Passes text on, to a writer that belongs to somebody else.</summary>
internal sealed class GuardedWriter : TextWriter
{
    private readonly TextWriter _inner;
    private readonly bool _isQuiet;

    private GuardedWriter(TextWriter inner, bool isQuiet)
        : base(inner.FormatProvider)
    {
        _inner = inner;
        _isQuiet = isQuiet;
    }

    public override Encoding Encoding => _inner.Encoding;

    /// <summary>For results: what cannot be written is an <see cref="OutputLostException"/>.
    /// </summary>
    public static TextWriter Strict(TextWriter inner)
    {
        return new GuardedWriter(inner, isQuiet: false);
    }

    /// <summary>For messages: what cannot be written is passed over.</summary>
    public static TextWriter Quiet(TextWriter inner)
    {
        return new GuardedWriter(inner, isQuiet: true);
    }

    public override void Write(char value)
    {
        Write([value]);
    }

    public override void Write(char[] buffer, int index, int count)
    {
        Write(buffer.AsSpan(index, count));
    }

    public override void Write(string? value)
    {
        Write(value.AsSpan());
    }

    public override void Write(ReadOnlySpan<char> buffer)
    {
        try
        {
            _inner.Write(buffer);
        }
        catch (IOException e)
        {
            Fail(e);
        }
    }

    // A line goes out as a whole: two writers of one pipe do not mix within it.
    public override void WriteLine(string? value)
    {
        try
        {
            _inner.WriteLine(value);
        }
        catch (IOException e)
        {
            Fail(e);
        }
    }

    public override void WriteLine()
    {
        WriteLine("");
    }

    public override void Flush()
    {
        try
        {
            _inner.Flush();
        }
        catch (IOException e)
        {
            Fail(e);
        }
    }

    private void Fail(IOException e)
    {
        if (!_isQuiet)
        {
            throw e as OutputLostException ?? new OutputLostException(e);
        }
    }
}
