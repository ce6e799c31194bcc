// Every cell of RFC 1661 s.4.1 against tests/Vectors/rfc1661-automaton.txt, which is the table in
// the RFC's own notation.

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using nanoPptp.Ppp;
using Xunit;

namespace nanoPptp.Tests.Ppp;

public sealed class AutomatonTests
{
    private const int CellCount = 160;
    private const int IllegalCount = 40;
    private const int ActionListCount = 23;

    private static readonly string[] s_events =
    [
        "Up", "Down", "Open", "Close", "TO+", "TO-", "RCR+", "RCR-", "RCA", "RCN", "RTR", "RTA",
        "RUC", "RXJ+", "RXJ-", "RXR",
    ];

    // The bits of Automaton, in the order in which the owner performs them.
    private static readonly (string Name, int Bit)[] s_actions =
    [
        ("tld", Automaton.Tld), ("irc", Automaton.Irc), ("zrc", Automaton.Zrc),
        ("scr", Automaton.Scr), ("sca", Automaton.Sca), ("scn", Automaton.Scn),
        ("str", Automaton.Str), ("sta", Automaton.Sta), ("scj", Automaton.Scj),
        ("ser", Automaton.Ser), ("tlu", Automaton.Tlu), ("tls", Automaton.Tls),
        ("tlf", Automaton.Tlf),
    ];

    private static readonly Dictionary<(int State, string Event), string> s_rfc = ReadTable();

    [Fact]
    public void The_table_of_the_rfc_has_160_cells_and_40_of_them_are_illegal()
    {
        Assert.Equal(CellCount, s_rfc.Count);
        Assert.Equal(IllegalCount, s_rfc.Values.Count(cell => cell == "-"));
        Assert.Equal(CellCount, Automaton.StateCount * Automaton.EventCount);
    }

    [Fact]
    public void Every_cell_is_that_of_the_rfc()
    {
        for (int state = 0; state < Automaton.StateCount; state++)
        {
            for (int @event = 0; @event < Automaton.EventCount; @event++)
            {
                string expected = s_rfc[(state, s_events[@event])].TrimEnd('p', 'r', 'x');
                string actual = Describe(Automaton.Step(state, @event));
                Assert.True(
                    expected == actual,
                    $"{s_events[@event]} in state {state}: {actual} instead of {expected}");
            }
        }
    }

    [Fact]
    public void Only_23_different_action_lists_exist()
    {
        IEnumerable<int> lists =
            from state in Enumerable.Range(0, Automaton.StateCount)
            from @event in Enumerable.Range(0, Automaton.EventCount)
            let cell = Automaton.Step(state, @event)
            where cell != Automaton.Illegal
            select cell >> 4;
        Assert.Equal(ActionListCount, lists.Distinct().Count());
    }

    [Fact]
    public void The_actions_are_13_bits_that_do_not_overlap()
    {
        Assert.Equal(13, s_actions.Length);
        Assert.Equal(0x1FFF, s_actions.Sum(action => action.Bit));
        Assert.All(s_actions, action => Assert.Equal(0, action.Bit & (action.Bit - 1)));
    }

    [Fact]
    public void The_timer_runs_only_in_states_that_know_its_time_out()
    {
        // RFC 1661 s.4.4: 0 to 3 and 9 have no TO event, 4 to 8 have both.
        for (int state = 0; state < Automaton.StateCount; state++)
        {
            bool runs = state is >= Automaton.Closing and <= Automaton.AckSent;
            Assert.Equal(
                runs, Automaton.Step(state, Automaton.TimeOutPlus) != Automaton.Illegal);
            Assert.Equal(
                runs, Automaton.Step(state, Automaton.TimeOutMinus) != Automaton.Illegal);
        }
    }

    [Fact]
    public void This_layer_up_and_down_are_told_exactly_when_Opened_is_entered_and_left()
    {
        for (int state = 0; state < Automaton.StateCount; state++)
        {
            for (int @event = 0; @event < Automaton.EventCount; @event++)
            {
                int cell = Automaton.Step(state, @event);
                if (cell == Automaton.Illegal)
                {
                    continue;
                }

                bool wasOpened = state == Automaton.Opened;
                bool isOpened = (cell & 15) == Automaton.Opened;
                Assert.Equal(!wasOpened && isOpened, (cell >> 4 & Automaton.Tlu) != 0);
                Assert.Equal(wasOpened && !isOpened, (cell >> 4 & Automaton.Tld) != 0);
            }
        }
    }

