// Opening the files that a run writes.

using System;
using System.IO;

namespace nanoPptp.Tool.Streams;

/// <summary>Opens files for writing; none of them holds anything back.</summary>
internal static class Files
{
    /// <summary>Makes a file that only its owner may read. One that is there already keeps its
    /// mode.</summary>
    /// <param name="what">What it is, for people.</param>
    /// <param name="path">Its name.</param>
    /// <exception cref="ToolFailureException">It cannot be made.</exception>
    public static FileSink CreatePrivate(string what, string path)
    {
        FileStreamOptions options = new()
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            Share = FileShare.Read,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return Open(what, path, options);
    }

    /// <summary>Opens a file, or makes it, to write behind what it holds.</summary>
    /// <param name="what">What it is, for people.</param>
    /// <param name="path">Its name.</param>
    /// <exception cref="ToolFailureException">It cannot be opened.</exception>
    public static FileSink Append(string what, string path)
    {
        return Open(what, path, new FileStreamOptions
        {
            Mode = FileMode.Append,
            Access = FileAccess.Write,
            Share = FileShare.ReadWrite,
            BufferSize = 0,
        });
    }

    /// <summary>Why a file that stood open cannot be written any more, in the system's words.
    /// </summary>
    public static string WhyUnwritable(IOException e)
    {
        // .NET puts the path behind them; whoever tells this names the file already.
        return e.Message.Split(" : '")[0].TrimEnd('.');
    }

    private static FileSink Open(string what, string path, FileStreamOptions options)
    {
        try
        {
            return new FileSink(new FileStream(path, options), what, path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException
            or ArgumentException or NotSupportedException)
        {
            throw ToolFailureException.OfFile(what, path, "cannot be written.");
        }
    }
}
