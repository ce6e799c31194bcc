// chap-secrets, as pppd(8) reads it: client, server, secret, and the addresses that the client may
// have, words as in WordReader. Of several lines for a client the one with the named server counts
// before one with *, then the one with the named client; of equals the first.
//
// Nothing of a line is ever told but its number and the client's name.

using System;
using System.Collections.Generic;
using System.Globalization;
using Simulator.Hub;

namespace nanoPptp.Tool.Hub.Configuration;

/// <summary>One line.</summary>
/// <param name="Client">Who, or *.</param>
/// <param name="Secret">The password.</param>
/// <param name="Addresses">Which addresses the client may have.</param>
/// <param name="GrantsAny">Whether there is an address among them.</param>
/// <param name="Path">The file.</param>
/// <param name="Line">The line.</param>
/// <param name="Weight">How precisely it fits.</param>
internal sealed record ChapSecret(
    string Client,
    string Secret,
    HubUserAddresses Addresses,
    bool GrantsAny,
    string Path,
    int Line,
    int Weight)
{
    /// <summary>The client that is everybody.</summary>
    public const string Everybody = "*";
}

/// <summary>Reads chap-secrets.</summary>
internal static class ChapSecrets
{
    private const int NamedClient = 1;
    private const int NamedServer = 2;

    /// <summary>Reads a file.</summary>
    /// <param name="text">Its content.</param>
    /// <param name="path">Its name.</param>
    /// <param name="server">The hub's name.</param>
    /// <param name="report">Hears what is wrong.</param>
    /// <param name="readSecret">Reads the secret of a line "client server @/path".</param>
    /// <returns>The line that counts, for each client of this server.</returns>
    public static IReadOnlyCollection<ChapSecret> Read(
        string text,
        string path,
        string server,
        ConfigurationReport report,
        Func<string, Place, string?> readSecret)
    {
        Dictionary<string, ChapSecret> best = [];
        foreach (List<Word> line in LinesOf(WordReader.ReadAll(text, path, report)))
        {
            Place place = new(path, line[0].Line, report);
            if (line.Count < 3)
            {
                place.Error("a line needs a client, a server and a secret.");
                continue;
            }

            if (line[1].Text != server && line[1].Text != "*")
            {
                continue;
            }

            if (ReadLine(line, place, readSecret) is { } secret
                && (!best.TryGetValue(secret.Client, out ChapSecret? other)
                    || secret.Weight > other.Weight))
            {
                best[secret.Client] = secret;
            }
        }

        // A line for everybody at this very server counts before one for a client at any server.
        if (best.TryGetValue(ChapSecret.Everybody, out ChapSecret? everybody))
        {
            foreach (ChapSecret secret in (ChapSecret[])[.. best.Values])
            {
                if (secret.Weight < everybody.Weight)
                {
                    best.Remove(secret.Client);
                    report.Warn(
                        secret.Path,
                        secret.Line,
                        $"{secret.Client}: line {everybody.Line}, for every client of {server},"
                        + " counts before this one.");
                }
            }
        }

        return best.Values;
    }

    private static IEnumerable<List<Word>> LinesOf(IReadOnlyList<Word> words)
    {
        List<Word> line = [];
        foreach (Word word in words)
        {
            if (word.IsFirst && line.Count > 0)
            {
                yield return line;
                line = [];
            }

            line.Add(word);
        }

        if (line.Count > 0)
        {
            yield return line;
        }
    }

    private static ChapSecret? ReadLine(
        List<Word> line, Place place, Func<string, Place, string?> readSecret)
    {
        string client = WithoutDomain(line[0].Text);
        string? secret = line[2].Text;
        if (secret.StartsWith("@/", StringComparison.Ordinal))
        {
            secret = readSecret(secret[1..], place);
            if (secret is null)
            {
                return null;
            }
        }

        if (!TryReadAddresses(line[3..], client, place, out List<HubAddressRule> rules))
        {
            return null;
        }

        int weight = (client == ChapSecret.Everybody ? 0 : NamedClient)
            + (line[1].Text == "*" ? 0 : NamedServer);
        return new ChapSecret(
            client,
            secret,
            new HubUserAddresses(rules),
            rules.Exists(rule => rule.IsGranted),
            place.Path,
            place.Line,
            weight);
    }

    /// <summary>Reads what stands behind the secret: addresses and networks, ! before what is
    /// forbidden, * for all and - for none; behind these two pppd reads no further.</summary>
    private static bool TryReadAddresses(
        List<Word> words, string client, Place place, out List<HubAddressRule> rules)
    {
        rules = [];
        bool isComplete = false;
        for (int i = 0; i < words.Count; i++)
        {
            string word = words[i].Text;
            if (word == "--")
            {
                // What follows are options for this client's pppd.
                place.Report.HasNoMeaning(place.Path, place.Line, "options behind --");
                break;
            }

            bool isForAll = word is "*" or "-";
            HubAddressRule rule = new(0, 0, IsGranted: word == "*");
            if (!isForAll && !TryReadRule(word, out rule))
            {
                place.Error(
                    $"{client}: its address number {i + 1} is no IPv4 address, no network like"
                    + " 10.98.0.0/24, and neither * nor -.");
                return false;
            }

            if (!isComplete)
            {
                rules.Add(rule);
            }

            isComplete |= isForAll;
        }

        return true;
    }

    // The hub takes the domain off what clients call themselves.
    private static string WithoutDomain(string name)
    {
        return name[(name.LastIndexOf('\\') + 1)..];
    }

    private static bool TryReadRule(string word, out HubAddressRule rule)
    {
        bool isForbidden = word.StartsWith('!');
        string[] parts = (isForbidden ? word[1..] : word).Split('/');
        int bits = HubAddressRule.AddressBits;
        bool isSound = AddressList.TryReadOne(parts[0], out uint address)
            && parts.Length <= 2
            && (parts.Length == 1
                || (int.TryParse(
                    parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out bits)
                    && bits is > 0 and <= HubAddressRule.AddressBits));
        rule = new HubAddressRule(address, bits, !isForbidden);
        return isSound;
    }
}
