// Reads one mapping of a scenario file by its table of keys. Whatever is wrong is noted and read as
// if it were not there, so that one mistake hides no other.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using nanoPptp.Diagnostics;

namespace Simulator.Scenarios;

/// <summary>The keys and values of one mapping.</summary>
internal sealed class KeyReader
{
    // The first is None, which nobody expects.
    private static readonly string[] s_reasons = [.. Enum.GetNames<Reason>().Skip(1)];

    private readonly Dictionary<string, (KeyRow Row, YamlScalar Key, YamlNode Value)> _found = [];
    private readonly ErrorList _errors;

    /// <summary>Sorts the mapping's keys, and notes the unknown and the second ones.</summary>
    public KeyReader(YamlMap map, IReadOnlyList<KeyRow> rows, ErrorList errors)
    {
        Map = map;
        _errors = errors;
        string[] known = [.. rows.Select(row => row.Name)];
        foreach ((YamlScalar key, YamlNode value) in map.Entries)
        {
            int i = Array.IndexOf(known, key.Text);
            if (i < 0)
            {
                string hint = Nearest.Hint(key.Text, known);
                errors.Add(key, $"unknown key {ErrorList.Quote(key.Text)}; {hint}");
            }
            else if (!_found.TryAdd(key.Text, (rows[i], key, value)))
            {
                int line = _found[key.Text].Key.Line;
                errors.Add(key, $"'{key.Text}' comes a second time, first in line {line}");
            }
        }
    }

    /// <summary>Where the mapping is.</summary>
    public YamlMap Map { get; }

    /// <summary>Whether a key is there, whatever its value.</summary>
    public bool Has(string key) => _found.ContainsKey(key);

    /// <summary>Where a key is, for a message; the mapping when it is not there.</summary>
    public YamlNode PlaceOf(string key) => Has(key) ? _found[key].Key : Map;

    /// <summary>Notes every key that does not belong here, and forgets it.</summary>
    /// <param name="belongs">Which ones do.</param>
    /// <param name="describe">The message about one that does not.</param>
    public void Keep(Func<string, bool> belongs, Func<string, string> describe)
    {
        foreach (string key in _found.Keys.Where(key => !belongs(key)).ToList())
        {
            _errors.Add(_found[key].Key, describe(key));
            _found.Remove(key);
        }
    }

    /// <summary>A duration in milliseconds, a whole number, or a share in parts of a million.
    /// </summary>
    public long? Number(string key)
    {
        if (!TryText(key, out KeyRow row, out YamlScalar value))
        {
            return null;
        }

        if (!TryNumber(row.Form, value.Text, out long number))
        {
            string should = row.Form switch
            {
                ValueForm.Duration => $"is no duration: write {Durations.Forms}",
                ValueForm.Share => $"is no share: write {Shares.Forms}",
                _ => $"is no whole number: write {row.Range}",
            };
            Note(key, value, should);
            return null;
        }

        if (number < row.Minimum || number > row.Maximum)
        {
            Note(key, value, $"is out of range: {row.Range}");
            return null;
        }

        return number;
    }

    /// <summary>A whole number, duration or share that fits 32 bits by its range.</summary>
    public int? Int32(string key) => (int?)Number(key);

    /// <summary>Which one of a key's words it is; null when none.</summary>
    public int? Word(string key)
    {
        if (!TryText(key, out KeyRow row, out YamlScalar value))
        {
            return null;
        }

        for (int i = 0; i < row.Words.Count; i++)
        {
            if (row.Words[i] == value.Text)
            {
                return i;
            }
        }

        Note(key, value, $"is unknown; {Nearest.Hint(value.Text, [.. row.Words])}");
        return null;
    }

    /// <summary>Yes or no, for which YAML has more words than these.</summary>
    public bool? YesOrNo(string key)
    {
        if (!TryText(key, out _, out YamlScalar value))
        {
            return null;
        }

        switch (value.Text)
        {
            case ScenarioKeys.Yes or "true":
                return true;
            case ScenarioKeys.No or "false":
                return false;
            default:
                Note(key, value, "is neither yes nor no");
                return null;
        }
    }

