// Lines for people. On a screen the last line is the status, written anew each second; anywhere
// else, and with NO_COLOR, there are plain lines only.

using System;
using System.Globalization;
using System.Net;
using System.Text;
using nanoPptp.Client;
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
        }
    }

    public int RefreshMs => _screen is null ? 0 : SecondMs;

    public void Connecting(string hub, IPAddress address, string userName)
    {
        string name = address.ToString();
        Line($"connecting to {(hub == name ? hub : $"{hub} ({name})")} as {userName}", null);
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
            Line(Status("connected", TimeSpan.Zero), null);
        }
        else
        {
            Refresh(TimeSpan.Zero);
        }
    }

    public void Refresh(TimeSpan uptime)
    {
        string status = Status("connected", uptime);
        if (_screen is not null && status != _status)
        {
            _status = status;
            DrawStatus(_screen);
        }
    }

    public void Sent(int sequence, int octets)
    {
        Line(string.Create(
            CultureInfo.InvariantCulture, $"  sent {sequence}: {octets} octets"), null);
    }

    public void Received(IPEndPoint source, int destinationPort, ReadOnlySpan<byte> payload)
    {
        Line(
            string.Create(
                CultureInfo.InvariantCulture,
                $"  received from {source}: {payload.Length} octets: {Show(payload)}"),
            null);
    }

    public void HangingUp()
    {
        Line("hanging up", Faint);
    }

    public void Ended(SessionEnd end, TimeSpan? uptime)
    {
        EndStatus();
        if (uptime is { } up && _facts is not null)
        {
            Line(Status("was connected", up), null);
        }

        Explanation why = end.Explanation;
        if (end.ExitCode == ExitCode.Ok)
        {
            if (why.NextStep.Length > 0)
            {
                _terminal.Error.WriteLine($"nanopptp: {why.NextStep}");
            }

            return;
        }

        _terminal.Error.WriteLine($"nanopptp: {why.Sentence}");
        if (why.Cause.Length > 0)
        {
            _terminal.Error.WriteLine($"  Likely cause: {why.Cause}");
        }

        if (why.NextStep.Length > 0)
        {
            _terminal.Error.WriteLine($"  Next step: {why.NextStep}");
        }

        _terminal.Error.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"  Exit code {(int)end.ExitCode} ({why.Code})"));
    }

    public void Dispose()
    {
        EndStatus();
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

    private static string Show(ReadOnlySpan<byte> payload)
    {
        try
        {
            string text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(payload);
            bool printable = true;
            foreach (Rune rune in text.EnumerateRunes())
            {
                printable &= !Rune.IsControl(rune)
                    && Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Format
                        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
                        or UnicodeCategory.OtherNotAssigned or UnicodeCategory.PrivateUse);
            }

            if (printable)
            {
                return text;
            }
        }
        catch (DecoderFallbackException)
        {
            // Not text.
        }

        return Convert.ToHexStringLower(payload);
    }

    private string Status(string word, TimeSpan uptime)
    {
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{word} {(int)uptime.TotalHours}:{uptime:mm\\:ss} | {TunnelFacts.Mppe} | "
            + $"MTU {_facts?.Mtu} | hub {_facts?.Hub} | local {_facts?.Local}");
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

        if (_screen is not null && _status.Length > 0)
        {
            DrawStatus(_screen);
        }
    }

    private void DrawStatus(IAnsiConsole screen)
    {
        // A line that wraps could not be written over.
        int width = int.Max(screen.Profile.Width - 1, 1);
        string shown = _status.Length > width ? _status[..width] : _status;
        screen.Write(new ControlCode(EraseLine));
        screen.Write(new Text(shown, Style.Parse(Good)));
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
        EraseStatus();
        _status = "";
    }
}
