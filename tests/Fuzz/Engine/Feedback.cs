// What an input did, as far as it can be observed from outside: a map of bits, one for each
// combination of numbers that a target noted (stage, counter and size of its count, state,
// verdict). A combination that was never seen before makes an input interesting.

namespace nanoPptp.Fuzz.Engine;

/// <summary>The combinations that were observed.</summary>
internal sealed class Feedback
{
    private const int MapBits = 1 << 18;

    private readonly ulong[] _map = new ulong[MapBits / 64];
    private bool _foundNew;

    /// <summary>How many combinations are known.</summary>
    internal int Count { get; private set; }

    /// <summary>Notes a combination.</summary>
    internal void Note(int a, int b = 0, int c = 0, int d = 0)
    {
        uint hash = 2166136261;
        hash = (hash ^ (uint)a) * 16777619;
        hash = (hash ^ (uint)b) * 16777619;
        hash = (hash ^ (uint)c) * 16777619;
        hash = (hash ^ (uint)d) * 16777619;
        hash ^= hash >> 15;
        int bit = (int)(hash & (MapBits - 1));
        ulong mask = 1UL << (bit & 63);
        ref ulong word = ref _map[bit >> 6];
        if ((word & mask) == 0)
        {
            word |= mask;
            Count++;
            _foundNew = true;
        }
    }

    /// <summary>The client's reasons that were counted at least once, by number.</summary>
    internal bool[] Reasons { get; } = new bool[256];

    /// <summary>Whether anything new was noted since the last call.</summary>
    internal bool TakeNew()
    {
        bool found = _foundNew;
        _foundNew = false;
        return found;
    }

    /// <summary>A count by its size: 0, 1, 2, 3, 4 to 7, 8 to 15 and so on.</summary>
    internal static int Bucket(int count) => count < 4
        ? count
        : 34 - System.Numerics.BitOperations.LeadingZeroCount((uint)count);
}
