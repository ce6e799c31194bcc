// The first cause of trouble since Open, kept in one preallocated object: what a technician needs
// to know. What follows from the first cause (a Terminate-Request after a failed authentication,
// the end of the TCP connection) does not overwrite it.

using System;

namespace nanoPptp.Diagnostics
{
    /// <summary>The first cause of trouble since the tunnel was opened. One object for each client,
    /// written by the client, read by everybody; valid until the next Open.</summary>
    public sealed class Diagnosis
    {
        /// <summary>How many octets of the offending packet or text are kept at most.</summary>
        public const int OctetsCapacity = 96;

        /// <summary>The cause; <see cref="Diagnostics.Reason.None"/> while there is none.</summary>
        public Reason Reason;

        /// <summary>A number that goes with the cause: a result code, an E= number; else
        /// 0.</summary>
        public int Detail;

        /// <summary>When it happened, in the milliseconds of the caller's clock.</summary>
        public int AtMs;

        /// <summary>The first octets of the packet or text that told it.</summary>
        public readonly byte[] Octets = new byte[OctetsCapacity];

        /// <summary>How many of <see cref="Octets"/> are valid.</summary>
        public int OctetsLength;

        internal void Reset()
        {
            Reason = Reason.None;
            Detail = 0;
            AtMs = 0;
            OctetsLength = 0;
            Array.Clear(Octets, 0, OctetsCapacity);
        }

        internal void Record(Reason reason, int detail, int nowMs)
        {
            if (Reason != Reason.None)
            {
                return;
            }

            Reason = reason;
            Detail = detail;
            AtMs = nowMs;
        }

        internal void RecordOctets(
            Reason reason, int detail, int nowMs, byte[] source, int offset, int length)
        {
            if (Reason != Reason.None)
            {
                return;
            }

            Record(reason, detail, nowMs);
            OctetsLength = length < OctetsCapacity ? length : OctetsCapacity;
            Array.Copy(source, offset, Octets, 0, OctetsLength);
        }
    }
}
