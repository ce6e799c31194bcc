// The options of "connect": what they are called and what they give.

using System;
using System.Buffers.Binary;
using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using nanoPptp.Client;
using nanoPptp.Memory;
using nanoPptp.Tool.Telemetry;

namespace nanoPptp.Tool.Connect;

/// <summary>The options of "connect".</summary>
internal sealed partial class ConnectArguments
{
    private const int UdpHeaders = 28;
    private const int DefaultIntervalMs = 1000;
    private const int DefaultTimeoutSeconds = 150;

    private readonly Option<string> _hub = new("--hub")
    {
        Description = "The hub's name or IPv4 address. PPTP runs over IPv4, TCP port 1723 and GRE.",
        HelpName = "HOST",
        Required = true,
    };

    private readonly Option<string> _user = new("--user")
    {
        Description = "The user's name, with its domain as DOMAIN\\user if the hub wants one.",
        HelpName = "NAME",
        Required = true,
    };

    private readonly Option<string?> _passwordFile = new("--password-file")
    {
        Description = "The file that holds the password, in UTF-8; - is standard input.",
        HelpName = "FILE",
    };

    private readonly Option<string?> _ntHashFile = new("--nt-hash-file")
    {
        Description = "Instead: the file that holds the password's NT hash, 32 hexadecimal digits.",
        HelpName = "FILE",
    };

    private readonly Option<string?> _udp = new("--udp")
    {
        Description = "Send UDP datagrams to this IPv4 address inside the tunnel.",
        HelpName = "HOST:PORT",
    };

    private readonly Option<string?> _message = new("--message")
    {
        Description = "What to send; {n} becomes 1, 2, 3 and so on.",
        HelpName = "TEXT",
    };

    private readonly Option<string?> _messageFile = new("--message-file")
    {
        Description = "Instead: a file with one datagram a line, sent in turn; - is standard input,"
            + " read to its end before the hub is called.",
        HelpName = "FILE",
    };

    private readonly Option<int?> _count = Numbers.Whole(
        "--count", "N", "a number, like 10",
        "How many datagrams to send (1, or the lines of the file).");

    private readonly Option<int?> _interval = Numbers.Whole(
        "--interval", "MS", "milliseconds, like 500",
        "From one datagram to the next, in milliseconds (1000).");

    private readonly Option<double?> _for = Numbers.Fraction(
        "--for", "SECONDS", "seconds, like 30 or 1.5",
        "Hang up so many seconds after the tunnel came up. Without it: when all datagrams are sent,"
            + " or else at Ctrl-C.");

    private readonly Option<int?> _mtu = Numbers.Whole(
        "--mtu", "N", "octets, like 1400",
        "Longest IP packet in the tunnel, in octets (1400).");

    private readonly Option<string?> _encryption = new("--encryption")
    {
        Description = "Which encryption the tunnel may have: strong is MPPE with 128 bits (the"
            + " default), weak also 56 and 40 bits, clear none at all.",
        HelpName = "strong|weak|clear",
    };

    private readonly Option<bool> _stateful = new("--stateful")
    {
        Description = "Let the hub insist on stateful MPPE; stateless is asked for first.",
    };

    private readonly Option<bool> _allowChapMd5 = new("--allow-chap-md5")
    {
        Description = "Let the hub ask for CHAP-MD5: whoever sees it can try passwords. Needs"
            + " --encryption clear.",
    };

    private readonly Option<bool> _allowPap = new("--allow-pap")
    {
        Description = "Let the hub ask for PAP: the password travels readable. Needs --encryption"
            + " clear.",
    };

    private readonly Option<bool> _redial = new("--redial")
    {
        Description = "Dial again when the tunnel cannot be had or was lost, after a pause that fits"
            + " the cause and grows. --for then counts from the beginning.",
    };

    private readonly Option<double?> _redialMax = Numbers.Fraction(
        "--redial-max", "SECONDS", "seconds, like 5 or 0.5",
        "With --redial: the longest pause. Those after a refused user stay as they are: they keep"
            + " the account from being locked.");

    private readonly Option<string?> _hubKind = new("--hub-kind")
    {
        Description = "What the hub is, if its own words do not tell or to save it a round trip: "
            + string.Join(", ", HubKinds.Names) + ".",
        HelpName = "KIND",
    };

    private readonly Option<string?> _lastAddress = new("--last-address")
    {
        Description = "Ask for this IPv4 address, the one that the hub assigned last time.",
        HelpName = "ADDRESS",
    };

    private readonly Option<string?> _pcap = new("--pcap")
    {
        Description = "Write what travels to and from the hub to this file (pcapng, for Wireshark)."
            + " Inner packets stay encrypted, but whoever has the file can try passwords.",
        HelpName = "FILE",
    };

