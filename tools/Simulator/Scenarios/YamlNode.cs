// A YAML document as a tree in which everything knows its place. Scenario files need scalars,
// mappings and lists; anchors, aliases, tags and further documents are refused, so that a file says
// what it looks like.

using System;
using System.Collections.Generic;
using System.IO;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Simulator.Scenarios;

/// <summary>Something at a place in the file.</summary>
internal abstract record YamlNode(int Line, int Column);

/// <summary>A word, a number, a text.</summary>
internal sealed record YamlScalar(int Line, int Column, string Text, bool IsPlain)
    : YamlNode(Line, Column)
{
    /// <summary>Whether nothing was written where a value could be.</summary>
    public bool IsMissing => IsPlain && Text is "" or "~" or "null";
}

/// <summary>Keys and values, in the order of the file; a key may come twice.</summary>
internal sealed record YamlMap(
    int Line, int Column, IReadOnlyList<(YamlScalar Key, YamlNode Value)> Entries)
    : YamlNode(Line, Column);

/// <summary>A list.</summary>
internal sealed record YamlList(int Line, int Column, IReadOnlyList<YamlNode> Items)
    : YamlNode(Line, Column);

/// <summary>Makes the tree of a text.</summary>
internal sealed class YamlTree
{
    // The deepest thing that means something is a key's value in an entry of a list of the file.
    private const int MaximumDepth = 8;

    private readonly Scanner _scanner;
    private readonly Parser _parser;
    private readonly ErrorList _errors;

    private YamlTree(string text, ErrorList errors)
    {
        _scanner = new Scanner(new StringReader(text), skipComments: true);
        _parser = new Parser(_scanner);
        _errors = errors;
    }

    /// <summary>Reads the one document of a text.</summary>
    /// <returns>Null when there is none.</returns>
    /// <exception cref="ScenarioException">It is no YAML, or more than is read here.</exception>
    public static YamlNode? Read(string text, ErrorList errors)
    {
        YamlNode? root = null;
        YamlTree tree = new(text, errors);
        try
        {
            root = tree.ReadDocument();
        }
        catch (YamlException e)
        {
            errors.Add((int)e.Start.Line, (int)e.Start.Column, $"no YAML: {e.Message}");
        }
        catch (InvalidOperationException)
        {
            // What the parser gives up on without words of its own.
            Mark place = tree._scanner.CurrentPosition;
            errors.Add((int)place.Line, (int)place.Column, "no YAML from here on");
        }

        errors.ThrowIfAny();
        return root;
    }

    private YamlNode? ReadDocument()
    {
        YamlNode? root = null;
        int documentCount = 0;
        while (_parser.MoveNext())
        {
            ParsingEvent current = _parser.Current!;
            if (current is DocumentStart)
            {
                documentCount++;
                if (documentCount > 1)
                {
                    Add(current, "a second document begins: one file is one scenario");
                    break;
                }

                MoveNext();
                root = ReadNode(1);
            }
        }

        return root;
    }

    // The current event begins the node; afterwards it is the node's last one.
    private YamlNode ReadNode(int depth)
    {
        ParsingEvent start = _parser.Current!;
        if (depth > MaximumDepth)
        {
            Add(start, "nested deeper than anything in a scenario");
            _errors.ThrowIfAny();
        }

        if (start is NodeEvent node && (!node.Anchor.IsEmpty || !node.Tag.IsEmpty))
        {
            Add(start, "anchors (&) and tags (!) are not read here: quote text that begins so");
        }

        switch (start)
        {
            case MappingStart:
                return ReadMap(start, depth);
            case SequenceStart:
                return ReadList(start, depth);
            case Scalar scalar:
                return new YamlScalar(
                    Line(start), Column(start), scalar.Value, scalar.Style == ScalarStyle.Plain);
            case AnchorAlias:
                Add(start, "aliases (*) are not read here: write it out");
                return new YamlScalar(Line(start), Column(start), "", IsPlain: false);
            default:
                // A key without its value, which the parser makes of a colon in front of a word.
                throw new InvalidOperationException();
        }
    }

    private YamlMap ReadMap(ParsingEvent start, int depth)
    {
        List<(YamlScalar, YamlNode)> entries = [];
        while (MoveNext() is not MappingEnd)
        {
            YamlNode key = ReadNode(depth + 1);
            MoveNext();
            YamlNode value = ReadNode(depth + 1);
            if (key is YamlScalar word)
            {
                entries.Add((word, value));
            }
            else
            {
                _errors.Add(key, "a key is one word");
            }
        }

        return new YamlMap(Line(start), Column(start), entries);
    }

    private YamlList ReadList(ParsingEvent start, int depth)
    {
        List<YamlNode> items = [];
        while (MoveNext() is not SequenceEnd)
        {
            items.Add(ReadNode(depth + 1));
        }

        return new YamlList(Line(start), Column(start), items);
    }

    // Inside a node there is always a next event, but for input that confuses the parser.
    private ParsingEvent MoveNext()
    {
        return _parser.MoveNext() && _parser.Current is { } current
            ? current
            : throw new InvalidOperationException();
    }

    private void Add(ParsingEvent place, string text)
    {
        _errors.Add(Line(place), Column(place), text);
    }

    private static int Line(ParsingEvent place) => (int)place.Start.Line;

    private static int Column(ParsingEvent place) => (int)place.Start.Column;
}
