// How a connection ended, for the application and its diagnosis.

namespace nanoPptp.Telemetry.Tcp
{
    /// <summary>Why a connection is over.</summary>
    public enum TcpEnd : byte
    {
        /// <summary>It is not over, or was never begun.</summary>
        None,

        /// <summary>In order; we closed first, or both at once.</summary>
        ClosedByUs,

        /// <summary>In order; the peer closed first.</summary>
        ClosedByPeer,

        /// <summary>The peer answered our request with RST: nobody listens there.</summary>
        Refused,

        /// <summary>The peer ended it with RST.</summary>
        Reset,

        /// <summary>The peer did not answer for <see cref="TcpConnection.UserTimeoutMs"/>.
        /// </summary>
        TimedOut,

        /// <summary>We ended it with RST.</summary>
        Aborted,

        /// <summary>It was forgotten without a word, as when the tunnel's address changed.
        /// </summary>
        Dropped,
    }
}
