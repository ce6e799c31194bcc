// The queue's journal in a folder: journal-0, journal-1, and a lock that keeps a second process out,
// and another sensor too: it holds the base name of the readings.
// What Append has taken is on the disk when it returns: fsync, also of the folder when a file is
// new. Nothing is thrown once it is open; a failure is a value, and kept to be told.

using System;
using System.IO;
using System.Runtime.Versioning;
using System.Text;
using nanoPptp.Telemetry.Queue;
using nanoPptp.Tool.Sockets;
using nanoPptp.Tool.Streams;

namespace nanoPptp.Tool.Telemetry;

/// <summary>Two files in a folder of their own.</summary>
[SupportedOSPlatform("linux")]
internal sealed class FileJournalStore : JournalStore, IDisposable
{
    private const int Count = 2;
    private const int LeastCapacity = 64 * 1024;
    private const int LargestCapacity = 1024 * 1024;
    private const string What = "journal";
    private const UnixFileMode OwnerOnly =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly FileStream[] _files = new FileStream[Count];
    private readonly FileStream _lock;

    /// <summary>Opens a folder, or makes it so that only its owner may use it.</summary>
    /// <param name="folder">Its name.</param>
    /// <param name="leastCapacity">What a file has to hold at least, octets.</param>
    /// <param name="baseName">In front of the readings' names.</param>
    /// <exception cref="ToolFailureException">It cannot be used, another process uses it, or it is
    /// that of another base name.</exception>
    public FileJournalStore(string folder, int leastCapacity, string baseName)
    {
        // Four times what a full queue needs, so that most of a file is news and not snapshot.
        FileCapacity = int.Clamp(4 * leastCapacity, LeastCapacity, LargestCapacity);
        FileStream? held = null;
        try
        {
            Directory.CreateDirectory(folder, OwnerOnly);
            held = Lock(folder);
            for (int i = 0; i < Count; i++)
            {
                _files[i] = Open(Path.Combine(folder, $"journal-{i}"));
            }

            Claim(held, folder, baseName);
            Libc.SynchronizeFolder(folder);
            _lock = held;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException
            or ArgumentException or NotSupportedException)
        {
            Close(held);
            throw ToolFailureException.OfFile(
                What, folder, $"cannot be used: {Files.WhyUnwritable(Words(e))}.");
        }
        catch
        {
            Close(held);
            throw;
        }
    }

    public override int FileCount => Count;

    public override int FileCapacity { get; }

    /// <summary>What failed last, in the system's words; null while nothing has.</summary>
    public string? LastFailure { get; private set; }

    public override int Length(int file)
    {
        try
        {
            return (int)long.Min(_files[file].Length, int.MaxValue);
        }
        catch (IOException e)
        {
            return Fail(e);
        }
    }

    public override int Read(int file, int position, byte[] b, int offset, int length)
    {
        try
        {
            return RandomAccess.Read(
                _files[file].SafeFileHandle, b.AsSpan(offset, length), position);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Fail(e);
        }
    }

    public override bool Append(int file, byte[] b, int offset, int length)
    {
        try
        {
            FileStream stream = _files[file];
            stream.Position = stream.Length;
            stream.Write(b, offset, length);
            stream.Flush(flushToDisk: true);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Fail(e) >= 0;
        }
    }

    public override bool Erase(int file)
    {
        try
        {
            _files[file].SetLength(0);
            _files[file].Flush(flushToDisk: true);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Fail(e) >= 0;
        }
    }

    public void Dispose()
    {
        Close(_lock);
    }

    /// <summary>Holds a file that only one process can hold; the system lets go of it when the
    /// process ends, however it ends.</summary>
    private static FileStream Lock(string folder)
    {
        string path = Path.Combine(folder, "lock");
        try
        {
            return new FileStream(path, Options(FileShare.None));
        }
        catch (IOException) when (File.Exists(path))
        {
            throw ToolFailureException.OfFile(
                What, folder, "is used by another process, and two cannot share one.");
        }
    }

    /// <summary>The journal itself holds names without the one in front of them: under another one
    /// its readings would be another sensor's.</summary>
    private void Claim(FileStream held, string folder, string baseName)
    {
        byte[] name = Encoding.UTF8.GetBytes(baseName);
        byte[] there = new byte[held.Length];
        held.ReadExactly(there);
        if (there.AsSpan().SequenceEqual(name))
        {
            return;
        }

        if (there.Length > 0 && Array.Exists(_files, file => file.Length > 0))
        {
            throw ToolFailureException.OfFile(
                What,
                folder,
                $"is that of the base name '{ScreenText.Escape(Encoding.UTF8.GetString(there))}',"
                    + " and not of this one: give --base-name, or another folder.");
        }

        held.SetLength(0);
        held.Write(name);
        held.Flush(flushToDisk: true);
    }

    private static FileStream Open(string path)
    {
        return new FileStream(path, Options(FileShare.Read));
    }

    private static FileStreamOptions Options(FileShare share)
    {
        return new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = share,
            BufferSize = 0,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
    }

    private static IOException Words(Exception e)
    {
        return e as IOException ?? new IOException(e.Message, e);
    }

    private int Fail(Exception e)
    {
        LastFailure = Files.WhyUnwritable(Words(e));
        return -1;
    }

    private void Close(FileStream? held)
    {
        foreach (FileStream? file in _files)
        {
            file?.Dispose();
        }

        held?.Dispose();
    }
}
