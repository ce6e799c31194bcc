// Finds the longest packet that passes: the longest there may be first, because mostly it does;
// then the shortest that every path must take; then halves between what passed and what did not.

namespace nanoPptp.Tool.Netcheck;

/// <summary>A binary search among lengths of which the short ones pass.</summary>
/// <param name="lowest">The shortest to try, octets.</param>
/// <param name="highest">The longest to try, octets.</param>
internal sealed class MtuSearch(int lowest, int highest)
{
    /// <summary>What pppd keeps of its MTU for MPPE, octets: packets that are longer it does not
    /// send, and no path is to blame for it.</summary>
    public const int HubRoom = 4;

    // A packet may be lost for another reason than its length.
    private const int AttemptCount = 3;

    private readonly int _highest = highest;
    private int _shortestLost = highest + 1;
    private int _losses;

    /// <summary>The length to try now, octets.</summary>
    public int Length { get; private set; } = highest;

    /// <summary>The longest that passed; 0 when none did.</summary>
    public int Longest { get; private set; }

    /// <summary>The shortest that did not pass.</summary>
    public int ShortestLost => _shortestLost;

    /// <summary>Whether all passes that a hub would send.</summary>
    public bool IsGood => Longest >= _highest - HubRoom && Longest > 0;

    /// <summary>Whether there is nothing more to try.</summary>
    public bool IsDone { get; private set; }

    /// <summary>The length that was tried passed.</summary>
    public void Passed()
    {
        Longest = Length;
        Next();
    }

    /// <summary>The length that was tried did not pass this time.</summary>
    public void Lost()
    {
        _losses++;
        if (_losses == AttemptCount)
        {
            _shortestLost = Length;
            Next();
        }
    }

    private void Next()
    {
        _losses = 0;
        if (IsGood || Longest >= _shortestLost - 1 || _shortestLost <= lowest)
        {
            IsDone = true;
            return;
        }

        bool isLikely = _shortestLost == _highest && _highest - HubRoom > lowest;
        Length = Longest != 0 ? (Longest + _shortestLost) / 2
            : isLikely ? _highest - HubRoom
            : lowest;
    }
}
