// The authenticator of CHAP, with MS-CHAPv2 or with MD5: RFC 1994 section 4 and RFC 2759 sections
// 3 to 6. What it says in Success and Failure, and that it ends the link after a Failure although
// it writes R=1, is pppd's way.

using System;
using System.Security.Cryptography;
using System.Text;

namespace Simulator.Hub;

/// <summary>CHAP's codes.</summary>
internal enum ChapCode : byte
{
    Challenge = 1,
    Response = 2,
    Success = 3,
    Failure = 4,
}

/// <summary>Challenges the client of one link, once or again and again.</summary>
internal sealed class ChapAuthenticator(PppLink link, bool isMd5) : Authenticator(link)
{
    /// <summary>Peer challenge 16, reserved 8, NT response 24, flags 1.</summary>
    public const int ResponseValueLength = 49;

    private const int NtResponseOffset = 24;

    private byte[] _challenge = new byte[MsChapV2.ChallengeLength];
    private byte[] _authenticatorResponse = [];
    private byte _identifier;
    private int _challengeCount;
    private bool _isWaiting;
    private bool _hasSucceeded;

    public override ushort Protocol => PppProtocol.Chap;

    private int ValueLength => isMd5 ? ChapMd5.ResponseLength : ResponseValueLength;

    /// <summary>Sends a new challenge under a new identifier.</summary>
    public override void Start(long nowMs)
    {
        Span<byte> first = stackalloc byte[1];
        if (isMd5)
        {
            // pppd's challenges for MD5 have 16 to 23 octets, as it happens.
            Link.FillRandom(first);
            _challenge = new byte[MsChapV2.ChallengeLength + (first[0] % 8)];
        }

        Link.FillRandom(_challenge);
        if (!_hasSucceeded)
        {
            Link.FillRandom(first);
            _identifier = first[0];
        }
        else
        {
            _identifier++;
        }

        _challengeCount = 0;
        _isWaiting = true;
        SendChallenge(nowMs);
    }

    /// <summary>Sends the challenge again, gives up, or challenges anew.</summary>
    public override void Tick(long nowMs)
    {
        if (nowMs < DeadlineMs)
        {
            return;
        }

        if (!_isWaiting)
        {
            Start(nowMs);
        }
        else if (_challengeCount < Link.Settings.MaximumConfigureCount)
        {
            SendChallenge(nowMs);
        }
        else
        {
            Fail();
        }
    }

    /// <summary>Takes a CHAP packet; only responses to the last challenge count.</summary>
    public override void Receive(PppPacket packet, long nowMs)
    {
        ReadOnlySpan<byte> data = packet.Data;
        if ((ChapCode)packet.Code != ChapCode.Response
            || packet.Identifier != _identifier
            || data.Length < 1 + ValueLength
            || data[0] != ValueLength)
        {
            Link.Note(HubNote.ChapUnmatched);
            return;
        }

        if (_isWaiting)
        {
            CheckResponse(data.Slice(1, ValueLength), data[(1 + ValueLength)..], nowMs);
        }
        else if (_hasSucceeded)
        {
            // The Success was lost: it is said again, without another look.
            SendSuccess();
        }
        else
        {
            Link.Note(HubNote.ChapUnmatched);
        }
    }

    public override void Fail()
    {
        _isWaiting = false;
        base.Fail();
    }

    private void CheckResponse(ReadOnlySpan<byte> value, ReadOnlySpan<byte> name, long nowMs)
    {
        byte[] masterKey = [];
        bool isGood = TryFind(name, out string user, out string? password)
            && (isMd5
                ? IsMd5Good(value, password)
                : IsMsChapV2Good(value, name, password, out masterKey));
        if (!isGood)
        {
            _hasSucceeded = false;
            SendMessage(
                ChapCode.Failure,
                isMd5 ? "Access denied" : MsChapV2.FailureMessage(_challenge));
            Fail();
            return;
        }

        bool isFirst = !_hasSucceeded;
        _hasSucceeded = true;
        _isWaiting = false;
        long interval = Link.Settings.ChapRechallengeIntervalMs;
        DeadlineMs = interval > 0 ? nowMs + interval : DeadlineHolder.Never;
        SendSuccess();
        if (isFirst)
        {
            // A later challenge proves the client again but leaves the keys alone.
            Link.Authenticated(user, masterKey, nowMs);
        }
    }

    private bool IsMd5Good(ReadOnlySpan<byte> value, string password) =>
        CryptographicOperations.FixedTimeEquals(
            ChapMd5.Response(_identifier, password, _challenge), value);

    private bool IsMsChapV2Good(
        ReadOnlySpan<byte> value, ReadOnlySpan<byte> name, string password, out byte[] masterKey)
    {
        ReadOnlySpan<byte> userName = MsChapV2.WithoutDomain(name);
        ReadOnlySpan<byte> peerChallenge = value[..MsChapV2.ChallengeLength];
        ReadOnlySpan<byte> ntResponse =
            value.Slice(NtResponseOffset, MsChapV2.ResponseLength);
        byte[] passwordHash = MsChapV2.NtPasswordHash(password);
        byte[] expected = MsChapV2.GenerateNtResponse(
            _challenge, peerChallenge, userName, passwordHash);
        if (!CryptographicOperations.FixedTimeEquals(expected, ntResponse))
        {
            masterKey = [];
            return false;
        }

        _authenticatorResponse = MsChapV2.GenerateAuthenticatorResponse(
            passwordHash, ntResponse, peerChallenge, _challenge, userName);
        masterKey = MppeKeys.MasterKey(MsChapV2.HashNtPasswordHash(passwordHash), ntResponse);
        return true;
    }

    private void SendChallenge(long nowMs)
    {
        _challengeCount++;
        Span<byte> data = Link.PacketData;
        data[0] = (byte)_challenge.Length;
        _challenge.CopyTo(data[1..]);
        int nameOffset = 1 + _challenge.Length;
        int nameLength = Encoding.UTF8.GetBytes(Link.Settings.HostName, data[nameOffset..]);
        Send(ChapCode.Challenge, nameOffset + nameLength);
        DeadlineMs = nowMs + Link.Settings.RestartTimerMs;
    }

    private void SendSuccess() => SendMessage(
        ChapCode.Success,
        isMd5 ? "Access granted" : MsChapV2.SuccessMessage(_authenticatorResponse));

    private void SendMessage(ChapCode code, string message) =>
        Send(code, Encoding.ASCII.GetBytes(message, Link.PacketData));

    private void Send(ChapCode code, int length) =>
        Link.SendPacket(PppProtocol.Chap, (PppCode)code, _identifier, length);
}
