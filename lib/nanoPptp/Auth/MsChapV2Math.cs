// The formulas of MS-CHAPv2 (RFC 2759 s.8) and of the keys that follow from it (RFC 3079 s.3),
// under the names of the RFCs, on slices of one array. Everything here is secret; the caller wipes
// it.

using nanoPptp.Crypto;

namespace nanoPptp.Auth
{
    /// <summary>The functions of RFC 2759 s.8 and RFC 3079 s.3.</summary>
    internal sealed class MsChapV2Math
    {
        internal const int ChallengeLength = 16;
        internal const int ChallengeHashLength = 8;
        internal const int HashLength = 16;
        internal const int ResponseLength = 24;
        internal const int KeyLength = 16;

        /// <summary>Octets of scratch that the methods ask for: the longest magic string.</summary>
        internal const int ScratchLength = 84;

        private const int DesKeyLength = 7;
        private const int DesBlockLength = 8;
        private const int PadLength = 40;
        private const byte Pad2 = 0xF2;

        // The magic constants of RFC 2759 s.8.7 and RFC 3079 s.3.4. Fields, because the device
        // makes a new object of a literal each time it is loaded, and nothing is allocated after
        // Open.
        private readonly string _signing = "Magic server to client signing constant";
        private readonly string _padding = "Pad to make it do more than one iteration";
        private readonly string _masterKey = "This is the MPPE Master Key";
        private readonly string _sendKey =
            "On the client side, this is the send key; on the server side, it is the receive key.";

        private readonly string _receiveKey =
            "On the client side, this is the receive key; on the server side, it is the send key.";

        private readonly Md4 _md4 = new Md4();
        private readonly Sha1 _sha1 = new Sha1();
        private readonly int[] _schedule = new int[Des.ScheduleLength];

        /// <summary>ChallengeHash (RFC 2759 s.8.2): SHA-1 over both challenges and the name.
        /// </summary>
        /// <param name="b">The octets.</param>
        /// <param name="peerChallenge">Where our challenge begins.</param>
        /// <param name="authenticatorChallenge">Where the hub's challenge begins.</param>
        /// <param name="name">The user's name without domain.</param>
        /// <param name="nameOffset">Where it begins.</param>
        /// <param name="nameLength">Octets of it.</param>
        /// <param name="target">Where the digest goes: 20 octets, of which the first 8 are the
        /// challenge hash.</param>
        internal void ChallengeHash(
            byte[] b,
            int peerChallenge,
            int authenticatorChallenge,
            byte[] name,
            int nameOffset,
            int nameLength,
            int target)
        {
            _sha1.Reset();
            _sha1.Update(b, peerChallenge, ChallengeLength);
            _sha1.Update(b, authenticatorChallenge, ChallengeLength);
            _sha1.Update(name, nameOffset, nameLength);
            _sha1.Finish(b, target);
        }

        /// <summary>ChallengeResponse (RFC 2759 s.8.5): the challenge encrypted under three DES
        /// keys cut from the hash; the third is two octets and zeros.</summary>
        /// <param name="b">The octets.</param>
        /// <param name="challengeHash">Where the 8 octets to encrypt begin.</param>
        /// <param name="hash">Where the 16 octets of the hash begin.</param>
        /// <param name="target">Where the 24 octets go.</param>
        /// <param name="scratch">Where 7 octets of scratch begin.</param>
        internal void ChallengeResponse(
            byte[] b, int challengeHash, int hash, int target, int scratch)
        {
            Des.EncryptBlock(b, hash, b, challengeHash, b, target, _schedule);
            Des.EncryptBlock(
                b, hash + DesKeyLength, b, challengeHash, b, target + DesBlockLength, _schedule);

            b[scratch] = b[hash + (2 * DesKeyLength)];
            b[scratch + 1] = b[hash + (2 * DesKeyLength) + 1];
            System.Array.Clear(b, scratch + 2, DesKeyLength - 2);
            Des.EncryptBlock(
                b, scratch, b, challengeHash, b, target + (2 * DesBlockLength), _schedule);
            System.Array.Clear(b, scratch, DesKeyLength);
            System.Array.Clear(_schedule, 0, _schedule.Length);
        }

