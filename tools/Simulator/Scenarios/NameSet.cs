// The hubs or the sensors of a file by name, for everything in the timeline that names them.

using System.Collections.Generic;
using System.Linq;

namespace Simulator.Scenarios;

/// <summary>The groups of hubs or of sensors.</summary>
internal sealed class NameSet
{
    private const int MostMembersToSuggest = 10;

    private readonly Dictionary<string, int> _replicas = [];

    /// <summary>Takes a group.</summary>
    /// <returns>False when there is one of that name already.</returns>
    public bool TryAdd(string group, int replicas) => _replicas.TryAdd(group, replicas);

    /// <summary>Whether a name means a group or a member of one.</summary>
    public bool Contains(string name)
    {
        return _replicas.ContainsKey(name) || FindOwner(name) != null;
    }

    /// <summary>The group that a name is a numbered member of; null when there is none.</summary>
    public string? FindOwner(string name)
    {
        return Naming.TrySplit(name, out string group, out int number)
            && _replicas.TryGetValue(group, out int replicas)
            && replicas > 1
            && number <= replicas
            ? group
            : null;
    }

    /// <summary>The end of a message about a name that is not here.</summary>
    public string Hint(string name)
    {
        if (Naming.TrySplit(name, out string group, out _)
            && _replicas.TryGetValue(group, out int replicas)
            && replicas > 1)
        {
            return $"there are '{group}-1' to '{group}-{replicas}'";
        }

        return Nearest.Hint(name, [.. _replicas.Keys.Concat(_replicas.SelectMany(Members))]);
    }

    private static IEnumerable<string> Members(KeyValuePair<string, int> group)
    {
        int count = group.Value == 1 ? 0 : int.Min(group.Value, MostMembersToSuggest);
        return Enumerable.Range(1, count)
            .Select(number => Naming.NameOf(group.Key, group.Value, number));
    }
}
