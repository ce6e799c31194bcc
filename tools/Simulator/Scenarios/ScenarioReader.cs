// Reads scenario files: YAML as the README in this folder describes it. Whatever is wrong is told
// at once, with its place and what was probably meant; nothing is passed over, because a misspelt
// key that is ignored makes a run green that has shown nothing.

using System;
using System.IO;
using System.Text;

namespace Simulator.Scenarios;

/// <summary>Reads scenarios.</summary>
public static class ScenarioReader
{
    /// <summary>Longest file, in octets.</summary>
    public const int MaximumFileLength = 1 << 20;

    private const char ByteOrderMark = '\uFEFF';

    /// <summary>Reads a file.</summary>
    /// <param name="path">Where it is; also what messages call it.</param>
    /// <exception cref="ScenarioException">It is no scenario.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static Scenario ReadFile(string path)
    {
        ErrorList errors = new(path);
        byte[] octets = new byte[MaximumFileLength + 1];
        int length;
        using (FileStream file = File.OpenRead(path))
        {
            length = file.ReadAtLeast(octets, octets.Length, throwOnEndOfStream: false);
        }

        CheckLength(length, errors);
        try
        {
            UTF8Encoding strict = new(
                encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
            return Read(strict.GetString(octets, 0, length), path);
        }
        catch (DecoderFallbackException e)
        {
            errors.Add(1, 1, $"not UTF-8: octet {e.Index} and those behind it");
            throw errors.ToException();
        }
    }

    /// <summary>Reads a text.</summary>
    /// <param name="text">The text of a file.</param>
    /// <param name="fileName">What messages call it.</param>
    /// <exception cref="ScenarioException">It is no scenario.</exception>
    public static Scenario Read(string text, string fileName)
    {
        ArgumentNullException.ThrowIfNull(text);
        ErrorList errors = new(fileName);
        CheckLength(Encoding.UTF8.GetByteCount(text), errors);
        text = text.TrimStart(ByteOrderMark);
        CheckTabs(text, errors);
        YamlNode? root = YamlTree.Read(text, errors);
        switch (root)
        {
            case YamlMap map:
                Scenario scenario = ReadScenario(map, errors);
                errors.ThrowIfAny();
                return scenario;
            case null or YamlScalar { IsMissing: true }:
                errors.Add(1, 1, "the file is empty: a scenario has at least a name");
                break;
            default:
                errors.Add(root, "a scenario has keys, as in 'name: value'");
                break;
        }

        throw errors.ToException();
    }

    private static void CheckLength(int length, ErrorList errors)
    {
        if (length > MaximumFileLength)
        {
            errors.Add(1, 1, $"longer than {MaximumFileLength} octets");
            errors.ThrowIfAny();
        }
    }

    private static void CheckTabs(string text, ErrorList errors)
    {
        int line = 0;
        foreach (ReadOnlySpan<char> content in text.AsSpan().EnumerateLines())
        {
            line++;
            int tab = content.IndexOf('\t');
            if (tab >= 0)
            {
                errors.Add(line, tab + 1, "a tab: write blanks");
            }
        }

        errors.ThrowIfAny();
    }

    private static Scenario ReadScenario(YamlMap map, ErrorList errors)
    {
        Scenario standard = new();
        KeyReader keys = new(map, ScenarioKeys.OfScenario, errors);
        PlanReader plans = new(keys, errors);
        Scenario scenario = new()
        {
            Name = keys.Name(ScenarioKeys.Name) ?? standard.Name,
            About = keys.Line(ScenarioKeys.About) ?? standard.About,
            Seed = keys.Seed(ScenarioKeys.Seed),
            ForMs = keys.Number(ScenarioKeys.For) ?? standard.ForMs,
            ClockMs = keys.Clock(ScenarioKeys.Clock) ?? standard.ClockMs,
            IsPlantMoody = keys.Word(ScenarioKeys.Plant) is { } word
                ? ScenarioKeys.PlantWords[word] == ScenarioKeys.Moody
                : standard.IsPlantMoody,
            Hubs = plans.ReadHubs(out NameSet? hubNames),
            Sensors = plans.ReadSensors(out NameSet? sensorNames),
        };
        TimelineReader timeline = new(scenario.ForMs, hubNames, sensorNames, errors);
        foreach (YamlMap entry in keys.Entries(ScenarioKeys.Timeline))
        {
            timeline.Read(entry);
        }

        return scenario with
        {
            Faults = timeline.Faults,
            Expectations = timeline.Expectations,
        };
    }
}
