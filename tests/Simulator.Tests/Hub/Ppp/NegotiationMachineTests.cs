// RFC 1661 section 4: every event in every state against the RFC's table, then what the table
// does not say: timers, counters, identifiers, and which replies count.

using System;
using System.Collections.Generic;
using System.Linq;
using Simulator.Hub;
using Xunit;

namespace Simulator.Tests.Hub.Ppp;

public class NegotiationMachineTests
{
    // Section 4.1, typed from the RFC: rows are events, columns the states 0 to 9, cells the
    // actions and the next state, "-" what cannot happen.
    private const string Table = """
        Up    2  irc,scr/6  -  -  -  -  -  -  -  -
        Down  -  -  0  tls/1  0  1  1  1  1  tld/1
        Open  tls/1  1  irc,scr/6  3  5  5  6  7  8  9
        Close 0  tlf/0  2  2  4  4  irc,str/4  irc,str/4  irc,str/4  tld,irc,str/4
        TO+   -  -  -  -  str/4  str/5  scr/6  scr/6  scr/8  -
        TO-   -  -  -  -  tlf/2  tlf/3  tlf/3  tlf/3  tlf/3  -
        RCR+  -  -  sta/2  irc,scr,sca/8  4  5  sca/8  sca,tlu/9  sca/8  tld,scr,sca/8
        RCR-  -  -  sta/2  irc,scr,scn/6  4  5  scn/6  scn/7  scn/6  tld,scr,scn/6
        RCA   -  -  sta/2  sta/3  4  5  irc/7  scr/6  irc,tlu/9  tld,scr/6
        RCN   -  -  sta/2  sta/3  4  5  irc,scr/6  scr/6  irc,scr/8  tld,scr/6
        RTR   -  -  sta/2  sta/3  sta/4  sta/5  sta/6  sta/6  sta/6  tld,zrc,sta/5
        RTA   -  -  2  3  tlf/2  tlf/3  6  6  8  tld,scr/6
        RUC   -  -  scj/2  scj/3  scj/4  scj/5  scj/6  scj/7  scj/8  scj/9
        RXJ+  -  -  2  3  4  5  6  6  8  9
        RXJ-  -  -  tlf/2  tlf/3  tlf/2  tlf/3  tlf/3  tlf/3  tlf/3  tld,irc,str/5
        RXR   -  -  2  3  4  5  6  7  8  ser/9
        """;

    private const long RestartMs = 3_000;

