// The medium of a simulated sensor: what it keeps, and what a cut leaves.

using Simulator.Sensor;
using Simulator.World;
using Xunit;

namespace Simulator.Tests.Sensor;

public class SimulatedJournalTests
{
    private readonly SimulatedJournal _journal = new(100);
    private readonly byte[] _read = new byte[200];

    [Fact]
    public void A_file_grows_at_its_end_and_is_erased_whole()
    {
        Assert.True(_journal.Append(1, [9, 1, 2, 3], 1, 3));
        Assert.True(_journal.Append(1, [4], 0, 1));
        Assert.Equal(0, _journal.Length(0));
        Assert.Equal(4, _journal.Length(1));
        Assert.Equal(3, _journal.Read(1, 1, _read, 5, 50));
        Assert.Equal([2, 3, 4], _read[5..8]);
        Assert.Equal(0, _journal.Read(1, 9, _read, 0, 50));
        Assert.False(_journal.Append(1, new byte[97], 0, 97));
        Assert.True(_journal.Erase(1));
        Assert.Equal(0, _journal.Length(1));
        Assert.Equal(2, _journal.WriteCount);
    }

    [Fact]
    public void A_cut_leaves_the_beginning_of_a_write_and_perhaps_noise()
    {
        _journal.Append(0, [1, 2, 3], 0, 3);
        _journal.Cut(5, new Random64(3));
        Assert.True(_journal.Append(0, [4, 5], 0, 2));
        Assert.False(_journal.Append(0, [6, 7, 8, 9, 10], 0, 5));
        int length = _journal.Length(0);
        Assert.InRange(length, 8, 100);
        _journal.Read(0, 0, _read, 0, 8);
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8], _read[..8]);
        Assert.False(_journal.Append(0, [1], 0, 1));
        Assert.False(_journal.Erase(0));
        Assert.Equal(length, _journal.Length(0));
        _journal.Mend();
        Assert.True(_journal.Erase(0));
        Assert.True(_journal.Append(0, [1], 0, 1));
    }
}
