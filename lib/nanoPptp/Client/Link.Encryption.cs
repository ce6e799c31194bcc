// What the policy of encryption means for the link: how CCP is opened or turned away, with which
// cipher packets leave and come, and what tells that the hub sees it otherwise.

using nanoPptp.Auth;
using nanoPptp.Diagnostics;
using nanoPptp.Memory;
using nanoPptp.Mppe;
using nanoPptp.Ppp;
using nanoPptp.Wire;

namespace nanoPptp.Client
{
    internal sealed partial class Link
    {
        // How packets travel, by direction. Stateless is the common way, and tested for first.
        private const int CipherStateless = 0;
        private const int CipherStateful = 1;
        private const int CipherNone = 2;

        // Made when it is allowed for the first time: most boards never need it.
        private MppeStatefulReceive _statefulReceive;
        private EncryptionPolicy _encryption;
        private int _transmitCipher;
        private int _receiveCipher;
        private bool _encryptionAsked;
        private int _clearCount;
        private int _clearAfter;
        private int _strangeCount;
        private int _strangeAfter;

        /// <summary>Bits of the key of what we send: 128, 56 or 40; 0 for none.</summary>
        internal int TransmitKeyBits;

        /// <summary>Bits of the key of what we receive.</summary>
        internal int ReceiveKeyBits;

        /// <summary>Whether one direction at least is in stateful mode.</summary>
        internal bool IsStateful
        {
            get
            {
                return _transmitCipher == CipherStateful || _receiveCipher == CipherStateful;
            }
        }

        /// <summary>Sets the policy of the tunnel that is opened next; the one place besides the
        /// constructor that allocates.</summary>
        /// <param name="encryption">Which encryption it may have.</param>
        /// <param name="allowStateful">Whether the stateful mode will do.</param>
        internal void SetEncryption(EncryptionPolicy encryption, bool allowStateful)
        {
            if (allowStateful && _statefulReceive == null)
            {
                _statefulReceive = new MppeStatefulReceive(_counters);
            }

            ResetEncryption();
            _encryption = encryption;
            _ccp.Allow(
                encryption == EncryptionPolicy.Weak ? Ccp.AllStrengths : Ccp.Strength128,
                allowStateful);
        }

        private void ResetEncryption()
        {
            _encryptionAsked = false;
            _clearCount = 0;
            _strangeCount = 0;
            TransmitKeyBits = 0;
            ReceiveKeyBits = 0;
            _transmitCipher = CipherNone;
            _receiveCipher = CipherNone;
        }

        /// <summary>The hub is known: what follows is encryption, or addresses if there is none.
        /// </summary>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        private void OpenEncryption(int nowMs)
        {
            if (_encryption == EncryptionPolicy.Clear)
            {
                OpenIpcp(nowMs);
                return;
            }

            Enter(Stage.Ccp);
            _ccp.Open(nowMs);
            _ccp.Up(nowMs);
        }

        private void OpenIpcp(int nowMs)
        {
            Enter(Stage.Ipcp);
            BeginIpcp(nowMs);
        }

        private void StartKeys()
        {
            _ccp.Agree();
            TransmitKeyBits = BitsOf(_ccp.PeerStrength);
            ReceiveKeyBits = BitsOf(_ccp.OwnStrength);
            _transmitCipher = _ccp.IsPeerStateless ? CipherStateless : CipherStateful;
            _receiveCipher = _ccp.IsOwnStateless ? CipherStateless : CipherStateful;
            _transmit.Start(_arena, MsChapV2.TransmitStartKey, TransmitKeyBits);
            if (_receiveCipher == CipherStateless)
            {
                _receive.Start(_arena, MsChapV2.ReceiveStartKey, ReceiveKeyBits);
            }
            else
            {
                _statefulReceive.Start(_arena, MsChapV2.ReceiveStartKey, ReceiveKeyBits);
            }
        }

        private bool AreKeysUsed()
        {
            return _transmit.IsUsed || IsReceiveUsed();
        }

        private bool IsReceiveUsed()
        {
            return _receiveCipher == CipherStateful ? _statefulReceive.IsUsed : _receive.IsUsed;
        }

        private static int BitsOf(int strength)
        {
            if (strength == Ccp.Strength128)
            {
                return MppeKey.Bits128;
            }

            return strength == Ccp.Strength56 ? MppeKey.Bits56 : MppeKey.Bits40;
        }

        /// <summary>Takes an encrypted frame where stateless frames have not been agreed.</summary>
        /// <param name="offset">Arena offset of the MPPE header.</param>
        /// <param name="length">Octets from there.</param>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        /// <returns>The frame's fate.</returns>
        private Reason InputStateful(int offset, int length, int nowMs)
        {
            if (Stage != Stage.Up)
            {
                return Reason.PppWrongPhase;
            }

            if (_receiveCipher != CipherStateful)
            {
                return Reason.MppeBadFrame;
            }

            MppeStatefulReceive receive = _statefulReceive;
            int headerLength = receive.Decrypt(_arena, offset, length);
            if (headerLength < 0)
            {
                if (IsOvertaken && receive.IsBehind)
                {
                    // Number and count agree: a duplicate, or one that took its time.
                    return Reason.GreLate;
                }

                if (!receive.IsLost)
                {
                    return Refuse((Reason)(-headerLength), nowMs);
                }

                // The frames of a round trip may come so; how often we ask bounds it.
                _ccp.AskReset(nowMs);
                return (Reason)(-headerLength);
            }

            Reason fate = Deliver(offset + headerLength, length - headerLength);
            while (fate != Reason.IpDelivered && receive.DecryptAgain(_arena, offset, length))
            {
                fate = Deliver(offset + headerLength, length - headerLength);
            }

            if (fate != Reason.IpDelivered)
            {
                receive.Undo();
                _ccp.AskReset(nowMs);
                return fate;
            }

            receive.Commit();
            _ccp.ResetDone();
            _refusedCount = 0;
            _jumpCount = 0;
            _lcp.ProvenMs = nowMs;
            return fate;
        }

