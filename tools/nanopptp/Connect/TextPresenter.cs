// Lines for people. On a screen the last line is the status, written anew each second; anywhere
// else, and with NO_COLOR, there are plain lines only.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Net;
using System.Text;
using nanoPptp.Client;
using nanoPptp.Telemetry.Uplink;
using Spectre.Console;

namespace nanoPptp.Tool.Connect;

/// <summary>Shows a session as text.</summary>
internal sealed class TextPresenter : IPresenter
{
    private const string Good = "green";
    private const string Faint = "grey";
    private const string EraseLine = "\r\u001b[2K";
    private const int SecondMs = 1000;

    private readonly Terminal _terminal;
    private readonly IAnsiConsole? _screen;
    private TunnelFacts? _facts;
    private TimeSpan _uptime;
    private string _status = "";

    public TextPresenter(Terminal terminal)
    {
        _terminal = terminal;
        if (terminal.IsLive)
        {
            _screen = AnsiConsole.Create(new AnsiConsoleSettings
            {
                Ansi = AnsiSupport.Yes,
                Interactive = InteractionSupport.No,
                Out = new AnsiConsoleOutput(terminal.Output),
            });
            if (terminal.Columns is { } columns)
            {
                _screen.Profile.Width = columns;
            }
        }
    }

    public int RefreshMs => _screen is null ? 0 : SecondMs;

    public void Connecting(string hub, IPAddress address, string userName)
    {
        string name = address.ToString();
        string whole = hub == name ? hub : $"{hub} ({name})";
        Line($"connecting to {whole} as {ScreenText.Escape(userName)}", null);
    }

    public void Passed(Stage stage, double atMs, double tookMs)
    {
        Line(
            string.Create(
                CultureInfo.InvariantCulture,
                $"  {NameOf(stage),-8}{tookMs,9:F1} ms   at {atMs,9:F1} ms"),
            Faint);
    }

    public void Up(TunnelFacts facts, double atMs)
    {
        _facts = facts;
        if (_screen is null)
        {
            Line(StatusLine.Of("connected", TimeSpan.Zero, facts), null);
        }
        else
        {
            Refresh(TimeSpan.Zero);
        }
    }

    public void Refresh(TimeSpan uptime)
    {
        if (_screen is null || _facts is null)
        {
            return;
        }

        _uptime = uptime;
        if (Status(_screen, _facts) != _status)
        {
            DrawStatus(_screen, _facts);
        }
    }

    public void Sent(int sequence, int octets)
    {
        Line(string.Create(
            CultureInfo.InvariantCulture, $"  sent {sequence}: {octets} octets"), null);
    }

    public void Received(IPEndPoint source, int destinationPort, ReadOnlySpan<byte> payload)
    {
        string text = ScreenText.TextOf(payload) ?? Convert.ToHexStringLower(payload);
        Line(
            string.Create(
                CultureInfo.InvariantCulture,
                $"  received from {source}: {payload.Length} octets: {text}"),
            null);
    }

    public void Delivered(int firstSequence, int lastSequence)
    {
        Line(
            string.Create(
                CultureInfo.InvariantCulture,
                $"  delivered {firstSequence} to {lastSequence}"),
            Faint);
    }

    public void Command(string topic, ReadOnlySpan<byte> payload)
    {
        string text = ScreenText.TextOf(payload) ?? Convert.ToHexStringLower(payload);
        string name = ScreenText.TextOf(Encoding.UTF8.GetBytes(topic)) ?? "?";
        Line(
            string.Create(
                CultureInfo.InvariantCulture,
                $"  command on {name}: {payload.Length} octets: {text}"),
            null);
    }

    public void Journaled(int nextSequence)
    {
    }

    public void Application(UplinkEvent happened, int code)
    {
        Line(
            happened switch
            {
                UplinkEvent.Connected => "  the hub's application is there",
                UplinkEvent.Lost => "  the hub's application is gone",
                UplinkEvent.Nothing =>
                    "  the hub's application does not answer; it is asked again and again",
                _ => $"  the hub's application refused with {RefusalText.Of(code)}",
            },
            null);
    }

