// The option negotiation automaton (RFC 1661 s.4.1), as the RFC prints it: events down, states
// across. Step is a pure lookup; the owner performs the actions in one fixed order.
//
// Cells marked x below are the RFC's "-": events that cannot happen in that state, 40 of them. The
// passive option (p) and the restart option (r) of the RFC's footnotes are not used: a call that
// failed is dialled anew, because PPTP is a switched circuit.

namespace nanoPptp.Ppp
{
    /// <summary>RFC 1661 s.4.1 as two tables: next state and action set for 16 events by 10 states.
    /// </summary>
    internal static class Automaton
    {
        // States (RFC 1661 s.4.2).
        internal const int Initial = 0;
        internal const int Starting = 1;
        internal const int Closed = 2;
        internal const int Stopped = 3;
        internal const int Closing = 4;
        internal const int Stopping = 5;
        internal const int ReqSent = 6;
        internal const int AckRcvd = 7;
        internal const int AckSent = 8;
        internal const int Opened = 9;
        internal const int StateCount = 10;

        // Events (RFC 1661 s.4.3).

        /// <summary>Lower layer is up.</summary>
        internal const int Up = 0;

        /// <summary>Lower layer is down.</summary>
        internal const int Down = 1;

        /// <summary>Administrative open.</summary>
        internal const int Open = 2;

        /// <summary>Administrative close.</summary>
        internal const int Close = 3;

        /// <summary>TO+: time-out with the restart counter above zero.</summary>
        internal const int TimeOutPlus = 4;

        /// <summary>TO-: time-out with the restart counter expired.</summary>
        internal const int TimeOutMinus = 5;

        /// <summary>RCR+: receive a good Configure-Request.</summary>
        internal const int RcrPlus = 6;

        /// <summary>RCR-: receive a bad Configure-Request.</summary>
        internal const int RcrMinus = 7;

        /// <summary>Receive Configure-Ack.</summary>
        internal const int Rca = 8;

        /// <summary>Receive Configure-Nak or Configure-Reject.</summary>
        internal const int Rcn = 9;

        /// <summary>Receive Terminate-Request.</summary>
        internal const int Rtr = 10;

        /// <summary>Receive Terminate-Ack.</summary>
        internal const int Rta = 11;

        /// <summary>Receive an unknown code.</summary>
        internal const int Ruc = 12;

        /// <summary>RXJ+: receive a permitted Code-Reject or Protocol-Reject.</summary>
        internal const int RxjPlus = 13;

        /// <summary>RXJ-: receive a catastrophic Code-Reject or Protocol-Reject.</summary>
        internal const int RxjMinus = 14;

        /// <summary>Receive Echo-Request, Echo-Reply or Discard-Request.</summary>
        internal const int Rxr = 15;

        internal const int EventCount = 16;

        // Actions (RFC 1661 s.4.4), one bit each, in the order in which they are performed.

        /// <summary>This-Layer-Down.</summary>
        internal const int Tld = 0x0001;

        /// <summary>Initialize-Restart-Count.</summary>
        internal const int Irc = 0x0002;

        /// <summary>Zero-Restart-Count.</summary>
        internal const int Zrc = 0x0004;

        /// <summary>Send-Configure-Request.</summary>
        internal const int Scr = 0x0008;

        /// <summary>Send-Configure-Ack.</summary>
        internal const int Sca = 0x0010;

        /// <summary>Send-Configure-Nak or -Reject.</summary>
        internal const int Scn = 0x0020;

        /// <summary>Send-Terminate-Request.</summary>
        internal const int Str = 0x0040;

        /// <summary>Send-Terminate-Ack.</summary>
        internal const int Sta = 0x0080;

        /// <summary>Send-Code-Reject.</summary>
        internal const int Scj = 0x0100;

        /// <summary>Send-Echo-Reply.</summary>
        internal const int Ser = 0x0200;

        /// <summary>This-Layer-Up.</summary>
        internal const int Tlu = 0x0400;

        /// <summary>This-Layer-Started.</summary>
        internal const int Tls = 0x0800;

        /// <summary>This-Layer-Finished.</summary>
        internal const int Tlf = 0x1000;

        /// <summary>What <see cref="Step"/> gives for a cell that the RFC marks "-".</summary>
        internal const int Illegal = -1;

#pragma warning disable IDE1006 // The tables are written as RFC 1661 writes them: small letters.
        private const byte x = 0xFF;