        /// <summary>HashNtPasswordHash (RFC 2759 s.8.4): MD4 of the hash.</summary>
        /// <param name="b">The octets.</param>
        /// <param name="hash">Where the 16 octets of the hash begin.</param>
        /// <param name="target">Where the 16 octets go.</param>
        internal void HashNtPasswordHash(byte[] b, int hash, int target)
        {
            _md4.Reset();
            _md4.Update(b, hash, HashLength);
            _md4.Finish(b, target);
        }

        /// <summary>GenerateAuthenticatorResponse (RFC 2759 s.8.7) without its text form.</summary>
        /// <param name="b">The octets.</param>
        /// <param name="hashHash">Where the hash of the hash begins.</param>
        /// <param name="response">Where our 24-octet response begins.</param>
        /// <param name="challengeHash">Where the challenge hash begins.</param>
        /// <param name="target">Where the 20 octets go.</param>
        /// <param name="scratch">Where <see cref="ScratchLength"/> octets begin.</param>
        internal void AuthenticatorResponse(
            byte[] b, int hashHash, int response, int challengeHash, int target, int scratch)
        {
            _sha1.Reset();
            _sha1.Update(b, hashHash, HashLength);
            _sha1.Update(b, response, ResponseLength);
            UpdateText(_signing, b, scratch);
            _sha1.Finish(b, target);

            _sha1.Reset();
            _sha1.Update(b, target, Sha1.DigestLength);
            _sha1.Update(b, challengeHash, ChallengeHashLength);
            UpdateText(_padding, b, scratch);
            _sha1.Finish(b, target);
        }

        /// <summary>GetMasterKey (RFC 3079 s.3.4).</summary>
        /// <param name="b">The octets.</param>
        /// <param name="hashHash">Where the hash of the hash begins.</param>
        /// <param name="response">Where our 24-octet response begins.</param>
        /// <param name="target">Where the digest goes: 20 octets, of which the first 16 are the
        /// master key.</param>
        /// <param name="scratch">Where <see cref="ScratchLength"/> octets begin.</param>
        internal void MasterKey(byte[] b, int hashHash, int response, int target, int scratch)
        {
            _sha1.Reset();
            _sha1.Update(b, hashHash, HashLength);
            _sha1.Update(b, response, ResponseLength);
            UpdateText(_masterKey, b, scratch);
            _sha1.Finish(b, target);
        }

        /// <summary>GetAsymmetricStartKey (RFC 3079 s.3.4) as a client, for 128 bits.</summary>
        /// <param name="b">The octets.</param>
        /// <param name="masterKey">Where the 16 octets of the master key begin.</param>
        /// <param name="sends">True for the key of what we send.</param>
        /// <param name="target">Where the digest goes: 20 octets, of which the first 16 are the
        /// key.</param>
        /// <param name="scratch">Where <see cref="ScratchLength"/> octets begin.</param>
        internal void AsymmetricStartKey(
            byte[] b, int masterKey, bool sends, int target, int scratch)
        {
            _sha1.Reset();
            _sha1.Update(b, masterKey, KeyLength);
            UpdatePad(0, b, scratch);
            UpdateText(sends ? _sendKey : _receiveKey, b, scratch);
            UpdatePad(Pad2, b, scratch);
            _sha1.Finish(b, target);
        }

        /// <summary>Overwrites what the hash functions remember.</summary>
        internal void Wipe()
        {
            _md4.Wipe();
            _sha1.Wipe();
            System.Array.Clear(_schedule, 0, _schedule.Length);
        }

        private void UpdateText(string text, byte[] b, int scratch)
        {
            for (int i = 0; i < text.Length; i++)
            {
                b[scratch + i] = (byte)text[i];
            }

            _sha1.Update(b, scratch, text.Length);
        }

        private void UpdatePad(byte value, byte[] b, int scratch)
        {
            for (int i = 0; i < PadLength; i++)
            {
                b[scratch + i] = value;
            }

            _sha1.Update(b, scratch, PadLength);
        }
    }
}
