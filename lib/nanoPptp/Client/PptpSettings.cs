// What a tunnel needs to know before it opens.

using System;
using nanoPptp.Memory;
using nanoPptp.Wire;

namespace nanoPptp.Client
{
    /// <summary>The settings of one tunnel. The client reads them at Open; the object stays the
    /// caller's.</summary>
    public sealed class PptpSettings
    {
        /// <summary>The user's name, with its domain as <c>DOMAIN\user</c> if the hub wants one; at
        /// most 128 octets of UTF-8.</summary>
        public string UserName = "";

        /// <summary>The NT hash of the password: 16 octets, a secret. It is all that is needed; see
        /// <see cref="SetPassword"/>.</summary>
        public readonly byte[] NtHash = new byte[Auth.NtHash.Length];

        /// <summary>Longest IP packet in the tunnel, octets: 576 to 1452. The hub may lower it.
        /// </summary>
        public int Mtu = Limits.DefaultMtu;

        /// <summary>How long a packet waits for those in front of it that were overtaken,
        /// milliseconds: 0 to 100. With 0 they are lost.</summary>
        public int ReorderMs = Limits.MaximumReorderMs;

        /// <summary>Time without any proof that the hub lives after which it counts as dead,
        /// milliseconds: 3,000 to 3,600,000. Its last sixths are used to ask.</summary>
        public int DeadPeerMs = Limits.DefaultDeadPeerMs;

        /// <summary>Which encryption the tunnel may have.</summary>
        public EncryptionPolicy Encryption = EncryptionPolicy.Strong;

        /// <summary>Whether MPPE may be stateful when the hub insists on it; stateless is asked for
        /// first. In stateful mode one lost packet makes the ones behind it unreadable until the
        /// hub has been asked to begin anew.</summary>
        public bool AllowStateful;

        /// <summary>Host name for Start-Control-Connection-Request; at most 63 ASCII characters.
        /// </summary>
        public string HostName = "nanoPptp";

        /// <summary>What is known of the hub; null lets its own words choose. One thing has to be
        /// known before it speaks: whether the call may be asked for with the first message.
        /// </summary>
        public HubQuirks Quirks;

        /// <summary>The address that the hub assigned last time, first octet most significant:
        /// <see cref="PptpClient.LocalAddress"/> as it was; 0 for none. It is asked for first,
        /// which saves a round trip when the hub agrees and costs nothing when it does
        /// not.</summary>
        public int LastAddress;

        /// <summary>Whether the hub is asked for its name servers (RFC 1877). A hub that has none
        /// takes a round trip to say so.</summary>
        public bool AskForDns;

        /// <summary>Whether the hub may ask for CHAP-MD5 (RFC 1994) when it does not know
        /// MS-CHAPv2. Whoever sees the conversation can try passwords against it, and the hub
        /// proves nothing. Needs <see cref="EncryptionPolicy.Clear"/>, for no keys follow from it,
        /// and the password; set it before <see cref="SetPassword"/>.</summary>
        public bool AllowChapMd5;

        /// <summary>Whether the hub may ask for PAP (RFC 1334) when it knows nothing better. The
        /// password travels readable, and the hub proves nothing. Needs
        /// <see cref="EncryptionPolicy.Clear"/> and the password; set it before
        /// <see cref="SetPassword"/>.</summary>
        public bool AllowPap;

        /// <summary>Whether a hub that first asks for a weaker method that is allowed is asked for
        /// MS-CHAPv2 once, and gets the weaker one only when it insists. Off by default: hubs built
        /// on pppd or accel-ppp give up all authentication, and the link with it, when the only
        /// method that they know is refused once.</summary>
        public bool AskForStronger;

        /// <summary>The password in UTF-8, kept only where CHAP-MD5 or PAP is allowed.</summary>
        internal readonly byte[] Password = new byte[Limits.PasswordOctets];

        /// <summary>Octets of <see cref="Password"/>; 0 when it is not kept.</summary>
        internal int PasswordLength;

        /// <summary>Whether CHAP-MD5 or PAP is allowed.</summary>
        internal bool NeedsPassword
        {
            get { return AllowChapMd5 || AllowPap; }
        }

        /// <summary>Whether methods and encryption go together, and what the methods need is there.
        /// </summary>
        internal bool AreMethodsGood
        {
            get
            {
                return !NeedsPassword
                    || (Encryption == EncryptionPolicy.Clear && PasswordLength > 0);
            }
        }

        /// <summary>Hashes a password into <see cref="NtHash"/>. The password itself is kept only
        /// when <see cref="AllowChapMd5"/> or <see cref="AllowPap"/> is set.</summary>
        /// <param name="password">0 to 256 UTF-16 code units; where it is kept, 1 to 128 octets of
        /// UTF-8.</param>
        /// <exception cref="ArgumentException">The password is longer, or cannot be written in
        /// UTF-8 where it has to be.</exception>
        public void SetPassword(string password)
        {
            Wipe();
            Auth.NtHash.FromPassword(password, NtHash, 0);
            if (NeedsPassword)
            {
                PasswordLength = Utf8.Encode(password, Password);
                if (PasswordLength <= 0)
                {
                    Wipe();
                    throw new ArgumentException();
                }
            }
        }

        /// <summary>Overwrites hash and password.</summary>
        public void Wipe()
        {
            Array.Clear(NtHash, 0, NtHash.Length);
            Array.Clear(Password, 0, Password.Length);
            PasswordLength = 0;
        }
    }
}