    public static TheoryData<string, int, string> Cells()
    {
        var cells = new TheoryData<string, int, string>();
        foreach (string line in Table.Split('\n'))
        {
            string[] parts = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            for (int state = 0; state < 10; state++)
            {
                cells.Add(parts[0], state, parts[1 + state]);
            }
        }

        return cells;
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public void Every_cell_is_as_in_the_rfc(string eventName, int state, string cell)
    {
        (ProbeMachine machine, ProbeHost host) = MachineIn((PppState)state, eventName == "TO-");
        int countBefore = machine.RestartCount;
        Apply(machine, eventName);
        if (cell == "-")
        {
            Assert.Equal((PppState)state, machine.State);
            Assert.Empty(host.Actions);
            return;
        }

        string[] parts = cell.Split('/');
        string[] actions = parts.Length == 1 ? [] : parts[0].Split(',');
        Assert.Equal((PppState)int.Parse(parts[^1]), machine.State);
        Assert.Equal(
            actions.Where(action => action is not "irc" and not "zrc").Order(),
            host.Actions.Order());
        Assert.Equal(CountAfter(countBefore, actions), machine.RestartCount);
    }

    [Theory]
    [InlineData("RCA", 7)]
    [InlineData("RCN", 7)]
    [InlineData("RCA", 9)]
    [InlineData("RCN", 9)]
    public void A_second_answer_to_the_same_request_is_no_news_to_the_hub(string name, int state)
    {
        (ProbeMachine machine, ProbeHost host) = MachineIn((PppState)state);
        machine.Hears = false;
        Apply(machine, name);
        Assert.Equal((PppState)state, machine.State);
        Assert.Empty(host.Actions);
    }

    [Fact]
    public void The_table_above_has_160_cells_of_which_40_cannot_happen()
    {
        List<string> cells = Cells().Select(row => row.Data.Item3).ToList();
        Assert.Equal(160, cells.Count);
        Assert.Equal(40, cells.Count(cell => cell == "-"));
    }

    [Fact]
    public void Requests_are_repeated_under_the_same_identifier_until_the_counter_is_used_up()
    {
        (ProbeMachine machine, ProbeHost host) = MachineIn(PppState.RequestSent);
        long nowMs = 0;
        for (int sent = 1; sent < 10; sent++)
        {
            nowMs += RestartMs;
            machine.Tick(nowMs - 1);
            Assert.Empty(host.Actions);
            machine.Tick(nowMs);
            Assert.Equal(["scr"], host.Actions);
            Assert.Equal(1, host.LastIdentifier);
            host.Actions.Clear();
        }

        machine.Tick(nowMs + RestartMs);
        Assert.Equal(["tlf"], host.Actions);
        Assert.Equal(PppState.Stopped, machine.State);
        Assert.Equal(DeadlineHolder.Never, machine.DeadlineMs);
    }

    [Fact]
    public void Terminate_requests_are_sent_twice_under_new_identifiers()
    {
        (ProbeMachine machine, ProbeHost host) = MachineIn(PppState.Opened);
        machine.TerminateText = "bye";
        machine.Close(0);
        Assert.Equal(["tld", "str"], host.Actions);
        Assert.Equal("bye"u8.ToArray(), host.LastData);
        byte first = host.LastIdentifier;
        machine.Tick(RestartMs);
        Assert.Equal(first + 1, host.LastIdentifier);
        machine.Tick(2 * RestartMs);
        Assert.Equal(["tld", "str", "str", "tlf"], host.Actions);
        Assert.Equal(PppState.Closed, machine.State);
    }

    [Fact]
    public void After_a_terminate_request_one_more_period_passes_before_the_end()
    {
        (ProbeMachine machine, ProbeHost host) = MachineIn(PppState.Opened);
        Receive(machine, PppCode.TerminateRequest, 77);
        Assert.Equal(77, host.LastIdentifier);
        machine.Tick(RestartMs - 1);
        Assert.Equal(["tld", "sta"], host.Actions);
        machine.Tick(RestartMs);
        Assert.Equal(["tld", "sta", "tlf"], host.Actions);
    }

    [Theory]
    [InlineData(2, ProbeMachine.Request, "another identifier")]
    [InlineData(1, "0104 0008", "another value")]
    [InlineData(1, "", "no option")]
    [InlineData(1, ProbeMachine.Request + "0702", "one option more")]
    [InlineData(1, "0105 0007", "an unsound list")]
    public void An_ack_that_does_not_fit_the_request_changes_nothing(
        byte identifier, string options, string why)
    {
        (ProbeMachine machine, ProbeHost host) = MachineIn(PppState.RequestSent);
        Receive(machine, PppCode.ConfigureAck, identifier, options);
        Assert.True(machine.State == PppState.RequestSent, why);
        Assert.Equal([HubNote.PppReplyUnmatched], host.Notes);
        Assert.Empty(host.Actions);
    }

    [Fact]
    public void A_reject_of_something_never_asked_for_changes_nothing()
    {
        (ProbeMachine machine, ProbeHost host) = MachineIn(PppState.RequestSent);
        Receive(machine, PppCode.ConfigureReject, 1, "0702");
        Assert.Equal([HubNote.PppReplyUnmatched], host.Notes);
        Assert.Empty(machine.Answers);
        Receive(machine, PppCode.ConfigureReject, 1, ProbeMachine.Request);
        Assert.Equal(["reject 1"], machine.Answers);
    }

    [Fact]
    public void A_new_request_after_a_nak_has_a_new_identifier()
    {
        (ProbeMachine machine, ProbeHost host) = MachineIn(PppState.RequestSent);
        Receive(machine, PppCode.ConfigureNak, 1, "0104 0008");
        Assert.Equal(2, host.LastIdentifier);
        Assert.Equal(["nak 1"], machine.Answers);
    }

    [Fact]
    public void Endless_naks_count_as_rejects()
    {
        (ProbeMachine machine, ProbeHost host) = MachineIn(PppState.RequestSent);
        for (int i = 0; i < 5; i++)
        {
            Receive(machine, PppCode.ConfigureNak, host.LastIdentifier, "0104 0008");
        }

        Assert.Equal(["nak 1", "nak 1", "nak 1", "nak 1", "reject 1"], machine.Answers);
    }

    [Fact]
    public void Rejects_go_before_naks_and_alone()
    {
        (ProbeMachine machine, ProbeHost host) = MachineIn(PppState.RequestSent);
        Receive(
            machine,
            PppCode.ConfigureRequest,
            9,
            ProbeMachine.Acceptable + ProbeMachine.Unacceptable + "0902 0a03ff");
        Assert.Equal("09020a03ff", Convert.ToHexStringLower(host.LastData));
        Receive(
            machine,
            PppCode.ConfigureRequest,
            10,
            ProbeMachine.Acceptable + ProbeMachine.Unacceptable);
        Assert.Equal("02040008", Convert.ToHexStringLower(host.LastData));
        Receive(machine, PppCode.ConfigureRequest, 11, ProbeMachine.Acceptable);
        Assert.Equal("01040009", Convert.ToHexStringLower(host.LastData));
        Assert.Equal(11, host.LastIdentifier);
        Assert.Equal(["scn", "scn", "sca"], host.Actions);
    }

    [Fact]
    public void After_five_naks_the_option_is_rejected()
    {
        (ProbeMachine machine, ProbeHost host) = MachineIn(PppState.RequestSent);
        for (int i = 0; i < 5; i++)
        {
            Receive(machine, PppCode.ConfigureRequest, 9, ProbeMachine.Unacceptable);
            Assert.Equal("02040008", Convert.ToHexStringLower(host.LastData));
        }

        Receive(machine, PppCode.ConfigureRequest, 9, ProbeMachine.Unacceptable);
        Assert.Equal("02040009", Convert.ToHexStringLower(host.LastData));
    }

    [Fact]
    public void A_request_with_an_unsound_list_is_dropped_even_when_opened()
    {
        (ProbeMachine machine, ProbeHost host) = MachineIn(PppState.Opened);
        Receive(machine, PppCode.ConfigureRequest, 9, "0105 0007");
        Assert.Equal(PppState.Opened, machine.State);
        Assert.Equal([HubNote.PppMalformed], host.Notes);
        Assert.Empty(host.Actions);
    }

    [Fact]
    public void A_code_reject_holds_the_packet_and_is_cut_to_fit()
    {
        (ProbeMachine machine, ProbeHost host) = MachineIn(PppState.Opened);
        Receive(machine, (PppCode)20, 5, "aabb");
        Assert.Equal("14050006aabb", Convert.ToHexStringLower(host.LastData));
        machine.Receive(new PppPacket((PppCode)20, 5, new byte[1500]), 0);
        Assert.Equal(1400 - 4, host.LastData.Length);
    }

    private static int CountAfter(int before, string[] actions)
    {
        int count = before;
        foreach (string action in actions)
        {
            count = action switch
            {
                "irc" => actions.Contains("str") ? 2 : 10,
                "zrc" => 0,
                "scr" or "str" => count - 1,
                _ => count,
            };
        }

        return count;
    }

    // Leads a new machine into a state at time 0, by events only.
    private static (ProbeMachine Machine, ProbeHost Host) MachineIn(
        PppState state, bool isExhausted = false)
    {
        // The Ack that leads to Ack-Rcvd sets the counter anew, so only a Max-Configure of 0
        // lets the timer run out there for good.
        bool isSpecial = isExhausted && state == PppState.AckReceived;
        var host = new ProbeHost
        {
            Settings = new HubSettings { MaximumConfigureCount = isSpecial ? 0 : 10 },
        };
        var machine = new ProbeMachine(host);
        string path = state switch
        {
            PppState.Initial => "",
            PppState.Starting => "Open",
            PppState.Closed => "Up",
            PppState.Stopped => "Open Up RXJ-",
            PppState.Closing => "Open Up Close",
            PppState.Stopping => "Open Up RCA RCR+ RXJ-",
            PppState.RequestSent => "Open Up",
            PppState.AckReceived => "Open Up RCA",
            PppState.AckSent => "Open Up RCR+",
            _ => "Open Up RCA RCR+",
        };
        foreach (string name in path.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            Apply(machine, name);
        }

        Assert.Equal(state, machine.State);
        while (isExhausted && machine.DeadlineMs != DeadlineHolder.Never
            && machine.RestartCount > 0)
        {
            machine.Tick(machine.DeadlineMs);
        }

        Assert.Equal(state, machine.State);
        host.Actions.Clear();
        host.Notes.Clear();
        return (machine, host);
    }

    private static void Apply(ProbeMachine machine, string eventName)
    {
        switch (eventName)
        {
            case "Up":
                machine.Up(0);
                break;
            case "Down":
                machine.Down(0);
                break;
            case "Open":
                machine.Open(0);
                break;
            case "Close":
                machine.Close(0);
                break;
            case "TO+":
            case "TO-":
                machine.Tick(machine.DeadlineMs);
                break;
            case "RCR+":
                Receive(machine, PppCode.ConfigureRequest, 1, ProbeMachine.Acceptable);
                break;
            case "RCR-":
                Receive(machine, PppCode.ConfigureRequest, 1, ProbeMachine.Unacceptable);
                break;
            case "RCA":
                Receive(machine, PppCode.ConfigureAck, 1, ProbeMachine.Request);
                break;
            case "RCN":
                Receive(machine, PppCode.ConfigureNak, 1, "0104 0008");
                break;
            case "RTR":
                Receive(machine, PppCode.TerminateRequest, 1);
                break;
            case "RTA":
                Receive(machine, PppCode.TerminateAck, 1);
                break;
            case "RUC":
                Receive(machine, (PppCode)99, 1);
                break;
            case "RXJ+":
                Receive(machine, PppCode.CodeReject, 1, "0c010004");
                break;
            case "RXJ-":
                Receive(machine, PppCode.CodeReject, 1, "01010004");
                break;
            default:
                Receive(machine, PppCode.EchoRequest, 1);
                break;
        }
    }

    private static void Receive(
        ProbeMachine machine, PppCode code, byte identifier, string dataHex = "") =>
        machine.Receive(new PppPacket(code, identifier, ScriptedClient.Bytes(dataHex)), 0);
}
