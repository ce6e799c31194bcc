// Sequence and acknowledgment numbers of one call (RFC 2637 s.4.2 to 4.4). Numbers are 32 bits that
// wrap, so they are compared by their signed difference. Packets that were overtaken are dropped; every
// arrival is acknowledged by the next packet that leaves, or by one of its own after a short wait.
//
// The peer's receive window is not enforced: a tunnel for telemetry must not stall because an
// acknowledgment was lost, and no common hub depends on it.

using nanoPptp.Diagnostics;
using nanoPptp.Memory;
using nanoPptp.Time;
using nanoPptp.Wire;

namespace nanoPptp.Gre
{
    /// <summary>Sequencing of one call (RFC 2637 s.4).</summary>
    internal sealed class GreSession
    {
        private readonly byte[] _arena;
        private readonly Counters _counters;
        private readonly Deadline _acknowledge = new Deadline();
        private int _peerCallId;
        private int _sequence;
        private int _highestReceived;
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

        /// <summary>Takes the numbers of a checked packet for our call.</summary>
        /// <param name="offset">Arena offset of the GRE header.</param>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        /// <returns><see cref="Reason.None"/> when its payload is next to be read,
        /// <see cref="Reason.GreAcknowledgment"/> when it has none, <see cref="Reason.GreLate"/> when
        /// it came too late.</returns>
        internal Reason Input(int offset, int nowMs)
        {
            byte[] arena = _arena;
            if (EnhancedGre.HasAcknowledgment(arena, offset))
            {
                InputAcknowledgment(EnhancedGre.Acknowledgment(arena, offset));
            }

            if (!EnhancedGre.HasSequence(arena, offset))
            {
                return Reason.GreAcknowledgment;
            }

            int sequence = EnhancedGre.Sequence(arena, offset);
            if (_anyReceived)
            {
                int step = sequence - _highestReceived;
                if (step <= 0)
                {
                    return Reason.GreLate;
                }

                _counters.GreGap += step - 1;
            }

            // RFC 2637 s.4.2 begins at 0; Linux begins at 1; whatever comes first is the first.
            _anyReceived = true;
            _highestReceived = sequence;
            if (!_acknowledge.IsArmed)
            {
                _acknowledge.Arm(nowMs, Limits.AcknowledgmentMs);
            }

            return Reason.None;
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
                _arena, at, length, _peerCallId, _sequence, acknowledges, _highestReceived);
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
            return EnhancedGre.WriteAcknowledgment(_arena, offset, _peerCallId, _highestReceived);
        }

        private void InputAcknowledgment(int number)
        {
            // Of numbers that were sent and are newer than the last acknowledged one.
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
    }
}
