// The table against the diagram of RFC 9293 s.3.3.2 (figure 5), written down again from the RFC: the
// arrows first, then what s.3.10 says of events that the diagram does not draw.

using System.Collections.Generic;
using System.Linq;
using nanoPptp.Telemetry.Tcp;
using Xunit;

namespace nanoPptp.Telemetry.Tests.Tcp;

public sealed class TcpTableTests
{
    // State, event, what is sent, next state. The arrows of figure 5 without LISTEN.
    private const string Arrows = """
        CLOSED       active OPEN    SYN      SYN-SENT
        SYN-SENT     CLOSE          -        CLOSED
        SYN-SENT     rcv SYN        SYN,ACK  SYN-RECEIVED
        SYN-SENT     rcv SYN,ACK    ACK      ESTABLISHED
        SYN-RECEIVED rcv ACK of SYN -        ESTABLISHED
        SYN-RECEIVED CLOSE          FIN      FIN-WAIT-1
        ESTABLISHED  CLOSE          FIN      FIN-WAIT-1
        ESTABLISHED  rcv FIN        ACK      CLOSE-WAIT
        FIN-WAIT-1   rcv ACK of FIN -        FIN-WAIT-2
        FIN-WAIT-1   rcv FIN        ACK      CLOSING
        FIN-WAIT-2   rcv FIN        ACK      TIME-WAIT
        CLOSE-WAIT   CLOSE          FIN      LAST-ACK
        CLOSING      rcv ACK of FIN -        TIME-WAIT
        LAST-ACK     rcv ACK of FIN -        CLOSED
        TIME-WAIT    Timeout=2MSL   -        CLOSED
        """;

    // s.3.10.4 (CLOSE again), s.3.10.5 (ABORT), s.3.10.7.4 (RST, SYN with RFC 5961, FIN again), s.3.10.8.
    private const string Rules = """
        TIME-WAIT    active OPEN    SYN      SYN-SENT
        CLOSED       CLOSE          -        CLOSED
        FIN-WAIT-1   CLOSE          -        FIN-WAIT-1
        FIN-WAIT-2   CLOSE          -        FIN-WAIT-2
        CLOSING      CLOSE          -        CLOSING
        LAST-ACK     CLOSE          -        LAST-ACK
        TIME-WAIT    CLOSE          -        TIME-WAIT
        CLOSED       ABORT          -        CLOSED
        SYN-SENT     ABORT          -        CLOSED
        SYN-RECEIVED ABORT          RST      CLOSED
        ESTABLISHED  ABORT          RST      CLOSED
        FIN-WAIT-1   ABORT          RST      CLOSED
        FIN-WAIT-2   ABORT          RST      CLOSED
        CLOSE-WAIT   ABORT          RST      CLOSED
        CLOSING      ABORT          -        CLOSED
        LAST-ACK     ABORT          -        CLOSED
        TIME-WAIT    ABORT          -        CLOSED
        CLOSE-WAIT   rcv FIN        ACK      CLOSE-WAIT
        CLOSING      rcv FIN        ACK      CLOSING
        LAST-ACK     rcv FIN        ACK      LAST-ACK
        TIME-WAIT    rcv FIN        ACK      TIME-WAIT
        """;

    private static readonly string[] s_states =
    [
        "CLOSED", "SYN-SENT", "SYN-RECEIVED", "ESTABLISHED", "FIN-WAIT-1", "FIN-WAIT-2", "CLOSE-WAIT", "CLOSING",
        "LAST-ACK", "TIME-WAIT",
    ];

    private static readonly string[] s_events =
    [
        "active OPEN", "CLOSE", "ABORT", "rcv SYN", "rcv SYN,ACK", "rcv ACK of SYN", "rcv ACK of FIN", "rcv FIN",
        "rcv RST", "user timeout", "Timeout=2MSL",
    ];

    private static readonly Dictionary<int, string> s_sent = new()
    {
        [0] = "-",
        [TcpTable.Syn] = "SYN",
        [TcpTable.SynAck] = "SYN,ACK",
        [TcpTable.Ack] = "ACK",
        [TcpTable.Fin] = "FIN",
        [TcpTable.Rst] = "RST",
        [TcpTable.Dare] = "challenge",
        [TcpTable.AckWait] = "ACK",
        [TcpTable.Wait] = "-",
        [TcpTable.Up] = "-",
        [TcpTable.AckUp] = "ACK",
    };

    [Fact]
    public void Every_cell_is_the_RFCs()
    {
        Dictionary<(string, string), string> expected = [];
        foreach (string line in (Arrows + "\n" + Rules).Split('\n'))
        {
            string state = line[..13].Trim();
            expected.Add((state, line[13..28].Trim()), $"{line[28..37].Trim()} {line[37..].Trim()}");
        }

        foreach (string state in s_states)
        {
            bool isSynchronized = state is not ("CLOSED" or "SYN-SENT");
            expected[(state, "user timeout")] = "- CLOSED";
            if (state != "CLOSED")
            {
                expected[(state, "rcv RST")] = "- CLOSED";
            }

            if (isSynchronized)
            {
                expected[(state, "rcv SYN")] = $"challenge {state}";
                expected[(state, "rcv SYN,ACK")] = $"challenge {state}";
            }
        }

        for (int @event = 0; @event < TcpTable.EventCount; @event++)
        {
            for (int state = 0; state < TcpTable.StateCount; state++)
            {
                int cell = TcpTable.Step(state, @event);
                string found = cell == TcpTable.Illegal ? "x" : $"{s_sent[cell >> 4]} {s_states[cell & 15]}";
                string wanted = expected.GetValueOrDefault((s_states[state], s_events[@event]), "x");
                Assert.True(wanted == found, $"{s_states[state]}, {s_events[@event]}: {found} and not {wanted}");
            }
        }

        Assert.Equal(TcpTable.EventCount, s_events.Length);
        Assert.Equal(TcpTable.StateCount, s_states.Length);
    }

    [Fact]
    public void The_states_are_numbered_as_the_table_counts_them()
    {
        string[] names = [.. System.Enum.GetNames<TcpState>().Select(name => name.ToUpperInvariant())];
        Assert.Equal(
            [.. s_states.Select(state => state.Replace("-", string.Empty, System.StringComparison.Ordinal))], names);
    }

    [Fact]
    public void Every_way_into_TIME_WAIT_and_into_ESTABLISHED_does_what_belongs_to_it()
    {
        for (int @event = 0; @event < TcpTable.EventCount; @event++)
        {
            for (int state = 0; state < TcpTable.StateCount; state++)
            {
                int cell = TcpTable.Step(state, @event);
                if (cell == TcpTable.Illegal || (cell & 15) == state)
                {
                    continue;
                }

                Assert.Equal(
                    (TcpState)(cell & 15) == TcpState.TimeWait, cell >> 4 is TcpTable.AckWait or TcpTable.Wait);
                Assert.Equal(
                    (TcpState)(cell & 15) == TcpState.Established, cell >> 4 is TcpTable.Up or TcpTable.AckUp);
            }
        }
    }
}
