// The options of "connect" about readings: where they come from, where they are kept, where they go.

using System;
using System.Collections.Generic;
using System.CommandLine;
using System.IO;
using System.Linq;
using System.Text;
using nanoPptp.Telemetry.Queue;
using nanoPptp.Tool.Telemetry;

namespace nanoPptp.Tool.Connect;

/// <content>--mqtt, --coap, --csv, --journal and what belongs to them.</content>
internal sealed partial class ConnectArguments
{
    private const int LeastQueueOctets = 1024;
    private const int LeastFlushMs = 10;
    private const double LargestPace = 1_000_000;
    private const int LongestHealthS = 86400;
    private const int LongestTopic = 255;
    private const int LongestClientId = 64;
    private const int LongestBaseName = 63;
    private const string Oldest = "oldest";
    private const string Newest = "newest";

    private readonly Option<string?> _mqtt = new("--mqtt")
    {
        Description = "Publish readings (SenML in CBOR) to the MQTT 3.1.1 broker at this IPv4"
            + " address inside the tunnel (port 1883). Delivered is what it acknowledges.",
        HelpName = "HOST[:PORT]",
    };

    private readonly Option<string?> _topic = new("--topic")
    {
        Description = "With --mqtt: the topic.",
        HelpName = "TOPIC",
    };

    private readonly Option<int?> _qos = Numbers.Whole(
        "--qos", "0|1", "0 or 1",
        "With --mqtt: the quality of service (1). With 0 delivered is what TCP acknowledges.");

    private readonly Option<string?> _mqttUser = new("--mqtt-user")
    {
        Description = "With --mqtt: the user's name at the broker.",
        HelpName = "NAME",
    };

    private readonly Option<string?> _mqttPasswordFile = new("--mqtt-password-file")
    {
        Description = "With --mqtt-user: the file that holds the password at the broker, in UTF-8.",
        HelpName = "FILE",
    };

    private readonly Option<string?> _commands = new("--commands")
    {
        Description = "With --mqtt: subscribe to this topic and show the commands that come.",
        HelpName = "TOPIC",
    };

    private readonly Option<string?> _clientId = new("--client-id")
    {
        Description = "With --mqtt: the name under which the broker keeps the session (letters and"
            + " digits of --user).",
        HelpName = "ID",
    };

    private readonly Option<bool> _clean = new("--clean")
    {
        Description = "With --mqtt: begin a new session each time; the broker keeps none.",
    };

    private readonly Option<string?> _coap = new("--coap")
    {
        Description = "Instead of --mqtt: post readings to this CoAP URI inside the tunnel (port"
            + " 5683).",
        HelpName = "URI",
    };

    private readonly Option<string?> _csv = new("--csv")
    {
        Description = "Replay the readings of this file with its times: columns"
            + " time,name,value,unit, named by its first line; - is standard input.",
        HelpName = "FILE",
    };

    private readonly Option<double?> _pace = Numbers.Fraction(
        "--pace", "N", "a factor, like 60 or 0.5",
        "With --csv: so many times as fast (1); 0 as fast as the queue takes them.");

    private readonly Option<string?> _journal = new("--journal")
    {
        Description = "Keep readings that nobody has acknowledged in this folder, and begin with"
            + " what it holds. Made if it is not there; one process at a time.",
        HelpName = "DIR",
    };

    private readonly Option<string?> _baseName = new("--base-name")
    {
        Description = "In front of every reading's name (--user and a slash). The hub tells readings"
            + " apart by it and their numbers: one for each sensor.",
        HelpName = "URN",
    };

    private readonly Option<int?> _queueOctets = Numbers.Whole(
        "--queue-octets", "N", "octets, like 8192",
        "Memory for readings that wait (8192).");

    private readonly Option<int?> _flushInterval = Numbers.Whole(
        "--flush-interval", "MS", "milliseconds, like 10000",
        "With --journal: a reading that waits is on the disk after so long at the latest (10000).");

