// The options of "hub": what they are called and what they give.

using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Net;
using nanoPptp.Tool.Hub.Configuration;
using Simulator.Hub;

namespace nanoPptp.Tool.Hub;

/// <summary>The options of "hub".</summary>
internal sealed partial class HubArguments
{
    private readonly Option<string?> _pptpdConf = Text(
        "--pptpd-conf", "FILE", "Addresses, listen, connections and option from a pptpd.conf.");

    private readonly Option<string?> _options = Text(
        "--options",
        "FILE",
        "pppd's options, such as /etc/ppp/pptpd-options (what pptpd.conf names with \"option\").");

    private readonly Option<string?> _secrets = Text(
        "--secrets", "FILE", "The users, as in /etc/ppp/chap-secrets.");

    private readonly Option<string?> _user = Text(
        "--user", "NAME", "Instead of --secrets: the only user.");

    private readonly Option<string?> _passwordFile = Text(
        "--password-file",
        "FILE",
        "The file that holds that user's password, in UTF-8; - is standard input.");

    private readonly Option<string?> _listen = Text(
        "--listen", "ADDRESS", "An IPv4 address of this machine (pptpd.conf's listen, or all).");

    private readonly Option<int?> _port = Numbers.Whole(
        "--port", "N", "a TCP port, like 1723", "The TCP port (1723).");

    private readonly Option<string?> _tun = new("--tun")
    {
        Description = "Pass packets that are not for the hub itself to a TUN device of this"
            + " machine, and back. It gets the hub's address, and a route to the clients.",
        HelpName = "NAME",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<int?> _readingPort = Numbers.Whole(
        "--reading-port",
        "N",
        "a UDP port, like 5683",
        "Take datagrams to this port only as readings (all).");

    private readonly Option<string?> _readings = Text(
        "--readings", "FILE", "Append readings to this file, as JSON Lines.");

    private readonly Option<string?> _pcap = Text(
        "--pcap",
        "FILE",
        "Write what travels to and from clients to this file (pcapng, for Wireshark). Inner packets"
        + " stay encrypted, but whoever has the file can try passwords.");

    private readonly Option<double?> _for = Numbers.Fraction(
        "--for", "SECONDS", "seconds, like 60 or 1.5", "Stop after so many seconds (at Ctrl-C).");

    private readonly Option<bool> _json = new("--json")
    {
        Description = "Print JSON Lines instead of text.",
    };

    /// <summary>Gives a command these options.</summary>
    public void AddTo(Command command)
    {
        Option[] all =
        [
            _pptpdConf, _options, _secrets, _user, _passwordFile, _listen, _port, _tun,
            _readingPort, _readings, _pcap, _for, _json,
        ];
        foreach (Option option in all)
        {
            command.Options.Add(option);
        }
    }

    /// <summary>Whether JSON Lines are wanted.</summary>
    public bool WantsJson(ParseResult parsed)
    {
        return parsed.GetValue(_json);
    }

    /// <summary>Reads a command line that <see cref="Check"/> found good, and the files it names.
    /// </summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="files">Reads the files.</param>
    /// <param name="report">Hears what is wrong with them; then the plan is of no use.</param>
    public HubPlan Read(ParseResult parsed, ConfigurationFiles files, ConfigurationReport report)
    {
        ConfigurationSources sources = new()
        {
            PptpdConf = parsed.GetValue(_pptpdConf),
            Options = parsed.GetValue(_options),
            Secrets = parsed.GetValue(_secrets),
            User = parsed.GetValue(_user),
            PasswordFile = parsed.GetValue(_passwordFile),
        };
        HubConfiguration configuration = HubConfiguration.Read(sources, files, report);
        string listen = parsed.GetValue(_listen)
            ?? (configuration.Listen is { } address ? Ipv4Address.ToText(address) : "0.0.0.0");
        return new HubPlan
        {
            Settings = configuration.Settings,
            Listen = IPAddress.Parse(listen),
            Port = parsed.GetValue(_port) ?? HubPlan.ControlPort,
            TunName = parsed.GetResult(_tun) is null ? null : parsed.GetValue(_tun) ?? "",
            ReadingPort = parsed.GetValue(_readingPort),
            ReadingsFile = parsed.GetValue(_readings),
            CaptureFile = parsed.GetValue(_pcap),
            Duration = parsed.GetValue(_for) is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            IdleSeconds = configuration.IdleSeconds,
            LongestSeconds = configuration.LongestSeconds,
        };
    }

    private IEnumerable<Option<string?>> FilesRead()
    {
        return [_pptpdConf, _options, _secrets, _passwordFile];
    }

    private IEnumerable<Option<string?>> FilesWritten()
    {
        return [_pcap, _readings];
    }

    private static Option<string?> Text(string name, string help, string description)
    {
        return new Option<string?>(name) { HelpName = help, Description = description };
    }
}
