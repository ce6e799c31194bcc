// Every cell of the automaton altered in turn: another next state, other actions, a legal cell made
// illegal and an illegal one legal. Each time a trace of AutomatonTraceTests has to fail, or what
// the cell says has no test. Cells that no event reaches are listed with the reason, and so is what
// a machine does alike whatever the cell says; there every trace has to pass.

using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using nanoPptp.Ppp;
using Xunit;

namespace nanoPptp.Tests.Ppp;

/// <summary>The tests of this collection run alone: they alter what all others use.</summary>
[CollectionDefinition(nameof(AutomatonAlterations), DisableParallelization = true)]
public sealed class AutomatonAlterations
{
}

[Collection(nameof(AutomatonAlterations))]
public sealed class AutomatonAlterationTests
{
    private const byte NoState = 0xFF;

    // 9 other states and 22 other action lists for each cell; a legal one can also be made illegal,
    // and for an illegal one there are 10 states.
    private const int AlterationCount = 160 * 32;

    private const string NoPacketYet = "Input discards every packet while the line is not up";
    private const string NoTimer = "the restart timer never runs in this state";
    private const string OneAnswer = "a request is answered once: a second answer is discarded, "
        + "and in this state the first one has come";

    private static readonly string[] s_eventNames =
    [
        "Up", "Down", "Open", "Close", "TO+", "TO-", "RCR+", "RCR-", "RCA", "RCN", "RTR", "RTA",
        "RUC", "RXJ+", "RXJ-", "RXR",
    ];

    // The cells that no event reaches, by event, and why.
    private static readonly (int Event, PppState[] States, string Reason)[] s_unreachable =
    [
        (Automaton.Down, [PppState.Initial, PppState.Starting],
            "Down leaves a machine alone whose line is not up"),
        (Automaton.TimeOutPlus, [PppState.Initial, PppState.Starting], NoTimer),
        (Automaton.TimeOutPlus, [PppState.Closed, PppState.Stopped, PppState.Opened], NoTimer),
        (Automaton.TimeOutMinus, [PppState.Initial, PppState.Starting], NoTimer),
        (Automaton.TimeOutMinus, [PppState.Closed, PppState.Stopped, PppState.Opened], NoTimer),
        (Automaton.TimeOutMinus, [PppState.AckRcvd],
            "Ack-Rcvd is entered with the counter set anew, and the first time-out leaves it"),
        (Automaton.RcrPlus, [PppState.Initial, PppState.Starting], NoPacketYet),
        (Automaton.RcrMinus, [PppState.Initial, PppState.Starting], NoPacketYet),
        (Automaton.Rca, [PppState.Initial, PppState.Starting], NoPacketYet),
        (Automaton.Rca, [PppState.AckRcvd, PppState.Opened], OneAnswer),
        (Automaton.Rcn, [PppState.Initial, PppState.Starting], NoPacketYet),
        (Automaton.Rcn, [PppState.AckRcvd, PppState.Opened], OneAnswer),
        (Automaton.Rtr, [PppState.Initial, PppState.Starting], NoPacketYet),
        (Automaton.Rta, [PppState.Initial, PppState.Starting], NoPacketYet),
        (Automaton.Ruc, [PppState.Initial, PppState.Starting], NoPacketYet),
        (Automaton.RxjPlus, [PppState.Initial, PppState.Starting], NoPacketYet),
        (Automaton.RxjMinus, [PppState.Initial, PppState.Starting], NoPacketYet),
        (Automaton.Rxr, [PppState.Initial, PppState.Starting], NoPacketYet),
    ];

    // What Automaton.Step reads: next states, numbers of action lists, action lists.
    private static readonly byte[] s_nextState = Table<byte>("s_nextState");
    private static readonly byte[] s_actionSet = Table<byte>("s_actionSet");
    private static readonly int[] s_actions = Table<int>("s_actions");

    [Fact]
    public void Whatever_is_altered_in_a_reachable_cell_fails_a_trace()
    {
        List<Trace> traces = Traces();
        Assert.All(traces, trace => trace.Play());
        int count = 0;
        var wrong = new List<string>();
        for (int cell = 0; cell < s_nextState.Length; cell++)
        {
            foreach (Alteration alteration in AlterationsOf(cell))
            {
                count++;
                string? failed = FirstFailed(alteration, traces);
                string? reason = ReasonToPass(alteration);
                if (failed == null != (reason != null))
                {
                    wrong.Add(
                        $"{alteration}: {failed ?? "nothing"} fails, {reason ?? "no reason"}");
                }
            }
        }

        Assert.Equal(AlterationCount, count);
        Assert.Empty(wrong);
        Assert.All(traces, trace => trace.Play());
    }

    [Fact]
    public void The_unreachable_cells_are_32_illegal_ones_and_5_legal_ones()
    {
        bool[] isIllegal = s_unreachable
            .SelectMany(row => row.States, (row, state) => CellOf(state, row.Event))
            .Distinct()
            .Select(cell => s_nextState[cell] == NoState)
            .ToArray();
        Assert.Equal(32, isIllegal.Count(illegal => illegal));
        Assert.Equal(5, isIllegal.Count(illegal => !illegal));
    }

