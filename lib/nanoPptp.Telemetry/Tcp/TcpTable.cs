// The state diagram of a connection (RFC 9293 s.3.3.2, figure 5), with what s.3.10 adds to it:
// events down, states across. Step is a pure lookup; the owner performs the action.
//
// A sensor only calls, so LISTEN and the passive OPEN are missing; a simultaneous open is there,
// because s.3.5 demands it. A segment that brings several events (the ACK of our FIN and the peer's
// FIN) makes several steps, in the order of s.3.10.7.4: that is how FIN-WAIT-1 comes to TIME-WAIT.
// Whether a segment is acceptable at all is judged before. Cells marked x cannot happen.

namespace nanoPptp.Telemetry.Tcp
{
    /// <summary>RFC 9293 s.3.3.2 as two tables: next state and action for 11 events by 10 states.
    /// </summary>
    internal static class TcpTable
    {
        internal const int StateCount = 10;

        // Events.

        /// <summary>The application opens actively.</summary>
        internal const int Open = 0;

        /// <summary>The application closes (s.3.10.4).</summary>
        internal const int Close = 1;

        /// <summary>The application aborts (s.3.10.5).</summary>
        internal const int Abort = 2;

        /// <summary>A SYN without ACK.</summary>
        internal const int RcvSyn = 3;

        /// <summary>A SYN with the ACK of ours.</summary>
        internal const int RcvSynAck = 4;

        /// <summary>The ACK of our SYN.</summary>
        internal const int RcvAckOfSyn = 5;

        /// <summary>The ACK of our FIN.</summary>
        internal const int RcvAckOfFin = 6;

        /// <summary>The peer's FIN, all before it being there.</summary>
        internal const int RcvFin = 7;

        /// <summary>An RST that is to be believed.</summary>
        internal const int RcvRst = 8;

        /// <summary>The user time-out (s.3.10.8).</summary>
        internal const int UserTimeOut = 9;

        /// <summary>The end of TIME-WAIT.</summary>
        internal const int TimeWaitTimeOut = 10;

        internal const int EventCount = 11;

        // Actions: one a cell, or none.

        /// <summary>Send SYN.</summary>
        internal const int Syn = 1;

        /// <summary>Send SYN and ACK.</summary>
        internal const int SynAck = 2;

        /// <summary>Send ACK.</summary>
        internal const int Ack = 3;

        /// <summary>Send FIN, behind all data.</summary>
        internal const int Fin = 4;

        /// <summary>Send RST.</summary>
        internal const int Rst = 5;

        /// <summary>Send a challenge ACK (RFC 5961 s.4.2).</summary>
        internal const int Dare = 6;

        /// <summary>Send ACK and start TIME-WAIT.</summary>
        internal const int AckWait = 7;

        /// <summary>Start TIME-WAIT.</summary>
        internal const int Wait = 8;

        /// <summary>Octets may be sent from now on.</summary>
        internal const int Up = 9;

        /// <summary>Send ACK, and octets may be sent from now on.</summary>
        internal const int AckUp = 10;

        /// <summary>What <see cref="Step"/> gives for a cell that cannot happen.</summary>
        internal const int Illegal = -1;

#pragma warning disable IDE1006 // The tables are written in small letters, as tables of RFCs are.
        private const byte x = 0xFF;

        // CLOSED, SYN-SENT, SYN-RECEIVED, ESTABLISHED, FIN-WAIT-1, FIN-WAIT-2, CLOSE-WAIT, CLOSING,
        // LAST-ACK, TIME-WAIT.
        private static readonly byte[] s_nextState =
        {
            1, x, x, x, x, x, x, x, x, 1, // Open
            0, 0, 4, 4, 4, 5, 8, 7, 8, 9, // Close
            0, 0, 0, 0, 0, 0, 0, 0, 0, 0, // Abort
            x, 2, 2, 3, 4, 5, 6, 7, 8, 9, // RcvSyn
            x, 3, 2, 3, 4, 5, 6, 7, 8, 9, // RcvSynAck
            x, x, 3, x, x, x, x, x, x, x, // RcvAckOfSyn
            x, x, x, x, 5, x, x, 9, 0, x, // RcvAckOfFin
            x, x, x, 6, 7, 9, 6, 7, 8, 9, // RcvFin
            x, 0, 0, 0, 0, 0, 0, 0, 0, 0, // RcvRst
            0, 0, 0, 0, 0, 0, 0, 0, 0, 0, // UserTimeOut
            x, x, x, x, x, x, x, x, x, 0, // TimeWaitTimeOut
        };

        private const byte o = 0;
        private const byte s = Syn;
        private const byte sa = SynAck;
        private const byte a = Ack;
        private const byte f = Fin;
        private const byte r = Rst;
        private const byte d = Dare;
        private const byte aw = AckWait;
        private const byte w = Wait;
        private const byte u = Up;
        private const byte au = AckUp;
#pragma warning restore IDE1006

        private static readonly byte[] s_action =
        {
            s, o, o, o, o, o, o, o, o, s, // Open
            o, o, f, f, o, o, f, o, o, o, // Close
            o, o, r, r, r, r, r, o, o, o, // Abort
            o, sa, d, d, d, d, d, d, d, d, // RcvSyn
            o, au, d, d, d, d, d, d, d, d, // RcvSynAck
            o, o, u, o, o, o, o, o, o, o, // RcvAckOfSyn
            o, o, o, o, o, o, o, w, o, o, // RcvAckOfFin
            o, o, o, a, a, aw, a, a, a, aw, // RcvFin
            o, o, o, o, o, o, o, o, o, o, // RcvRst
            o, o, o, o, o, o, o, o, o, o, // UserTimeOut
            o, o, o, o, o, o, o, o, o, o, // TimeWaitTimeOut
        };

        /// <summary>Looks one cell up.</summary>
        /// <param name="state">A <see cref="TcpState"/>: 0 to 9.</param>
        /// <param name="event">0 to 10.</param>
        /// <returns>The action times 16 plus the next state, or <see cref="Illegal"/>.</returns>
        internal static int Step(int state, int @event)
        {
            int cell = (@event * StateCount) + state;
            int nextState = s_nextState[cell];
            return nextState == x ? Illegal : (s_action[cell] << 4) | nextState;
        }
    }
}
