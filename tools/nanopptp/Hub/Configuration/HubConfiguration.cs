// From the files of an administrator to the settings of the hub: what pptpd would do with its
// pptpd.conf, and the pppd that it starts with its options and chap-secrets.

using System;
using System.Collections.Generic;
using System.Linq;
using Simulator.Hub;

namespace nanoPptp.Tool.Hub.Configuration;

/// <summary>Which files there are; each may be missing.</summary>
internal sealed record ConfigurationSources
{
    /// <summary>pptpd.conf.</summary>
    public string? PptpdConf { get; init; }

    /// <summary>pppd's options; null takes what pptpd.conf names.</summary>
    public string? Options { get; init; }

    /// <summary>chap-secrets.</summary>
    public string? Secrets { get; init; }

    /// <summary>The only user, without a secrets file.</summary>
    public string? User { get; init; }

    /// <summary>That user's password.</summary>
    public string? PasswordFile { get; init; }
}

/// <summary>What the files say.</summary>
/// <param name="Settings">For the hub.</param>
/// <param name="Listen">Where to listen; null is everywhere.</param>
/// <param name="IdleSeconds">Quiet time after which a session is hung up; 0 is never.</param>
/// <param name="LongestSeconds">How long a session may last; 0 is for ever.</param>
internal sealed record HubConfiguration(
    HubSettings Settings, uint? Listen, int IdleSeconds, int LongestSeconds)
{
    private const long SecondMs = 1000;

    /// <summary>What pppd means when nobody says an MTU or MRU.</summary>
    private const ushort PppMru = 1500;

    /// <summary>Reads all files; what is wrong with any of them is in the report.</summary>
    public static HubConfiguration Read(
        ConfigurationSources sources, ConfigurationFiles files, ConfigurationReport report)
    {
        PptpdConf conf = new();
        if (sources.PptpdConf is { } confPath
            && files.Read(confPath, isSecret: false) is { } confText)
        {
            conf = PptpdConf.Read(confText, confPath, report);
        }

        (PppdOptions options, bool hasOptions) = ReadOptions(sources, conf, files, report);
        HubSettings settings = Addresses(new HubSettings(), conf, sources, report);
        settings = settings with
        {
            HostName = options.Name ?? DefaultName(),
            VendorName = "nanoPptp hub",
            MaximumCallCount = conf.Connections ?? settings.MaximumCallCount,
            StartTimeoutMs = conf.StartTimeoutMs ?? settings.StartTimeoutMs,
        };
        if (hasOptions)
        {
            settings = Link(settings, options);
            settings = Authentication(
                settings, options, sources.Options ?? conf.OptionsPath!, report);
            settings = Encryption(settings, options, report);
        }

        settings = Users(settings, sources, files, report);
        return new HubConfiguration(
            settings, conf.Listen, options.IdleSeconds, options.LongestSeconds);
    }

    private static string DefaultName()
    {
        const int LongestName = 64;
        string name = Environment.MachineName;
        return name.Length is 0 or > LongestName ? "hub" : name;
    }

    private static (PppdOptions Options, bool HasOptions) ReadOptions(
        ConfigurationSources sources,
        PptpdConf conf,
        ConfigurationFiles files,
        ConfigurationReport report)
    {
        PppdOptions options = new(report, (path, place) => files.Read(path, false, place));
        string? path = sources.Options ?? conf.OptionsPath;
        if (path is null)
        {
            return (options, false);
        }

        string? text = sources.Options is not null
            ? files.Read(path, isSecret: false)
            : files.Read(
                path, false, new Place(sources.PptpdConf!, conf.OptionsLine, report));
        if (text is not null)
        {
            options.Read(text, path);
        }

        return (options, text is not null);
    }

    private static HubSettings Addresses(
        HubSettings settings,
        PptpdConf conf,
        ConfigurationSources sources,
        ConfigurationReport report)
    {
        if (conf.LocalAddress is { } local)
        {
            settings = settings with { TunnelAddress = local };
        }

        if (conf.RemoteAddresses.Count > 0)
        {
            settings = settings with
            {
                ClientAddresses = AddressList.RangesOf(conf.RemoteAddresses),
            };
        }

        if (settings.ClientAddresses.Any(range => range.Contains(settings.TunnelAddress)))
        {
            report.Error(
                sources.PptpdConf ?? "pptpd.conf",
                conf.RemoteLine,
                $"the hub's own address {Ipv4Address.ToText(settings.TunnelAddress)} (localip) is"
                + " one of those for clients (remoteip).");
        }

        return settings;
    }

    private static HubSettings Link(HubSettings settings, PppdOptions options)
    {
        // pppd gives the link up never when it may count no failure.
        int echoFailures = options.LcpEchoFailures is 0 ? int.MaxValue
            : options.LcpEchoFailures ?? settings.LcpEchoFailureCount;
        return settings with
        {
            Mtu = options.Mtu ?? PppMru,
            Mru = options.Mru ?? PppMru,
            LcpEchoIntervalMs = options.LcpEchoSeconds * SecondMs ?? settings.LcpEchoIntervalMs,
            LcpEchoFailureCount = echoFailures,
            RestartTimerMs = options.RestartSeconds * SecondMs ?? settings.RestartTimerMs,
            MaximumConfigureCount = options.MaxConfigure ?? settings.MaximumConfigureCount,
            MaximumTerminateCount = options.MaxTerminate ?? settings.MaximumTerminateCount,
            MaximumFailureCount = options.MaxFailure ?? settings.MaximumFailureCount,
            ChapRechallengeIntervalMs = (options.RechallengeSeconds ?? 0) * SecondMs,
            PrimaryDns = Server(options.Dns, 0),
            SecondaryDns = Server(options.Dns, 1),
            PrimaryWins = Server(options.Wins, 0),
            SecondaryWins = Server(options.Wins, 1),
        };
    }

    // As pppd: one server is the first and the second.
    private static uint? Server(List<uint> servers, int index)
    {
        return servers.Count == 0 ? null : servers[int.Min(index, servers.Count - 1)];
    }

    private static HubSettings Authentication(
        HubSettings settings,
        PppdOptions options,
        string path,
        ConfigurationReport report)
    {
        if (!options.IsAuthenticationDemanded)
        {
            if (report.Errors.Count > 0)
            {
                // Perhaps the demand is what was misspelt.
                return settings;
            }

            report.Warn(
                path,
                0,
                "nothing demands authentication (require-mschap-v2): as pppd does then, this hub"
                + " lets everybody in.");
            return settings with { Authentications = [HubAuthentication.None] };
        }

        // pppd's order: the strongest first.
        (PppdAuthentication Option, HubAuthentication Method)[] known =
        [
            (PppdAuthentication.MsChapV2, HubAuthentication.MsChapV2),
            (PppdAuthentication.ChapMd5, HubAuthentication.ChapMd5),
            (PppdAuthentication.Pap, HubAuthentication.Pap),
        ];
        HubAuthentication[] demanded =
        [
            .. known
                .Where(row => options.Required.Count == 0 || options.Required.Contains(row.Option))
                .Select(row => row.Method),
        ];
        if (demanded.Length > 0)
        {
            return settings with { Authentications = demanded };
        }

        options.AuthenticationPlace!.Error(
            "this hub speaks MS-CHAPv2, CHAP-MD5 and PAP, and none of them is demanded:"
            + " require-mschap-v2 is what clients of today take.");
        return settings;
    }

    private static HubSettings Encryption(
        HubSettings settings, PppdOptions options, ConfigurationReport report)
    {
        if (options.MppeBits.Count == 0)
        {
            return settings with { Encryption = HubEncryption.Refused };
        }

        MppeStrengths strengths = MppeStrengths.None;
        strengths |= options.MppeBits.Contains(40) ? MppeStrengths.Bits40 : 0;
        strengths |= options.MppeBits.Contains(128) ? MppeStrengths.Bits128 : 0;
        if (report.Errors.Count == 0
            && !settings.Authentications.Contains(HubAuthentication.MsChapV2))
        {
            options.MppePlace!.Error(
                "MPPE takes its keys from MS-CHAPv2, which is not demanded: add"
                + " require-mschap-v2.");
        }

        return settings with
        {
            Encryption = HubEncryption.RequireMppe,
            MppeStrengths = strengths,
        };
    }

    private static HubSettings Users(
        HubSettings settings,
        ConfigurationSources sources,
        ConfigurationFiles files,
        ConfigurationReport report)
    {
        Dictionary<string, string> passwords = [];
        if (sources.User is { } user)
        {
            if (files.ReadPassword(sources.PasswordFile!) is { } password)
            {
                passwords.Add(user[(user.LastIndexOf('\\') + 1)..], password);
            }

            return settings with { Users = passwords };
        }

        if (sources.Secrets is not { } path || files.Read(path, isSecret: true) is not { } text)
        {
            return settings;
        }

        IReadOnlyCollection<ChapSecret> secrets = ChapSecrets.Read(
            text,
            path,
            settings.HostName,
            report,
            (file, place) => files.Read(file, true, place) is { } content
                ? WordReader.ReadAll(content, file, report) is [Word first, ..]
                    ? first.Text
                    : Empty(file, place)
                : null);
        ChapSecret? everybody = null;
        Dictionary<string, HubUserAddresses> addresses = [];
        foreach (ChapSecret secret in secrets)
        {
            CheckAddresses(secret, settings, report);
            if (secret.Client == ChapSecret.Everybody)
            {
                everybody = secret;
            }
            else
            {
                passwords.Add(secret.Client, secret.Secret);
                addresses.Add(secret.Client, secret.Addresses);
            }
        }

        bool isNeeded = settings.Authentications[0] != HubAuthentication.None;
        if (!secrets.Any(secret => secret.GrantsAny) && isNeeded && report.Errors.Count == 0)
        {
            report.Error(
                path,
                0,
                $"nobody can log in: no line is for the server {settings.HostName} (the"
                + " options' name) or for *, with an address behind its secret.");
        }

        return settings with
        {
            Users = new HubUsers<string>(passwords, everybody?.Secret),
            UserAddresses = new HubUsers<HubUserAddresses>(addresses, everybody?.Addresses),
        };
    }

    private static string? Empty(string file, Place place)
    {
        place.Error($"{file} holds no secret.");
        return null;
    }

    /// <summary>Tells what a line's addresses lead to that its author hardly wants.</summary>
    private static void CheckAddresses(
        ChapSecret secret, HubSettings settings, ConfigurationReport report)
    {
        HubUserAddresses addresses = secret.Addresses;
        IReadOnlyList<HubAddressRange> pool = settings.ClientAddresses;
        string? warning = null;
        if (!secret.GrantsAny)
        {
            warning = "without an address behind the secret it can log in, but as pppd does, this"
                + " hub ends IPCP then. Write * behind the secret for any address.";
        }
        else if (pool.All(range => PermitsAll(addresses, range)))
        {
            return;
        }
        else if (addresses.Own is not { } own)
        {
            warning = "not all addresses of remoteip are among those it may have: when it is given"
                + " another, this hub ends IPCP as pppd does.";
        }
        else if (own == settings.TunnelAddress)
        {
            report.Error(
                secret.Path,
                secret.Line,
                $"{secret.Client}: its own address {Ipv4Address.ToText(own)} is the hub's"
                + " (localip).");
        }
        else if (secret.Client == ChapSecret.Everybody)
        {
            warning = $"all clients get {Ipv4Address.ToText(own)}, at the same time too.";
        }
        else if (pool.Any(range => range.Contains(own)))
        {
            warning = $"its own address {Ipv4Address.ToText(own)} is one of remoteip too: as with"
                + " pptpd, another client can get it at the same time.";
        }

        if (warning is not null)
        {
            report.Warn(secret.Path, secret.Line, $"{secret.Client}: {warning}");
        }
    }

    private static bool PermitsAll(HubUserAddresses addresses, HubAddressRange range)
    {
        for (long address = range.First; address <= range.Last; address++)
        {
            if (!addresses.Permits((uint)address))
            {
                return false;
            }
        }

        return true;
    }
}