    [Fact]
    public void Two_automata_over_a_line_that_loses_packets_always_have_a_way_to_Opened()
    {
        // From every state that two ends can reach together, both must be able to reach Opened.
        var start = new Pair(Automaton.ReqSent, Automaton.ReqSent, "r", "r");
        var successors = new Dictionary<Pair, HashSet<Pair>>();
        var open = new Queue<Pair>([start]);
        while (open.TryDequeue(out Pair? pair))
        {
            if (successors.ContainsKey(pair))
            {
                continue;
            }

            HashSet<Pair> next = pair.Successors();
            successors[pair] = next;
            foreach (Pair one in next)
            {
                open.Enqueue(one);
            }
        }

        var good = successors.Keys
            .Where(p => p.A == Automaton.Opened && p.B == Automaton.Opened)
            .ToHashSet();
        Assert.NotEmpty(good);
        for (bool grew = true; grew;)
        {
            int count = good.Count;
            good.UnionWith(successors.Where(s => s.Value.Overlaps(good)).Select(s => s.Key));
            grew = good.Count > count;
        }

        Assert.Equal(successors.Count, good.Count);
    }

    private static Dictionary<(int State, string Event), string> ReadTable()
    {
        var table = new Dictionary<(int State, string Event), string>();
        string path = Path.Combine(AppContext.BaseDirectory, "Vectors", "rfc1661-automaton.txt");
        int firstState = 0;
        foreach (string line in File.ReadLines(path))
        {
            string[] sides = line.Split('|');
            string name = sides[0].Trim();
            if (sides.Length != 2)
            {
                continue;
            }

            string[] cells =
                sides[1].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (name.Length == 0 && cells.Length > 1)
            {
                firstState = int.Parse(cells[0]);
            }

            if (s_events.Contains(name))
            {
                for (int i = 0; i < cells.Length; i++)
                {
                    table.Add((firstState + i, name), cells[i]);
                }
            }
        }

        return table;
    }

    private static string Describe(int cell)
    {
        if (cell == Automaton.Illegal)
        {
            return "-";
        }

        int actions = cell >> 4;
        string[] names = s_actions
            .Where(action => (actions & action.Bit) != 0)
            .Select(action => action.Name)
            .ToArray();
        return names.Length == 0 ? $"{cell & 15}" : $"{string.Join(",", names)}/{cell & 15}";
    }

    // States of both ends, and the packets on their way to each, in order: r Configure-Request,
    // a Configure-Ack. The line holds two each way; what is more is lost, and so may be any other.
    private sealed record Pair(int A, int B, string ToA, string ToB)
    {
        private const int LineCapacity = 2;

        internal HashSet<Pair> Successors()
        {
            var next = new HashSet<Pair>();
            if (ToA.Length > 0)
            {
                next.Add(this with { ToA = ToA[1..] });
                (int state, string sent) = Step(A, EventOf(ToA[0]));
                next.Add(new Pair(state, B, ToA[1..], OnLine(ToB, sent)));
            }

            if (ToB.Length > 0)
            {
                next.Add(this with { ToB = ToB[1..] });
                (int state, string sent) = Step(B, EventOf(ToB[0]));
                next.Add(new Pair(A, state, OnLine(ToA, sent), ToB[1..]));
            }

            if (Automaton.Step(A, Automaton.TimeOutPlus) != Automaton.Illegal)
            {
                (int state, string sent) = Step(A, Automaton.TimeOutPlus);
                next.Add(this with { A = state, ToB = OnLine(ToB, sent) });
            }

            if (Automaton.Step(B, Automaton.TimeOutPlus) != Automaton.Illegal)
            {
                (int state, string sent) = Step(B, Automaton.TimeOutPlus);
                next.Add(this with { B = state, ToA = OnLine(ToA, sent) });
            }

            return next;
        }

        private static int EventOf(char packet) =>
            packet == 'r' ? Automaton.RcrPlus : Automaton.Rca;

        private static string OnLine(string line, string sent) =>
            (line + sent)[..Math.Min(LineCapacity, line.Length + sent.Length)];

        private static (int State, string Sent) Step(int state, int @event)
        {
            int cell = Automaton.Step(state, @event);
            int actions = cell >> 4;
            string sent = (actions & Automaton.Scr) != 0 ? "r" : "";
            return (cell & 15, (actions & Automaton.Sca) != 0 ? sent + "a" : sent);
        }
    }
}
