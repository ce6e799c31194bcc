// What a session shows: JSON Lines for scripts, text for people.

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using nanoPptp.Client;
using nanoPptp.Telemetry.Uplink;
using nanoPptp.Tool.Connect;
using nanoPptp.Tool.Telemetry;
using Xunit;

namespace nanoPptp.Tool.Tests.Connect;

public sealed class PresenterTests
{
    private static readonly TunnelFacts s_facts = new(
        IPAddress.Parse("10.99.0.2"),
        IPAddress.Parse("10.98.0.100"),
        IPAddress.Parse("10.98.0.1"),
        1400);

    private static readonly RunEnd s_lost = new(
        ExitCode.Lost,
        new Explanation("lcp-terminated", "The hub ended: é.", "A cause.", "A step."),
        new Dictionary<string, long> { ["greSent"] = 3, ["lcpTerminated"] = 1 });

    [Fact]
    public void Each_event_is_one_line_of_JSON()
    {
        using StringWriter output = new();
        using JsonPresenter json = new(output);
        json.Connecting("hub", s_facts.Hub, "sensor1");
        json.Passed(Stage.Authentication, 12.34567, 1);
        json.Up(s_facts, 88.1);
        json.Up(s_facts with { Peer = null }, 88.1);
        json.Refresh(TimeSpan.FromSeconds(1));
        json.Sent(1, 5);
        json.Received(new IPEndPoint(s_facts.Peer!, 7), 50000, "hé\n"u8);
        json.Application(UplinkEvent.Connected, 0);
        json.Application(UplinkEvent.Nothing, 0);
        json.Application(UplinkEvent.Lost, 0);
        json.Application(UplinkEvent.Refused, 5);
        json.Delivered(1, 42);
        json.Command("plant/set", "on"u8);
        json.Journaled(43);
        json.HangingUp();
        json.Redialing(s_lost, TimeSpan.FromMilliseconds(1500), 2, 700);
        json.Redialing(s_lost, null, 3, 0);
        json.Ended(s_lost, TimeSpan.FromMilliseconds(1500));
        json.Ended(s_lost with { Delivery = new DeliverySummary { Queued = 3 } }, null);

        string[] expected =
        [
            "{'event':'stage','stage':'auth','atMs':12.346,'tookMs':1}",
            "{'event':'up','hub':'10.99.0.2','local':'10.98.0.100','peer':'10.98.0.1',"
                + "'mtu':1400,'mppe':'MPPE-128 stateless','atMs':88.1}",
            "{'event':'up','hub':'10.99.0.2','local':'10.98.0.100','peer':null,"
                + "'mtu':1400,'mppe':'MPPE-128 stateless','atMs':88.1}",
            "{'event':'sent','sequence':1,'octets':5}",
            "{'event':'received','source':'10.98.0.1:7','destinationPort':50000,"
                + "'octets':4,'hex':'68c3a90a'}",
            "{'event':'application','state':'connected'}",
            "{'event':'application','state':'silent'}",
            "{'event':'application','state':'lost'}",
            "{'event':'application','state':'refused','number':5}",
            "{'event':'delivered','first':1,'last':42}",
            "{'event':'command','topic':'plant/set','octets':2,'hex':'6f6e'}",
            "{'event':'journaled','next':43}",
            "{'event':'redial','attempt':2,'pauseMs':700,'exitCode':18,'code':'lcp-terminated',"
                + "'sentence':'The hub ended: é.','cause':'A cause.','nextStep':'A step.',"
                + "'upMs':1500}",
            "{'event':'redial','attempt':3,'pauseMs':0,'exitCode':18,'code':'lcp-terminated',"
                + "'sentence':'The hub ended: é.','cause':'A cause.','nextStep':'A step.'}",
            "{'event':'end','exitCode':18,'code':'lcp-terminated',"
                + "'sentence':'The hub ended: é.','cause':'A cause.','nextStep':'A step.',"
                + "'upMs':1500,'counters':{'greSent':3,'lcpTerminated':1}}",
            "{'event':'end','exitCode':18,'code':'lcp-terminated',"
                + "'sentence':'The hub ended: é.','cause':'A cause.','nextStep':'A step.',"
                + "'counters':{'greSent':3,'lcpTerminated':1},'delivery':{'queued':3,"
                + "'restored':0,'delivered':0,'waiting':0,'dropped':0,'retransmissions':0,"
                + "'resent':0,'reconnects':0,'refusals':0,'ramOctets':0}}",
        ];
        Assert.Equal(expected.Select(line => line.Replace('\'', '"')), Lines(output));
    }

