// What pppd's options say about a server: pppd(8). As pppd does, options are read one after the
// other, over line ends, and a later one goes before an earlier one.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace nanoPptp.Tool.Hub.Configuration;

/// <summary>What a pppd may demand of its peer.</summary>
internal enum PppdAuthentication
{
    /// <summary>PAP.</summary>
    Pap,

    /// <summary>CHAP with MD5.</summary>
    ChapMd5,

    /// <summary>MS-CHAPv1, which this hub does not speak.</summary>
    MsChapV1,

    /// <summary>MS-CHAPv2.</summary>
    MsChapV2,

    /// <summary>EAP, which this hub does not speak.</summary>
    Eap,
}

/// <summary>The options of one file and of those it includes.</summary>
/// <param name="report">Hears what is wrong.</param>
/// <param name="readFile">Gives the text of an included file, or null when it said why not.</param>
internal sealed class PppdOptions(
    ConfigurationReport report, Func<string, Place, string?> readFile)
{
    /// <summary>Files within files within files: no further.</summary>
    private const int DeepestInclusion = 8;

    /// <summary>RFC 2637's host name, which the name becomes, has so many octets.</summary>
    private const int LongestName = 64;

    private readonly SortedSet<PppdAuthentication> _required = [];
    private int _depth;

    /// <summary>The hub's name for secrets and CHAP; null when no option says.</summary>
    public string? Name { get; private set; }

    /// <summary>Whether clients must prove who they are.</summary>
    public bool IsAuthenticationDemanded { get; private set; }

    /// <summary>How they may; empty is any way.</summary>
    public IReadOnlySet<PppdAuthentication> Required => _required;

    /// <summary>Key lengths of MPPE that are demanded; empty is no MPPE.</summary>
    public SortedSet<int> MppeBits { get; } = [];

    /// <summary>Where MPPE was demanded last.</summary>
    public Place? MppePlace { get; private set; }

    /// <summary>Where authentication was demanded last.</summary>
    public Place? AuthenticationPlace { get; private set; }

    /// <summary>Largest packet sent; null when no option says.</summary>
    public ushort? Mtu { get; set; }

    /// <summary>Largest packet asked for; null when no option says.</summary>
    public ushort? Mru { get; set; }

    /// <summary>Between two LCP Echo-Requests; 0 is never.</summary>
    public int? LcpEchoSeconds { get; set; }

    /// <summary>So many without an answer end the link; 0 is never.</summary>
    public int? LcpEchoFailures { get; set; }

    /// <summary>The restart timer.</summary>
    public int? RestartSeconds { get; set; }

    /// <summary>Max-Configure.</summary>
    public int? MaxConfigure { get; set; }

    /// <summary>Max-Terminate.</summary>
    public int? MaxTerminate { get; set; }

    /// <summary>Max-Failure.</summary>
    public int? MaxFailure { get; set; }

    /// <summary>Between two challenges; 0 is only one.</summary>
    public int? RechallengeSeconds { get; set; }

    /// <summary>Quiet time after which a session is hung up; 0 is never.</summary>
    public int IdleSeconds { get; set; }

    /// <summary>How long a session may last; 0 is for ever.</summary>
    public int LongestSeconds { get; set; }

    /// <summary>Name servers, the last two given.</summary>
    public List<uint> Dns { get; } = [];

    /// <summary>WINS servers, the last two given.</summary>
    public List<uint> Wins { get; } = [];

    /// <summary>Reads a file.</summary>
    /// <param name="text">Its content.</param>
    /// <param name="path">Its name.</param>
    public void Read(string text, string path)
    {
        IReadOnlyList<Word> words = WordReader.ReadAll(text, path, report);
        for (int i = 0; i < words.Count; i++)
        {
            Word word = words[i];
            Place place = new(path, word.Line, report);
            if (!PppdOptionTable.ByName.TryGetValue(word.Text, out PppdOption? option))
            {
                ReadWild(word.Text, place);
                continue;
            }

            if (option.ArgumentCount > words.Count - 1 - i)
            {
                place.Error($"{word.Text} needs a value.");
                return;
            }

            i += option.ArgumentCount;
            if (option.Read is null)
            {
                report.HasNoMeaning(path, word.Line, word.Text);
            }
            else
            {
                option.Read(
                    this, place, word.Text, option.ArgumentCount > 0 ? words[i].Text : "");
            }
        }
    }

    internal void Require(PppdAuthentication method, Place place)
    {
        _required.Add(method);
        IsAuthenticationDemanded = true;
        AuthenticationPlace = place;
        if (method is PppdAuthentication.MsChapV1 or PppdAuthentication.Eap)
        {
            string name = method == PppdAuthentication.Eap ? "EAP" : "MS-CHAPv1";
            report.Warn(place.Path, place.Line, $"this hub does not speak {name}.");
        }
    }

    internal void DemandAuthentication()
    {
        IsAuthenticationDemanded = true;
    }

    internal void WaiveAuthentication()
    {
        IsAuthenticationDemanded = false;
    }

    internal void RequireMppe(int[] bits, Place place)
    {
        MppeBits.UnionWith(bits);
        MppePlace = place;
    }

    internal void RefuseMppe(int[] bits)
    {
        MppeBits.ExceptWith(bits);
    }

    internal void TakeName(Place place, string name)
    {
        int length = Encoding.UTF8.GetByteCount(name);
        if (length is 0 or > LongestName)
        {
            place.Error($"name needs 1 to {LongestName} octets of UTF-8.");
            return;
        }

        Name = name;
    }

    internal static void TakeServer(List<uint> servers, Place place, string option, string text)
    {
        if (!AddressList.TryReadOne(text, out uint address))
        {
            place.Error($"{option} needs an IPv4 address, not \"{text}\".");
            return;
        }

        if (servers.Count == 2)
        {
            servers.RemoveAt(0);
        }

        servers.Add(address);
    }

    internal void Include(Place place, string path)
    {
        if (_depth == DeepestInclusion)
        {
            place.Error($"file {path}: files include each other too deeply.");
            return;
        }

        if (readFile(path, place) is { } text)
        {
            _depth++;
            Read(text, path);
            _depth--;
        }
    }

    // Words that pppd takes without a name before them: local:remote addresses, a device, a speed.
    private void ReadWild(string word, Place place)
    {
        string[] ends = word.Split(':');
        bool isAddresses = ends.Length == 2
            && word.Length > 1
            && Array.TrueForAll(
                ends, end => end.Length == 0 || AddressList.TryReadOne(end, out _));
        bool isDevice = word.StartsWith("/dev/", StringComparison.Ordinal)
            || (word.StartsWith("tty", StringComparison.Ordinal) && !word.Contains('-'));
        bool isSpeed = int.TryParse(
            word, NumberStyles.None, CultureInfo.InvariantCulture, out _);
        if (isAddresses)
        {
            report.Warn(
                place.Path,
                place.Line,
                $"{word}: addresses come from pptpd.conf (localip, remoteip).");
        }
        else if (isDevice || isSpeed)
        {
            report.HasNoMeaning(place.Path, place.Line, word);
        }
        else
        {
            place.Error(
                $"pppd has no option {Suggestion.Quote(word)}."
                + Suggestion.For(word, PppdOptionTable.Names));
        }
    }
}
