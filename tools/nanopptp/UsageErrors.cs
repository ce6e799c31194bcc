// What the tool says about a command line that it does not understand.

using System;
using System.Collections.Generic;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Linq;

namespace nanoPptp.Tool;

/// <summary>What the parser has against a command line. A value that belongs to no option is never
/// repeated: it may be a password behind an option that does not exist.</summary>
internal static class UsageErrors
{
    private const string PasswordFile = "--password-file";
    private const string NtHashFile = "--nt-hash-file";
    private const int LongestWord = 20;

    // Where a secret may be written right behind the name, the name ends here.
    private static readonly string[] s_secretNames =
        ["--password", "--passwd", "--passphrase", "--pass", "--pwd", "--pw", "--nt-hash", "--nt"];

    /// <summary>One sentence for each thing that is wrong.</summary>
    public static IReadOnlyList<string> Of(ParseResult parsed)
    {
        List<string> complaints = [];
        AddUnmatched(parsed, complaints);
        foreach (ParseError error in parsed.Errors)
        {
            // Those about what belongs to no option were told above, in our own words.
            bool wasTold = OptionOf(error) is null && parsed.UnmatchedTokens.Any(
                token => error.Message.Contains($"'{token}'", StringComparison.Ordinal));
            if (!wasTold)
            {
                complaints.Add(Describe(error));
            }
        }

        return complaints;
    }

    /// <summary>A value that belongs to an option, for a message; of one that looks like an option
    /// only the name.</summary>
    public static string Quote(string value)
    {
        return LooksLikeOption(value) ? $"'{NameOf(value)}'" : $"'{ScreenText.Escape(value)}'";
    }

    /// <summary>An address for a message: what is in front of an @ can be a user and a password, and
    /// the last @ ends it.</summary>
    public static string QuoteAddress(string value)
    {
        int at = value.LastIndexOf('@');
        return Quote(at < 0 ? value : "..." + value[at..]);
    }

    /// <summary>Whether a word was meant as an option: -1.5 is none.</summary>
    public static bool LooksLikeOption(string word)
    {
        return word is ['-', not ('.' or (>= '0' and <= '9')), ..];
    }

    private static void AddUnmatched(ParseResult parsed, List<string> complaints)
    {
        IReadOnlyList<string> words = parsed.UnmatchedTokens;
        bool hasSecret = words.Any(IsSecretOption);
        bool hasVerb = parsed.CommandResult.Command != parsed.RootCommandResult.Command;
        int values = 0;
        for (int i = 0; i < words.Count; i++)
        {
            if (LooksLikeOption(words[i]))
            {
                complaints.Add($"There is no option '{NameOf(words[i])}'.");
            }
            else if (i == 0 && !hasVerb)
            {
                bool isShown = !hasSecret && words[i].Length <= LongestWord
                    && words[i].All(char.IsAsciiLetterLower);
                complaints.Add(isShown
                    ? $"There is no command '{words[i]}'."
                    : "There is no such command.");
            }
            else
            {
                values++;
            }
        }

        if (values > 0)
        {
            complaints.Add(
                (values == 1 ? "One value belongs" : $"{values} values belong")
                + " to no option; not shown here, for it could be a secret.");
        }

        if (hasSecret && parsed.CommandResult.Command.Options.Any(o => o.Name == PasswordFile))
        {
            complaints.Add(
                $"A secret is read from the file of {PasswordFile} or {NtHashFile}, never from the"
                + " command line: other users could read it in the list of processes.");
        }
    }

    private static bool IsSecretOption(string word)
    {
        return word.StartsWith("-p", StringComparison.OrdinalIgnoreCase)
            || word.StartsWith("--p", StringComparison.OrdinalIgnoreCase)
            || word.StartsWith("--nt", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The name in --name, --name=value, --name:value, and in -nvalue.</summary>
    private static string NameOf(string word)
    {
        if (!word.StartsWith("--", StringComparison.Ordinal))
        {
            return word[..2];
        }

        int length = 2;
        while (length < word.Length && (char.IsAsciiLetter(word[length]) || word[length] == '-'))
        {
            length++;
        }

        string name = word[..length];
        if (IsSecretOption(name) && name is not (PasswordFile or NtHashFile))
        {
            name = s_secretNames.FirstOrDefault(
                secret => name.StartsWith(secret, StringComparison.OrdinalIgnoreCase),
                word[..3]);
        }

        return name;
    }

    private static Option? OptionOf(ParseError error)
    {
        for (SymbolResult? result = error.SymbolResult; result is not null; result = result.Parent)
        {
            if (result is OptionResult option)
            {
                return option.Option;
            }
        }

        return null;
    }

    private static string Describe(ParseError error)
    {
        // The parser's own sentence names a .NET type.
        bool isConversion = error.Message.StartsWith("Cannot parse", StringComparison.Ordinal);
        return isConversion
            && OptionOf(error) is { } option
            && error.SymbolResult?.Tokens is [.., Token last]
            ? $"{option.Name} wants {Describe(option.ValueType)}; {Quote(last.Value)} is none."
            : error.Message;
    }

    private static string Describe(Type type)
    {
        Type value = Nullable.GetUnderlyingType(type) ?? type;
        return Type.GetTypeCode(value) switch
        {
            TypeCode.Boolean => "true or false, or nothing",
            TypeCode.Single or TypeCode.Double or TypeCode.Decimal => "a number, like 1.5",
            >= TypeCode.SByte and <= TypeCode.UInt64 => "a whole number",
            _ => "another value",
        };
    }
}