    [Fact]
    public void Readings_are_told_in_lines_and_summed_up_at_the_end()
    {
        using StringWriter output = new();
        using StringWriter errors = new();
        using TextPresenter text = new(ToolRun.TerminalOf(output, errors));
        text.Application(UplinkEvent.Connected, 0);
        text.Delivered(1, 42);
        text.Command("plant/set", "on"u8);
        text.Command("plant/\x1b[2J", [0xFF]);
        text.Journaled(43);
        text.Application(UplinkEvent.Nothing, 0);
        text.Application(UplinkEvent.Lost, 0);
        text.Application(UplinkEvent.Refused, 5);
        text.Application(UplinkEvent.Refused, 0x84);
        text.Application(UplinkEvent.Refused, 0x99);
        text.Ended(
            s_lost with
            {
                Delivery = new DeliverySummary { Queued = 3, Unanswered = "10.0.0.9:1883" },
            },
            null);
        Assert.Equal(
            [
                "  the hub's application is there",
                "  delivered 1 to 42",
                "  command on plant/set: 2 octets: on",
                "  command on ?: 1 octets: ff",
                "  the hub's application does not answer; it is asked again and again",
                "  the hub's application is gone",
                "  the hub's application refused with 5: not authorized, see --mqtt-user and"
                    + " --mqtt-password-file",
                "  the hub's application refused with 4.04: not found, see the path of --coap",
                "  the hub's application refused with 4.25",
                "delivered 0 of 3 readings (0 from the journal), waiting 0, dropped 0",
                "  nobody answered at 10.0.0.9:1883 inside the tunnel",
                "  retransmissions 0, packs sent again 0, reconnects 0, refusals 0, octets on the"
                    + " wire for a reading -",
                "  memory on a board: 0 octets",
            ],
            Lines(output));
    }

    [Theory]
    [InlineData(Stage.Tcp, "tcp")]
    [InlineData(Stage.Control, "control")]
    [InlineData(Stage.Call, "call")]
    [InlineData(Stage.Lcp, "lcp")]
    [InlineData(Stage.Authentication, "auth")]
    [InlineData(Stage.Ccp, "ccp")]
    [InlineData(Stage.Ipcp, "ipcp")]
    public void Stages_have_short_names(Stage stage, string expected)
    {
        Assert.Equal(expected, JsonPresenter.NameOf(stage));
    }

    [Fact]
    public void Plain_text_has_a_line_for_each_stage_and_the_status_twice()
    {
        using StringWriter output = new();
        using StringWriter errors = new();
        using TextPresenter text = new(ToolRun.TerminalOf(output, errors));
        text.Connecting("hub.example", s_facts.Hub, "sensor1");
        text.Passed(Stage.Lcp, 61.29, 5);
        text.Up(s_facts, 70);
        text.Refresh(TimeSpan.FromSeconds(1));
        text.Sent(1, 5);
        text.HangingUp();
        text.Ended(s_lost, new TimeSpan(27, 0, 12));

        Assert.Equal(0, text.RefreshMs);
        Assert.Equal(
            [
                "connecting to hub.example (10.99.0.2) as sensor1",
                "  LCP           5.0 ms   at      61.3 ms",
                "connected 0:00:00 | MPPE-128 stateless | MTU 1400 | hub 10.99.0.2"
                    + " | local 10.98.0.100",
                "  sent 1: 5 octets",
                "hanging up",
                "was connected 27:00:12 | MPPE-128 stateless | MTU 1400 | hub 10.99.0.2"
                    + " | local 10.98.0.100",
            ],
            Lines(output));
        Assert.Equal(
            [
                "nanopptp: The hub ended: é.",
                "  Likely cause: A cause.",
                "  Next step: A step.",
                "  Exit code 18 (lcp-terminated)",
            ],
            Lines(errors));
        Assert.DoesNotContain('\u001b', output.ToString());
    }

    [Fact]
    public void Each_attempt_is_told_with_its_reason_and_the_pause_and_all_are_summed_up()
    {
        using StringWriter output = new();
        using StringWriter errors = new();
        using TextPresenter text = new(ToolRun.TerminalOf(output, errors));
        text.Up(s_facts, 70);
        text.Redialing(s_lost, new TimeSpan(0, 0, 12), 2, 1234);
        text.Redialing(s_lost, null, 3, 0);
        Dictionary<string, long> counters = new()
        {
            ["dials"] = 3,
            ["sessions"] = 1,
            ["udpSent"] = 9,
        };
        text.Ended(s_lost with { Counters = counters }, null);

        Assert.Equal(
            [
                "connected 0:00:00 | MPPE-128 stateless | MTU 1400 | hub 10.99.0.2"
                    + " | local 10.98.0.100",
                "was connected 0:00:12 | MPPE-128 stateless | MTU 1400 | hub 10.99.0.2"
                    + " | local 10.98.0.100",
                "  The hub ended: é. (lcp-terminated)",
                "dialling again in 1.2 s, attempt 2",
                "  The hub ended: é. (lcp-terminated)",
                "dialling again in 0.0 s, attempt 3",
                "dials: 3, sessions: 1, datagrams sent: 9, received: 0",
            ],
            Lines(output));
        Assert.Equal("nanopptp: The hub ended: é.", Lines(errors)[0]);
    }