        // Initial, Starting, Closed, Stopped, Closing, Stopping, ReqSent, AckRcvd, AckSent, Opened.
        private static readonly byte[] s_nextState =
        {
            2, 6, x, x, x, x, x, x, x, x, // Up
            x, x, 0, 1, 0, 1, 1, 1, 1, 1, // Down
            1, 1, 6, 3, 5, 5, 6, 7, 8, 9, // Open
            0, 0, 2, 2, 4, 4, 4, 4, 4, 4, // Close
            x, x, x, x, 4, 5, 6, 6, 8, x, // TO+
            x, x, x, x, 2, 3, 3, 3, 3, x, // TO-
            x, x, 2, 8, 4, 5, 8, 9, 8, 8, // RCR+
            x, x, 2, 6, 4, 5, 6, 7, 6, 6, // RCR-
            x, x, 2, 3, 4, 5, 7, 6, 9, 6, // RCA
            x, x, 2, 3, 4, 5, 6, 6, 8, 6, // RCN
            x, x, 2, 3, 4, 5, 6, 6, 6, 5, // RTR
            x, x, 2, 3, 2, 3, 6, 6, 8, 6, // RTA
            x, x, 2, 3, 4, 5, 6, 7, 8, 9, // RUC
            x, x, 2, 3, 4, 5, 6, 6, 8, 9, // RXJ+
            x, x, 2, 3, 2, 3, 3, 3, 3, 5, // RXJ-
            x, x, 2, 3, 4, 5, 6, 7, 8, 9, // RXR
        };

        // The 23 different action lists of the RFC's table.
        private const byte o = 0;
        private const byte irc = 1;
        private const byte irc_scr = 2;
        private const byte irc_scr_sca = 3;
        private const byte irc_scr_scn = 4;
        private const byte irc_str = 5;
        private const byte irc_tlu = 6;
        private const byte sca = 7;
        private const byte sca_tlu = 8;
        private const byte scj = 9;
        private const byte scn = 10;
        private const byte scr = 11;
        private const byte ser = 12;
        private const byte sta = 13;
        private const byte str = 14;
        private const byte tld = 15;
        private const byte tld_irc_str = 16;
        private const byte tld_scr = 17;
        private const byte tld_scr_sca = 18;
        private const byte tld_scr_scn = 19;
        private const byte tld_zrc_sta = 20;
        private const byte tlf = 21;
        private const byte tls = 22;
#pragma warning restore IDE1006

        private static readonly int[] s_actions =
        {
            0,
            Irc,
            Irc | Scr,
            Irc | Scr | Sca,
            Irc | Scr | Scn,
            Irc | Str,
            Irc | Tlu,
            Sca,
            Sca | Tlu,
            Scj,
            Scn,
            Scr,
            Ser,
            Sta,
            Str,
            Tld,
            Tld | Irc | Str,
            Tld | Scr,
            Tld | Scr | Sca,
            Tld | Scr | Scn,
            Tld | Zrc | Sta,
            Tlf,
            Tls,
        };

        // Initial, Starting | Closed, Stopped | Closing, Stopping | ReqSent, AckRcvd | AckSent,
        // Opened.
        private static readonly byte[] s_actionSet =
        {
            o, irc_scr, o, o, o, o, o, o, o, o, // Up
            o, o, o, tls, o, o, o, o, o, tld, // Down
            tls, o, irc_scr, o, o, o, o, o, o, o, // Open
            o, tlf, o, o, o, o, irc_str, irc_str, irc_str, tld_irc_str, // Close
            o, o, o, o, str, str, scr, scr, scr, o, // TO+
            o, o, o, o, tlf, tlf, tlf, tlf, tlf, o, // TO-
            o, o, sta, irc_scr_sca, o, o, sca, sca_tlu, sca, tld_scr_sca, // RCR+
            o, o, sta, irc_scr_scn, o, o, scn, scn, scn, tld_scr_scn, // RCR-
            o, o, sta, sta, o, o, irc, scr, irc_tlu, tld_scr, // RCA
            o, o, sta, sta, o, o, irc_scr, scr, irc_scr, tld_scr, // RCN
            o, o, sta, sta, sta, sta, sta, sta, sta, tld_zrc_sta, // RTR
            o, o, o, o, tlf, tlf, o, o, o, tld_scr, // RTA
            o, o, scj, scj, scj, scj, scj, scj, scj, scj, // RUC
            o, o, o, o, o, o, o, o, o, o, // RXJ+
            o, o, tlf, tlf, tlf, tlf, tlf, tlf, tlf, tld_irc_str, // RXJ-
            o, o, o, o, o, o, o, o, o, ser, // RXR
        };

        /// <summary>Looks one cell up.</summary>
        /// <param name="state">0 to 9.</param>
        /// <param name="event">0 to 15.</param>
        /// <returns>The action bits times 16 plus the next state, or
        /// <see cref="Illegal"/>.</returns>
        internal static int Step(int state, int @event)
        {
            int cell = (@event * StateCount) + state;
            int nextState = s_nextState[cell];
            return nextState == x ? Illegal : (s_actions[s_actionSet[cell]] << 4) | nextState;
        }
    }
}
