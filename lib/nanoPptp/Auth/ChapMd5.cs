// CHAP with its own algorithm, MD5 (RFC 1994 s.3 and s.4, algorithm 5), as the peer that is
// authenticated. The hub proves nothing about itself, and no keys follow from it; whoever sees the
// conversation can try passwords against it. It is used only when the settings allow it.
//
//   response = MD5(identifier | password | challenge)

using System;
using nanoPptp.Crypto;
using nanoPptp.Diagnostics;
using nanoPptp.Memory;
using nanoPptp.Wire;

namespace nanoPptp.Auth
{
    /// <summary>The CHAP-MD5 machine (RFC 1994).</summary>
    internal sealed class ChapMd5 : Chap
    {
        private const int Response = ArenaMap.ChapMd5Response;

        private readonly Md5 _md5 = new Md5();

        internal ChapMd5(
            byte[] arena, Credentials credentials, FrameQueue frames, Counters counters)
            : base(arena, credentials, frames, counters)
        {
        }

        internal override void Wipe()
        {
            _md5.Wipe();
            Array.Clear(Arena, Response, Md5.DigestLength);
            Reset();
        }

        /// <inheritdoc/>
        protected override bool TakeChallenge(
            int identifier, bool isRepeated, int value, int length)
        {
            // The same challenge again gives the same response by itself (RFC 1994 s.4.1).
            Arena[Response] = (byte)identifier;
            _md5.Reset();
            _md5.Update(Arena, Response, 1);
            _md5.Update(Arena, Credentials.Password, Credentials.PasswordLength);
            _md5.Update(Arena, value, length);
            _md5.Finish(Arena, Response);
            return true;
        }

        /// <inheritdoc/>
        protected override int WriteResponse(int at)
        {
            return ChapPacket.Write(
                Arena,
                at,
                Response,
                Md5.DigestLength,
                Credentials.Name,
                Credentials.NameLength);
        }
    }
}
