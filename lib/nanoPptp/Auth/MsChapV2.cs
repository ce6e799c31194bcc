// MS-CHAPv2 as the peer that is authenticated (RFC 2759), over CHAP packets (RFC 1994 s.4). The hub has
// to prove that it knows the password as well: a Success without the right authenticator response ends
// the tunnel.
//
//   Challenge  1 | identifier | length | 16 | challenge (16) | name
//   Response   2 | identifier | length | 49 | peer challenge (16), zero (8), NT response (24), 0 | name
//   Success    3 | identifier | length | "S=" 40 upper-case hexadecimal digits, then anything
//   Failure    4 | identifier | length | "E=691 R=1 C=... V=3 M=..."

using System;
using nanoPptp.Crypto;
using nanoPptp.Diagnostics;
using nanoPptp.Memory;
using nanoPptp.Time;
using nanoPptp.Wire;

namespace nanoPptp.Auth
{
    /// <summary>The MS-CHAPv2 machine (RFC 2759).</summary>
    internal sealed class MsChapV2
    {
        internal const int Nothing = 0;
        internal const int Succeeded = 1;
        internal const int Failed = 2;

        private const int CodeChallenge = 1;
        private const int CodeResponse = 2;
        private const int CodeSuccess = 3;
        private const int CodeFailure = 4;

        private const int ValueLength = 49;
        private const int ReservedLength = 8;
        private const int ProofDigits = 2 * Sha1.DigestLength;

        // The slice of secrets. Digests of 20 octets are cut to their first 16 or 8, so what
        // follows a digest is written after it.
        private const int Hash = ArenaMap.Secrets;
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

        private readonly byte[] _arena;
        private readonly FrameQueue _frames;
        private readonly Counters _counters;
        private readonly RandomPool _random;
        private readonly MsChapV2Math _math = new MsChapV2Math();
        private readonly ChapFailure _failure = new ChapFailure();
        private readonly Deadline _deadline = new Deadline();
        private readonly byte[] _name = new byte[Limits.UserNameLength];
        private int _nameLength;
        private int _identifier;
        private bool _responded;
        private bool _succeeded;
        private int _periodMs;
        private int _responseCount;

        internal MsChapV2(byte[] arena, FrameQueue frames, Counters counters, RandomPool random)
        {
            _arena = arena;
            _frames = frames;
            _counters = counters;
            _random = random;
        }

        /// <summary>Arena offset of the start key of what we send (RFC 3079 s.3.4): 16 octets.
        /// </summary>
        internal const int TransmitStartKey = TransmitKey;

        /// <summary>Arena offset of the start key of what we receive: 16 octets.</summary>
        internal const int ReceiveStartKey = ReceiveKey;

        /// <summary>What came of the last input.</summary>
        internal int Outcome;

        /// <summary>Why <see cref="Outcome"/> is <see cref="Failed"/>.</summary>
        internal Reason FailReason;

        /// <summary>The E= number of a Failure, else 0.</summary>
        internal int FailDetail;

        /// <summary>Takes over the credentials.</summary>
        /// <param name="userName">The name with its domain, at most 128 octets of UTF-8.</param>
        /// <param name="ntHash">The 16 octets of the NT hash; copied into the arena.</param>
        /// <returns>False when the name does not fit.</returns>
        internal bool SetCredentials(string userName, byte[] ntHash)
        {
            _nameLength = UserName.Encode(userName, _name);
            Array.Copy(ntHash, 0, _arena, Hash, NtHash.Length);
            return _nameLength >= 0;
        }

        /// <summary>Forgets the last conversation but not the credentials.</summary>
        internal void Reset()
        {
            _responded = false;
            _succeeded = false;
            Outcome = Nothing;
            _deadline.Disarm();
        }

        /// <summary>Overwrites every secret.</summary>
        internal void Wipe()
        {
            Array.Clear(_arena, ArenaMap.Secrets, ArenaMap.SecretsLength);
            _math.Wipe();
            Reset();
        }

        /// <summary>Takes a CHAP packet; <see cref="Outcome"/> then says what came of it.</summary>
        /// <param name="offset">Arena offset of the packet.</param>
        /// <param name="length">Octets present.</param>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        /// <returns>The packet's fate.</returns>
        internal Reason Input(int offset, int length, int nowMs)
        {
            Outcome = Nothing;
            int packetLength = PppPacket.Check(_arena, offset, length);
            if (packetLength < 0)
            {
                return Reason.PppDiscarded;
            }

            int identifier = PppPacket.Identifier(_arena, offset);
            switch (PppPacket.Code(_arena, offset))
            {
                case CodeChallenge:
                    return InputChallenge(offset, packetLength, identifier, nowMs);
                case CodeSuccess:
                    return _responded && identifier == _identifier
                        ? InputSuccess(offset, packetLength)
                        : Reason.PppDiscarded;
                case CodeFailure:
                    return _responded && identifier == _identifier
                        ? InputFailure(offset, packetLength)
                        : Reason.PppDiscarded;
                default:
                    return Reason.PppDiscarded;
            }
        }

