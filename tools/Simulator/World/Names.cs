// Names of hubs and sensors: a group of one has its group's name, a larger one numbers its members, and a
// group's name stands for all of them.

using System.Collections.Generic;
using System.Linq;
using Simulator.Scenarios;

namespace Simulator.World;

/// <summary>The names of a run.</summary>
internal sealed class Names
{
    private readonly Dictionary<string, HashSet<int>> _byName = [];
    private readonly List<string> _names = [];

    /// <summary>The members' names by number.</summary>
    public IReadOnlyList<string> All => _names;

    /// <summary>Names the members of a group.</summary>
    public void Add(string group, int replicas)
    {
        var members = new HashSet<int>();
        foreach (string name in MembersOf(group, replicas))
        {
            members.Add(_names.Count);
            if (replicas > 1)
            {
                _byName[name] = [_names.Count];
            }

            _names.Add(name);
        }

        _byName[group] = members;
    }

    /// <summary>The names of a group's members.</summary>
    public static IEnumerable<string> MembersOf(string group, int replicas) => Enumerable
        .Range(1, replicas)
        .Select(number => Naming.NameOf(group, replicas, number));

    /// <summary>The numbers that a name stands for; null for null, which stands for all.</summary>
    /// <exception cref="KeyNotFoundException">There is no such name.</exception>
    public HashSet<int>? Find(string? name) => name is null
        ? null
        : _byName.TryGetValue(name, out HashSet<int>? numbers)
            ? numbers
            : throw new KeyNotFoundException($"nothing is called '{name}'");
}
