// What we encrypt (RFC 3078 s.4): every frame under a key of its own, flags A and D, counts in order.

using nanoPptp.Wire;

namespace nanoPptp.Mppe
{
    /// <summary>The sending half of MPPE-128 stateless.</summary>
    internal sealed class MppeTransmit
    {
        private readonly MppeKey _key = new MppeKey();
        private int _coherencyCount;

        /// <summary>Whether a frame was encrypted since <see cref="Start"/>.</summary>
        internal bool IsUsed;

        internal void Start(byte[] b, int startKeyOffset)
        {
            _key.Start(b, startKeyOffset);
            _coherencyCount = 0;
            IsUsed = false;
        }

        /// <summary>Encrypts in place and writes the MPPE header in front.</summary>
        /// <param name="b">The octets.</param>
        /// <param name="offset">Where the inner protocol field begins; two octets in front of it are
        /// ours.</param>
        /// <param name="length">Octets of protocol field and packet.</param>
        internal void Encrypt(byte[] b, int offset, int length)
        {
            IsUsed = true;
            MppeKey key = _key;
            key.Change();
            key.Cipher.Process(b, offset, length);
            int count = _coherencyCount;
            MppeHeader.Write(b, offset - MppeHeader.Length, MppeHeader.Stateless, count);
            _coherencyCount = (count + 1) & MppeHeader.CountMask;
        }

        internal void Wipe()
        {
            _key.Wipe();
        }
    }
}