        /// <summary>Sends the response again when the hub's verdict is late: the verdict may be lost,
        /// and the hub must repeat it (RFC 1994 s.4.2). Ten times at most.</summary>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        internal void Tick(int nowMs)
        {
            if (!_deadline.IsDue(nowMs))
            {
                return;
            }

            _deadline.Disarm();
            if (_responseCount < Limits.MaxConfigure)
            {
                _periodMs = _periodMs < Limits.RestartTimerMaximumMs
                    ? 2 * _periodMs
                    : Limits.RestartTimerMaximumMs;
                SendResponse(nowMs);
            }
        }

        internal int Sooner(int nowMs, int waitMs)
        {
            return _deadline.Sooner(nowMs, waitMs);
        }

        private Reason InputChallenge(int offset, int length, int identifier, int nowMs)
        {
            int challenge = offset + PppPacket.HeaderLength + 1;
            if (length < PppPacket.HeaderLength + 1 + MsChapV2Math.ChallengeLength
                || _arena[challenge - 1] != MsChapV2Math.ChallengeLength)
            {
                return Reason.PppDiscarded;
            }

            // The same challenge again is answered with the same response (RFC 1994 s.4.1); any other
            // gets a peer challenge of its own.
            bool again = _responded
                && identifier == _identifier
                && ConstantTime.AreEqual(
                    _arena,
                    challenge,
                    _arena,
                    AuthenticatorChallenge,
                    MsChapV2Math.ChallengeLength);
            if (!again)
            {
                Array.Copy(
                    _arena,
                    challenge,
                    _arena,
                    AuthenticatorChallenge,
                    MsChapV2Math.ChallengeLength);
                ComputeResponse();
            }

            _identifier = identifier;
            _responded = true;
            _periodMs = Limits.RestartTimerMs;
            _responseCount = 0;
            SendResponse(nowMs);
            return Reason.PppNegotiated;
        }

        private void ComputeResponse()
        {
            byte[] arena = _arena;
            int name = UserName.SkipDomain(_name, _nameLength);
            _random.Fill(arena, PeerChallenge, MsChapV2Math.ChallengeLength);
            _math.ChallengeHash(
                arena,
                PeerChallenge,
                AuthenticatorChallenge,
                _name,
                name,
                _nameLength - name,
                ChallengeHash);
            _math.ChallengeResponse(arena, ChallengeHash, Hash, Response, Scratch);
        }

        private void SendResponse(int nowMs)
        {
            _deadline.Arm(nowMs, _periodMs);
            _responseCount++;
            int at = _frames.Begin();
            if (at < 0)
            {
                _counters.Count(Reason.PppOutputFull);
                return;
            }

            byte[] arena = _arena;
            int value = at + PppPacket.HeaderLength;
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
            Array.Copy(_name, 0, arena, value, _nameLength);
            int length = value + _nameLength - at;
            PppPacket.WriteHeader(arena, at, CodeResponse, _identifier, length);
            _frames.Commit(PppFrame.Chap, length);
        }

        private Reason InputSuccess(int offset, int length)
        {
            _deadline.Disarm();
            if (!IsProof(offset + PppPacket.HeaderLength, length - PppPacket.HeaderLength))
            {
                Outcome = Failed;
                FailReason = Reason.HubNotAuthentic;
                FailDetail = 0;
                return Reason.PppNegotiated;
            }

            if (!_succeeded)
            {
                // Keys come from the first authentication; later ones change nothing.
                _math.MasterKey(_arena, HashHash, Response, Key, Scratch);
                _math.AsymmetricStartKey(_arena, Key, true, TransmitKey, Scratch);
                _math.AsymmetricStartKey(_arena, Key, false, ReceiveKey, Scratch);
                _succeeded = true;
                Outcome = Succeeded;
            }

            return Reason.PppNegotiated;
        }

        private bool IsProof(int text, int length)
        {
            byte[] arena = _arena;
            if (length < 2 + ProofDigits || arena[text] != 'S' || arena[text + 1] != '=')
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

        private static byte Digit(int value)
        {
            return (byte)(value < 10 ? '0' + value : 'A' + value - 10);
        }

        private Reason InputFailure(int offset, int length)
        {
            // R=1 would allow another try with the same name. There is only one password here, so a
            // second try would bring the account nearer to its lock and nothing else.
            _deadline.Disarm();
            _failure.Read(
                _arena, offset + PppPacket.HeaderLength, length - PppPacket.HeaderLength);
            Outcome = Failed;
            FailReason = Reason.AuthenticationFailed;
            FailDetail = _failure.ErrorCode;
            return Reason.PppNegotiated;
        }
    }
}
