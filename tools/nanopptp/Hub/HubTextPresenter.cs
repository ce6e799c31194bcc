// Lines for people: one for each event. On a screen the table of the live sessions stands below
// them and is drawn anew each second; anywhere else, and with NO_COLOR, there are plain lines only.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Net;
using nanoPptp.Tool.Hub.Configuration;
using Simulator.Hub;

namespace nanoPptp.Tool.Hub;

/// <summary>Shows a hub as text.</summary>
internal sealed class HubTextPresenter : IHubPresenter
{
    /// <summary>Why a client was turned away.</summary>
    public const string Full =
        "turned away: no address or connection is free (remoteip, connections), or the hub stops";

    private const int SecondMs = 1000;
    private const int MostRanges = 8;

    private readonly Terminal _terminal;
    private readonly TimeProvider _time;
    private readonly LiveTable? _table;

    public HubTextPresenter(Terminal terminal, TimeProvider? time = null)
    {
        _terminal = terminal;
        _time = time ?? TimeProvider.System;
        _table = terminal.IsLive ? new LiveTable(terminal) : null;
    }

    public int RefreshMs => _table is null ? 0 : SecondMs;

    public void Listening(HubPlan plan, IPEndPoint place, string? tun)
    {
        HubSettings settings = plan.Settings;
        string clients = AddressList.Describe(settings.ClientAddresses, MostRanges);
        Plain($"listening on TCP {place} and GRE");
        Plain(
            $"  this hub is {Ipv4Address.ToText(settings.TunnelAddress)} inside, clients are"
            + $" {clients}");
        Plain(
            $"  authentication {string.Join(", ", HubWords.Authentications(settings))}; encryption"
            + $" {HubWords.Encryption(settings)}");
        if (tun is not null)
        {
            Plain($"  packets for others go to the interface {tun}");
        }
    }

    public void Connected(IPEndPoint outer)
    {
        Line($"{outer} connected");
    }

    public void Rejected(IPEndPoint outer)
    {
        Line($"{outer} {Full}");
    }

    public void LocalLimit(IPEndPoint outer, IPAddress local, int most)
    {
        Line($"{outer} {HubWords.LocalLimit(local, most)}");
    }

    public void Authenticated(IPEndPoint outer, AuthenticationOutcome outcome)
    {
        string error = outcome.Error is { } number
            ? string.Create(CultureInfo.InvariantCulture, $", E={number}")
            : "";
        Line(outcome.IsAccepted
            ? $"{outer} is {outcome.User} ({outcome.Method})"
            : $"{outer} refused as {outcome.User} ({outcome.Method}{error}): unknown user or wrong"
                + " password");
    }

    public void Up(SessionFacts facts, int mtu)
    {
        Line(string.Create(
            CultureInfo.InvariantCulture,
            $"{Name(facts)} up: {facts.Inner}, encryption {facts.Encryption}, MTU {mtu}"));
    }

    public void Read(Reading reading)
    {
        string user = reading.User.Length > 0 ? $"{reading.User} " : "";
        Line(string.Create(
            CultureInfo.InvariantCulture,
            $"{user}reading {reading.Source} > {reading.Destination}, "
            + $"{reading.Payload.Length} octets: "
            + $"{reading.Text ?? Convert.ToHexStringLower(reading.Payload)}"));
    }

    public void Down(SessionFacts facts, HubEnd reason, TimeSpan? uptime)
    {
        string after = uptime is { } up
            ? string.Create(
                CultureInfo.InvariantCulture,
                $" after {Words.Clock(up)}, in {facts.PacketsIn} packets {facts.OctetsIn}"
                + $" octets, out {facts.PacketsOut} packets {facts.OctetsOut} octets")
            : " before it was up";
        Line($"{Name(facts)} down{after}: {HubWords.SentenceOf(reason, facts.HangUpCause)}");
    }

    public void Disconnected(IPEndPoint outer)
    {
        Line($"{outer} disconnected");
    }

    public void Refresh(IReadOnlyList<SessionFacts> sessions, long nowMs)
    {
        _table?.Draw(sessions, nowMs);
    }

    public void Stopping()
    {
        Line("stopping; Ctrl-C again leaves at once");
    }

    public void Ended(RunEnd end)
    {
        _table?.Erase();
        if (end.ExitCode == ExitCode.Ok)
        {
            Line("stopped");
        }
        else
        {
            _terminal.Explain(end.ExitCode, end.Explanation);
        }
    }

    public void Dispose()
    {
        _table?.Erase();
    }

    private static string Name(SessionFacts facts)
    {
        return facts.User.Length > 0 ? facts.User : facts.Outer.ToString();
    }

    private void Line(string text)
    {
        string clock = _time.GetLocalNow().ToString("HH:mm:ss", CultureInfo.InvariantCulture);
        Plain($"{clock} {text}");
    }

    // The table comes back with the next refresh, which the loop asks for after every event.
    private void Plain(string text)
    {
        _table?.Erase();
        _terminal.Output.WriteLine(text);
        _terminal.Output.Flush();
    }
}
