// pptpd.conf(5): one directive a line, a value behind it, # for comments. pptpd passes over what it
// does not know; here that is an error, for a slip of the pen would otherwise have no sign.

using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.IO;
using System.Linq;

namespace nanoPptp.Tool.Hub.Configuration;

/// <summary>What a pptpd.conf says.</summary>
internal sealed record PptpdConf
{
    private static readonly ImmutableDictionary<string, Directive> s_directives =
        new Dictionary<string, Directive>
        {
            ["localip"] = new(HasValue: true, ReadLocalIp),
            ["remoteip"] = new(HasValue: true, ReadRemoteIp),
            ["connections"] = new(HasValue: true, ReadConnections),
            ["listen"] = new(HasValue: true, ReadListen),
            ["option"] = new(HasValue: true, ReadOption),
            ["stimeout"] = new(HasValue: true, ReadStartTimeout),
            ["delegate"] = new(HasValue: false, ReadDelegate),
            ["ppp"] = new(HasValue: true, null),
            ["pidfile"] = new(HasValue: true, null),
            ["speed"] = new(HasValue: true, null),
            ["bcrelay"] = new(HasValue: true, null),
            ["vrf"] = new(HasValue: true, null),
            ["debug"] = new(HasValue: false, null),
            ["logwtmp"] = new(HasValue: false, null),
            ["noipparam"] = new(HasValue: false, null),
        }.ToImmutableDictionary();

    private delegate PptpdConf Reader(PptpdConf conf, Place place, string value);

    /// <summary>The hub's address inside the tunnels; null when the file does not say.</summary>
    public uint? LocalAddress { get; private init; }

    /// <summary>Where the clients' addresses were given; for complaints.</summary>
    public int RemoteLine { get; private init; }

    /// <summary>Addresses for clients; empty when the file does not say.</summary>
    public IReadOnlyList<uint> RemoteAddresses { get; private init; } = [];

    /// <summary>Most clients at a time; null when the file does not say.</summary>
    public int? Connections { get; private init; }

    /// <summary>Where to listen; null is everywhere.</summary>
    public uint? Listen { get; private init; }

    /// <summary>pppd's options file; null when the file names none.</summary>
    public string? OptionsPath { get; private init; }

    /// <summary>Where it was named.</summary>
    public int OptionsLine { get; private init; }

    /// <summary>How long a connection may stay without a Start request; null: not said.</summary>
    public long? StartTimeoutMs { get; private init; }

    /// <summary>Reads a file.</summary>
    /// <param name="text">Its content.</param>
    /// <param name="path">Its name.</param>
    /// <param name="report">Hears what is wrong.</param>
    public static PptpdConf Read(string text, string path, ConfigurationReport report)
    {
        PptpdConf conf = new();
        Dictionary<string, int> lines = [];
        int number = 0;
        foreach (string whole in text.Split('\n'))
        {
            Place place = new(path, ++number, report);
            string line = whole.Split('#')[0].Trim();
            if (line.Length == 0)
            {
                continue;
            }

            if (char.IsWhiteSpace(whole[0]))
            {
                place.Error("the line begins with a blank: pptpd passes such lines over.");
            }

            string[] parts = line.Split(
                (char[]?)null,
                2,
                StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            string name = parts[0];
            if (s_directives.ContainsKey(name) && !lines.TryAdd(name, number))
            {
                place.Error($"{name} was given in line {lines[name]} already.");
            }

            conf = Apply(conf, place, name, parts.Length > 1 ? parts[1] : "");
        }

        return conf;
    }

    private static PptpdConf Apply(PptpdConf conf, Place place, string name, string value)
    {
        if (!s_directives.TryGetValue(name, out Directive? directive))
        {
            place.Error(
                $"pptpd has no directive {Suggestion.Quote(name)}."
                + Suggestion.For(name, s_directives.Keys.Order(StringComparer.Ordinal)));
            return conf;
        }

        if (directive.HasValue != (value.Length > 0))
        {
            place.Error(directive.HasValue ? $"{name} needs a value." : $"{name} takes no value.");
            return conf;
        }

        if (directive.Read is null)
        {
            place.Report.HasNoMeaning(place.Path, place.Line, name);
            return conf;
        }

        return directive.Read(conf, place, value);
    }

    private static PptpdConf ReadLocalIp(PptpdConf conf, Place place, string value)
    {
        if (AddressList.Read(value, out IReadOnlyList<uint> addresses) is { } complaint)
        {
            place.Error($"localip: {complaint}");
            return conf;
        }

        if (addresses.Count > 1)
        {
            place.Report.Warn(
                place.Path,
                place.Line,
                "localip: this hub has one address inside all tunnels, the first of the list.");
        }

        return conf with { LocalAddress = addresses[0] };
    }

    private static PptpdConf ReadRemoteIp(PptpdConf conf, Place place, string value)
    {
        if (AddressList.Read(value, out IReadOnlyList<uint> addresses) is { } complaint)
        {
            place.Error($"remoteip: {complaint}");
            return conf;
        }

        return conf with { RemoteAddresses = addresses, RemoteLine = place.Line };
    }

    private static PptpdConf ReadConnections(PptpdConf conf, Place place, string value)
    {
        return place.TryReadNumber("connections", value, 1, AddressList.LongestList, out int count)
            ? conf with { Connections = count }
            : conf;
    }

    private static PptpdConf ReadListen(PptpdConf conf, Place place, string value)
    {
        if (AddressList.TryReadOne(value, out uint address))
        {
            return conf with { Listen = address };
        }

        place.Error($"listen: \"{value}\" is no IPv4 address of this machine.");
        return conf;
    }

    private static PptpdConf ReadOption(PptpdConf conf, Place place, string value)
    {
        // A relative name counts from the file that says it, wherever this program was started.
        string folder = Path.GetDirectoryName(Path.GetFullPath(place.Path)) ?? "/";
        return conf with { OptionsPath = Path.Combine(folder, value), OptionsLine = place.Line };
    }

    private static PptpdConf ReadStartTimeout(PptpdConf conf, Place place, string value)
    {
        const int LongestSeconds = 3600;
        const long SecondMs = 1000;
        return place.TryReadNumber("stimeout", value, 1, LongestSeconds, out int seconds)
            ? conf with { StartTimeoutMs = seconds * SecondMs }
            : conf;
    }

    private static PptpdConf ReadDelegate(PptpdConf conf, Place place, string value)
    {
        place.Report.Warn(
            place.Path,
            place.Line,
            "delegate: this hub gives out the addresses of remoteip all the same.");
        return conf;
    }

    private sealed record Directive(bool HasValue, Reader? Read);
}

/// <summary>A place in a file about which something may be said.</summary>
internal sealed record Place(string Path, int Line, ConfigurationReport Report)
{
    /// <summary>Something is wrong here.</summary>
    public void Error(string text)
    {
        Report.Error(Path, Line, text);
    }

    /// <summary>Reads a number in a range, or says what is wrong with it.</summary>
    public bool TryReadNumber(string name, string text, int least, int most, out int number)
    {
        bool isNumber = int.TryParse(
            text, NumberStyles.None, CultureInfo.InvariantCulture, out number)
            && number >= least
            && number <= most;
        if (!isNumber)
        {
            Error($"{name} needs a number from {least} to {most}, not \"{text}\".");
        }

        return isNumber;
    }
}
