// What can be wrong with the options of "hub", beyond what each of them alone can tell.

using System.Collections.Generic;
using System.CommandLine;
using System.IO;
using System.Linq;
using System.Text;
using nanoPptp.Memory;
using nanoPptp.Tool.Hub.Configuration;

namespace nanoPptp.Tool.Hub;

/// <content>The checks.</content>
internal sealed partial class HubArguments
{
    private const int LastPort = 65535;

    // What an interface of Linux may be called.
    private const int LongestTunName = 15;
    private const int LongestDurationSeconds = 20 * 24 * 60 * 60;
    private const string StandardInput = "-";

    /// <summary>Looks for what is wrong with a command line that parses.</summary>
    /// <returns>One sentence for each thing that is wrong; none when all is well.</returns>
    public IReadOnlyList<string> Check(ParseResult parsed)
    {
        List<string> complaints = [];
        CheckUsers(parsed, complaints);
        CheckFiles(parsed, complaints);
        CheckNetwork(parsed, complaints);
        if (parsed.GetValue(_for) is not (null or (>= 0 and <= LongestDurationSeconds)))
        {
            complaints.Add($"--for needs 0 to {LongestDurationSeconds} seconds.");
        }

        return complaints;
    }

    private void CheckUsers(ParseResult parsed, List<string> complaints)
    {
        string? user = parsed.GetValue(_user);
        bool hasSecrets = parsed.GetValue(_secrets) is not null;
        if (hasSecrets == (user is not null))
        {
            complaints.Add(
                "Give the users: either --secrets FILE, such as /etc/ppp/chap-secrets, or"
                + " --user NAME --password-file FILE.");
        }

        if ((user is null) != (parsed.GetValue(_passwordFile) is null))
        {
            complaints.Add("--user and --password-file belong together.");
        }

        if (user is not null
            && (user.Length == 0 || Encoding.UTF8.GetByteCount(user) > Limits.UserNameLength))
        {
            complaints.Add($"--user needs a name of 1 to {Limits.UserNameLength} octets of UTF-8.");
        }
    }

    private void CheckFiles(ParseResult parsed, List<string> complaints)
    {
        Dictionary<string, string> read = [];
        int standardInputs = 0;
        foreach (Option<string?> option in FilesRead())
        {
            string? path = parsed.GetValue(option);
            if (path is "")
            {
                complaints.Add($"{option.Name} needs the name of a file.");
            }
            else if (path is StandardInput)
            {
                standardInputs++;
            }
            else if (path is not null)
            {
                read[Path.GetFullPath(path)] = option.Name;
            }
        }

        if (standardInputs > 1)
        {
            complaints.Add("Standard input (-) can be one file only.");
        }

        foreach (Option<string?> option in FilesWritten())
        {
            string? path = parsed.GetValue(option);
            if (path is "" or StandardInput)
            {
                complaints.Add($"{option.Name} needs the name of a file.");
            }
            else if (path is not null
                && !read.TryAdd(Path.GetFullPath(path), option.Name))
            {
                complaints.Add(
                    $"{option.Name} would write over the file of"
                    + $" {read[Path.GetFullPath(path)]}.");
            }
        }
    }

    private void CheckNetwork(ParseResult parsed, List<string> complaints)
    {
        if (parsed.GetValue(_listen) is { } listen && !AddressList.TryReadOne(listen, out _))
        {
            complaints.Add(
                $"--listen needs an IPv4 address; '{ScreenText.Escape(listen)}' is none.");
        }

        foreach (Option<int?> option in new[] { _port, _readingPort })
        {
            if (parsed.GetValue(option) is < 1 or > LastPort)
            {
                complaints.Add($"{option.Name} needs a port from 1 to {LastPort}.");
            }
        }

        if (parsed.GetValue(_tun) is { } name
            && (name.Length is 0 or > LongestTunName
                || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')))
        {
            complaints.Add(
                $"--tun needs a name of 1 to {LongestTunName} letters, digits, - _ and dots,"
                + " or none.");
        }
    }
}
