// What can be wrong with the options of "connect", beyond what each of them alone can tell.

using System;
using System.Collections.Generic;
using System.CommandLine;
using System.IO;
using System.Text;
using nanoPptp.Memory;

namespace nanoPptp.Tool.Connect;

/// <content>The checks.</content>
internal sealed partial class ConnectArguments
{
    private const int LongestIntervalMs = 24 * 60 * 60 * 1000;
    private const int LongestDurationSeconds = 20 * 24 * 60 * 60;
    private const int LongestTimeoutSeconds = 3600;
    private const string StandardInput = "-";

    private bool _isCheck;

    /// <summary>Looks for what is wrong with a command line that parses.</summary>
    /// <returns>One sentence for each thing that is wrong; none when all is well.</returns>
    public IReadOnlyList<string> Check(ParseResult parsed)
    {
        List<string> complaints = [];
        CheckHub(parsed, complaints);
        CheckKnown(parsed, complaints);
        CheckUser(parsed, complaints);
        CheckSecret(parsed, complaints);
        CheckDatagrams(parsed, complaints);
        CheckNumbers(parsed, complaints);
        CheckEncryption(parsed, complaints);
        CheckMethods(parsed, complaints);
        CheckFiles(parsed, complaints);
        CheckRedial(parsed, complaints);
        CheckTelemetry(parsed, complaints);
        return complaints;
    }

    private void CheckMethods(ParseResult parsed, List<string> complaints)
    {
        foreach (Option<bool> option in new[] { _allowChapMd5, _allowPap })
        {
            if (!parsed.GetValue(option))
            {
                continue;
            }

            if (parsed.GetValue(_encryption) != EncryptionWords.Clear)
            {
                complaints.Add(
                    $"{option.Name} needs --encryption clear: it gives no keys to encrypt with.");
            }

            if (parsed.GetValue(_ntHashFile) is not null)
            {
                complaints.Add($"{option.Name} needs --password-file: the hash is not enough.");
            }
        }
    }

    private void CheckEncryption(ParseResult parsed, List<string> complaints)
    {
        string? word = parsed.GetValue(_encryption);
        if (word is not null && EncryptionWords.Parse(word) is null)
        {
            complaints.Add(
                $"--encryption {UsageErrors.Quote(word)}: give {EncryptionWords.Strong},"
                + $" {EncryptionWords.Weak} or {EncryptionWords.Clear}.");
        }

        if (word == EncryptionWords.Clear && parsed.GetValue(_stateful))
        {
            complaints.Add("--stateful is about MPPE, and with --encryption clear there is none.");
        }
    }

    private void CheckFiles(ParseResult parsed, List<string> complaints)
    {
        string? capture = parsed.GetValue(_pcap);
        if (capture is "" or StandardInput)
        {
            complaints.Add("--pcap needs the name of a file.");
        }

        foreach (Option<string?> option in new[] { _passwordFile, _ntHashFile, _messageFile })
        {
            string? path = parsed.GetValue(option);
            if (path is "")
            {
                complaints.Add($"{option.Name} needs the name of a file.");
            }
            else if (path is not null and not StandardInput
                && !string.IsNullOrEmpty(capture)
                && Path.GetFullPath(path) == Path.GetFullPath(capture))
            {
                complaints.Add($"--pcap would write over the file of {option.Name}.");
            }
        }
    }

    private void CheckHub(ParseResult parsed, List<string> complaints)
    {
        if (HubName.Check(parsed.GetValue(_hub) ?? "") is { } complaint)
        {
            complaints.Add(complaint);
        }
    }

    private void CheckKnown(ParseResult parsed, List<string> complaints)
    {
        string? kind = parsed.GetValue(_hubKind);
        if (kind is not null && HubKinds.Find(kind) is null)
        {
            complaints.Add(
                $"--hub-kind {UsageErrors.Quote(kind)}: it is one of "
                + string.Join(", ", HubKinds.Names) + ".");
        }

        string? address = parsed.GetValue(_lastAddress);
        if (address is not null && ParseAddress(address) is null)
        {
            complaints.Add(
                $"--last-address {UsageErrors.Quote(address)}: give an IPv4 address inside the"
                + " tunnel, such as 10.98.0.100.");
        }
    }