    [Theory]
    [InlineData("21.5 °C", "21.5 °C")]
    [InlineData("\u001b[2J", "1b5b324a")]
    [InlineData("a\nb", "610a62")]
    [InlineData("", "")]
    public void A_payload_is_shown_as_text_only_if_it_is_printable(string payload, string expected)
    {
        using StringWriter output = new();
        using TextPresenter text = new(ToolRun.TerminalOf(output, output));
        text.Received(new IPEndPoint(s_facts.Peer!, 7), 1, Encoding.UTF8.GetBytes(payload));

        int length = Encoding.UTF8.GetByteCount(payload);
        Assert.Equal(
            $"  received from 10.98.0.1:7: {length} octets: {expected}", Lines(output)[0]);
    }

    [Fact]
    public void Octets_that_are_no_text_are_shown_in_hexadecimal()
    {
        using StringWriter output = new();
        using TextPresenter text = new(ToolRun.TerminalOf(output, output));
        text.Received(new IPEndPoint(s_facts.Peer!, 7), 1, [0x41, 0xFF]);

        Assert.EndsWith("octets: 41ff", Lines(output)[0], StringComparison.Ordinal);
    }

    [Fact]
    public void On_a_screen_the_status_is_written_over_and_removed_at_the_end()
    {
        const string Erase = "\r\u001b[2K";
        using StringWriter output = new();
        using StringWriter errors = new();
        using TextPresenter text = new(ToolRun.TerminalOf(output, errors, isLive: true));
        text.Up(s_facts, 1);
        text.Refresh(TimeSpan.FromSeconds(61));
        text.Refresh(TimeSpan.FromSeconds(61.5));
        text.Sent(1, 5);
        text.Ended(
            s_lost with { ExitCode = ExitCode.Ok }, TimeSpan.FromSeconds(62));

        string shown = output.ToString();
        Assert.Equal(1000, text.RefreshMs);
        Assert.Equal(1, Count(shown, "connected 0:00:00"));
        Assert.Equal(2, Count(shown, $"{Erase}\u001b[38;5;2mconnected 0:01:01"));
        Assert.Contains($"{Erase}  sent 1: 5 octets\n", shown, StringComparison.Ordinal);
        Assert.Contains($"{Erase}was connected 0:01:02", shown, StringComparison.Ordinal);
        Assert.EndsWith("10.98.0.100\n", shown, StringComparison.Ordinal);
        Assert.Equal(["nanopptp: A step."], Lines(errors));
    }

    [Theory]
    [InlineData(86, "connected 0:01:01 | MPPE-128 stateless | MTU 1400 | hub 10.99.0.2"
        + " | local 10.98.0.100")]
    [InlineData(85, "connected 0:01:01 | MPPE-128 stateless | hub 10.99.0.2 | local 10.98.0.100")]
    [InlineData(80, "connected 0:01:01 | MPPE-128 stateless | hub 10.99.0.2 | local 10.98.0.100")]
    [InlineData(60, "connected 0:01:01 | MPPE-128 stateless | local 10.98.0.100")]
    [InlineData(40, "connected 0:01:01 | local 10.98.0.100")]
    [InlineData(30, "connected 0:01:01")]
    [InlineData(12, "connected \u2026")]
    public void A_narrow_screen_shows_whole_fields_the_most_important_ones(
        int columns, string expected)
    {
        using StringWriter output = new();
        using TextPresenter text = new(new Terminal
        {
            Output = output,
            Error = output,
            OpenInput = () => Stream.Null,
            IsLive = true,
            Columns = columns,
        });
        text.Up(s_facts, 1);
        text.Refresh(TimeSpan.FromSeconds(61));

        string shown = Regex.Replace(
            output.ToString().Split("\u001b[2K")[^1], "\u001b\\[[0-9;]*m", "");
        Assert.Equal(expected, shown);
        Assert.True(shown.Length < columns);
    }

    [Fact]
    public void A_user_name_cannot_write_on_the_screen()
    {
        using StringWriter output = new();
        using TextPresenter text = new(ToolRun.TerminalOf(output, output));
        text.Connecting("hub", s_facts.Hub, "PLANT\\s\u001b[2Jén\u202esor\n😀1\ud800");

        Assert.Equal(
            "connecting to hub (10.99.0.2) as PLANT\\s\\u001b[2Jén\\u202esor\\u000a😀1\\ud800",
            Lines(output)[0]);
    }

    [Fact]
    public void People_are_told_even_when_results_cannot_be_written()
    {
        using BrokenWriter output = new(0);
        using StringWriter errors = new();
        TextPresenter text = new(ToolRun.TerminalOf(output, errors));

        Assert.ThrowsAny<IOException>(() => text.Up(s_facts, 1));
        Assert.ThrowsAny<IOException>(() => text.Ended(s_lost, TimeSpan.Zero));
        text.Dispose();
        Assert.Contains("The hub ended: é.", errors.ToString(), StringComparison.Ordinal);
    }

    private static string[] Lines(StringWriter writer) =>
        writer.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static int Count(string text, string part) => text.Split(part).Length - 1;
}