    private readonly Option<string?> _overflow = new("--overflow")
    {
        Description = "What goes when the memory is full: the oldest reading (the default), or the"
            + " newest.",
        HelpName = "oldest|newest",
    };

    private readonly Option<int?> _health = Numbers.Whole(
        "--health", "SECONDS", "seconds, like 60",
        "Queue the tunnel's own health as readings, so often: what has changed of the counters, the"
            + " last diagnosis, the queue.");

    private IEnumerable<Option> ReadingOptions =>
    [
        _mqtt, _topic, _qos, _mqttUser, _mqttPasswordFile, _clientId, _clean, _commands, _coap,
        _csv, _pace,
        _journal, _baseName, _queueOctets, _flushInterval, _overflow,
        _health,
    ];

    private static bool IsFilter(string topic)
    {
        string[] levels = topic.Split('/');
        return topic.Length > 0
            && Encoding.UTF8.GetByteCount(topic) <= LongestTopic
            && !topic.Contains('\0', StringComparison.Ordinal)
            && levels[..^1].All(IsFilterLevel)
            && (levels[^1] == "#" || IsFilterLevel(levels[^1]));
    }

    private static bool IsFilterLevel(string level)
    {
        return level == "+" || level.AsSpan().IndexOfAny('+', '#') < 0;
    }

    private static string? WhyNoTopic(string topic)
    {
        return topic.Length == 0 || Encoding.UTF8.GetByteCount(topic) > LongestTopic
            ? $"needs 1 to {LongestTopic} octets of UTF-8"
            : topic.AsSpan().IndexOfAny('+', '#', '\0') >= 0
            ? "may not hold + or #: readings go to one topic"
            : null;
    }

    private static string? WhyNoCoap(string text)
    {
        return CoapUri.Parse(text) is not { } uri
            ? $"--coap {UsageErrors.QuoteAddress(text)}: give a URI with an IPv4 address inside the"
                + " tunnel, such as coap://10.98.0.1/readings?d=pump1. Names cannot be looked up"
                + " through the tunnel; users, fragments, and / or & behind a percent sign are not"
                + " for it."
            : uri.ToTarget() is null
            ? "--coap: the path and the query may have 255 octets together, and no segment of the"
                + " path may be . or .. alone."
            : null;
    }

    private static bool IsGiven(ParseResult parsed, Option option)
    {
        return parsed.GetResult(option) is { Implicit: false };
    }

    private void CheckTelemetry(ParseResult parsed, List<string> complaints)
    {
        bool hasMqtt = IsGiven(parsed, _mqtt);
        bool hasCoap = IsGiven(parsed, _coap);
        if (!hasMqtt && !hasCoap)
        {
            foreach (Option option in ReadingOptions.Where(one => IsGiven(parsed, one)))
            {
                complaints.Add($"{option.Name} needs --mqtt or --coap.");
            }

            return;
        }

        if (hasMqtt && hasCoap)
        {
            complaints.Add("Give either --mqtt or --coap.");
        }

        if (parsed.GetValue(_udp) is not null)
        {
            complaints.Add("--udp sends datagrams of its own; give either it or --mqtt or --coap.");
        }

        if (!IsGiven(parsed, _csv) && !IsGiven(parsed, _journal))
        {
            complaints.Add(
                "--mqtt and --coap need --csv or --journal: there is nothing to deliver.");
        }

        CheckMqtt(parsed, hasMqtt, complaints);
        if (hasCoap && WhyNoCoap(parsed.GetValue(_coap) ?? "") is { } why)
        {
            complaints.Add(why);
        }

        CheckSource(parsed, complaints);
        CheckQueue(parsed, complaints);
    }

