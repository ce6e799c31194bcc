// What was found while the files were read. All of it is told at once: who corrects a file wants to
// do so once. A word of a secrets file never comes here, for it may be a secret.

using System.Collections.Generic;

namespace nanoPptp.Tool.Hub.Configuration;

/// <summary>One remark about a file.</summary>
/// <param name="Path">The file.</param>
/// <param name="Line">Its line, from 1; 0 when it is about the file as a whole.</param>
/// <param name="Text">What to tell.</param>
internal sealed record Remark(string Path, int Line, string Text)
{
    /// <summary>As compilers write it, so that editors find the place.</summary>
    public override string ToString()
    {
        return Line > 0 ? $"{Path}:{Line}: {Text}" : $"{Path}: {Text}";
    }
}

/// <summary>All remarks about the files of a run.</summary>
internal sealed class ConfigurationReport
{
    private readonly List<Remark> _errors = [];
    private readonly List<Remark> _warnings = [];
    private readonly List<Remark> _idle = [];

    /// <summary>What keeps the hub from starting.</summary>
    public IReadOnlyList<Remark> Errors => _errors;

    /// <summary>What works otherwise than the file's author may expect.</summary>
    public IReadOnlyList<Remark> Warnings => _warnings;

    /// <summary>Directives that are accepted and change nothing; the text is their name.</summary>
    public IReadOnlyList<Remark> Idle => _idle;

    /// <summary>Something is wrong.</summary>
    public void Error(string path, int line, string text)
    {
        _errors.Add(new Remark(path, line, text));
    }

    /// <summary>Something is not as it seems.</summary>
    public void Warn(string path, int line, string text)
    {
        _warnings.Add(new Remark(path, line, text));
    }

    /// <summary>A directive that has no meaning for this hub.</summary>
    public void HasNoMeaning(string path, int line, string name)
    {
        _idle.Add(new Remark(path, line, name));
    }
}
