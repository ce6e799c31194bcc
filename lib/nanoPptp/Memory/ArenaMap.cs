// Which slice of the arena is whose. Every octet that travels, and every octet that is secret,
// lives in one array; this file alone says where. Each line names its reason; Length is the sum.

namespace nanoPptp.Memory
{
    /// <summary>Offsets into the arena, in octets. The slices follow each other without gaps.
    /// </summary>
    public static class ArenaMap
    {
        /// <summary>Receive slots: the adapter receives outer IP packets straight into them; they
        /// are decrypted and delivered where they lie.</summary>
        public const int ReceiveSlots = 0;

        /// <summary>The IP packet to send, with room for every header in front of it.</summary>
        public const int Send = ReceiveSlots + (Limits.ReceiveSlotCount * Limits.ReceiveSlotLength);

        /// <summary>Octets of <see cref="Send"/>.</summary>
        public const int SendLength = Limits.SendHeadroom + Limits.MaximumMtu;

        /// <summary>Frames of the PPP negotiation that wait to be sent.</summary>
        public const int Frames = Send + SendLength;

        /// <summary>TCP octets that wait to be sent.</summary>
        public const int ControlOutput =
            Frames + (Limits.FrameSlotCount * Limits.FrameSlotLength);

        /// <summary>The control message that is still arriving.</summary>
        public const int ControlInput = ControlOutput + Limits.ControlOutputLength;

        /// <summary>A stand-alone acknowledgment (RFC 2637 s.4.1: no payload, no
        /// sequence).</summary>
        public const int Acknowledgment = ControlInput + Limits.ControlInputLength;

        /// <summary>Octets of <see cref="Acknowledgment"/>.</summary>
        public const int AcknowledgmentLength = 12;

        /// <summary>The options of a Configure-Request as we sent it, written again to compare an
        /// answer with it octet for octet (RFC 1661 s.5.2).</summary>
        public const int Request = Acknowledgment + AcknowledgmentLength;

        /// <summary>Octets of <see cref="Request"/>: four options of at most six octets.</summary>
        public const int RequestLength = 24;

        /// <summary>The last Configure-Ack of each protocol, to say it again to a hub that shows
        /// that it did not hear it.</summary>
        public const int Acks = Request + RequestLength;

        /// <summary>Octets of one of them: header and all the options that LCP knows.</summary>
        public const int AckLength = 32;

        /// <summary>Octets of all three: LCP, CCP, IPCP.</summary>
        public const int AcksLength = 3 * AckLength;

        /// <summary>A CCP request that came before the verdict on our password did.</summary>
        public const int EarlyRequest = Acks + AcksLength;

        /// <summary>Octets of it; a longer one is left to the hub's restart timer.</summary>
        public const int EarlyRequestLength = 32;

        /// <summary>Secrets of authentication and key derivation; wiped when the tunnel closes.
        /// </summary>
        public const int Secrets = EarlyRequest + EarlyRequestLength;

        /// <summary>Octets of <see cref="Secrets"/>; see Auth/MsChapV2.cs for what lies where.
        /// </summary>
        public const int SecretsLength = 272;

        /// <summary>The password in UTF-8, only when the settings allow CHAP-MD5 or PAP; wiped when
        /// the tunnel closes.</summary>
        public const int Password = Secrets + SecretsLength;

        /// <summary>What CHAP-MD5 answers a challenge with; wiped when the tunnel closes.</summary>
        public const int ChapMd5Response = Password + Limits.PasswordOctets;

        /// <summary>Octets of <see cref="ChapMd5Response"/>.</summary>
        public const int ChapMd5ResponseLength = 16;

        /// <summary>The length of the arena in octets: the sum of all slices.</summary>
        public const int Length = ChapMd5Response + ChapMd5ResponseLength;
    }
}
