// What Poll gives.

namespace nanoPptp.Client
{
    /// <summary>What the client has for its adapter; see <see cref="PptpClient.Poll"/>.</summary>
    public enum Output : byte
    {
        /// <summary>Nothing more until the next input or <see cref="PptpClient.NextDeadlineMs"/>.
        /// </summary>
        Nothing = 0,

        /// <summary>Octets for the TCP connection; tell what the socket took by
        /// <see cref="PptpClient.ControlSent"/>.</summary>
        SendControl = 1,

        /// <summary>A GRE packet, without IP header, for the hub.</summary>
        SendGre = 2,

        /// <summary>An IP packet from the tunnel.</summary>
        DeliverIp = 3,

        /// <summary>Something happened: see <see cref="PptpClient.EventCode"/>.</summary>
        Event = 4,
    }

    /// <summary>What happened.</summary>
    public enum TunnelEvent : byte
    {
        /// <summary>No event was taken yet.</summary>
        None = 0,

        /// <summary>A stage was entered; the value is the <see cref="Stage"/>.</summary>
        StageEntered = 1,

        /// <summary>Trouble ends the tunnel; the value is the
        /// <see cref="Diagnostics.Reason"/>. More is in
        /// <see cref="PptpClient.Diagnosis"/>.</summary>
        Trouble = 2,
    }
}
