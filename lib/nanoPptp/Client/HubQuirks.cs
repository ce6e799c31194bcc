// What is known of common hubs beyond the RFCs, as data: a row a hub, a flag a peculiarity. A flag
// says what code may do or must bear; the code asks for flags and never for a hub. Where the
// settings name no row, the hub's Start-Control-Connection-Reply chooses one by the names in it,
// and a hub that no row knows gets the row that is safe with all.
//
// Of these hubs poptop and this project's own are tried on every change. The other rows are from
// sources: what their authors published, or what others published about them; the comment says
// which.

using nanoPptp.Wire;

namespace nanoPptp.Client
{
    /// <summary>The peculiarities of one kind of hub.</summary>
    public sealed class HubQuirks
    {
        /// <summary>It takes Outgoing-Call-Request right behind Start-Control-Connection-Request,
        /// before it answered that.</summary>
        internal const int CallWithStart = 1;

        /// <summary>A second Configure-Ack for one request of its is no news to it, and its own
        /// repetitions keep their identifier: what it may have missed can be said again.</summary>
        internal const int IgnoresSecondAck = 2;

        /// <summary>With MPPE in its CCP request it opens IPCP when CCP is open and not before,
        /// and answers IPCP with Terminate-Ack until then.</summary>
        internal const int IpcpFollowsCcp = 4;

        /// <summary>It says result 0 in Start-Control-Connection-Reply where it means 1.</summary>
        internal const int StartResultZero = 8;

        /// <summary>The call ID in its Call-Disconnect-Notify may have its octets
        /// swapped.</summary>
        internal const int SwappedCallId = 16;

        /// <summary>It numbers the requests of each protocol from 1, sends its own before it
        /// answers ours, and asks again at once when a Configure-Nak names its request.</summary>
        internal const int CountsFromOne = 32;

        /// <summary>Any hub: nothing is taken for granted.</summary>
        public static readonly HubQuirks Default = new HubQuirks("default", null, null, 0);

        /// <summary>poptop (pptpd) with pppd.</summary>
        public static readonly HubQuirks Poptop =
            new HubQuirks(
                "poptop",
                "local",
                "linux",
                CallWithStart | IgnoresSecondAck | IpcpFollowsCcp | CountsFromOne);

        /// <summary>The hub of this project, which follows pppd, but begins IPCP beside CCP where
        /// encryption is not required.</summary>
        public static readonly HubQuirks NanoPptp = new HubQuirks(
            "nanopptp", null, "nanoPptp simulator", CallWithStart | IgnoresSecondAck);

        /// <summary>accel-ppp, from its source: older versions read two messages that come together
        /// as none; a second Configure-Ack restarts its automaton; IPCP begins beside CCP; until
        /// 2026 Call-Disconnect-Notify had the client's call ID, octets swapped.</summary>
        public static readonly HubQuirks AccelPpp =
            new HubQuirks("accel-ppp", "local", "cananian", SwappedCallId);

        /// <summary>MikroTik RouterOS, from reports of its users: it ends the session at a
        /// Terminate-Ack to its IPCP request, which nobody gets from here. Chosen by the settings.
        /// </summary>
        public static readonly HubQuirks RouterOs = new HubQuirks("routeros", null, null, 0);

        /// <summary>Windows RRAS, from captures that others published: it sends Identifications and
        /// offers callback, multilink and MPPC, which every hub may. Chosen by the settings.
        /// </summary>
        public static readonly HubQuirks Rras = new HubQuirks("rras", null, null, 0);

        /// <summary>Cisco IOS, from a comment in the source of pptp-linux: it sets reserved fields,
        /// which every hub may. Chosen by the settings.</summary>
        public static readonly HubQuirks CiscoIos = new HubQuirks("cisco", null, null, 0);

        /// <summary>FreeBSD's mpd, from its source: it reads message by message, and a call is
        /// allowed as soon as it has answered the start; a second Configure-Ack restarts its
        /// automaton. Chosen by the settings.</summary>
        public static readonly HubQuirks Mpd = new HubQuirks("mpd", null, null, CallWithStart);

        /// <summary>Some ADSL modems, from a comment in the source of pptp-linux: result 0 is their
        /// success. Chosen by the settings.</summary>
        public static readonly HubQuirks Modem =
            new HubQuirks("modem", null, null, StartResultZero);

        private static readonly HubQuirks[] s_rows =
        {
            Default, Poptop, NanoPptp, AccelPpp, RouterOs, Rras, CiscoIos, Mpd, Modem,
        };

        /// <summary>What the row is called.</summary>
        public readonly string Name;

        private readonly string _hostName;
        private readonly string _vendor;
        private readonly int _flags;

        private HubQuirks(string name, string hostName, string vendor, int flags)
        {
            Name = name;
            _hostName = hostName;
            _vendor = vendor;
            _flags = flags;
        }

        /// <summary>Number of rows.</summary>
        public static int Count
        {
            get { return s_rows.Length; }
        }

        /// <summary>One of the rows.</summary>
        /// <param name="index">0 to <see cref="Count"/> - 1; 0 is <see cref="Default"/>.</param>
        /// <returns>The row.</returns>
        public static HubQuirks At(int index)
        {
            return s_rows[index];
        }

        /// <summary>Chooses the row by the names in a Start-Control-Connection-Reply.</summary>
        /// <param name="b">The octets.</param>
        /// <param name="offset">Where the message begins.</param>
        /// <returns>The row; <see cref="Default"/> when the names tell nothing.</returns>
        internal static HubQuirks Recognize(byte[] b, int offset)
        {
            for (int i = 1; i < s_rows.Length; i++)
            {
                HubQuirks row = s_rows[i];
                if (row._vendor != null
                    && StartControlConnection.IsVendor(b, offset, row._vendor)
                    && (row._hostName == null
                        || StartControlConnection.IsHostName(b, offset, row._hostName)))
                {
                    return row;
                }
            }

            return Default;
        }

        internal bool Has(int flag)
        {
            return (_flags & flag) != 0;
        }
    }
}
