// The Compression Control Protocol (RFC 1962) with the one option that we speak: MPPE, 128 bits,
// stateless (RFC 3078 s.2). One exact offer, one exact acceptance; there is nothing to bargain about.

using nanoPptp.Diagnostics;
using nanoPptp.Memory;
using nanoPptp.Wire;

namespace nanoPptp.Ppp
{
    /// <summary>CCP, which here negotiates encryption.</summary>
    internal sealed class Ccp : OptionNegotiation
    {
        /// <summary>The supported bits of RFC 3078 s.2: H (stateless) and S (128 bits).</summary>
        internal const int Mppe128Stateless = 0x01000040;

        private const int ResetRequest = 14;
        private const int ResetAck = 15;
        private const int RowMppe = 0;

        private static readonly byte[] s_rows =
        {
            ConfigureOption.Mppe, 4, OptionSet.OwnInsist, OptionSet.PeerRequire,
        };

        internal Ccp(byte[] arena, FrameQueue frames, Counters counters)
            : base(arena, frames, counters, PppFrame.Ccp, s_rows)
        {
        }

        internal override void Reset()
        {
            base.Reset();
            Options.Own[RowMppe] = Mppe128Stateless;
            Options.Wanted[RowMppe] = Mppe128Stateless;
        }

        /// <inheritdoc/>
        protected override Reason InputOther(int code, int offset, int length, int nowMs)
        {
            if (code == ResetRequest || code == ResetAck)
            {
                if (State != Automaton.Opened)
                {
                    return Reason.PppDiscarded;
                }

                // Stateless keys change with every frame, so there is nothing to reset: the request
                // is acknowledged and the keys are left alone.
                if (code == ResetRequest)
                {
                    SendShort(ResetAck, PppPacket.Identifier(Arena, offset));
                }

                return Reason.PppNegotiated;
            }

            return base.InputOther(code, offset, length, nowMs);
        }

        /// <inheritdoc/>
        protected override Reason TerminatedReason()
        {
            return Reason.EncryptionRefused;
        }

        /// <inheritdoc/>
        protected override Reason RefusedReason()
        {
            return Reason.EncryptionRefused;
        }
    }
}
