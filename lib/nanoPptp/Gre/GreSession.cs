// Sequence and acknowledgment numbers of what leaves (RFC 2637 s.4.2 to 4.4). Numbers are 32 bits
// that wrap, so they are compared by their signed difference. What was received is acknowledged by
// the next packet that leaves, or by one of its own after a short wait; what was refused never is.
//
// The peer's receive window is not enforced: a tunnel for telemetry must not stall because an
// acknowledgment was lost, and no common hub depends on it.

using nanoPptp.Diagnostics;
using nanoPptp.Memory;
using nanoPptp.Time;
using nanoPptp.Wire;

namespace nanoPptp.Gre
{
    /// <summary>Sequence numbers and acknowledgments of one call (RFC 2637 s.4).</summary>
    internal sealed class GreSession
    {
        private readonly byte[] _arena;
        private readonly Counters _counters;
        private readonly Deadline _acknowledge = new Deadline();
        private int _peerCallId;
        private int _sequence;
        private int _lastReceived;
        private bool _anyReceived;

        internal GreSession(byte[] arena, Counters counters)
        {
            _arena = arena;
            _counters = counters;
        }

        /// <summary>The highest number of ours that the peer acknowledged.</summary>
        internal int PeerAcknowledged;

        internal void Reset(int peerCallId)
        {
            _peerCallId = peerCallId;
            _sequence = 0;
            _anyReceived = false;
            PeerAcknowledged = -1;
            _acknowledge.Disarm();
        }

        /// <summary>Takes an acknowledgment number: of numbers that were sent, and newer than the
        /// last one, or it is ignored.</summary>
        /// <param name="number">The number.</param>
        internal void InputAcknowledgment(int number)
        {
            if (number - _sequence >= 0)
            {
                _counters.Count(Reason.GreBadAcknowledgment);
                return;
            }

            if (number - PeerAcknowledged > 0)
            {
                PeerAcknowledged = number;
            }
        }

        /// <summary>Tells that a packet took effect; it will be acknowledged.</summary>
        /// <param name="number">Its sequence number.</param>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        internal void Received(int number, int nowMs)
        {
            int step = number - _lastReceived;
            if (_anyReceived && step > 1)
            {
                _counters.GreGap += step - 1;
            }

            _anyReceived = true;
            _lastReceived = number;
            if (!_acknowledge.IsArmed)
            {
                _acknowledge.Arm(nowMs, Limits.AcknowledgmentMs);
            }
        }

        /// <summary>Whether an acknowledgment has to leave although no packet does.</summary>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        /// <returns>True once the short wait is over.</returns>
        internal bool MustAcknowledge(int nowMs)
        {
            return _acknowledge.IsDue(nowMs);
        }

        internal int Sooner(int nowMs, int waitMs)
        {
            return _acknowledge.Sooner(nowMs, waitMs);
        }

        /// <summary>Writes the GRE header in front of a PPP frame.</summary>
        /// <param name="offset">Arena offset of the frame; 16 octets in front of it are ours.
        /// </param>
        /// <param name="length">Octets of the frame.</param>
        /// <returns>Arena offset of the GRE header.</returns>
        internal int WriteHeader(int offset, int length)
        {
            bool acknowledges = _acknowledge.IsArmed;
            int at = offset - EnhancedGre.DataHeaderLength(acknowledges);
            EnhancedGre.WriteData(
                _arena, at, length, _peerCallId, _sequence, acknowledges, _lastReceived);
            _sequence++;
            _acknowledge.Disarm();
            return at;
        }

        /// <summary>Writes a packet that only acknowledges.</summary>
        /// <param name="offset">Arena offset to write at.</param>
        /// <returns>Octets written.</returns>
        internal int WriteAcknowledgment(int offset)
        {
            _acknowledge.Disarm();
            return EnhancedGre.WriteAcknowledgment(_arena, offset, _peerCallId, _lastReceived);
        }
    }
}
