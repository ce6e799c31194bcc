// The Internet Protocol Control Protocol (RFC 1332): we ask for the address of the last time, or
// else for 0.0.0.0, and take the one of the hub's Configure-Nak; the hub's own address is
// acknowledged whatever it is. Name servers (RFC 1877) are asked for when the settings say so,
// because a hub without any rejects them before it names our address: a round trip more.

using nanoPptp.Diagnostics;
using nanoPptp.Memory;
using nanoPptp.Wire;

namespace nanoPptp.Ppp
{
    /// <summary>IPCP as a client speaks it.</summary>
    internal sealed class Ipcp : OptionNegotiation
    {
        private const int RowAddress = 0;
        private const int RowPrimaryDns = 1;
        private const int RowSecondaryDns = 2;

        private static readonly byte[] s_rows =
        {
            ConfigureOption.IpAddress, 4, OptionSet.OwnNeeded, OptionSet.PeerAccept,
            ConfigureOption.PrimaryDns, 4, OptionSet.OwnOptional, OptionSet.PeerRefuse,
            ConfigureOption.SecondaryDns, 4, OptionSet.OwnOptional, OptionSet.PeerRefuse,
        };

        internal Ipcp(byte[] arena, FrameQueue frames, Counters counters)
            : base(
                arena,
                frames,
                counters,
                PppFrame.Ipcp,
                ArenaMap.Acks + (2 * ArenaMap.AckLength),
                s_rows)
        {
        }

        /// <summary>The address to ask for first; 0 for none.</summary>
        internal int FirstAddress;

        /// <summary>Whether to ask for name servers.</summary>
        internal bool AsksForDns;

        /// <summary>The hub's first name server; 0 when there is none.</summary>
        internal int PrimaryDns
        {
            get { return Options.IsAsking(RowPrimaryDns) ? Options.Own[RowPrimaryDns] : 0; }
        }

        /// <summary>The hub's second name server; 0 when there is none.</summary>
        internal int SecondaryDns
        {
            get { return Options.IsAsking(RowSecondaryDns) ? Options.Own[RowSecondaryDns] : 0; }
        }

        /// <summary>The address that the hub gave us, or that we ask for; 0 before.</summary>
        internal int LocalAddress
        {
            get { return Options.Own[RowAddress]; }
        }

        /// <summary>The hub's address in the tunnel; 0 when it did not say.</summary>
        internal int PeerAddress
        {
            get { return Options.Peer[RowAddress]; }
        }

        internal override void Reset()
        {
            base.Reset();
            Options.Own[RowAddress] = FirstAddress;
            Options.Own[RowPrimaryDns] = 0;
            Options.Own[RowSecondaryDns] = 0;
            if (!AsksForDns)
            {
                Options.StopAsking(RowPrimaryDns);
                Options.StopAsking(RowSecondaryDns);
            }
        }

        /// <inheritdoc/>
        protected override bool AsksForLess()
        {
            // A hub that rejects the address it gave last time may still give one when it is asked
            // for any.
            bool had = Options.Own[RowAddress] != 0;
            Options.Own[RowAddress] = 0;
            return had;
        }

        /// <inheritdoc/>
        protected override Reason TerminatedReason()
        {
            return Reason.IpcpTerminated;
        }

        /// <inheritdoc/>
        protected override Reason RefusedReason()
        {
            return Reason.IpcpRefused;
        }
    }
}