        /// <summary>Judges what was inside a frame, and delivers it when it is an IPv4 packet.
        /// </summary>
        /// <param name="offset">Arena offset of the inner protocol field.</param>
        /// <param name="length">Octets from there.</param>
        /// <returns>The frame's fate.</returns>
        private Reason Deliver(int offset, int length)
        {
            int protocolLength = PppFrame.CheckProtocol(_arena, offset, length);
            if (protocolLength < 0
                || PppFrame.Protocol(_arena, offset, protocolLength) != PppFrame.Ipv4)
            {
                return Reason.MppeBadProtocol;
            }

            return DeliverIp(offset + protocolLength, length - protocolLength);
        }

        private Reason DeliverIp(int offset, int length)
        {
            if (Ipv4.Check(_arena, offset, length) < 0)
            {
                return Reason.BadIpHeader;
            }

            IpOffset = offset;
            IpLength = Ipv4.TotalLength(_arena, offset);
            return Reason.IpDelivered;
        }

        /// <summary>Takes a packet that came as it is.</summary>
        /// <param name="protocol">IPv4 or IPv6, which is data too and never ours.</param>
        /// <param name="offset">Arena offset of the packet.</param>
        /// <param name="length">Octets of the packet.</param>
        /// <returns>The packet's fate.</returns>
        private Reason InputClear(int protocol, int offset, int length)
        {
            if (_encryption == EncryptionPolicy.Clear)
            {
                if (protocol != PppFrame.Ipv4)
                {
                    return RejectProtocol(protocol, offset, length);
                }

                return Stage == Stage.Up ? DeliverIp(offset, length) : Reason.PppWrongPhase;
            }

            // One may be forged; a row of them, with nothing readable in between, is a hub that has
            // stopped to encrypt.
            if (Stage == Stage.Up)
            {
                int delivered = _counters.Get(Reason.IpDelivered);
                _clearCount = delivered == _clearAfter ? _clearCount + 1 : 1;
                _clearAfter = delivered;
                if (_clearCount == Limits.ClearDataCount)
                {
                    Fail(Reason.EncryptionLost, 0);
                }
            }

            return Reason.MppeClearData;
        }

        /// <summary>Takes a packet of CCP where there is to be no encryption. As pppd does by
        /// "noccp", the protocol as a whole is turned away: a hub to which encryption means nothing
        /// goes on with IPCP, also one that asks for a compression or for nothing at all.</summary>
        /// <param name="offset">Arena offset of the packet.</param>
        /// <param name="length">Octets present.</param>
        /// <returns>The packet's fate.</returns>
        private Reason TurnCcpAway(int offset, int length)
        {
            _encryptionAsked |= _ccp.AsksForEncryption(offset, length);
            _lcp.SendProtocolReject(PppFrame.Ccp, offset, length);
            return Reason.PppUnknownProtocol;
        }

        /// <summary>Hears that the hub does not know a protocol that is not one of negotiation.
        /// </summary>
        /// <param name="protocol">The protocol.</param>
        private void InputStrangeReject(int protocol)
        {
            if (Stage != Stage.Up || _encryption == EncryptionPolicy.Clear)
            {
                return;
            }

            // We send nothing of the kind: the hub found the protocol by decrypting. A damaged
            // packet gives one such Reject; a wrong key gives one for nearly every packet.
            int sent = _counters.IpSent;
            if (_strangeCount == 0
                || sent - _strangeAfter > Limits.StrangeRejectSpan)
            {
                _strangeCount = 0;
                _strangeAfter = sent;
            }

            _strangeCount++;
            if (_strangeCount == Limits.StrangeRejectCount)
            {
                // A hub whose own frames were good had the right key and has lost count: on a line
                // where packets overtake each other that happens, and a new session has new keys.
                bool hadKeys = protocol == PppFrame.Mppe || IsReceiveUsed();
                Fail(hadKeys ? Reason.EncryptionLost : Reason.KeysDisagree, protocol);
            }
        }

        /// <summary>Names the end of a link without encryption whose hub wanted some.</summary>
        /// <param name="reason">What ended it.</param>
        /// <returns>That, or <see cref="Reason.EncryptionDemanded"/>.</returns>
        private Reason Unencrypted(Reason reason)
        {
            if (_encryption != EncryptionPolicy.Clear)
            {
                return reason;
            }

            bool saysSo = reason == Reason.LcpTerminated && IsMppeNamed();
            return saysSo || (_encryptionAsked && Stage == Stage.Ipcp)
                ? Reason.EncryptionDemanded
                : reason;
        }

        private bool IsMppeNamed()
        {
            // pppd: "MPPE required but peer negotiation failed", "... but not available".
            int end = FailOffset + FailLength - 4;
            for (int at = FailOffset; at <= end; at++)
            {
                if (_arena[at] == 'M'
                    && _arena[at + 1] == 'P'
                    && _arena[at + 2] == 'P'
                    && _arena[at + 3] == 'E')
                {
                    return true;
                }
            }

            return false;
        }
    }
}