    private readonly Option<double?> _timeout = Numbers.Fraction(
        "--timeout", "SECONDS", "seconds, like 30 or 1.5",
        "Give the check up after so long (150).");

    private readonly Option<bool> _json = new("--json")
    {
        Description = "Print JSON Lines instead of text.",
    };

    /// <summary>Gives a command these options.</summary>
    public void AddTo(Command command)
    {
        Option[] all =
        [
            _hub, _user, _passwordFile, _ntHashFile, _udp, _message, _messageFile, _count,
            _interval, _for, _mtu, _encryption, _stateful, _allowChapMd5, _allowPap, _hubKind,
            _lastAddress, _redial, _redialMax, .. ReadingOptions, _pcap, _json,
        ];
        foreach (Option option in all)
        {
            command.Options.Add(option);
        }
    }

    /// <summary>Gives a command those of these options that a check of the way has: the user is not
    /// needed for it.</summary>
    public void AddCheckTo(Command command)
    {
        _user.Required = false;
        _isCheck = true;
        Option[] all =
        [
            _hub, _user, _passwordFile, _ntHashFile, _mtu, _encryption, _stateful, _allowChapMd5,
            _allowPap, _timeout, _pcap, _json,
        ];
        foreach (Option option in all)
        {
            command.Options.Add(option);
        }
    }

    /// <summary>Whether a user is named.</summary>
    public bool HasUser(ParseResult parsed)
    {
        return parsed.GetValue(_user) is not null;
    }

    /// <summary>How long a check may take.</summary>
    public TimeSpan TimeoutOf(ParseResult parsed)
    {
        return TimeSpan.FromSeconds(parsed.GetValue(_timeout) ?? DefaultTimeoutSeconds);
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
    /// <exception cref="ToolFailureException">A file cannot be used.</exception>
    public ConnectOptions Read(ParseResult parsed, InputFiles files)
    {
        PptpSettings settings = new()
        {
            UserName = parsed.GetValue(_user) ?? "",
            Mtu = parsed.GetValue(_mtu) ?? Limits.DefaultMtu,
            Encryption = EncryptionWords.Parse(parsed.GetValue(_encryption))
                ?? EncryptionPolicy.Strong,
            AllowStateful = parsed.GetValue(_stateful),
            AllowChapMd5 = parsed.GetValue(_allowChapMd5),
            AllowPap = parsed.GetValue(_allowPap),
            Quirks = HubKinds.Find(parsed.GetValue(_hubKind)),
            LastAddress = ParseAddress(parsed.GetValue(_lastAddress)) ?? 0,
        };
        Datagrams? datagrams = null;
        int? count = parsed.GetValue(_count);
        if (parsed.GetValue(_message) is { } text)
        {
            datagrams = Datagrams.OfText(text, count ?? 1);
        }
        else if (parsed.GetValue(_messageFile) is { } messages)
        {
            datagrams = Datagrams.OfLines(files.ReadLines(messages), count);
        }

        if (datagrams is not null && datagrams.LongestLength > settings.Mtu - UdpHeaders)
        {
            throw ConnectFailures.MessageTooLong(
                datagrams.LongestLength, settings.Mtu - UdpHeaders, settings.Mtu);
        }

        TelemetryOptions? telemetry = ReadTelemetry(parsed, files);

        // The secret last: nothing can fail any more between it and the session.
        if (parsed.GetValue(_passwordFile) is { } password)
        {
            files.ReadPassword(password, settings);
        }
        else if (parsed.GetValue(_ntHashFile) is { } hash)
        {
            files.ReadNtHash(hash, settings);
        }

        return new ConnectOptions
        {
            Hub = parsed.GetRequiredValue(_hub),
            Settings = settings,
            Target = ParseTarget(parsed.GetValue(_udp)),
            Datagrams = datagrams,
            IntervalMs = parsed.GetValue(_interval) ?? DefaultIntervalMs,
            Duration = parsed.GetValue(_for) is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            CaptureFile = parsed.GetValue(_pcap),
            Redial = ReadRedial(parsed),
            Telemetry = telemetry,
        };
    }

    private static int? ParseAddress(string? text)
    {
        return IPAddress.TryParse(text, out IPAddress? address)
            && address.AddressFamily == AddressFamily.InterNetwork
            && address.ToString() == text
            ? BinaryPrimitives.ReadInt32BigEndian(address.GetAddressBytes())
            : null;
    }

    private static IPEndPoint? ParseTarget(string? text)
    {
        string[] parts = text?.Split(':') ?? [];
        return parts.Length == 2
            && IPAddress.TryParse(parts[0], out IPAddress? address)
            && address.ToString() == parts[0]
            && ushort.TryParse(
                parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out ushort port)
            && port != 0
            ? new IPEndPoint(address, port)
            : null;
    }
}
