// What a tunnel needs to know before it opens.

using System;
using nanoPptp.Memory;

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

        /// <summary>Host name for Start-Control-Connection-Request; at most 63 ASCII characters.
        /// </summary>
        public string HostName = "nanoPptp";

        /// <summary>Hashes a password into <see cref="NtHash"/>; the password is not kept.</summary>
        /// <param name="password">0 to 256 UTF-16 code units.</param>
        /// <exception cref="ArgumentException">The password is longer.</exception>
        public void SetPassword(string password)
        {
            Auth.NtHash.FromPassword(password, NtHash, 0);
        }

        /// <summary>Overwrites the hash.</summary>
        public void Wipe()
        {
            Array.Clear(NtHash, 0, NtHash.Length);
        }
    }
}
