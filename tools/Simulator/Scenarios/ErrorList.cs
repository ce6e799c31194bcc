// Collects what is wrong, so that one look at a file tells everything.

using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;

namespace Simulator.Scenarios;

/// <summary>The errors of one file so far.</summary>
internal sealed class ErrorList(string fileName)
{
    private const int LongestQuotation = 40;

    // Nobody reads more, and what is no scenario at all would take long.
    private const int MostErrors = 1000;

    private readonly List<ScenarioError> _errors = [];

    /// <summary>How many there are.</summary>
    public int Count => _errors.Count;

    /// <summary>Adds an error at a node.</summary>
    /// <exception cref="ScenarioException">There are too many.</exception>
    public void Add(YamlNode node, string text) => Add(node.Line, node.Column, text);

    /// <summary>Adds an error at a place.</summary>
    /// <exception cref="ScenarioException">There are too many.</exception>
    public void Add(int line, int column, string text)
    {
        _errors.Add(new ScenarioError(fileName, line, column, text));
        if (_errors.Count == MostErrors)
        {
            throw ToException();
        }
    }

    /// <summary>Ends the reading when there are errors.</summary>
    /// <exception cref="ScenarioException">There are.</exception>
    public void ThrowIfAny()
    {
        if (_errors.Count > 0)
        {
            throw ToException();
        }
    }

    /// <summary>Makes the exception that tells all of them, in the order of the file.</summary>
    public ScenarioException ToException()
    {
        return new ScenarioException(
            [.. _errors.OrderBy(error => error.Line).ThenBy(error => error.Column)]);
    }

    /// <summary>Quotes a piece of the file for a message on a terminal: short, and without
    /// anything that a terminal would obey.</summary>
    public static string Quote(string text)
    {
        StringBuilder quoted = new("'");
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (quoted.Length > LongestQuotation)
            {
                quoted.Append("...");
                break;
            }

            quoted.Append(IsPrintable(rune) ? rune.ToString() : "?");
        }

        return quoted.Append('\'').ToString();
    }

    /// <summary>Whether a character can be shown on a line. Half a surrogate pair is enumerated as
    /// U+FFFD, and is not.</summary>
    public static bool IsPrintable(Rune rune)
    {
        return rune != Rune.ReplacementChar
            && Rune.GetUnicodeCategory(rune) is not (
                UnicodeCategory.Control
                or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator
                or UnicodeCategory.OtherNotAssigned);
    }
}
