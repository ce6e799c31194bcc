// Journal files in memory that a script damages.

using System;
using nanoPptp.Fuzz.Engine;
using nanoPptp.Telemetry.Queue;

namespace nanoPptp.Fuzz.Targets;

/// <summary>A medium of which the script knows every octet. Nothing is allocated after
/// construction.</summary>
internal sealed class FuzzStore : JournalStore
{
    private readonly byte[][] _files;
    private readonly int[] _lengths;
    private readonly int _capacity;

    internal FuzzStore(int fileCount, int capacity)
    {
        _capacity = capacity;
        _lengths = new int[fileCount];
        _files = new byte[fileCount][];
        for (int i = 0; i < fileCount; i++)
        {
            _files[i] = new byte[2 * capacity];
        }
    }

    /// <summary>Calls of every kind since the last reset.</summary>
    internal int Calls { get; set; }

    /// <summary>Most octets that one call reads.</summary>
    internal int Piece { get; set; } = int.MaxValue;

    /// <summary>Which kinds of calls fail: 1 length, 2 read, 4 append, 8 erase.</summary>
    internal int Failing { get; set; }

    public override int FileCount => _files.Length;

    public override int FileCapacity => _capacity;

    public override int Length(int file)
    {
        Calls++;
        return (Failing & 1) != 0 ? -1 : _lengths[file];
    }

    public override int Read(int file, int position, byte[] b, int offset, int length)
    {
        Calls++;
        if ((Failing & 2) != 0)
        {
            return -1;
        }

        int count = Math.Min(Math.Min(length, Piece), _lengths[file] - position);
        Array.Copy(_files[file], position, b, offset, count);
        return count;
    }

    public override bool Append(int file, byte[] b, int offset, int length)
    {
        Calls++;
        Oracle.Demand(
            _lengths[file] + length <= _capacity, "store", "a file grows beyond its capacity");
        int written = (Failing & 4) != 0 ? length / 2 : length;
        Array.Copy(b, offset, _files[file], _lengths[file], written);
        _lengths[file] += written;
        return written == length;
    }

    public override bool Erase(int file)
    {
        Calls++;
        if ((Failing & 8) != 0)
        {
            return false;
        }

        _lengths[file] = 0;
        return true;
    }

    internal Span<byte> Octets(int file) => _files[file].AsSpan(0, _lengths[file]);

    internal void Load(int file, ReadOnlySpan<byte> octets)
    {
        int length = Math.Min(octets.Length, _files[file].Length);
        octets[..length].CopyTo(_files[file]);
        _lengths[file] = length;
    }
}
