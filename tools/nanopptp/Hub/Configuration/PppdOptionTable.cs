// The options of pppd(8), and how many words follow each. Those that mean something for a hub have
// a reader, see PppdOptions; the others are known so that a slip of the pen is told from an option
// that only has no meaning here.

using System;
using System.Collections.Frozen;
using System.Collections.Generic;
using System.Linq;

namespace nanoPptp.Tool.Hub.Configuration;

/// <summary>One option.</summary>
/// <param name="ArgumentCount">Words that follow it.</param>
/// <param name="Read">Takes it; null when it has no meaning here.</param>
internal sealed record PppdOption(
    int ArgumentCount, Action<PppdOptions, Place, string, string>? Read);

/// <summary>All options.</summary>
internal static class PppdOptionTable
{
    // Without an argument, and without meaning for a hub that is no program with an interface.
    private const string Flags =
        "debug -d nodetach -detach up_sdnotify updetach master_detach persist nopersist demand"
        + " nolog nologfd ktune noktune dump dryrun multilink mp nomultilink nomp usehostname login"
        + " enable-session papcrypt need-peer-eap show-password hide-password"
        + " refuse-pap -pap refuse-chap -chap refuse-mschap -mschap refuse-mschap-v2 -mschap-v2"
        + " refuse-eap nobsdcomp -bsdcomp nodeflate -deflate nodeflatedraft predictor1"
        + " nopredictor1 -predictor1 nomppe-stateful -all noaccomp -ac default-asyncmap -am"
        + " nomagic -mn nopcomp -pc passive -p silent lcp-echo-adaptive receive-all mpshortseq"
        + " nompshortseq noendpoint novj -vj novjccomp -vjccomp ipcp-accept-local"
        + " ipcp-accept-remote noipdefault defaultroute nodefaultroute -defaultroute"
        + " replacedefaultroute noreplacedefaultroute proxyarp noproxyarp -proxyarp usepeerdns"
        + " ipcp-no-addresses ipcp-no-address noremoteip nosendip srp-use-pseudonym +ipv6 noipv6"
        + " -ipv6 ipv6cp-accept-local ipv6cp-accept-remote defaultroute6 nodefaultroute6"
        + " -defaultroute6 ipv6cp-use-ipaddr ipv6cp-use-persistent ipv6cp-noremote"
        + " ipv6cp-nosend lock nolock notty crtscts -crtscts cdtrcts nocrtscts nocdtrcts xonxoff"
        + " modem local sync chapms-strip-domain ms-lanman";

    private const string OneWord =
        "kdebug holdoff domain logfile logfd linkname maxfail connect-delay unit ifname"
        + " child-timeout set unset defaultroute-metric ip-up-script ip-down-script"
        + " ip-pre-up-script ipv6-up-script ipv6-down-script auth-up-script auth-down-script"
        + " bundle pass-filter active-filter maxoctets mo mo-direction mo-timeout +ua user"
        + " password remotename privgroup allow-ip remotenumber allow-number ca capath cert key"
        + " crl-dir crl"
        + " max-tls-version bsdcomp deflate asyncmap -as mrru endpoint vj-max-slots ipparam"
        + " ipcp-restart ipcp-max-terminate ipcp-max-configure ipcp-max-failure netmask"
        + " pap-restart pap-max-authreq pap-timeout eap-restart eap-max-sreq eap-timeout"
        + " eap-max-rreq eap-interval srp-interval srp-pn-secret ipv6 ipv6cp-restart"
        + " ipv6cp-max-terminate ipv6cp-max-configure ipv6cp-max-failure init connect disconnect"
        + " welcome pty socket record stop-bits datarate escape chap-restart chap-max-challenge"
        + " chap-timeout";

    /// <summary>Every option by its name.</summary>
    public static FrozenDictionary<string, PppdOption> ByName { get; } = Build();

    /// <summary>Names, for suggestions; options come before their short names.</summary>
    public static IEnumerable<string> Names { get; } =
    [
        .. ByName.Keys
            .OrderBy(name => name.StartsWith('-') || name.StartsWith('+'))
            .ThenBy(name => name, StringComparer.Ordinal),
    ];

    private static FrozenDictionary<string, PppdOption> Build()
    {
        Dictionary<string, PppdOption> table = [];
        foreach (string name in Flags.Split(' '))
        {
            table.Add(name, new PppdOption(0, null));
        }

        foreach (string name in OneWord.Split(' '))
        {
            table.Add(name, new PppdOption(1, null));
        }

        AddAuthentication(table);
        AddEncryption(table);
        AddLink(table);
        return table.ToFrozenDictionary();
    }

