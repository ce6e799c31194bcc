// What people see: a line for each event, and on a screen the table below.

using System;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Net;
using System.Text;
using nanoPptp.Tool.Hub;
using Simulator.Hub;
using Xunit;

namespace nanoPptp.Tool.Tests.Hub;

public sealed class HubTextTests : IDisposable
{
    private readonly StringWriter _output = new();
    private readonly StringWriter _errors = new();

    [Fact]
    public void Events_are_lines()
    {
        using (HubTextPresenter presenter = new(ToolRun.TerminalOf(_output, _errors)))
        {
            Assert.Equal(0, presenter.RefreshMs);
            IPEndPoint outer = IPEndPoint.Parse("192.0.2.7:1025");
            presenter.Connected(outer);
            presenter.Authenticated(
                outer, new AuthenticationOutcome(false, "MS-CHAPv2", "sensor1", 691));
            presenter.Up(Facts(outer), 1396);
            presenter.Down(Facts(outer), HubEnd.EchoLost, TimeSpan.FromSeconds(3723));
            presenter.Rejected(outer);
            presenter.Read(new Reading(
                DateTime.UtcNow,
                "sensor1",
                IPEndPoint.Parse("10.98.0.100:5000"),
                IPEndPoint.Parse("10.98.0.1:5683"),
                Encoding.ASCII.GetBytes("\u001b[2J")));
            presenter.LocalLimit(outer, IPAddress.Parse("198.51.100.9"), 64);
        }

        string[] lines = _output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.All(lines, line => Assert.Matches(@"^\d\d:\d\d:\d\d \S", line));
        Assert.EndsWith("192.0.2.7:1025 connected", lines[0], StringComparison.Ordinal);
        Assert.Contains(
            "refused as sensor1 (MS-CHAPv2, E=691)", lines[1], StringComparison.Ordinal);
        Assert.Contains(
            "sensor1 up: 10.98.0.100, encryption MPPE 128-bit stateless, MTU 1396",
            lines[2],
            StringComparison.Ordinal);
        Assert.Contains("down after 1:02:03, in 3 packets 300", lines[3], StringComparison.Ordinal);
        Assert.Contains("LCP Echo-Requests", lines[3], StringComparison.Ordinal);
        Assert.Contains("turned away", lines[4], StringComparison.Ordinal);
        Assert.EndsWith("4 octets: 1b5b324a", lines[5], StringComparison.Ordinal);
        Assert.Contains(
            "192.0.2.7:1025 turned away: it called 198.51.100.9, and clients called 64 other",
            lines[6],
            StringComparison.Ordinal);
    }

    [Fact]
    public void On_a_screen_the_table_is_taken_off_before_a_line_and_drawn_again()
    {
        Terminal terminal = new()
        {
            Output = _output,
            Error = _errors,
            OpenInput = () => Stream.Null,
            IsLive = true,
            Columns = 80,
        };
        using HubTextPresenter presenter = new(terminal);
        SessionFacts[] many =
        [
            .. Enumerable.Range(1, 40)
                .Select(i => Facts(new IPEndPoint(IPAddress.Parse("192.0.2.7"), i))),
        ];
        Assert.Equal(1000, presenter.RefreshMs);

        presenter.Refresh(many, 65_000);
        string[] rows = _output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(23, rows.Length);
        Assert.StartsWith("user ", rows[0], StringComparison.Ordinal);
        Assert.Equal(
            "sensor1    10.98.0.100     0:01:04 MPPE-128 192.0.2.7           3/300  12k/345M",
            rows[1]);
        Assert.Equal("and 19 more", rows[^1]);
        Assert.All(rows, row => Assert.InRange(row.Length, 1, 79));

        int length = _output.ToString().Length;
        presenter.Refresh(many, 65_001);
        Assert.Equal(length, _output.ToString().Length);

        presenter.Disconnected(IPEndPoint.Parse("192.0.2.8:9"));
        Assert.StartsWith(
            "\u001b[23A\r\u001b[J", _output.ToString()[length..], StringComparison.Ordinal);
        Assert.EndsWith("192.0.2.8:9 disconnected\n", _output.ToString(), StringComparison.Ordinal);

        length = _output.ToString().Length;
        presenter.Refresh([], 66_000);
        Assert.Equal(
            "no session is up",
            _output.ToString()[length..].Split('\n', StringSplitOptions.RemoveEmptyEntries)[1]);
    }

    [Fact]
    public void Every_end_of_a_session_has_words_and_a_name_of_its_own()
    {
        HubEnd[] all = Enum.GetValues<HubEnd>();

        Assert.Equal(all.Length, all.Select(HubWords.CodeOf).Distinct().Count());
        Assert.Equal(
            all.Length, all.Select(end => HubWords.SentenceOf(end, "")).Distinct().Count());
        Assert.Equal("client-terminated", HubWords.CodeOf(HubEnd.ClientTerminated));

        // The words of the last resort are the name's own: none may be needed.
        Assert.All(all, end => Assert.NotEqual(
            HubWords.CodeOf(end).Replace('-', ' '), HubWords.SentenceOf(end, "")));
    }

    [Fact]
    public void A_failure_says_what_to_do_on_the_error_stream()
    {
        using HubTextPresenter presenter = new(ToolRun.TerminalOf(_output, _errors));
        presenter.Ended(new RunEnd(
            ExitCode.CannotListen,
            new Explanation("cannot-listen", "What.", "Why.", "Then."),
            ImmutableDictionary<string, long>.Empty));

        Assert.Equal(
            "nanopptp: What.\n  Likely cause: Why.\n  Next step: Then.\n"
                + "  Exit code 5 (cannot-listen)\n",
            _errors.ToString());
        Assert.Empty(_output.ToString());
    }

    public void Dispose()
    {
        _output.Dispose();
        _errors.Dispose();
    }

    private static SessionFacts Facts(IPEndPoint outer) => new()
    {
        Outer = outer,
        User = "sensor1",
        Inner = IPAddress.Parse("10.98.0.100"),
        Encryption = "MPPE 128-bit stateless",
        UpSinceMs = 1000,
        PacketsIn = 3,
        OctetsIn = 300,
        PacketsOut = 12_345,
        OctetsOut = 345_678_901,
    };
}
