// MS-CHAPv2 as the peer that is authenticated (RFC 2759), over CHAP packets (RFC 1994 s.4). The hub
// has to prove that it knows the password as well: a Success without the right authenticator
// response ends the tunnel.
//
//   Challenge  1 | identifier | length | 16 | challenge (16) | name
//   Response   2 | identifier | length | 49 | peer challenge (16), 0 (8), response (24), 0 | name
//   Success    3 | identifier | length | "S=" 40 upper-case hexadecimal digits, then anything
//   Failure    4 | identifier | length | "E=691 R=1 C=... V=3 M=..."

using System;
using nanoPptp.Crypto;
using nanoPptp.Diagnostics;
using nanoPptp.Memory;

namespace nanoPptp.Auth
{
    /// <summary>The MS-CHAPv2 machine (RFC 2759).</summary>
    internal sealed class MsChapV2 : Chap
    {
        private const int ValueLength = 49;
        private const int ReservedLength = 8;
        private const int ProofDigits = 2 * Sha1.DigestLength;

        // The slice of secrets. Digests of 20 octets are cut to their first 16 or 8, so what
        // follows a digest is written after it.
        private const int Hash = Credentials.Hash;
        private const int HashHash = Hash + 16;
        private const int AuthenticatorChallenge = HashHash + 16;
        private const int PeerChallenge = AuthenticatorChallenge + 16;
        private const int ChallengeHash = PeerChallenge + 16;
        private const int Response = ChallengeHash + 20;
        private const int Key = Response + 24;
        private const int TransmitKey = Key + 20;
        private const int ReceiveKey = TransmitKey + 20;
        private const int Digest = ReceiveKey + 20;
        private const int Scratch = Digest + 20;

        private readonly RandomPool _random;
        private readonly MsChapV2Math _math = new MsChapV2Math();
        private readonly ChapFailure _failure = new ChapFailure();

        internal MsChapV2(
            byte[] arena,
            Credentials credentials,
            FrameQueue frames,
            Counters counters,
            RandomPool random)
            : base(arena, credentials, frames, counters)
        {
            _random = random;
        }

        /// <summary>Arena offset of the start key of what we send (RFC 3079 s.3.4): 16 octets.
        /// </summary>
        internal const int TransmitStartKey = TransmitKey;

        /// <summary>Arena offset of the start key of what we receive: 16 octets.</summary>
        internal const int ReceiveStartKey = ReceiveKey;

        /// <summary>Overwrites the whole slice of secrets, the NT hash too.</summary>
        internal override void Wipe()
        {
            Array.Clear(Arena, ArenaMap.Secrets, ArenaMap.SecretsLength);
            _math.Wipe();
            Reset();
        }

        /// <inheritdoc/>
        protected override bool TakeChallenge(
            int identifier, bool isRepeated, int value, int length)
        {
            if (length != MsChapV2Math.ChallengeLength)
            {
                return false;
            }

            // The same challenge again is answered with the same response (RFC 1994 s.4.1); any
            // other gets a peer challenge of its own.
            bool again = isRepeated
                && ConstantTime.AreEqual(Arena, value, Arena, AuthenticatorChallenge, length);
            if (!again)
            {
                Array.Copy(Arena, value, Arena, AuthenticatorChallenge, length);
                ComputeResponse();
            }

            return true;
        }

        /// <inheritdoc/>
        protected override int WriteResponse(int at)
        {
            byte[] arena = Arena;
            int value = at;
            arena[value] = ValueLength;
            value++;
            Array.Copy(arena, PeerChallenge, arena, value, MsChapV2Math.ChallengeLength);
            value += MsChapV2Math.ChallengeLength;
            Array.Clear(arena, value, ReservedLength);
            value += ReservedLength;
            Array.Copy(arena, Response, arena, value, MsChapV2Math.ResponseLength);
            value += MsChapV2Math.ResponseLength;
            arena[value] = 0;
            value++;
            Array.Copy(Credentials.Name, 0, arena, value, Credentials.NameLength);
            return value + Credentials.NameLength - at;
        }

        /// <inheritdoc/>
        protected override bool IsAuthentic(int text, int length)
        {
            byte[] arena = Arena;
            if (length < 2 + ProofDigits || !HasProof(text, length))
            {
                return false;
            }

            _math.HashNtPasswordHash(arena, Hash, HashHash);
            _math.AuthenticatorResponse(arena, HashHash, Response, ChallengeHash, Digest, Scratch);
            for (int i = 0; i < Sha1.DigestLength; i++)
            {
                arena[Scratch + (2 * i)] = Digit(arena[Digest + i] >> 4);
                arena[Scratch + (2 * i) + 1] = Digit(arena[Digest + i] & 15);
            }

            return ConstantTime.AreEqual(arena, text + 2, arena, Scratch, ProofDigits);
        }

        /// <inheritdoc/>
        protected override bool HasProof(int text, int length)
        {
            return length >= 2 && Arena[text] == 'S' && Arena[text + 1] == '=';
        }

        /// <inheritdoc/>
        protected override void FirstSuccess()
        {
            // Keys come from the first authentication; later ones change nothing.
            _math.MasterKey(Arena, HashHash, Response, Key, Scratch);
            _math.AsymmetricStartKey(Arena, Key, true, TransmitKey, Scratch);
            _math.AsymmetricStartKey(Arena, Key, false, ReceiveKey, Scratch);
        }

        /// <inheritdoc/>
        protected override int ErrorCode(int text, int length)
        {
            _failure.Read(Arena, text, length);
            return _failure.ErrorCode;
        }

        private void ComputeResponse()
        {
            byte[] arena = Arena;
            byte[] name = Credentials.Name;
            int nameLength = Credentials.NameLength;
            int bareName = UserName.SkipDomain(name, nameLength);
            _random.Fill(arena, PeerChallenge, MsChapV2Math.ChallengeLength);
            _math.ChallengeHash(
                arena,
                PeerChallenge,
                AuthenticatorChallenge,
                name,
                bareName,
                nameLength - bareName,
                ChallengeHash);
            _math.ChallengeResponse(arena, ChallengeHash, Hash, Response, Scratch);
        }

        private static byte Digit(int value)
        {
            return (byte)(value < 10 ? '0' + value : 'A' + value - 10);
        }
    }
}
