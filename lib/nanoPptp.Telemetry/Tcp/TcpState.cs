// The states of a connection (RFC 9293 s.3.3.2). LISTEN is missing: a sensor only ever calls.

namespace nanoPptp.Telemetry.Tcp
{
    /// <summary>Where a connection stands (RFC 9293 s.3.3.2); the order is that of
    /// <see cref="TcpTable"/>.</summary>
    public enum TcpState : byte
    {
        /// <summary>CLOSED: there is no connection.</summary>
        Closed,

        /// <summary>SYN-SENT: waiting for an answer to our request.</summary>
        SynSent,

        /// <summary>SYN-RECEIVED: both ends asked at the same time.</summary>
        SynReceived,

        /// <summary>ESTABLISHED: octets flow.</summary>
        Established,

        /// <summary>FIN-WAIT-1: we have closed, the peer has acknowledged that not yet.</summary>
        FinWait1,

        /// <summary>FIN-WAIT-2: the peer knows that we have closed, and has not closed itself.
        /// </summary>
        FinWait2,

        /// <summary>CLOSE-WAIT: the peer has closed, we have not.</summary>
        CloseWait,

        /// <summary>CLOSING: both have closed at the same time; our FIN is not acknowledged.
        /// </summary>
        Closing,

        /// <summary>LAST-ACK: the peer has closed first; our FIN is not acknowledged.</summary>
        LastAck,

        /// <summary>TIME-WAIT: all is done; a lost acknowledgment can still be said again.
        /// </summary>
        TimeWait,
    }
}
