// The MS-CHAPv2 conversation of a captured call, and the keys that the library makes of it.

using System;
using System.Linq;
using nanoPptp.Tests.Auth;
using nanoPptp.Wire;

namespace nanoPptp.Tests.Captures;

/// <summary>Challenge, Response and verdict of MS-CHAPv2 (RFC 2759 s.3 to 6).</summary>
internal sealed class Handshake
{
    private const int Challenge = 1;
    private const int Response = 2;
    private const int Success = 3;

    public Handshake(CapturedCall call)
    {
        byte[] challenge = Packet(call, fromHub: true, packet => packet[0] == Challenge);
        byte[] response = Packet(call, fromHub: false, packet => packet[0] == Response);
        byte[] verdict = Packet(call, fromHub: true, packet => packet[0] >= Success);
        AuthenticatorChallenge = challenge[5..21];
        ChallengePacket = challenge;
        ResponsePacket = response;
        PeerChallenge = response[5..21];
        NtResponse = response[29..53];
        UserName = response[54..];
        IsSuccess = verdict[0] == Success;
        VerdictText = verdict[4..];
    }

    public byte[] ChallengePacket { get; }

    public byte[] ResponsePacket { get; }

    public byte[] AuthenticatorChallenge { get; }

    public byte[] PeerChallenge { get; }

    public byte[] NtResponse { get; }

    public byte[] UserName { get; }

    public bool IsSuccess { get; }

    /// <summary>The text of the Success or Failure.</summary>
    public byte[] VerdictText { get; }

    /// <summary>What the library computes from the password and the two challenges.</summary>
    public Formulas Compute(string password)
    {
        return new Formulas(password, AuthenticatorChallenge, PeerChallenge, UserName);
    }

    private static byte[] Packet(CapturedCall call, bool fromHub, Predicate<byte[]> wanted)
    {
        return call.From(fromHub)
            .Where(packet => packet.Protocol == PppFrame.Chap)
            .Select(packet => packet.Information)
            .First(packet => wanted(packet));
    }
}