    private void CheckMqtt(ParseResult parsed, bool hasMqtt, List<string> complaints)
    {
        if (!hasMqtt)
        {
            Option[] others =
            [
                _topic, _qos, _mqttUser, _mqttPasswordFile, _clientId, _clean, _commands,
            ];
            complaints.AddRange(others
                .Where(one => IsGiven(parsed, one))
                .Select(one => $"{one.Name} needs --mqtt."));
            return;
        }

        string broker = parsed.GetValue(_mqtt) ?? "";
        if (InnerAddress.Parse(broker, InnerAddress.MqttPort) is null)
        {
            complaints.Add(
                $"--mqtt {UsageErrors.QuoteAddress(broker)}: give an IPv4 address inside the tunnel, and"
                + " a port if it is not 1883, such as 10.98.0.1. Names cannot be looked up through"
                + " the tunnel.");
        }

        if (parsed.GetValue(_topic) is not { } topic)
        {
            complaints.Add("--mqtt needs --topic.");
        }
        else if (WhyNoTopic(topic) is { } why)
        {
            complaints.Add($"--topic {why}.");
        }

        if (parsed.GetValue(_commands) is { } commands && !IsFilter(commands))
        {
            complaints.Add(
                $"--commands needs 1 to {LongestTopic} octets of UTF-8; + stands for a whole level,"
                + " # for all that is left.");
        }

        if (parsed.GetValue(_qos) is not (null or 0 or 1))
        {
            complaints.Add("--qos needs 0 or 1.");
        }

        if (IsGiven(parsed, _mqttPasswordFile) && !IsGiven(parsed, _mqttUser))
        {
            complaints.Add("--mqtt-password-file needs --mqtt-user.");
        }

        if (parsed.GetValue(_mqttUser) is "")
        {
            complaints.Add("--mqtt-user needs a name.");
        }

        string id = ClientIdOf(parsed);
        if (id.Length is 0 or > LongestClientId || id.Any(c => c is <= ' ' or > '~'))
        {
            complaints.Add(
                IsGiven(parsed, _clientId)
                    ? $"--client-id needs 1 to {LongestClientId} characters of ASCII without blanks."
                    : "--mqtt needs --client-id: --user has no letter or digit to make one of.");
        }
    }

    private void CheckSource(ParseResult parsed, List<string> complaints)
    {
        string?[] inputs =
        [
            parsed.GetValue(_csv), parsed.GetValue(_passwordFile), parsed.GetValue(_ntHashFile),
            parsed.GetValue(_mqttPasswordFile),
        ];
        if (inputs.Count(one => one == StandardInput) > 1)
        {
            complaints.Add("Standard input (-) can be one of the files only.");
        }

        foreach (Option<string?> option in new[] { _csv, _mqttPasswordFile })
        {
            string? path = parsed.GetValue(option);
            string? capture = parsed.GetValue(_pcap);
            if (path is "")
            {
                complaints.Add($"{option.Name} needs the name of a file.");
            }
            else if (path is not null and not StandardInput && !string.IsNullOrEmpty(capture)
                && Path.GetFullPath(path) == Path.GetFullPath(capture))
            {
                complaints.Add($"--pcap would write over the file of {option.Name}.");
            }
        }

        if (parsed.GetValue(_journal) is "" or StandardInput)
        {
            complaints.Add("--journal needs the name of a folder.");
        }

        if (IsGiven(parsed, _pace) && !IsGiven(parsed, _csv))
        {
            complaints.Add("--pace needs --csv.");
        }

        if (parsed.GetValue(_pace) is not (null or (>= 0 and <= LargestPace)))
        {
            complaints.Add($"--pace needs 0 to {LargestPace:F0}.");
        }
    }

