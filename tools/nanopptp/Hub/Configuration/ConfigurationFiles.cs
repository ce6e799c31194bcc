// Reading the files of a configuration. A file with secrets that others may use gives a warning.

using System;
using System.IO;
using System.Text;

namespace nanoPptp.Tool.Hub.Configuration;

/// <summary>Reads texts; "-" is standard input.</summary>
/// <param name="terminal">Where standard input is.</param>
/// <param name="report">Hears why a file cannot be read.</param>
internal sealed class ConfigurationFiles(Terminal terminal, ConfigurationReport report)
{
    private const string StandardInput = "-";
    private const int LongestFile = 4 * 1024 * 1024;
    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private static readonly UTF8Encoding s_strict = new(false, throwOnInvalidBytes: true);

    /// <summary>Reads a file that the command line names.</summary>
    /// <param name="path">The file.</param>
    /// <param name="isSecret">Whether others must not read it.</param>
    /// <returns>Null when it cannot be read; the report says why.</returns>
    public string? Read(string path, bool isSecret)
    {
        string name = path == StandardInput ? "standard input" : path;
        return Read(path, isSecret, why => report.Error(name, 0, why));
    }

    /// <summary>Reads a file that another file names.</summary>
    public string? Read(string path, bool isSecret, Place namedAt)
    {
        return Read(path, isSecret, why => namedAt.Error($"{path} {why}"));
    }

    /// <summary>Reads a password: the whole file but one end of line at its end.</summary>
    public string? ReadPassword(string path)
    {
        const int LongestPassword = 256;
        string name = path == StandardInput ? "standard input" : path;
        if (Read(path, isSecret: true) is not { } text)
        {
            return null;
        }

        text = text.EndsWith('\n') ? text[..^1] : text;
        text = text.EndsWith('\r') ? text[..^1] : text;
        if (text.Length is 0 or > LongestPassword)
        {
            report.Error(name, 0, text.Length == 0
                ? "is empty."
                : $"holds a password longer than {LongestPassword} characters.");
            return null;
        }

        return text;
    }

    private string? Read(string path, bool isSecret, Action<string> complain)
    {
        try
        {
            byte[] octets = ReadOctets(path);
            if (isSecret)
            {
                CheckPermissions(path);
            }

            if (octets.Length > LongestFile)
            {
                complain("is longer than 4 MiB.");
                return null;
            }

            return s_strict.GetString(octets).TrimStart('\uFEFF');
        }
        catch (DecoderFallbackException)
        {
            complain("does not hold UTF-8 text.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            complain(e switch
            {
                FileNotFoundException or DirectoryNotFoundException => "does not exist.",
                UnauthorizedAccessException => "may not be read, or is a folder.",
                _ => "cannot be read.",
            });
        }

        return null;
    }

    private byte[] ReadOctets(string path)
    {
        using Stream stream = path == StandardInput
            ? terminal.OpenInput()
            : new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using MemoryStream copy = new();
        byte[] part = new byte[65536];
        int length;
        while (copy.Length <= LongestFile && (length = stream.Read(part)) > 0)
        {
            copy.Write(part, 0, length);
        }

        return copy.ToArray();
    }

    private void CheckPermissions(string path)
    {
        // A pipe such as /dev/fd/63 is nobody else's, whatever its mode says.
        if (path == StandardInput
            || OperatingSystem.IsWindows()
            || path.StartsWith("/dev/", StringComparison.Ordinal)
            || path.StartsWith("/proc/", StringComparison.Ordinal))
        {
            return;
        }

        if ((File.GetUnixFileMode(path) & Others) != 0)
        {
            report.Warn(
                path, 0, $"others may use this file, which holds secrets: chmod 600 {path}");
        }
    }
}
