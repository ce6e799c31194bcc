// PAP's Authenticate-Ack and Authenticate-Nak (RFC 1334 s.2.2.2): a verdict with a message for
// people. Code, identifier and length are in front of it: PppPacket.
//
//   +---------------+---------------
//   |  Msg-Length   |  Message ...
//   +---------------+---------------

using nanoPptp.Diagnostics;

namespace nanoPptp.Wire
{
    /// <summary>The message of an Authenticate-Ack or -Nak (RFC 1334 s.2.2.2).</summary>
    internal static class PapAnswer
    {
        internal const int Ack = 2;
        internal const int Nak = 3;

        /// <summary>Where the message begins, behind its length.</summary>
        internal const int MessageOffset = 1;

        /// <summary>The one gate. RFC 1334 demands the length of the message; servers without a
        /// message leave it out, and pppd lets them; so do we.</summary>
        /// <param name="b">The octets.</param>
        /// <param name="offset">Where the data of the packet begins.</param>
        /// <param name="length">Octets of the data.</param>
        /// <returns>Octets of the message, 0 to 255, or the negated <see cref="Reason.BadLength"/>.
        /// </returns>
        internal static int Check(byte[] b, int offset, int length)
        {
            if (length == 0)
            {
                return 0;
            }

            return b[offset] > length - MessageOffset ? -(int)Reason.BadLength : b[offset];
        }
    }
}
