// The rows of the library's table of hubs, by name.

using System.Collections.Generic;
using System.Linq;
using nanoPptp.Client;

namespace nanoPptp.Tool.Connect;

/// <summary>Names of kinds of hubs.</summary>
internal static class HubKinds
{
    /// <summary>All names, in the table's order.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [.. Enumerable.Range(0, HubQuirks.Count).Select(i => HubQuirks.At(i).Name)];

    /// <summary>The row of a name, or null when there is none.</summary>
    public static HubQuirks? Find(string? name)
    {
        for (int i = 0; i < HubQuirks.Count; i++)
        {
            if (HubQuirks.At(i).Name == name)
            {
                return HubQuirks.At(i);
            }
        }

        return null;
    }
}