    private static void AddAuthentication(Dictionary<string, PppdOption> table)
    {
        (string Name, PppdAuthentication Method)[] methods =
        [
            ("pap", PppdAuthentication.Pap),
            ("chap", PppdAuthentication.ChapMd5),
            ("mschap", PppdAuthentication.MsChapV1),
            ("mschap-v2", PppdAuthentication.MsChapV2),
            ("eap", PppdAuthentication.Eap),
        ];
        foreach ((string name, PppdAuthentication method) in methods)
        {
            PppdOption option = new(0, (options, place, _, _) => options.Require(method, place));
            table.Add($"require-{name}", option);
            if (method != PppdAuthentication.Eap)
            {
                table.Add($"+{name}", option);
            }
        }

        table.Add("auth", new PppdOption(0, (options, _, _, _) => options.DemandAuthentication()));
        table.Add("noauth", new PppdOption(0, (options, _, _, _) => options.WaiveAuthentication()));
        table.Add("name", new PppdOption(1, (options, place, _, word) =>
            options.TakeName(place, word)));
        table.Add("plugin", new PppdOption(1, (options, place, _, word) => place.Report.Warn(
            place.Path,
            place.Line,
            $"plugin {word}: not loaded; users come from the secrets file alone.")));
    }

    private static void AddEncryption(Dictionary<string, PppdOption> table)
    {
        (string Name, int Bits)[] strengths = [("", 40), ("", 128), ("-40", 40), ("-128", 128)];
        foreach (IGrouping<string, (string Name, int Bits)> group in strengths.GroupBy(s => s.Name))
        {
            int[] bits = [.. group.Select(strength => strength.Bits)];
            PppdOption require = new(
                0, (options, place, _, _) => options.RequireMppe(bits, place));
            PppdOption refuse = new(0, (options, _, _, _) => options.RefuseMppe(bits));
            table.Add($"require-mppe{group.Key}", require);
            table.Add($"+mppe{group.Key}", require);
            table.Add($"nomppe{group.Key}", refuse);
            table.Add($"-mppe{group.Key}", refuse);
        }

        PppdOption noCcp = new(0, (options, _, _, _) => options.RefuseMppe([40, 128]));
        table.Add("noccp", noCcp);
        table.Add("-ccp", noCcp);
        table.Add("mppe-stateful", new PppdOption(0, (_, place, _, _) => place.Report.Warn(
            place.Path,
            place.Line,
            "mppe-stateful: this hub speaks stateless MPPE only, as pppd itself asks for.")));
    }

    private static void AddLink(Dictionary<string, PppdOption> table)
    {
        AddNumber(table, "mtu", 128, 1500, (options, value) => options.Mtu = (ushort)value);
        AddNumber(table, "mru", 128, 1500, (options, value) => options.Mru = (ushort)value);
        table.Add("default-mru", new PppdOption(0, (options, _, _, _) => options.Mru = null));
        table.Add("-mru", table["default-mru"]);
        const int Day = 86_400;
        AddNumber(
            table, "lcp-echo-interval", 0, Day, (options, value) => options.LcpEchoSeconds = value);
        AddNumber(table, "lcp-echo-failure", 0, 1000, (options, value) =>
            options.LcpEchoFailures = value);
        AddNumber(
            table, "lcp-restart", 1, 3600, (options, value) => options.RestartSeconds = value);
        AddNumber(
            table, "lcp-max-configure", 1, 1000, (options, value) => options.MaxConfigure = value);
        AddNumber(
            table, "lcp-max-terminate", 1, 1000, (options, value) => options.MaxTerminate = value);
        AddNumber(
            table, "lcp-max-failure", 1, 1000, (options, value) => options.MaxFailure = value);
        AddNumber(
            table, "chap-interval", 0, Day, (options, value) => options.RechallengeSeconds = value);
        AddNumber(table, "idle", 0, 30 * Day, (options, value) => options.IdleSeconds = value);
        AddNumber(
            table, "maxconnect", 0, 30 * Day, (options, value) => options.LongestSeconds = value);
        PppdOption dns = new(1, (options, place, name, word) =>
            PppdOptions.TakeServer(options.Dns, place, name, word));
        PppdOption wins = new(1, (options, place, name, word) =>
            PppdOptions.TakeServer(options.Wins, place, name, word));
        table.Add("ms-dns", dns);
        table.Add("ms-wins", wins);
        PppdOption noIp = new(0, (_, place, name, _) => place.Error(
            $"{name}: without IP there is nothing for this hub to carry."));
        table.Add("noip", noIp);
        table.Add("-ip", noIp);
        table.Add("file", new PppdOption(1, (options, place, _, word) =>
            options.Include(place, word)));
        table.Add("call", new PppdOption(1, (_, place, _, word) => place.Error(
            $"call {word}: this hub calls nobody; name the file with \"file\".")));
    }

    private static void AddNumber(
        Dictionary<string, PppdOption> table,
        string name,
        int least,
        int most,
        Action<PppdOptions, int> take)
    {
        table.Add(name, new PppdOption(1, (options, place, _, word) =>
        {
            if (place.TryReadNumber(name, word, least, most, out int value))
            {
                take(options, value);
            }
        }));
    }
}