    private void CheckUser(ParseResult parsed, List<string> complaints)
    {
        if (_isCheck && !HasUser(parsed))
        {
            return;
        }

        string user = parsed.GetValue(_user) ?? "";
        if (user.StartsWith("--", StringComparison.Ordinal))
        {
            // Not repeated: what looks like an option may hold a secret.
            complaints.Add("--user needs a name; what follows it is an option.");
        }
        else if (user.Length == 0 || Encoding.UTF8.GetByteCount(user) > Limits.UserNameLength)
        {
            complaints.Add($"--user needs a name of 1 to {Limits.UserNameLength} octets of UTF-8.");
        }
    }

    private void CheckSecret(ParseResult parsed, List<string> complaints)
    {
        string? password = parsed.GetValue(_passwordFile);
        string? hash = parsed.GetValue(_ntHashFile);
        if (_isCheck && !HasUser(parsed))
        {
            if (password is not null || hash is not null)
            {
                complaints.Add("--password-file and --nt-hash-file need --user.");
            }

            return;
        }

        if ((password is null) == (hash is null))
        {
            complaints.Add(
                "Give either --password-file or --nt-hash-file. There is no option for the password"
                + " itself: other users could read it in the list of processes.");
        }
        else if ((password ?? hash) == StandardInput
            && parsed.GetValue(_messageFile) == StandardInput)
        {
            complaints.Add("Standard input (-) can be the secret or the messages, not both.");
        }
    }

    private void CheckDatagrams(ParseResult parsed, List<string> complaints)
    {
        string? udp = parsed.GetValue(_udp);
        bool hasText = parsed.GetValue(_message) is not null;
        bool hasFile = parsed.GetValue(_messageFile) is not null;
        if (hasText && hasFile)
        {
            complaints.Add("Give either --message or --message-file.");
        }
        else if (udp is null && (hasText || hasFile
            || parsed.GetValue(_count) is not null || parsed.GetValue(_interval) is not null))
        {
            complaints.Add(
                "--message, --message-file, --count and --interval need --udp HOST:PORT.");
        }
        else if (udp is not null && !hasText && !hasFile)
        {
            complaints.Add("--udp needs --message or --message-file.");
        }

        if (udp is not null && ParseTarget(udp) is null)
        {
            complaints.Add(
                $"--udp {UsageErrors.Quote(udp)}: give an IPv4 address inside the tunnel and a"
                + " port, such as 10.98.0.1:5683. Names cannot be looked up through the tunnel.");
        }
    }

    private void CheckNumbers(ParseResult parsed, List<string> complaints)
    {
        if (parsed.GetValue(_count) is < 1)
        {
            complaints.Add("--count needs a number from 1 on.");
        }

        if (parsed.GetValue(_interval) is < 0 or > LongestIntervalMs)
        {
            complaints.Add($"--interval needs 0 to {LongestIntervalMs} milliseconds.");
        }

        if (parsed.GetValue(_for) is not (null or (>= 0 and <= LongestDurationSeconds)))
        {
            complaints.Add($"--for needs 0 to {LongestDurationSeconds} seconds.");
        }

        if (parsed.GetValue(_timeout) is not (null or (>= 1 and <= LongestTimeoutSeconds)))
        {
            complaints.Add($"--timeout needs 1 to {LongestTimeoutSeconds} seconds.");
        }

        if (parsed.GetValue(_mtu) is < Limits.MinimumMtu or > Limits.MaximumMtu)
        {
            complaints.Add($"--mtu needs {Limits.MinimumMtu} to {Limits.MaximumMtu} octets.");
        }
    }
}
