// The messages of a hub on the control connection, octet for octet (RFC 2637 s.2). They share
// nothing with the library: numbers are put together by Octets.

using System;

namespace nanoPptp.Tests.Support;

internal static class ControlOctets
{
    internal const int MessageTypeAt = 8;

    private static readonly string[] s_names =
    [
        "type 0",
        "Start-Control-Connection-Request",
        "Start-Control-Connection-Reply",
        "Stop-Control-Connection-Request",
        "Stop-Control-Connection-Reply",
        "Echo-Request",
        "Echo-Reply",
        "Outgoing-Call-Request",
        "Outgoing-Call-Reply",
        "Incoming-Call-Request",
        "Incoming-Call-Reply",
        "Incoming-Call-Connected",
        "Call-Clear-Request",
        "Call-Disconnect-Notify",
        "WAN-Error-Notify",
        "Set-Link-Info",
    ];

    internal static byte[] StartRequest() => Message(
        1, Octets.FromHex("0100 0000 00000003 00000003 0001 0001"), new byte[128]);

    internal static byte[] StartReply(int result = 1, int error = 0, int version = 0x0100) =>
        Message(
            2,
            Octets.Number((uint)version, 2),
            [(byte)result, (byte)error],
            Octets.FromHex("00000003 00000003 0001 0001"),
            new byte[128]);

    internal static byte[] StopRequest(int reason = 1) => Message(3, [(byte)reason, 0, 0, 0]);

    internal static byte[] StopReply(int result = 1) => Message(4, [(byte)result, 0, 0, 0]);

    internal static byte[] EchoRequest(uint identifier) => Message(5, Octets.Number(identifier, 4));

    internal static byte[] EchoReply(uint identifier, int result = 1) =>
        Message(6, Octets.Number(identifier, 4), [(byte)result, 0, 0, 0]);

    internal static byte[] OutgoingCallReply(
        int callId, int peerCallId, int result = 1, int error = 0) =>
        Message(
            8,
            Octets.Number((uint)callId, 2),
            Octets.Number((uint)peerCallId, 2),
            [(byte)result, (byte)error],
            Octets.FromHex("0000 05f5e100 0010 0000 00000001"));

    internal static byte[] IncomingCallRequest(int callId) =>
        Message(9, Octets.Number((uint)callId, 2), new byte[206]);

    internal static byte[] CallClearRequest(int callId) =>
        Message(12, Octets.Number((uint)callId, 2), new byte[2]);

    internal static byte[] CallDisconnectNotify(int callId, int result = 4) =>
        Message(13, Octets.Number((uint)callId, 2), [(byte)result, 0], new byte[132]);

    internal static byte[] WanErrorNotify(int peerCallId) =>
        Message(14, Octets.Number((uint)peerCallId, 2), new byte[26]);

    internal static byte[] SetLinkInfo(int peerCallId, uint sendAccm, uint receiveAccm) => Message(
        15,
        Octets.Number((uint)peerCallId, 2),
        new byte[2],
        Octets.Number(sendAccm, 4),
        Octets.Number(receiveAccm, 4));

    /// <summary>Any message: header, cookie, and the body as it is.</summary>
    internal static byte[] Message(int type, params byte[][] body)
    {
        byte[] content = Octets.Join(body);
        return Octets.Join(
            Octets.Number((uint)(12 + content.Length), 2),
            Octets.FromHex("0001 1a2b3c4d"),
            Octets.Number((uint)type, 2),
            new byte[2],
            content);
    }

    internal static int TypeOf(ReadOnlySpan<byte> message) =>
        (int)Octets.Number(message.Slice(MessageTypeAt, 2));

    internal static string NameOf(ReadOnlySpan<byte> message) => s_names[TypeOf(message)];

    internal static int U16(ReadOnlySpan<byte> message, int at) =>
        (int)Octets.Number(message.Slice(at, 2));
}
