// The authenticator of CHAP with MS-CHAPv2: RFC 1994 section 4 and RFC 2759 sections 3 to 6.
// What it says in Success and Failure, and that it ends the link after a Failure although it
// writes R=1, is pppd's way.

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
internal sealed class ChapAuthenticator(PppLink link)
{
    /// <summary>Peer challenge 16, reserved 8, NT response 24, flags 1.</summary>
    public const int ResponseValueLength = 49;

    private const int NtResponseOffset = 24;

    private readonly byte[] _challenge = new byte[MsChapV2.ChallengeLength];
    private byte[] _authenticatorResponse = [];
    private byte _identifier;
    private int _challengeCount;
    private bool _isWaiting;
    private bool _hasSucceeded;

    /// <summary>When a challenge is sent again, or anew.</summary>
    public long DeadlineMs { get; private set; } = DeadlineHolder.Never;

    /// <summary>Sends a new challenge under a new identifier.</summary>
    public void Start(long nowMs)
    {
        link.FillRandom(_challenge);
        Span<byte> first = stackalloc byte[1];
        if (!_hasSucceeded)
        {
            link.FillRandom(first);
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
    public void Tick(long nowMs)
    {
        if (nowMs < DeadlineMs)
        {
            return;
        }

        if (!_isWaiting)
        {
            Start(nowMs);
        }
        else if (_challengeCount < link.Settings.MaximumConfigureCount)
        {
            SendChallenge(nowMs);
        }
        else
        {
            Fail();
        }
    }

    /// <summary>Takes a CHAP packet; only responses to the last challenge count.</summary>
    public void Receive(PppPacket packet, long nowMs)
    {
        ReadOnlySpan<byte> data = packet.Data;
        if ((ChapCode)packet.Code != ChapCode.Response
            || packet.Identifier != _identifier
            || data.Length < 1 + ResponseValueLength
            || data[0] != ResponseValueLength)
        {
            link.Note(HubNote.ChapUnmatched);
            return;
        }

        if (_isWaiting)
        {
            CheckResponse(
                data.Slice(1, ResponseValueLength), data[(1 + ResponseValueLength)..], nowMs);
        }
        else if (_hasSucceeded)
        {
            // The Success was lost: it is said again, without another look.
            SendSuccess();
        }
        else
        {
            link.Note(HubNote.ChapUnmatched);
        }
    }

    private void CheckResponse(ReadOnlySpan<byte> value, ReadOnlySpan<byte> name, long nowMs)
    {
        ReadOnlySpan<byte> userName = MsChapV2.WithoutDomain(name);
        ReadOnlySpan<byte> peerChallenge = value[..MsChapV2.ChallengeLength];
        ReadOnlySpan<byte> ntResponse =
            value.Slice(NtResponseOffset, MsChapV2.ResponseLength);
        string user = Encoding.UTF8.GetString(userName);
        if (!link.Settings.Users.TryGetValue(user, out string? password))
        {
            RefuseResponse();
            return;
        }

        byte[] passwordHash = MsChapV2.NtPasswordHash(password);
        byte[] expected = MsChapV2.GenerateNtResponse(
            _challenge, peerChallenge, userName, passwordHash);
        if (!CryptographicOperations.FixedTimeEquals(expected, ntResponse))
        {
            RefuseResponse();
            return;
        }

        _authenticatorResponse = MsChapV2.GenerateAuthenticatorResponse(
            passwordHash, ntResponse, peerChallenge, _challenge, userName);
        bool isFirst = !_hasSucceeded;
        _hasSucceeded = true;
        _isWaiting = false;
        long interval = link.Settings.ChapRechallengeIntervalMs;
        DeadlineMs = interval > 0 ? nowMs + interval : DeadlineHolder.Never;
        SendSuccess();
        if (isFirst)
        {
            // A later challenge proves the client again but leaves the keys alone.
            byte[] hashHash = MsChapV2.HashNtPasswordHash(passwordHash);
            link.Authenticated(user, MppeKeys.MasterKey(hashHash, ntResponse), nowMs);
        }
    }

    private void RefuseResponse()
    {
        SendMessage(ChapCode.Failure, MsChapV2.FailureMessage(_challenge));
        _hasSucceeded = false;
        Fail();
    }

    private void Fail()
    {
        _isWaiting = false;
        DeadlineMs = DeadlineHolder.Never;
        link.Fail(HubEnd.AuthenticationFailed, "Authentication failed");
    }

    private void SendChallenge(long nowMs)
    {
        _challengeCount++;
        Span<byte> data = link.PacketData;
        data[0] = (byte)_challenge.Length;
        _challenge.CopyTo(data[1..]);
        int nameOffset = 1 + _challenge.Length;
        int nameLength = Encoding.UTF8.GetBytes(link.Settings.HostName, data[nameOffset..]);
        Send(ChapCode.Challenge, nameOffset + nameLength);
        DeadlineMs = nowMs + link.Settings.RestartTimerMs;
    }

    private void SendSuccess() =>
        SendMessage(ChapCode.Success, MsChapV2.SuccessMessage(_authenticatorResponse));

    private void SendMessage(ChapCode code, string message) =>
        Send(code, Encoding.ASCII.GetBytes(message, link.PacketData));

    private void Send(ChapCode code, int length) =>
        link.SendPacket(PppProtocol.Chap, (PppCode)code, _identifier, length);
}
