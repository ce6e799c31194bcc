// The fates of IP packets inside the tunnel.

namespace nanoPptp.Telemetry.Ip
{
    /// <summary>Counts of IP packets by what became of them: 32 bits that wrap.</summary>
    public sealed class IpCounters
    {
        /// <summary>Packets handed in.</summary>
        public int Received;

        /// <summary>UDP datagrams delivered.</summary>
        public int UdpDelivered;

        /// <summary>Pings answered.</summary>
        public int EchoAnswered;

        /// <summary>Answers to pings of ours.</summary>
        public int EchoReplies;

        /// <summary>Packets for another address than ours.</summary>
        public int NotOurs;

        /// <summary>Fragments: nothing is put together here, as on the outside.</summary>
        public int Fragments;

        /// <summary>Packets of protocols or messages that have no use here.</summary>
        public int Unused;

        /// <summary>TCP segments handed to their connection.</summary>
        public int TcpDelivered;

        /// <summary>TCP segments for nobody: old ones, or somebody knocking.</summary>
        public int TcpForNobody;

        /// <summary>ICMP, UDP and TCP with a wrong length or checksum.</summary>
        public int Malformed;

        /// <summary>Pings that could not be answered because the way out was taken.</summary>
        public int Unanswered;

        /// <summary>Pings sent.</summary>
        public int EchoSent;

        /// <summary>UDP datagrams sent.</summary>
        public int UdpSent;

        /// <summary>TCP segments sent for connections.</summary>
        public int TcpSent;

        /// <summary>RSTs sent in answer to segments for nobody.</summary>
        public int ResetsSent;
    }
}
