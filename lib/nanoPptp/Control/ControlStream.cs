// The octets of the TCP connection (RFC 2637 s.1.4): messages are put together from any split, and
// messages to send queue up until the socket has taken them.

using System;
using nanoPptp.Diagnostics;
using nanoPptp.Memory;
using nanoPptp.Wire;

namespace nanoPptp.Control
{
    /// <summary>Reassembly and output queue of the control connection.</summary>
    internal sealed class ControlStream
    {
        private readonly byte[] _arena;
        private int _received;

        internal ControlStream(byte[] arena)
        {
            _arena = arena;
        }

        /// <summary>Why the stream cannot be read on; None while it can. Synchronization is never
        /// sought again: RFC 2637 s.1.4 demands that the connection be closed.</summary>
        internal Reason Broken;

        /// <summary>Octets that wait to be sent, from <see cref="ArenaMap.ControlOutput"/> on.
        /// </summary>
        internal int OutputLength;

        internal void Reset()
        {
            _received = 0;
            Broken = Reason.None;
            OutputLength = 0;
        }

        /// <summary>Takes octets until one message is whole.</summary>
        /// <param name="b">Octets from the socket.</param>
        /// <param name="offset">Where they begin.</param>
        /// <param name="length">How many: at least 1.</param>
        /// <returns>How many were taken. <see cref="IsWhole"/> then says whether a message is
        /// ready;
        /// <see cref="Broken"/> whether the stream is lost.</returns>
        internal int Input(byte[] b, int offset, int length)
        {
            int taken = Fill(b, offset, length, ControlHeader.Length);
            if (_received < ControlHeader.Length)
            {
                return taken;
            }

            int messageLength =
                ControlHeader.Check(_arena, ArenaMap.ControlInput, ControlHeader.Length);
            if (messageLength < 0)
            {
                Broken = (Reason)(-messageLength);
                return length;
            }

            return taken + Fill(b, offset + taken, length - taken, messageLength);
        }

        /// <summary>Whether a whole message lies at <see cref="ArenaMap.ControlInput"/>.</summary>
        /// <returns>True when it may be read; call <see cref="Next"/> afterwards.</returns>
        internal bool IsWhole()
        {
            return Broken == Reason.None
                && _received >= ControlHeader.Length
                && _received == BigEndian.ReadUInt16(_arena, ArenaMap.ControlInput);
        }

        /// <summary>Makes room for the next message.</summary>
        internal void Next()
        {
            _received = 0;
        }

        /// <summary>Finds room for a message to send.</summary>
        /// <param name="type">The control message type.</param>
        /// <returns>The arena offset to write it at, or -1 when there is no room; the room counts
        /// as used.</returns>
        internal int Begin(int type)
        {
            int length = ControlHeader.LengthOf(type);
            if (OutputLength + length > Limits.ControlOutputLength)
            {
                return -1;
            }

            int offset = ArenaMap.ControlOutput + OutputLength;
            OutputLength += length;
            return offset;
        }

        /// <summary>Forgets octets that the socket has taken.</summary>
        /// <param name="count">How many: 0 to <see cref="OutputLength"/>.</param>
        internal void Sent(int count)
        {
            if (!Invariant.Check(count >= 0 && count <= OutputLength))
            {
                return;
            }

            OutputLength -= count;
            Array.Copy(
                _arena,
                ArenaMap.ControlOutput + count,
                _arena,
                ArenaMap.ControlOutput,
                OutputLength);
        }

        private int Fill(byte[] b, int offset, int length, int target)
        {
            int count = target - _received;
            if (count > length)
            {
                count = length;
            }

            if (count <= 0)
            {
                return 0;
            }

            Array.Copy(b, offset, _arena, ArenaMap.ControlInput + _received, count);
            _received += count;
            return count;
        }
    }
}