    /// <summary>A name.</summary>
    public string? Name(string key)
    {
        if (!TryText(key, out KeyRow row, out YamlScalar value))
        {
            return null;
        }

        if (!Naming.IsName(value.Text))
        {
            Note(key, value, $"is no name: {row.Range}, and no hyphen first");
            return null;
        }

        return value.Text;
    }

    /// <summary>The name of a hub or sensor, or of a group.</summary>
    /// <param name="key">The key.</param>
    /// <param name="names">What there is; null when that is not known.</param>
    public string? Reference(string key, NameSet? names)
    {
        if (!TryText(key, out _, out YamlScalar value))
        {
            return null;
        }

        // What cannot be a name at all is told like a name that nobody has.
        string name = value.Text;
        if (names != null && !names.Contains(name))
        {
            _errors.Add(
                value, $"{key}: there is no {ErrorList.Quote(name)}; {names.Hint(name)}");
        }

        return name;
    }

    /// <summary>One line of text, without blanks around it.</summary>
    public string? Line(string key)
    {
        if (!TryText(key, out KeyRow row, out YamlScalar value))
        {
            return null;
        }

        // A folded block ends with a line feed that nobody means.
        string text = value.Text.Trim();
        if (text.Length > row.Maximum || !text.EnumerateRunes().All(ErrorList.IsPrintable))
        {
            Note(key, value, $"is not {row.Range}, all of them printable");
            return null;
        }

        return text;
    }

    /// <summary>A seed.</summary>
    public ulong? Seed(string key)
    {
        if (!TryText(key, out KeyRow row, out YamlScalar value))
        {
            return null;
        }

        if (!ulong.TryParse(
            value.Text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong seed))
        {
            Note(key, value, $"is no seed: write {row.Range}");
            return null;
        }

        return seed;
    }

    /// <summary>What a clock shows.</summary>
    public int? Clock(string key)
    {
        if (!TryText(key, out KeyRow row, out YamlScalar value))
        {
            return null;
        }

        if (!ClockText.TryParse(value.Text, out int clockMs))
        {
            Note(key, value, $"is no clock: write {row.Range}");
            return null;
        }

        return clockMs;
    }

    /// <summary>A reason.</summary>
    public Reason? Reason(string key)
    {
        if (!TryText(key, out _, out YamlScalar value))
        {
            return null;
        }

        if (!s_reasons.Contains(value.Text))
        {
            Note(key, value, $"is unknown; {Nearest.Hint(value.Text, s_reasons)}");
            return null;
        }

        return Enum.Parse<Reason>(value.Text);
    }

    /// <summary>The entries of a list, each a mapping.</summary>
    public IReadOnlyList<YamlMap> Entries(string key)
    {
        if (!_found.TryGetValue(key, out (KeyRow Row, YamlScalar Key, YamlNode Value) found))
        {
            return [];
        }

        if (found.Value is not YamlList list)
        {
            _errors.Add(found.Value, $"{key}: a list is expected, each entry with a hyphen");
            return [];
        }

        foreach (YamlNode item in list.Items.Where(item => item is not YamlMap))
        {
            _errors.Add(item, $"{key}: an entry has keys, as in '- name: value'");
        }

        return [.. list.Items.OfType<YamlMap>()];
    }

    private bool TryText(string key, out KeyRow row, out YamlScalar value)
    {
        bool isFound = _found.TryGetValue(
            key, out (KeyRow Row, YamlScalar Key, YamlNode Value) found);
        row = found.Row;
        value = (found.Value as YamlScalar)!;
        if (isFound && value == null)
        {
            _errors.Add(found.Value, $"{key}: one value is expected: {row.Range}");
        }
        else if (isFound && value.IsMissing)
        {
            _errors.Add(found.Key, $"{key}: a value is missing: {row.Range}");
            return false;
        }

        return value != null;
    }

    private void Note(string key, YamlScalar value, string text)
    {
        _errors.Add(value, $"{key}: {ErrorList.Quote(value.Text)} {text}");
    }

    private static bool TryNumber(ValueForm form, string text, out long number)
    {
        switch (form)
        {
            case ValueForm.Duration:
                return Durations.TryParse(text, out number);
            case ValueForm.Share:
                bool isShare = Shares.TryParse(text, out int share);
                number = share;
                return isShare;
            default:
                return long.TryParse(
                    text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);
        }
    }
}
