// PAP as the peer that is authenticated (RFC 1334 s.2): we send name and password until the hub has
// an opinion. The password travels readable and the hub proves nothing; it is used only when the
// settings allow it.
//
//   Authenticate-Request  1 | identifier | length | name, password
//   Authenticate-Ack      2 | identifier | length | message
//   Authenticate-Nak      3 | identifier | length | message

using nanoPptp.Diagnostics;
using nanoPptp.Memory;
using nanoPptp.Wire;

namespace nanoPptp.Auth
{
    /// <summary>The PAP machine (RFC 1334 s.2).</summary>
    internal sealed class Pap : Authentication
    {
        private int _identifier;
        private int _openCount;

        internal Pap(
            byte[] arena, Credentials credentials, FrameQueue frames, Counters counters)
            : base(PppFrame.Pap, arena, credentials, frames, counters)
        {
        }

        internal override void Reset()
        {
            base.Reset();
            _openCount = 0;
        }

        internal override void Begin(int nowMs)
        {
            Send(nowMs);
        }

        internal override void Wipe()
        {
            Reset();
        }

        /// <inheritdoc/>
        protected override Reason InputPacket(
            int code, int identifier, int data, int length, int nowMs)
        {
            // Each request has an identifier of its own (RFC 1334 s.2.2.1), and on a slow link the
            // answer to an early one comes after a later one has left: any of them is answered.
            bool isAnswer = code == PapAnswer.Ack || code == PapAnswer.Nak;
            int messageLength = PapAnswer.Check(Arena, data, length);
            if (!isAnswer || messageLength < 0 || ((_identifier - identifier) & 0xFF) >= _openCount)
            {
                return Reason.PppDiscarded;
            }

            StopWaiting();
            _openCount = 0;
            if (code == PapAnswer.Ack)
            {
                Outcome = Succeeded;
            }
            else
            {
                Fail(
                    Reason.AuthenticationFailed,
                    0,
                    data + PapAnswer.MessageOffset,
                    messageLength);
            }

            return Reason.PppNegotiated;
        }

        /// <inheritdoc/>
        protected override int Write(int at)
        {
            _identifier = (_identifier + 1) & 0xFF;
            _openCount++;
            int length = PppPacket.HeaderLength + PapRequest.Write(
                Arena,
                at + PppPacket.HeaderLength,
                Credentials.Name,
                Credentials.NameLength,
                Credentials.Password,
                Credentials.PasswordLength);
            PppPacket.WriteHeader(Arena, at, PapRequest.Code, _identifier, length);
            return length;
        }
    }
}
