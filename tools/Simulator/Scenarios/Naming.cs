// What hubs and sensors are called. A plan with one of them gives it its own name; a plan with
// several numbers them from 1: pump-1, pump-2. A name in a scenario means one of them or the whole
// group.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace Simulator.Scenarios;

/// <summary>Names of hubs, sensors and scenarios.</summary>
public static class Naming
{
    /// <summary>Longest name, in characters.</summary>
    public const int MaximumLength = 40;

    /// <summary>Whether a text can be a name: ASCII letters, digits and hyphens, the first one not
    /// a hyphen.</summary>
    public static bool IsName(string? text)
    {
        return text is { Length: > 0 and <= MaximumLength }
            && text[0] != '-'
            && text.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');
    }

    /// <summary>What one member of a group is called.</summary>
    /// <param name="group">The plan's name.</param>
    /// <param name="replicas">How many there are.</param>
    /// <param name="number">Which one, from 1.</param>
    public static string NameOf(string group, int replicas, int number)
    {
        return replicas == 1
            ? group
            : string.Create(CultureInfo.InvariantCulture, $"{group}-{number}");
    }

    /// <summary>How many members a name means.</summary>
    /// <param name="name">A group, a member, or null for all.</param>
    /// <param name="groups">Name and size of each group.</param>
    /// <returns>0 when there is nothing of that name.</returns>
    internal static int CountOf(string? name, IEnumerable<(string Name, int Replicas)> groups)
    {
        int count = 0;
        foreach ((string group, int replicas) in groups)
        {
            if (name == null || name == group)
            {
                count += replicas;
            }
            else if (IsMember(name, group, replicas))
            {
                count++;
            }
        }

        return count;
    }

    /// <summary>The group that a name would be a numbered member of, were that group large enough.
    /// </summary>
    /// <returns>False when the name does not end in a hyphen and a number from 1.</returns>
    internal static bool TrySplit(string name, out string group, out int number)
    {
        int hyphen = name.LastIndexOf('-');
        string digits = name[(hyphen + 1)..];
        group = hyphen > 0 ? name[..hyphen] : "";
        number = 0;
        return hyphen > 0
            && digits.Length > 0
            && digits[0] != '0'
            && int.TryParse(
                digits, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    private static bool IsMember(string name, string group, int replicas)
    {
        return replicas > 1
            && TrySplit(name, out string of, out int number)
            && string.Equals(of, group, StringComparison.Ordinal)
            && number <= replicas;
    }
}
