// Reads the test vectors of tests/Vectors; the format is described in the README there.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;

namespace nanoPptp.Crypto.Tests;

/// <summary>One vector: a group of named values.</summary>
internal sealed class Vector
{
    private readonly Dictionary<string, string> _values = [];

    /// <summary>File and line where the vector begins, for messages.</summary>
    public required string Place { get; init; }

    public IReadOnlyCollection<string> Names => _values.Keys;

    public byte[] Octets(string name)
    {
        return Convert.FromHexString(Value(name));
    }

    public int Number(string name, int ifAbsent)
    {
        return _values.TryGetValue(name, out string? value)
            ? int.Parse(value, NumberStyles.None, CultureInfo.InvariantCulture)
            : ifAbsent;
    }

    /// <summary>The parts of a value that is given in pieces, <c>name@offset</c>.</summary>
    public IEnumerable<(int Offset, byte[] Octets)> Parts(string name)
    {
        foreach ((string key, string value) in _values)
        {
            if (key.StartsWith(name + "@", StringComparison.Ordinal))
            {
                string offset = key[(name.Length + 1)..];
                yield return (
                    int.Parse(offset, NumberStyles.None, CultureInfo.InvariantCulture),
                    Convert.FromHexString(value));
            }
        }
    }

    internal void Add(string name, string value)
    {
        if (!_values.TryAdd(name, value))
        {
            throw new FormatException($"{Place}: {name} occurs twice.");
        }
    }

    private string Value(string name)
    {
        return _values.TryGetValue(name, out string? value)
            ? value
            : throw new FormatException($"{Place}: there is no {name}.");
    }
}

/// <summary>Reader of vector files.</summary>
internal static class VectorFile
{
    /// <summary>Reads a file of the folder <c>Vectors</c> beside the test program.</summary>
    public static IReadOnlyList<Vector> Read(string fileName)
    {
        string path = Path.Combine(AppContext.BaseDirectory, "Vectors", fileName);
        return Parse(fileName, File.ReadAllLines(path));
    }

    /// <summary>Reads vectors from lines.</summary>
    /// <exception cref="FormatException">A line is not of the format.</exception>
    public static IReadOnlyList<Vector> Parse(string fileName, IReadOnlyList<string> lines)
    {
        var vectors = new List<Vector>();
        Vector? vector = null;
        for (int i = 0; i < lines.Count; i++)
        {
            string line = lines[i].Trim();
            if (line.StartsWith('#'))
            {
                continue;
            }

            if (line.Length == 0)
            {
                vector = null;
                continue;
            }

            string place = $"{fileName}:{i + 1}";
            int equals = line.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
            {
                throw new FormatException($"{place}: expected name = value.");
            }

            if (vector == null)
            {
                vector = new Vector { Place = place };
                vectors.Add(vector);
            }

            vector.Add(line[..equals].Trim(), line[(equals + 1)..].Trim());
        }

        return vectors;
    }
}
