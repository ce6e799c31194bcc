// One check of the way to a hub: a session like that of "connect", whose stages are told as steps,
// and behind them a verdict. What a stage means is the library's business; this puts it into words.

using System;
using System.Globalization;
using System.Net;
using System.Runtime.Versioning;
using nanoPptp.Client;
using nanoPptp.Telemetry.Ip;
using nanoPptp.Tool.Connect;
using nanoPptp.Tool.Streams;

namespace nanoPptp.Tool.Netcheck;

/// <summary>Follows a session, tells its steps, and judges.</summary>
/// <param name="hasUser">Whether there is somebody to log in.</param>
/// <param name="limit">How long all may take.</param>
/// <param name="presenter">Who is told.</param>
[SupportedOSPlatform("linux")]
internal sealed class Check(
    bool hasUser, TimeSpan limit, ICheckPresenter presenter) : IPresenter
{
    private static readonly (string, object)[] s_none = [];

    private TunnelProbe? _probe;
    private Stage _next = Stage.Tcp;
    private TunnelFacts? _facts;

    /// <summary>How it ended; null before.</summary>
    public RunEnd? Verdict { get; private set; }

    public int RefreshMs => 0;

    /// <summary>Makes the session's work.</summary>
    public ISessionWork MakeWork(
        PptpClient client,
        IpEndpoint endpoint,
        Redialer? redialer,
        Audience<IPresenter> audience)
    {
        _probe = new TunnelProbe(client, endpoint, hasUser, limit);
        return _probe;
    }

    public void Connecting(string hub, IPAddress address, string userName)
    {
        IPAddress local = _probe!.Path!.Local;
        Tell(
            "socket",
            StepResult.Ok,
            $"a raw socket for GRE (IP protocol 47) is open; our address is {local}",
            null,
            ("local", local));
    }

    public void Passed(Stage stage, double atMs, double tookMs)
    {
        _next = stage + 1;
        HubProfile hub = _probe!.Hub;
        switch (stage)
        {
            case Stage.Tcp:
                Tell("tcp", StepResult.Ok, "TCP port 1723 is open", tookMs);
                break;
            case Stage.Control:
                TellControl(hub, tookMs);
                break;
            case Stage.Call:
                Tell("call", StepResult.Ok, "the hub takes our call", tookMs);
                break;
            case Stage.Lcp:
                Tell("gre", StepResult.Ok, "IP protocol 47 passes in both directions", null);
                Tell("lcp", StepResult.Ok, $"LCP is open; {Asks(hub)}", tookMs,
                    ("authentication", Methods(hub)));
                break;
            case Stage.Authentication:
                bool isProven = hub.Methods is [.., "MS-CHAPv2"];
                Tell(
                    "auth",
                    StepResult.Ok,
                    isProven
                        ? "MS-CHAPv2: the hub takes the user, and proved that it knows the password"
                        : "the hub takes the user; it proved nothing itself",
                    tookMs);
                break;
            case Stage.Ccp:
                Tell(
                    "encryption",
                    StepResult.Ok,
                    hub.Encryption.Length == 0
                        ? "CCP is open"
                        : $"CCP is open; the hub asks for {hub.Encryption}",
                    tookMs,
                    ("offered", hub.Encryption));
                break;
            default:
                break;
        }
    }

    public void Up(TunnelFacts facts, double atMs)
    {
        if (_facts is not null)
        {
            return;
        }

        _facts = facts;
        Tell(
            "address",
            StepResult.Ok,
            string.Create(
                CultureInfo.InvariantCulture,
                $"ours is {facts.Local}, the hub's {facts.Peer?.ToString() ?? "was not told"}, MTU"
                    + $" {facts.Mtu}, {facts.Encryption}"),
            null,
            ("local", facts.Local),
            ("peer", facts.Peer?.ToString() ?? ""),
            ("mtu", facts.Mtu),
            ("encryption", facts.Encryption));
    }

    public void Refresh(TimeSpan uptime)
    {
    }

    public void Sent(int sequence, int octets)
    {
    }

    public void Received(IPEndPoint source, int destinationPort, ReadOnlySpan<byte> payload)
    {
    }

    public void FragmentDropped()
    {
    }

    public void HangingUp()
    {
    }

    public void Redialing(RunEnd end, TimeSpan? uptime, int attempt, int pauseMs)
    {
    }

    public void Ended(RunEnd end, TimeSpan? uptime)
    {
        TunnelProbe probe = _probe!;
        bool isStopped = end.Explanation.Code is "interrupted" or "time-over" or "closed-by-user";
        RunEnd verdict = (isStopped, probe) switch
        {
            (true, { IsTimedOut: true }) => End(
                end, FailureTexts.CheckTimeout, 0, _facts is null ? _next : Stage.Up, ""),
            (true, { IsStoppedBeforeUser: true }) => Good(
                end,
                "The way to the hub is good as far as LCP: TCP port 1723 and GRE (IP protocol 47)"
                + " pass in both directions. Whether the hub lets a user in, and whether it"
                + " encrypts, was not tried.",
                "Add --user and --password-file to check the rest."),
            (true, _) when _facts is not null => JudgeTunnel(end, probe, _facts),
            _ => end,
        };
        if (verdict.Explanation.Code is not ("way-is-good" or "interrupted"))
        {
            TellFailure(verdict, probe);
        }

        TellNat();
        Verdict = verdict;
        presenter.Verdict(verdict);
    }

    public void Dispose()
    {
    }

    private RunEnd JudgeTunnel(RunEnd end, TunnelProbe probe, TunnelFacts facts)
    {
        if (!probe.IsFinished)
        {
            return new RunEnd(
                ExitCode.Interrupted,
                new Explanation("interrupted", "Interrupted before the check was over.", "", ""),
                end.Counters);
        }

        if (!probe.HasTarget)
        {
            Tell("ping", StepResult.Unknown, "the hub did not tell its address inside", null);
            return Good(end, "The tunnel comes up. What passes through it was not tried.", "");
        }

        if (probe.PingMs is not { } pingMs)
        {
            return End(end, FailureTexts.HubSilentInside, 0, Stage.Up, "");
        }

        Tell("ping", StepResult.Ok, $"{facts.Peer} answers through the tunnel", pingMs);
        if (probe.Lengths is not { } lengths)
        {
            return Good(end, "The tunnel comes up, and the hub answers inside it.", "");
        }

        if (!lengths.IsGood)
        {
            string passes = lengths.Longest == 0
                ? string.Create(
                    CultureInfo.InvariantCulture,
                    $"not even {TunnelProbe.ShortestLength} octets pass")
                : string.Create(
                    CultureInfo.InvariantCulture,
                    $"{lengths.Longest} octets pass and {lengths.ShortestLost} do not");
            int mtu = lengths.Longest == 0 ? TunnelProbe.ShortestLength : lengths.Longest;
            return End(end, FailureTexts.MtuBlackHole, mtu, Stage.Up, passes);
        }

        Tell(
            "mtu",
            StepResult.Ok,
            string.Create(
                CultureInfo.InvariantCulture,
                $"packets of {lengths.Longest} octets pass{AnswersOf(probe)}"),
            null,
            ("mtu", lengths.Longest));
        return Good(
            end,
            string.Create(
                CultureInfo.InvariantCulture,
                $"The tunnel works: TCP port 1723, GRE, authentication, encryption, address, pings"
                    + $" and packets of {lengths.Longest} octets."),
            "");
    }

    private void TellFailure(RunEnd verdict, TunnelProbe probe)
    {
        string code = verdict.Explanation.Code;
        string step = (code, _next) switch
        {
            ("mtu-black-hole", _) => "mtu",
            ("no-answer-inside", _) => "ping",
            (_, _) when _facts is not null => "tunnel",
            ("gre-blocked" or "gre-blocked-behind-nat" or "lcp-timeout", _) => "gre",
            (_, Stage.Tcp) => "tcp",
            (_, Stage.Control) => "control",
            (_, Stage.Call) => "call",
            (_, Stage.Lcp) => "lcp",
            (_, Stage.Authentication) => "auth",
            (_, Stage.Ccp) => "encryption",
            _ => "address",
        };
        string heard = step switch
        {
            "lcp" or "auth" when probe.Hub.HasAsked => $"; {Asks(probe.Hub)}",
            "encryption" when probe.Hub.Encryption.Length > 0 =>
                $"; the hub asks for {probe.Hub.Encryption}",
            _ => "",
        };
        Tell(step, StepResult.Failed, code + heard, null, ("code", code));
    }

    private void TellControl(HubProfile hub, double tookMs)
    {
        if (!hub.IsIntroduced)
        {
            Tell("control", StepResult.Ok, "the control connection stands", tookMs);
            return;
        }

        Tell(
            "control",
            StepResult.Ok,
            string.Create(
                CultureInfo.InvariantCulture,
                $"PPTP {hub.Version}, vendor \"{hub.Vendor}\", host name \"{hub.HostName}\","
                    + $" firmware {hub.Firmware}"),
            tookMs,
            ("version", hub.Version),
            ("vendor", hub.Vendor),
            ("hostName", hub.HostName),
            ("firmware", hub.Firmware));
    }

    private void TellNat()
    {
        if (_probe?.Path is not { } path)
        {
            return;
        }

        bool isLocalPrivate = OuterPath.IsPrivate(path.Local);
        (string text, string nat) = (path.HasNat, isLocalPrivate) switch
        {
            (true, _) => ($"yes: {path.Describe()}", "yes"),
            (_, true) => ("cannot be told: both addresses are private", "unknown"),
            _ => ($"not on our side: our address {path.Local} is public", "no"),
        };
        Tell("nat", StepResult.Unknown, text, null, ("nat", nat));
    }

    private void Tell(
        string name,
        StepResult result,
        string text,
        double? tookMs,
        params (string Name, object Value)[] facts)
    {
        presenter.Step(new CheckStep(
            name, result, text, tookMs, facts.Length == 0 ? s_none : facts));
    }

    private static RunEnd Good(RunEnd end, string sentence, string nextStep)
    {
        return new RunEnd(
            ExitCode.Ok, new Explanation("way-is-good", sentence, "", nextStep), end.Counters);
    }

    private static RunEnd End(
        RunEnd end, FailureText text, int detail, Stage reached, string said)
    {
        return new RunEnd(
            text.ExitCode, text.Fill(new FailureFacts(detail, reached, said)), end.Counters);
    }

    private static string AnswersOf(TunnelProbe probe)
    {
        return probe.AnswersInPieces
            ? "; the hub sends its answers in pieces, its MTU is smaller"
            : " both ways";
    }

    private static string Asks(HubProfile hub)
    {
        return hub.Methods.Count == 0
            ? "the hub asks for no authentication"
            : $"the hub asks for {string.Join(", then ", hub.Methods)}";
    }

    private static string[] Methods(HubProfile hub)
    {
        return [.. hub.Methods];
    }
}
