// The scenarios that come with the simulator. They are resources of the assembly, so that they can
// be run by name wherever it lies.

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;

namespace Simulator.Scenarios;

/// <summary>The shipped scenarios.</summary>
public static class ShippedScenarios
{
    /// <summary>How the name of a scenario file ends.</summary>
    public const string Extension = ".yaml";

    private const string Prefix = "Simulator.Scenarios.";

    private static readonly Assembly s_assembly = typeof(ShippedScenarios).Assembly;

    /// <summary>Their names, in alphabetical order.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        .. s_assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)
                && name.EndsWith(Extension, StringComparison.Ordinal))
            .Select(name => name[Prefix.Length..^Extension.Length])
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Reads a shipped scenario.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="ScenarioException">There is none of that name.</exception>
    public static Scenario Read(string name)
    {
        return ScenarioReader.Read(ReadText(name), name + Extension);
    }

    /// <summary>Reads the file of a shipped scenario.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>Its text.</returns>
    /// <exception cref="ScenarioException">There is none of that name.</exception>
    public static string ReadText(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        using Stream? stream = Names.Contains(name)
            ? s_assembly.GetManifestResourceStream(Prefix + name + Extension)
            : null;
        if (stream == null)
        {
            string text = $"there is no scenario of this name; {Nearest.Hint(name, Names)}";
            throw new ScenarioException([new ScenarioError(name, 1, 1, text)]);
        }

        using StreamReader reader = new(stream);
        return reader.ReadToEnd();
    }

    /// <summary>Reads a shipped scenario by its name, or any file by its path.</summary>
    /// <param name="nameOrPath">A name, or a path: what has a dot or slash in it is a path.</param>
    /// <exception cref="ScenarioException">There is none of that name, or the file is no scenario.
    /// </exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static Scenario Open(string nameOrPath)
    {
        return Naming.IsName(nameOrPath) ? Read(nameOrPath) : ScenarioReader.ReadFile(nameOrPath);
    }
}
