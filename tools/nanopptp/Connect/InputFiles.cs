// Reading the files that the command line names. Secrets are read into buffers that are cleared,
// and never appear in a message; a file that others may read gives a warning.

using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using nanoPptp.Auth;
using nanoPptp.Client;
using nanoPptp.Memory;
using nanoPptp.Tool.Telemetry;

namespace nanoPptp.Tool.Connect;

/// <summary>Reads passwords, hashes and messages; "-" is standard input.</summary>
/// <param name="terminal">Where standard input is and warnings go.</param>
internal sealed class InputFiles(Terminal terminal)
{
    private const string StandardInput = "-";

    private const int ByteOrderMarkLength = 3;

    // 256 UTF-16 units are at most 768 octets of UTF-8; a byte order mark may come before them and
    // an end of line behind.
    private const int LongestSecret = ByteOrderMarkLength + (3 * Limits.PasswordLength) + 2;

    // All that a guess needs passes in clear in MS-CHAPv2, so a password has to withstand billions
    // of guesses a second: 20 random characters do.
    private const int ShortestGoodPassword = 20;
    private const int LongestMessageFile = 64 * 1024 * 1024;
    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private static readonly UTF8Encoding s_strict = new(false, throwOnInvalidBytes: true);

    /// <summary>Hashes the password in a file into the settings.</summary>
    /// <exception cref="ToolFailureException">The file cannot be used.</exception>
    public void ReadPassword(string path, PptpSettings settings)
    {
        ReadSecret("password file", path, (octets, length) =>
        {
            // At most as many UTF-16 units as octets.
            char[] units = new char[length];
            int count = 0;
            string password = "";
            try
            {
                count = s_strict.GetChars(octets, 0, length, units, 0);
                if (count > Limits.PasswordLength)
                {
                    return $"holds a password longer than {Limits.PasswordLength} characters.";
                }

                if ((settings.AllowChapMd5 || settings.AllowPap) && length > Limits.PasswordOctets)
                {
                    return $"holds a password longer than {Limits.PasswordOctets} octets, too long"
                        + " for CHAP-MD5 and PAP.";
                }

                password = new string(units, 0, count);
                settings.SetPassword(password);
                if (count < ShortestGoodPassword)
                {
                    terminal.Error.WriteLine(
                        "nanopptp: warning: the password is shorter than"
                        + $" {ShortestGoodPassword} characters: whoever records the handshake can"
                        + " try passwords until one fits");
                }

                return null;
            }
            catch (DecoderFallbackException)
            {
                return "does not hold UTF-8 text.";
            }
            finally
            {
                Array.Clear(units);
                Overwrite(password);
            }
        });
    }

    /// <summary>Reads an NT hash of 32 hexadecimal digits into the settings.</summary>
    /// <exception cref="ToolFailureException">The file cannot be used.</exception>
    public void ReadNtHash(string path, PptpSettings settings)
    {
        ReadSecret("NT hash file", path, (octets, length) =>
        {
            string digits = Encoding.Latin1.GetString(octets, 0, length);
            bool valid = NtHash.TryParse(digits, settings.NtHash, 0);
            Overwrite(digits);
            return valid
                ? null
                : "does not hold an NT hash: 32 hexadecimal digits and nothing else.";
        });
    }

    /// <summary>Reads the lines of a file, without their ends; each is one datagram.</summary>
    /// <exception cref="ToolFailureException">The file cannot be used.</exception>
    public IReadOnlyList<byte[]> ReadLines(string path)
    {
        ReadOnlySpan<byte> rest = ReadAll("message file", path, LongestMessageFile);
        if (rest.Length is 0 or > LongestMessageFile)
        {
            throw ToolFailureException.OfFile(
                "message file", path, rest.Length == 0 ? "is empty." : "is longer than 64 MiB.");
        }

        List<byte[]> lines = [];
        while (rest.Length > 0)
        {
            int end = rest.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = end < 0 ? rest : rest[..end];
            rest = end < 0 ? [] : rest[(end + 1)..];
            lines.Add((line is [.., (byte)'\r'] ? line[..^1] : line).ToArray());
        }

        return lines;
    }

    /// <summary>Reads a file of readings.</summary>
    /// <exception cref="ToolFailureException">The file cannot be used.</exception>
    public IReadOnlyList<CsvReading> ReadReadings(string path)
    {
        ReadOnlySpan<byte> all = ReadAll("file of readings", path, LongestMessageFile);
        if (all.Length > LongestMessageFile)
        {
            throw ToolFailureException.OfFile(
                "file of readings", path, "is longer than 64 MiB.");
        }

        try
        {
            ReadOnlySpan<byte> mark = Encoding.UTF8.Preamble;
            all = all.StartsWith(mark) ? all[mark.Length..] : all;
            using StringReader text = new(s_strict.GetString(all));
            return ReadingFile.Read(text, path);
        }
        catch (DecoderFallbackException)
        {
            throw ToolFailureException.OfFile(
                "file of readings", path, "does not hold UTF-8 text.");
        }
    }