    private void CheckQueue(ParseResult parsed, List<string> complaints)
    {
        string baseName = BaseNameOf(parsed);
        if (!ReadingFile.IsName(baseName) || baseName.Length > LongestBaseName)
        {
            complaints.Add(
                IsGiven(parsed, _baseName)
                    ? $"--base-name needs 1 to {LongestBaseName} letters, digits and -:./_ of ASCII,"
                        + " the first a letter or a digit, such as urn:dev:ops:32473-pump-17:."
                    : "--mqtt and --coap need --base-name: --user has no letter or digit to make"
                        + " one of.");
        }

        if (parsed.GetValue(_queueOctets)
            is not (null or (>= LeastQueueOctets and <= ReadingQueueSettings.LargestCapacity)))
        {
            complaints.Add(
                $"--queue-octets needs {LeastQueueOctets} to"
                + $" {ReadingQueueSettings.LargestCapacity}.");
        }

        if (IsGiven(parsed, _flushInterval) && !IsGiven(parsed, _journal))
        {
            complaints.Add("--flush-interval needs --journal.");
        }

        if (parsed.GetValue(_flushInterval)
            is not (null or (>= LeastFlushMs and <= LongestIntervalMs)))
        {
            complaints.Add(
                $"--flush-interval needs {LeastFlushMs} to {LongestIntervalMs} milliseconds.");
        }

        if (parsed.GetValue(_health) is not (null or (>= 1 and <= LongestHealthS)))
        {
            complaints.Add($"--health needs 1 to {LongestHealthS} seconds.");
        }

        if (parsed.GetValue(_overflow) is not (null or Oldest or Newest))
        {
            complaints.Add(
                $"--overflow {UsageErrors.Quote(parsed.GetValue(_overflow)!)}: give {Oldest} or"
                + $" {Newest}.");
        }
    }

    private string ClientIdOf(ParseResult parsed)
    {
        // MQTT 3.1.1 s.3.1.3.1: every server takes up to 23 letters and digits.
        const int Sure = 23;
        string user = parsed.GetValue(_user) ?? "";
        return parsed.GetValue(_clientId)
            ?? string.Concat(user.Where(char.IsAsciiLetterOrDigit).Take(Sure));
    }

    private string BaseNameOf(ParseResult parsed)
    {
        string user = parsed.GetValue(_user) ?? "";
        string name = string.Concat(user.Where(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.'));
        name = name.TrimStart('-', '.');
        return parsed.GetValue(_baseName)
            ?? (name.Length == 0 ? "" : name[..int.Min(name.Length, LongestBaseName - 1)] + "/");
    }

    private TelemetryOptions? ReadTelemetry(ParseResult parsed, InputFiles files)
    {
        bool hasMqtt = IsGiven(parsed, _mqtt);
        if (!hasMqtt && !IsGiven(parsed, _coap))
        {
            return null;
        }

        return new TelemetryOptions
        {
            Coap = CoapUri.Parse(parsed.GetValue(_coap)),
            Readings = parsed.GetValue(_csv) is { } csv ? files.ReadReadings(csv) : [],
            Pace = parsed.GetValue(_pace) ?? 1,
            JournalFolder = parsed.GetValue(_journal),
            BaseName = BaseNameOf(parsed),
            HealthMs = parsed.GetValue(_health) * 1000,
            Queue = new ReadingQueueSettings
            {
                Capacity = parsed.GetValue(_queueOctets) ?? new ReadingQueueSettings().Capacity,
                FlushIntervalMs = parsed.GetValue(_flushInterval)
                    ?? new ReadingQueueSettings().FlushIntervalMs,
                Overflow = parsed.GetValue(_overflow) == Newest
                    ? OverflowPolicy.NewestGoes
                    : OverflowPolicy.OldestGoes,
            },
            Mqtt = !hasMqtt ? null : new MqttTarget(
                InnerAddress.Parse(parsed.GetValue(_mqtt)!, InnerAddress.MqttPort)!,
                parsed.GetValue(_topic)!)
            {
                Qos = parsed.GetValue(_qos) ?? 1,
                ClientId = ClientIdOf(parsed),
                CommandTopic = parsed.GetValue(_commands),
                UserName = parsed.GetValue(_mqttUser),
                Password = parsed.GetValue(_mqttPasswordFile) is { } file
                    ? files.ReadMqttPassword(file)
                    : null,
                IsClean = parsed.GetValue(_clean),
            },
        };
    }
}