    public void FragmentDropped()
    {
        Line(
            "  dropped a piece of a datagram (an IPv4 fragment), and every further one without a"
            + " word: this client takes whole datagrams only; let the other side send shorter ones",
            null);
    }

    public void HangingUp()
    {
        Line("hanging up", Faint);
    }

    public void Redialing(RunEnd end, TimeSpan? uptime, int attempt, int pauseMs)
    {
        ShowEnd(uptime);
        _facts = null;
        Line($"  {end.Explanation.Sentence} ({end.Explanation.Code})", null);
        Line(
            string.Create(
                CultureInfo.InvariantCulture,
                $"dialling again in {pauseMs / (double)SecondMs:F1} s, attempt {attempt}"),
            null);
    }

    public void Ended(RunEnd end, TimeSpan? uptime)
    {
        try
        {
            ShowEnd(uptime);
            if (end.Counters.TryGetValue("dials", out long dials))
            {
                Line(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"dials: {dials}, sessions: {Count("sessions")}, datagrams sent:"
                            + $" {Count("udpSent")}, received: {Count("udpDelivered")}"),
                    null);
            }

            foreach (string line in end.Delivery?.Lines() ?? [])
            {
                Line(line, null);
            }
        }
        finally
        {
            // Where the results went may be full or closed: people are told all the same.
            Explain(end);
        }

        long Count(string name) => end.Counters.GetValueOrDefault(name);
    }

    public void Dispose()
    {
        EndStatus();
    }

    private void ShowEnd(TimeSpan? uptime)
    {
        EndStatus();
        if (uptime is { } up && _facts is not null)
        {
            Line(StatusLine.Of("was connected", up, _facts), null);
        }
    }

    private void Explain(RunEnd end)
    {
        Explanation why = end.Explanation;
        if (end.ExitCode == ExitCode.Ok)
        {
            if (why.NextStep.Length > 0)
            {
                _terminal.Error.WriteLine($"nanopptp: {why.NextStep}");
            }

            return;
        }

        _terminal.Explain(end.ExitCode, why);
    }

    private static string NameOf(Stage stage)
    {
        return stage switch
        {
            Stage.Control => "control",
            Stage.Call => "call",
            Stage.Authentication => "auth",
            _ => stage.ToString().ToUpperInvariant(),
        };
    }

    private string Status(IAnsiConsole screen, TunnelFacts facts)
    {
        // The last column stays free: some terminals wrap as soon as it is written.
        int width = int.Max(screen.Profile.Width - 1, 1);
        return StatusLine.Of("connected", _uptime, facts, width);
    }

    private void Line(string text, string? style)
    {
        EraseStatus();
        if (_screen is null || style is null)
        {
            // The terminal breaks long lines itself, and they stay whole when they are copied.
            _terminal.Output.WriteLine(text);
            _terminal.Output.Flush();
        }
        else
        {
            _screen.Write(new Text(text, Style.Parse(style)));
            _screen.WriteLine();
        }

        if (_screen is not null && _facts is not null && _status.Length > 0)
        {
            DrawStatus(_screen, _facts);
        }
    }

    private void DrawStatus(IAnsiConsole screen, TunnelFacts facts)
    {
        // Made anew, for the screen may be narrower now.
        _status = Status(screen, facts);
        screen.Write(new ControlCode(EraseLine));
        screen.Write(new Text(_status, Style.Parse(Good)));
    }

    private void EraseStatus()
    {
        if (_status.Length > 0)
        {
            _screen?.Write(new ControlCode(EraseLine));
        }
    }

    private void EndStatus()
    {
        // Forgotten first: where it cannot be erased, nobody shall try again.
        bool isShown = _status.Length > 0;
        _status = "";
        if (isShown)
        {
            _screen?.Write(new ControlCode(EraseLine));
        }
    }
}