    /// <summary>Reads the password at a broker: any octets, in UTF-8 if there are letters.</summary>
    /// <returns>For the caller to clear.</returns>
    /// <exception cref="ToolFailureException">The file cannot be used.</exception>
    public byte[] ReadMqttPassword(string path)
    {
        byte[] password = [];
        ReadSecret("MQTT password file", path, (octets, length) =>
        {
            password = octets[..length];
            return null;
        });
        return password;
    }

    /// <summary>Reads a file or standard input, which may have no end.</summary>
    /// <returns>Everything; or more than the limit, and then not everything.</returns>
    private ReadOnlySpan<byte> ReadAll(string what, string path, int limit)
    {
        const int BlockLength = 64 * 1024;
        try
        {
            using Stream stream = Open(path);
            using MemoryStream all = new();
            byte[] block = new byte[BlockLength];
            int read;
            while (all.Length <= limit && (read = stream.Read(block, 0, block.Length)) > 0)
            {
                all.Write(block, 0, read);
            }

            return all.GetBuffer().AsSpan(0, (int)all.Length);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw ToolFailureException.OfFile(what, path, WhyUnreadable(e));
        }
    }

    private void ReadSecret(string what, string path, Func<byte[], int, string?> take)
    {
        byte[] octets = new byte[LongestSecret + 1];
        string? complaint;
        try
        {
            WarnOfPermissions(what, path);
            int length = 0;
            using (Stream stream = Open(path))
            {
                int read;
                while (length < octets.Length
                    && (read = stream.Read(octets, length, octets.Length - length)) > 0)
                {
                    length += read;
                }
            }

            bool tooLong = length == octets.Length;
            length = TrimEndOfLine(octets, TrimByteOrderMark(octets, length));
            complaint = tooLong ? "is too long for what it should hold."
                : length == 0 ? "is empty."
                : take(octets, length);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            complaint = WhyUnreadable(e);
        }
        finally
        {
            Array.Clear(octets);
        }

        if (complaint is not null)
        {
            throw ToolFailureException.OfFile(what, path, complaint);
        }
    }

    private Stream Open(string path)
    {
        // Without a buffer of its own: no copy of a secret stays behind.
        return path == StandardInput
            ? terminal.OpenInput()
            : new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 0);
    }

    private void WarnOfPermissions(string what, string path)
    {
        if (path == StandardInput || OperatingSystem.IsWindows() || !File.Exists(path))
        {
            return;
        }

        // A pipe such as /dev/fd/63 is nobody else's, whatever its mode says.
        bool ordinary = (File.GetAttributes(path) & FileAttributes.Device) == 0
            && !path.StartsWith("/dev/", StringComparison.Ordinal)
            && !path.StartsWith("/proc/", StringComparison.Ordinal);
        if (ordinary && (File.GetUnixFileMode(path) & Others) != 0)
        {
            terminal.Error.WriteLine(
                $"nanopptp: warning: others may use the {what}: chmod 600"
                + $" {ScreenText.Escape(path)}");
        }
    }

    private static int TrimByteOrderMark(byte[] octets, int length)
    {
        // Editors on Windows put one in front of UTF-8; nobody types it when asked for a password.
        if (length < ByteOrderMarkLength || octets is not [0xEF, 0xBB, 0xBF, ..])
        {
            return length;
        }

        int rest = length - ByteOrderMarkLength;
        octets.AsSpan(ByteOrderMarkLength, rest).CopyTo(octets);
        return rest;
    }

    private static int TrimEndOfLine(byte[] octets, int length)
    {
        if (length > 0 && octets[length - 1] == '\n')
        {
            length--;
        }

        return length > 0 && octets[length - 1] == '\r' ? length - 1 : length;
    }

    private static unsafe void Overwrite(string secret)
    {
        // The string is ours alone: made a moment ago, never interned, unless it is the empty one.
        if (secret.Length > 0)
        {
            fixed (char* first = secret)
            {
                new Span<char>(first, secret.Length).Clear();
            }
        }
    }

    private static string WhyUnreadable(Exception e)
    {
        return e switch
        {
            FileNotFoundException or DirectoryNotFoundException => "does not exist.",
            UnauthorizedAccessException => "may not be read, or is a folder.",
            _ => "cannot be read.",
        };
    }
}
