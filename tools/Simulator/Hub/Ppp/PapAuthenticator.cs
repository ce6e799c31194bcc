// The authenticator of PAP: RFC 1334 section 2. The client asks, again and again; the hub only
// waits, and gives up when nothing came for as long as all its own requests would take (pppd's 30
// seconds, by default). The texts are pppd's, and that a request behind an Ack gets another one
// without a text and without a look; behind a Nak the link ends.
//
//   Authenticate-Request: Peer-ID Length, Peer-ID, Passwd Length, Password
//   Authenticate-Ack, -Nak: Msg Length, Message

using System;
using System.Security.Cryptography;
using System.Text;

namespace Simulator.Hub;

/// <summary>PAP's codes.</summary>
internal enum PapCode : byte
{
    AuthenticateRequest = 1,
    AuthenticateAck = 2,
    AuthenticateNak = 3,
}

/// <summary>Waits for the name and the password of the client of one link.</summary>
internal sealed class PapAuthenticator(PppLink link) : Authenticator(link)
{
    private bool _hasSucceeded;

    public override ushort Protocol => PppProtocol.Pap;

    public override void Start(long nowMs) =>
        DeadlineMs = nowMs + (Link.Settings.RestartTimerMs * Link.Settings.MaximumConfigureCount);

    public override void Tick(long nowMs)
    {
        if (nowMs >= DeadlineMs)
        {
            Fail();
        }
    }

    public override void Receive(PppPacket packet, long nowMs)
    {
        if ((PapCode)packet.Code != PapCode.AuthenticateRequest
            || !TryRead(packet.Data, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> password))
        {
            Link.Note(HubNote.ChapUnmatched);
            return;
        }

        if (_hasSucceeded)
        {
            Answer(PapCode.AuthenticateAck, packet.Identifier, "");
            return;
        }

        bool isGood = TryFind(name, out string user, out string? expected)
            && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(expected), password);
        if (!isGood)
        {
            Answer(PapCode.AuthenticateNak, packet.Identifier, "Login incorrect");
            Fail();
            return;
        }

        _hasSucceeded = true;
        DeadlineMs = DeadlineHolder.Never;
        Answer(PapCode.AuthenticateAck, packet.Identifier, "Login ok");
        Link.Authenticated(user, [], nowMs);
    }

    private static bool TryRead(
        ReadOnlySpan<byte> data, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> password)
    {
        password = default;
        return TryReadField(data, out name)
            && TryReadField(data[(1 + name.Length)..], out password);
    }

    private static bool TryReadField(ReadOnlySpan<byte> data, out ReadOnlySpan<byte> field)
    {
        bool isWhole = !data.IsEmpty && data[0] < data.Length;
        field = isWhole ? data.Slice(1, data[0]) : default;
        return isWhole;
    }

    private void Answer(PapCode code, byte identifier, string message)
    {
        Span<byte> data = Link.PacketData;
        int length = Encoding.ASCII.GetBytes(message, data[1..]);
        data[0] = (byte)length;
        Link.SendPacket(PppProtocol.Pap, (PppCode)code, identifier, 1 + length);
    }
}
