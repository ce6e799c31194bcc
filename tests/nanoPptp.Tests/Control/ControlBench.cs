// The machines of the control connection on a table: a stream, a clock, and a hub whose messages
// are written by hand.

using System;
using System.Collections.Generic;
using nanoPptp.Control;
using nanoPptp.Diagnostics;
using nanoPptp.Memory;
using nanoPptp.Tests.Support;
using nanoPptp.Wire;
using Xunit;

namespace nanoPptp.Tests.Control;

/// <summary>Control connection and call around one stream.</summary>
internal sealed class ControlBench
{
    internal ControlBench(int nowMs = 0)
    {
        NowMs = nowMs;
        Stream = new ControlStream(Arena);
        Connection = new ControlConnection(Arena, Stream, Counters);
        Call = new Call(Arena, Stream, Counters);
    }

    internal byte[] Arena { get; } = Octets.Filled(ArenaMap.Length, 0xA5);

    internal Counters Counters { get; } = new();

    internal ControlStream Stream { get; }

    internal ControlConnection Connection { get; }

    internal Call Call { get; }

    internal int NowMs { get; private set; }

    /// <summary>The hub sends a message of the connection.</summary>
    /// <returns>The machine's outcome.</returns>
    internal int Sends(byte[] message)
    {
        Arrives(message);
        Connection.Heard(NowMs);
        int outcome = Connection.Input(ControlOctets.TypeOf(message), NowMs);
        Stream.Next();
        return outcome;
    }

    /// <summary>The hub sends a message about the call.</summary>
    /// <returns>The machine's outcome.</returns>
    internal int SendsToCall(byte[] message)
    {
        Arrives(message);
        int outcome = Call.Input(ControlOctets.TypeOf(message), NowMs);
        Stream.Next();
        return outcome;
    }

    /// <summary>The hub reads one whole message.</summary>
    internal byte[] Reads()
    {
        Assert.True(Stream.OutputLength >= 12, "nothing was sent");
        int length = ControlOctets.U16(Arena.AsSpan(ArenaMap.ControlOutput), 0);
        Assert.True(length <= Stream.OutputLength);
        byte[] message = Arena.AsSpan(ArenaMap.ControlOutput, length).ToArray();
        Stream.Sent(length);
        return message;
    }

    internal void Expects(string hex) =>
        Assert.Equal(Octets.ToHex(Octets.FromHex(hex)), Octets.ToHex(Reads()));

    internal void ExpectNothing() => Assert.Equal(0, Stream.OutputLength);

    /// <summary>Lets time pass, with a tick of the connection at every deadline and at the end.
    /// </summary>
    /// <returns>The outcomes other than Nothing.</returns>
    internal List<int> Advance(int ms)
    {
        var outcomes = new List<int>();
        while (true)
        {
            int step = Math.Min(ms, Call.Sooner(NowMs, Connection.Sooner(NowMs, 60000)));
            NowMs = unchecked(NowMs + step);
            ms -= step;
            int connection = Connection.Tick(NowMs);
            int call = Call.Tick(NowMs);
            if (connection != ControlConnection.Nothing)
            {
                outcomes.Add(connection);
            }

            if (call != nanoPptp.Control.Call.Nothing)
            {
                outcomes.Add(call);
            }

            if (ms == 0)
            {
                return outcomes;
            }
        }
    }

    /// <summary>The connection is established and nothing is pending.</summary>
    internal ControlBench Established()
    {
        Connection.Start("h", "v", NowMs);
        Reads();
        Assert.Equal(ControlConnection.Established, Sends(ControlOctets.StartReply()));
        ExpectNothing();
        return this;
    }

    private void Arrives(byte[] message)
    {
        Assert.Equal(message.Length, Stream.Input(message, 0, message.Length));
        Assert.True(Stream.IsWhole());
        Assert.Equal(
            ControlOctets.TypeOf(message), ControlHeader.Type(Arena, ArenaMap.ControlInput));
    }
}
