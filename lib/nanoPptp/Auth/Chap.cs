// CHAP as the peer that is authenticated (RFC 1994 s.4): a challenge, our response, a verdict. What
// the response is, and what a verdict has to look like, is the algorithm's business.
//
//   Challenge  1 | identifier | length | value | name
//   Response   2 | identifier | length | value | name
//   Success    3 | identifier | length | message
//   Failure    4 | identifier | length | message

using nanoPptp.Diagnostics;
using nanoPptp.Memory;
using nanoPptp.Wire;

namespace nanoPptp.Auth
{
    /// <summary>The conversation of CHAP, whatever its algorithm.</summary>
    internal abstract class Chap : Authentication
    {
        private int _identifier;
        private bool _responded;
        private bool _succeeded;

        /// <summary>Makes the machine of one algorithm.</summary>
        /// <param name="arena">The arena.</param>
        /// <param name="credentials">Who we are.</param>
        /// <param name="frames">Where our packets go.</param>
        /// <param name="counters">Where oddities are counted.</param>
        protected Chap(
            byte[] arena, Credentials credentials, FrameQueue frames, Counters counters)
            : base(PppFrame.Chap, arena, credentials, frames, counters)
        {
        }

        internal override void Reset()
        {
            base.Reset();
            _responded = false;
            _succeeded = false;
        }

        /// <inheritdoc/>
        protected override Reason InputPacket(
            int code, int identifier, int data, int length, int nowMs)
        {
            if (code == ChapPacket.Challenge)
            {
                return InputChallenge(identifier, data, length, nowMs);
            }

            bool isVerdict = code == ChapPacket.Success || code == ChapPacket.Failure;
            if (!isVerdict || !_responded || identifier != _identifier)
            {
                return Reason.PppDiscarded;
            }

            StopWaiting();
            if (code == ChapPacket.Failure)
            {
                // The hub may allow another try. There is only one password here, so a second try
                // would bring the account nearer to its lock and nothing else.
                Fail(Reason.AuthenticationFailed, ErrorCode(data, length), data, length);
                return Reason.PppNegotiated;
            }

            if (!IsAuthentic(data, length))
            {
                Fail(Reason.HubNotAuthentic, HasProof(data, length) ? 0 : 1, data, length);
            }
            else if (!_succeeded)
            {
                _succeeded = true;
                Outcome = Succeeded;
                FirstSuccess();
            }

            return Reason.PppNegotiated;
        }

        /// <inheritdoc/>
        protected override int Write(int at)
        {
            int length = PppPacket.HeaderLength + WriteResponse(at + PppPacket.HeaderLength);
            PppPacket.WriteHeader(Arena, at, ChapPacket.Response, _identifier, length);
            return length;
        }

        /// <summary>Takes a challenge and makes a response of it.</summary>
        /// <param name="identifier">The challenge's identifier.</param>
        /// <param name="isRepeated">Whether the identifier is that of the challenge before.</param>
        /// <param name="value">Arena offset of the challenge.</param>
        /// <param name="length">Octets of the challenge: 1 to 255.</param>
        /// <returns>False when the algorithm has no challenges of that length.</returns>
        protected abstract bool TakeChallenge(
            int identifier, bool isRepeated, int value, int length);

        /// <summary>Writes value and name of the response.</summary>
        /// <param name="at">Arena offset to write at.</param>
        /// <returns>Octets written.</returns>
        protected abstract int WriteResponse(int at);

        /// <summary>Whether a Success proves that the hub knows the password too, where the
        /// algorithm has it do so.</summary>
        /// <param name="text">Arena offset of the message.</param>
        /// <param name="length">Octets of the message.</param>
        /// <returns>False when a proof is demanded and missing.</returns>
        protected virtual bool IsAuthentic(int text, int length)
        {
            return true;
        }

        /// <summary>Whether a Success looks as if it held a proof, right or wrong.</summary>
        /// <param name="text">Arena offset of the message.</param>
        /// <param name="length">Octets of the message.</param>
        /// <returns>False when there is nothing to judge.</returns>
        protected virtual bool HasProof(int text, int length)
        {
            return true;
        }

        /// <summary>Hears of the first Success since the conversation began.</summary>
        protected virtual void FirstSuccess()
        {
        }

        /// <summary>Reads the number of a Failure, where the algorithm has one.</summary>
        /// <param name="text">Arena offset of the message.</param>
        /// <param name="length">Octets of the message.</param>
        /// <returns>The number, or 0.</returns>
        protected virtual int ErrorCode(int text, int length)
        {
            return 0;
        }

        private Reason InputChallenge(int identifier, int data, int length, int nowMs)
        {
            int valueLength = ChapPacket.Check(Arena, data, length);
            if (valueLength < 0
                || !TakeChallenge(
                    identifier,
                    _responded && identifier == _identifier,
                    data + ChapPacket.ValueOffset,
                    valueLength))
            {
                return Reason.PppDiscarded;
            }

            _identifier = identifier;
            _responded = true;
            Send(nowMs);
            return Reason.PppNegotiated;
        }
    }
}
