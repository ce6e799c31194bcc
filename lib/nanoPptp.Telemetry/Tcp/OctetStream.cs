// What an application protocol speaks through: octets in order, both ways. It knows nothing of what
// carries them, so that a test can stand in for a connection.

namespace nanoPptp.Telemetry.Tcp
{
    /// <summary>A two-way stream of octets that is polled. Same thread as the tunnel's client;
    /// nothing here waits and nothing throws.</summary>
#pragma warning disable CA1711 // It is a stream; System.IO's does not exist on the board.
    public abstract class OctetStream
#pragma warning restore CA1711
    {
        /// <summary>Whether <see cref="Send"/> and <see cref="Receive"/> work: the connection is
        /// established and we have not closed our side.</summary>
        public abstract bool IsOpen { get; }

        /// <summary>Whether nothing more will come or go: never opened, closed or reset. Octets
        /// that were received in order before may still be read.</summary>
        public abstract bool IsOver { get; }

        /// <summary>Whether the peer has closed its side and every octet before that was read by
        /// <see cref="Receive"/>.</summary>
        public abstract bool IsPeerDone { get; }

        /// <summary>Octets that <see cref="Send"/> takes now.</summary>
        public abstract int SendFree { get; }

        /// <summary>Octets that wait to be read, in order.</summary>
        public abstract int ReceiveCount { get; }

        /// <summary>Octets taken by <see cref="Send"/> that the peer has not yet acknowledged: zero
        /// means that the peer's machine, though not yet its application, has them all.</summary>
        public abstract int UnacknowledgedCount { get; }

        /// <summary>Takes octets to be sent: all of them or none.</summary>
        /// <param name="b">The octets; they are copied.</param>
        /// <param name="offset">Where they begin.</param>
        /// <param name="length">How many: 1 or more.</param>
        /// <returns><paramref name="length"/>, or 0 when there is no room or the stream is not
        /// open.</returns>
        public abstract int Send(byte[] b, int offset, int length);

        /// <summary>Moves octets out that were received in order.</summary>
        /// <param name="b">Where to put them.</param>
        /// <param name="offset">Index of the first one.</param>
        /// <param name="capacity">How many there is room for.</param>
        /// <returns>How many were moved, 0 when none wait.</returns>
        public abstract int Receive(byte[] b, int offset, int capacity);

        /// <summary>Closes our side in order, behind everything that was sent.</summary>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        public abstract void Close(int nowMs);

        /// <summary>Ends the connection at once; what was not yet acknowledged is lost.</summary>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        public abstract void Abort(int nowMs);
    }
}