    // Why every trace may pass although the cell is altered; null when one has to fail.
    private static string? ReasonToPass(Alteration alteration)
    {
        var state = (PppState)(alteration.Cell % Automaton.StateCount);
        int @event = alteration.Cell / Automaton.StateCount;
        foreach ((int Event, PppState[] States, string Reason) row in s_unreachable)
        {
            if (row.Event == @event && row.States.Contains(state))
            {
                return row.Reason;
            }
        }

        return alteration.NextState == s_nextState[alteration.Cell]
            && Effect(alteration.Cell, alteration.ActionSet)
                == Effect(alteration.Cell, s_actionSet[alteration.Cell])
            ? "the actions come to the same"
            : null;
    }

    // The actions of a list as far as they do something in this cell.
    private static int Effect(int cell, int actionSet)
    {
        var state = (PppState)(cell % Automaton.StateCount);
        int actions = s_actions[actionSet];

        // The layer below needs no start: the owner brings it up itself.
        actions &= ~Automaton.Tls;

        // The judgement of the peer's request says which of the two answers it gets.
        if ((actions & (Automaton.Sca | Automaton.Scn)) != 0)
        {
            actions |= Automaton.Sca | Automaton.Scn;
        }

        // Only an Echo-Request has an Echo-Reply.
        if (cell / Automaton.StateCount != Automaton.Rxr)
        {
            actions &= ~Automaton.Ser;
        }

        // In Ack-Rcvd and Opened the counter has just been set, and the states without a timer are
        // left by events that set it.
        bool isCounterSet = state is PppState.AckRcvd or PppState.Opened
            || s_nextState[cell] <= Automaton.Stopped;
        if (isCounterSet && (actions & Automaton.Str) == 0)
        {
            actions &= ~Automaton.Irc;
        }

        return actions;
    }

    private static IEnumerable<Alteration> AlterationsOf(int cell)
    {
        byte nextState = s_nextState[cell];
        byte actionSet = s_actionSet[cell];
        for (byte other = 0; other < Automaton.StateCount; other++)
        {
            if (other != nextState)
            {
                yield return new Alteration(cell, other, actionSet);
            }
        }

        if (nextState != NoState)
        {
            yield return new Alteration(cell, NoState, actionSet);
        }

        // An illegal cell that becomes legal with actions stays in its state.
        byte legalState =
            nextState == NoState ? (byte)(cell % Automaton.StateCount) : nextState;
        for (byte other = 0; other < s_actions.Length; other++)
        {
            if (other != actionSet)
            {
                yield return new Alteration(cell, legalState, other);
            }
        }
    }

    // The name of the first trace that fails with the table altered; null when all pass.
    private static string? FirstFailed(Alteration alteration, List<Trace> traces)
    {
        byte nextState = s_nextState[alteration.Cell];
        byte actionSet = s_actionSet[alteration.Cell];
        s_nextState[alteration.Cell] = alteration.NextState;
        s_actionSet[alteration.Cell] = alteration.ActionSet;
        try
        {
            for (int i = 0; i < traces.Count; i++)
            {
                Trace trace = traces[i];
                if (!trace.Passes())
                {
                    // It comes first for the next alteration, which is one of the same cell.
                    traces.RemoveAt(i);
                    traces.Insert(0, trace);
                    return trace.Name;
                }
            }

            return null;
        }
        finally
        {
            s_nextState[alteration.Cell] = nextState;
            s_actionSet[alteration.Cell] = actionSet;
        }
    }

    // Every test of AutomatonTraceTests, row by row, as a plain method.
    private static List<Trace> Traces()
    {
        var tests = new AutomatonTraceTests();
        var traces = new List<Trace>();
        foreach (MethodInfo method in typeof(AutomatonTraceTests).GetMethods())
        {
            if (method.IsDefined(typeof(TheoryAttribute)))
            {
                traces.AddRange(method.GetCustomAttributes<InlineDataAttribute>()
                    .Select(row => new Trace(tests, method, row.Data)));
            }
            else if (method.IsDefined(typeof(FactAttribute)))
            {
                traces.Add(new Trace(tests, method, []));
            }
        }

        return traces;
    }

    private static int CellOf(PppState state, int @event) =>
        (@event * Automaton.StateCount) + (int)state;

    private static T[] Table<T>(string name) => (T[])typeof(Automaton)
        .GetField(name, BindingFlags.NonPublic | BindingFlags.Static)!
        .GetValue(null)!;

    private sealed record Trace(AutomatonTraceTests Tests, MethodInfo Method, object?[] Row)
    {
        internal string Name => $"{Method.Name}({string.Join(", ", Row)})";

        internal void Play() =>
            Method.Invoke(Tests, BindingFlags.DoNotWrapExceptions, null, Row, null);

        internal bool Passes()
        {
            try
            {
                Play();
                return true;
            }
            catch (Exception)
            {
                return false;
            }
        }
    }

    private sealed record Alteration(int Cell, byte NextState, byte ActionSet)
    {
        public override string ToString() =>
            $"{s_eventNames[Cell / Automaton.StateCount]} in "
            + $"{(PppState)(Cell % Automaton.StateCount)} with next state {NextState} "
            + $"and actions {s_actions[ActionSet]:x4}";
    }
}
