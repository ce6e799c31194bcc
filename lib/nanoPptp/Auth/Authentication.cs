// What all methods of authentication have in common, as their owner sees them: the hub's packets go
// in, an outcome comes out, and what we sent is repeated while the hub's verdict is late.

using nanoPptp.Diagnostics;
using nanoPptp.Memory;
using nanoPptp.Time;
using nanoPptp.Wire;

namespace nanoPptp.Auth
{
    /// <summary>A method by which the hub authenticates us: the base of MS-CHAPv2, CHAP-MD5 and
    /// PAP.</summary>
    internal abstract class Authentication
    {
        internal const int Nothing = 0;
        internal const int Succeeded = 1;
        internal const int Failed = 2;

        /// <summary>The PPP protocol of the method's packets.</summary>
        internal readonly int Protocol;

        /// <summary>The arena that all offsets point into.</summary>
        protected readonly byte[] Arena;

        /// <summary>Who we are.</summary>
        protected readonly Credentials Credentials;

        private readonly FrameQueue _frames;
        private readonly Counters _counters;
        private readonly Deadline _deadline = new Deadline();
        private int _periodMs;
        private int _sentCount;

        /// <summary>Makes the machine of one method.</summary>
        /// <param name="protocol">PPP protocol number.</param>
        /// <param name="arena">The arena.</param>
        /// <param name="credentials">Who we are.</param>
        /// <param name="frames">Where our packets go.</param>
        /// <param name="counters">Where oddities are counted.</param>
        protected Authentication(
            int protocol,
            byte[] arena,
            Credentials credentials,
            FrameQueue frames,
            Counters counters)
        {
            Protocol = protocol;
            Arena = arena;
            Credentials = credentials;
            _frames = frames;
            _counters = counters;
        }

        /// <summary>First wait for the verdict, milliseconds; doubles with every repetition.
        /// </summary>
        internal int FirstPeriodMs = Limits.RestartTimerMs;

        /// <summary>What came of the last input.</summary>
        internal int Outcome;

        /// <summary>Why <see cref="Outcome"/> is <see cref="Failed"/>.</summary>
        internal Reason FailReason;

        /// <summary>The E= number of an MS-CHAPv2 Failure, else 0.</summary>
        internal int FailDetail;

        /// <summary>Arena offset of what the hub said about the failure.</summary>
        internal int TextOffset;

        /// <summary>Octets of that text.</summary>
        internal int TextLength;

        /// <summary>Forgets the last conversation but not the credentials.</summary>
        internal virtual void Reset()
        {
            Outcome = Nothing;
            _deadline.Disarm();
        }

        /// <summary>Begins the conversation: LCP is open and has agreed on this method.</summary>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        internal virtual void Begin(int nowMs)
        {
        }

        /// <summary>Overwrites every secret of the method's own.</summary>
        internal abstract void Wipe();

        /// <summary>Takes a packet; <see cref="Outcome"/> then says what came of it.</summary>
        /// <param name="offset">Arena offset of the packet.</param>
        /// <param name="length">Octets present; more than the packet's own length is
        /// padding.</param>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        /// <returns>The packet's fate.</returns>
        internal Reason Input(int offset, int length, int nowMs)
        {
            Outcome = Nothing;
            int packetLength = PppPacket.Check(Arena, offset, length);
            if (packetLength < 0)
            {
                return Reason.PppDiscarded;
            }

            return InputPacket(
                PppPacket.Code(Arena, offset),
                PppPacket.Identifier(Arena, offset),
                offset + PppPacket.HeaderLength,
                packetLength - PppPacket.HeaderLength,
                nowMs);
        }

        /// <summary>Sends again when the hub's verdict is late: our packet or the verdict may be
        /// lost, and the hub must repeat it (RFC 1994 s.4.2, RFC 1334 s.2.2.1). Ten times at
        /// most.</summary>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        internal void Tick(int nowMs)
        {
            if (!_deadline.IsDue(nowMs))
            {
                return;
            }

            _deadline.Disarm();
            if (_sentCount < Limits.MaxConfigure)
            {
                _periodMs = 2 * _periodMs < Limits.RestartTimerMaximumMs
                    ? 2 * _periodMs
                    : Limits.RestartTimerMaximumMs;
                SendAgain(nowMs);
            }
        }

        /// <summary>Sends again at once: the hub has shown that it gave its verdict, which must be
        /// lost.</summary>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        internal void AskVerdict(int nowMs)
        {
            if (_deadline.IsArmed && _sentCount < Limits.MaxConfigure)
            {
                SendAgain(nowMs);
            }
        }

        internal int Sooner(int nowMs, int waitMs)
        {
            return _deadline.Sooner(nowMs, waitMs);
        }

        /// <summary>Takes a packet whose length is right.</summary>
        /// <param name="code">Its code.</param>
        /// <param name="identifier">Its identifier.</param>
        /// <param name="data">Arena offset of what is behind its header.</param>
        /// <param name="length">Octets of that.</param>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        /// <returns>The packet's fate.</returns>
        protected abstract Reason InputPacket(
            int code, int identifier, int data, int length, int nowMs);

        /// <summary>Writes the packet that is to be sent, or to be sent again.</summary>
        /// <param name="at">Arena offset to write it at.</param>
        /// <returns>Octets written.</returns>
        protected abstract int Write(int at);

        /// <summary>Sends a packet and waits for the hub's verdict on it.</summary>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        protected void Send(int nowMs)
        {
            _periodMs = FirstPeriodMs;
            _sentCount = 0;
            SendAgain(nowMs);
        }

        /// <summary>Ends the waiting: the verdict has come.</summary>
        protected void StopWaiting()
        {
            _deadline.Disarm();
        }

        /// <summary>Reports a failure.</summary>
        /// <param name="reason">The reason.</param>
        /// <param name="detail">The detail that goes with it.</param>
        /// <param name="text">Arena offset of what the hub said.</param>
        /// <param name="length">Octets of that.</param>
        protected void Fail(Reason reason, int detail, int text, int length)
        {
            Outcome = Failed;
            FailReason = reason;
            FailDetail = detail;
            TextOffset = text;
            TextLength = length;
        }

        private void SendAgain(int nowMs)
        {
            _deadline.Arm(nowMs, _periodMs);
            _sentCount++;
            int at = _frames.Begin();
            if (at < 0)
            {
                _counters.Count(Reason.PppOutputFull);
                return;
            }

            _frames.Commit(Protocol, Write(at));
        }
    }
}
