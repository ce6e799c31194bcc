// The medium of a sensor's journal: two files in memory that outlive the sensor's power. A cut comes in
// the middle of a write: some of its octets are there, and behind them there may be noise.

using System;
using nanoPptp.Telemetry.Queue;
using Simulator.World;

namespace Simulator.Sensor;

/// <summary>Files that are erased whole and grow at their end.</summary>
internal sealed class SimulatedJournal(int fileCapacity) : JournalStore
{
    private const int LongestNoise = 64;

    private readonly byte[][] _files = [new byte[fileCapacity], new byte[fileCapacity]];
    private readonly int[] _lengths = new int[2];
    private int _octetsLeft = int.MaxValue;
    private byte[] _noise = [];

    public override int FileCount => _files.Length;

    public override int FileCapacity => fileCapacity;

    /// <summary>Calls to append since the beginning.</summary>
    public int WriteCount { get; private set; }

    public override int Length(int file) => _lengths[file];

    public override int Read(int file, int position, byte[] b, int offset, int length)
    {
        int count = Math.Clamp(_lengths[file] - position, 0, length);
        Array.Copy(_files[file], position, b, offset, count);
        return count;
    }

    public override bool Append(int file, byte[] b, int offset, int length)
    {
        if (length > fileCapacity - _lengths[file] || _octetsLeft == 0)
        {
            return false;
        }

        WriteCount++;
        int count = Math.Min(length, _octetsLeft);
        Put(file, b, offset, count);
        if (_octetsLeft != int.MaxValue)
        {
            _octetsLeft -= count;
        }

        if (count == length)
        {
            return true;
        }

        Put(file, _noise, 0, Math.Min(_noise.Length, fileCapacity - _lengths[file]));
        return false;
    }

    public override bool Erase(int file)
    {
        if (_octetsLeft == 0)
        {
            return false;
        }

        _lengths[file] = 0;
        return true;
    }

    /// <summary>So many octets more are written, then the power is gone.</summary>
    public void Cut(int octets, Random64 random)
    {
        _octetsLeft = octets;
        _noise = random.Octets(random.Between(0, LongestNoise));
    }

    /// <summary>The power is back.</summary>
    public void Mend() => _octetsLeft = int.MaxValue;

    /// <summary>All is lost; only a planted bug does that.</summary>
    public void Forget() => Array.Clear(_lengths);

    private void Put(int file, byte[] b, int offset, int count)
    {
        Array.Copy(b, offset, _files[file], _lengths[file], count);
        _lengths[file] += count;
    }
}
