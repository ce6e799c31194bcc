// Journal files in memory, with a power supply that can be cut at any octet and every kind of failure.

using System;
using nanoPptp.Telemetry.Queue;

namespace nanoPptp.Telemetry.Tests.Queue;

/// <summary>The power went in the middle of a write.</summary>
internal sealed class PowerCutException : Exception
{
}

/// <summary>What a cut leaves behind the octets that were written.</summary>
public enum Tail
{
    /// <summary>Nothing.</summary>
    Prefix,

    /// <summary>Random octets as far as the write would have gone.</summary>
    Noise,

    /// <summary>Zeros as far as the write would have gone.</summary>
    Zeros,

    /// <summary>All ones, as erased flash.</summary>
    Ones,
}

/// <summary>A medium that outlasts the queue.</summary>
internal sealed class MemoryStore(int fileCount, int capacity) : JournalStore
{
    private readonly byte[][] _files = MakeFiles(fileCount, capacity);
    private readonly int[] _lengths = new int[fileCount];
    private readonly Random _random = new(5);

    /// <summary>Octets until the power goes; an erasure counts as one. Negative: never.</summary>
    public int OctetsLeft { get; set; } = -1;

    /// <summary>What the cut leaves.</summary>
    public Tail Tail { get; set; }

    /// <summary>Octets written and erasures, together.</summary>
    public int Spent { get; private set; }

    public bool FailsLength { get; set; }

    public bool FailsRead { get; set; }

    public bool FailsAppend { get; set; }

    public bool FailsErase { get; set; }

    /// <summary>Says that it has written and has not.</summary>
    public bool LiesOnAppend { get; set; }

    /// <summary>Says that it has erased and has not.</summary>
    public bool LiesOnErase { get; set; }

    /// <summary>Most octets that one call reads.</summary>
    public int ReadPiece { get; set; } = int.MaxValue;

    /// <summary>Reading fails from this position of a file on.</summary>
    public int UnreadableFrom { get; set; } = int.MaxValue;

    /// <summary>The only file whose calls fail; negative: all.</summary>
    public int FailingFile { get; set; } = -1;

    /// <summary>Calls of every kind.</summary>
    public int Calls { get; private set; }

    public override int FileCount => _files.Length;

    public override int FileCapacity => capacity;

    public override int Length(int file)
    {
        Calls++;
        return FailsLength && IsFailing(file) ? -1 : _lengths[file];
    }

    public override int Read(int file, int position, byte[] b, int offset, int length)
    {
        Calls++;
        if (IsFailing(file) && (FailsRead || position >= UnreadableFrom))
        {
            return -1;
        }

        int count = int.Min(int.Min(length, ReadPiece), _lengths[file] - position);
        count = IsFailing(file) ? int.Min(count, UnreadableFrom - position) : count;
        Array.Copy(_files[file], position, b, offset, count);
        return count;
    }

    public override bool Append(int file, byte[] b, int offset, int length)
    {
        Calls++;
        int written = OctetsLeft >= 0 && length > OctetsLeft ? OctetsLeft : length;
        bool isCut = written < length;
        if (FailsAppend && IsFailing(file))
        {
            written = length / 2;
        }
        else if (LiesOnAppend)
        {
            return true;
        }

        Array.Copy(b, offset, _files[file], _lengths[file], written);
        _lengths[file] += written;
        Spent += written;
        if (isCut)
        {
            WriteTail(file, length - written);
            throw new PowerCutException();
        }

        OctetsLeft -= OctetsLeft > 0 ? written : 0;
        return written == length;
    }

    public override bool Erase(int file)
    {
        Calls++;
        if (OctetsLeft == 0)
        {
            // Half an erasure: what was in front is gone, or the end, or nothing.
            CutErasure(file);
            throw new PowerCutException();
        }

        if (FailsErase && IsFailing(file))
        {
            return false;
        }

        Spent++;
        OctetsLeft -= OctetsLeft > 0 ? 1 : 0;
        if (!LiesOnErase)
        {
            _lengths[file] = 0;
        }

        return true;
    }

    /// <summary>Another medium with the same octets.</summary>
    public MemoryStore Copy()
    {
        var copy = new MemoryStore(FileCount, capacity);
        for (int file = 0; file < FileCount; file++)
        {
            copy.Load(file, Octets(file));
        }

        return copy;
    }

    public byte[] Octets(int file) => _files[file][.._lengths[file]];

    public void Load(int file, byte[] octets)
    {
        octets.CopyTo(_files[file], 0);
        _lengths[file] = octets.Length;
    }

    private static byte[][] MakeFiles(int count, int capacity)
    {
        byte[][] files = new byte[count][];
        for (int i = 0; i < count; i++)
        {
            // A lying medium may hold more than it should.
            files[i] = new byte[2 * capacity];
        }

        return files;
    }

    private bool IsFailing(int file) => FailingFile < 0 || file == FailingFile;

    private void WriteTail(int file, int length)
    {
        Span<byte> rest = _files[file].AsSpan(_lengths[file], length);
        switch (Tail)
        {
            case Tail.Prefix:
                return;
            case Tail.Noise:
                _random.NextBytes(rest);
                break;
            case Tail.Zeros:
                rest.Clear();
                break;
            default:
                rest.Fill(0xFF);
                break;
        }

        _lengths[file] += length;
    }

    private void CutErasure(int file)
    {
        switch (Tail)
        {
            case Tail.Prefix:
                _lengths[file] /= 2;
                break;
            case Tail.Noise:
                _random.NextBytes(_files[file].AsSpan(0, _lengths[file] / 2));
                break;
            case Tail.Zeros:
                break;
            default:
                Array.Fill(_files[file], (byte)0xFF, 0, _lengths[file]);
                break;
        }
    }
}
