// The header of every message on the control connection (RFC 2637 s.1.4 and s.2), and the exact
// length of each message.
//
//    0                   1                   2                   3
//    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//   +-------------------------------+-------------------------------+
//   |            Length             |      PPTP Message Type        |
//   +-------------------------------+-------------------------------+
//   |                         Magic Cookie                          |
//   +-------------------------------+-------------------------------+
//   |     Control Message Type      |           Reserved0           |
//   +-------------------------------+-------------------------------+

using System;
using nanoPptp.Diagnostics;

namespace nanoPptp.Wire
{
    /// <summary>The control message header (RFC 2637 s.2).</summary>
    internal static class ControlHeader
    {
        internal const int Length = 12;

        internal const int StartControlConnectionRequest = 1;
        internal const int StartControlConnectionReply = 2;
        internal const int StopControlConnectionRequest = 3;
        internal const int StopControlConnectionReply = 4;
        internal const int EchoRequest = 5;
        internal const int EchoReply = 6;
        internal const int OutgoingCallRequest = 7;
        internal const int OutgoingCallReply = 8;
        internal const int IncomingCallRequest = 9;
        internal const int IncomingCallReply = 10;
        internal const int IncomingCallConnected = 11;
        internal const int CallClearRequest = 12;
        internal const int CallDisconnectNotify = 13;
        internal const int WanErrorNotify = 14;
        internal const int SetLinkInfo = 15;

        /// <summary>The longest message: Incoming-Call-Request.</summary>
        internal const int MaximumLength = 220;

        private const int LastType = SetLinkInfo;
        private const int ControlMessage = 1;
        private const int MagicCookie = 0x1A2B3C4D;

        // By control message type; 0 is no type.
        private static readonly byte[] s_lengths =
        {
            0, 156, 156, 16, 16, 16, 20, 168, 32, 220, 24, 28, 16, 148, 40, 24,
        };

        /// <summary>The one gate for the beginning of a stream: cookie and length.</summary>
        /// <param name="b">The octets.</param>
        /// <param name="offset">Where the message begins.</param>
        /// <param name="length">Octets present.</param>
        /// <returns>Octets of the whole message, or the negated
        /// <see cref="Reason.NeedMore"/> (fewer than 12 octets present),
        /// <see cref="Reason.BadMagicCookie"/> or <see cref="Reason.BadControlLength"/>.</returns>
        internal static int Check(byte[] b, int offset, int length)
        {
            if (length < Length)
            {
                return -(int)Reason.NeedMore;
            }

            if (BigEndian.ReadInt32(b, offset + 4) != MagicCookie)
            {
                return -(int)Reason.BadMagicCookie;
            }

            int messageLength = BigEndian.ReadUInt16(b, offset);
            if (messageLength < Length || messageLength > MaximumLength)
            {
                return -(int)Reason.BadControlLength;
            }

            int type = Type(b, offset);
            return type != 0 && messageLength != s_lengths[type]
                ? -(int)Reason.BadControlLength
                : messageLength;
        }

        /// <summary>The control message type.</summary>
        /// <param name="b">The octets, 12 of them present.</param>
        /// <param name="offset">Where the message begins.</param>
        /// <returns>1 to 15, or 0 for a management message and for types that RFC 2637 does not
        /// know.</returns>
        internal static int Type(byte[] b, int offset)
        {
            int type = BigEndian.ReadUInt16(b, offset + 8);
            return BigEndian.ReadUInt16(b, offset + 2) == ControlMessage && type <= LastType
                ? type
                : 0;
        }

        internal static int LengthOf(int type)
        {
            return s_lengths[type];
        }

        /// <summary>Writes the header and clears the rest of the message.</summary>
        /// <param name="b">The octets.</param>
        /// <param name="offset">Where the message begins.</param>
        /// <param name="type">1 to 15.</param>
        /// <returns>Octets of the whole message.</returns>
        internal static int Write(byte[] b, int offset, int type)
        {
            int length = s_lengths[type];
            Array.Clear(b, offset, length);
            BigEndian.WriteUInt16(b, offset, length);
            BigEndian.WriteUInt16(b, offset + 2, ControlMessage);
            BigEndian.WriteInt32(b, offset + 4, MagicCookie);
            BigEndian.WriteUInt16(b, offset + 8, type);
            return length;
        }
    }
}
