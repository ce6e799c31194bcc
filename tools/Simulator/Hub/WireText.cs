// What is on the wire, in one line of words: for ladder diagrams and traces. Any octets can be
// given; what cannot be read is said to be so. Secrets are never printed: no challenge, response,
// authenticator response, password or key, and no payload of a packet.

using System;
using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace Simulator.Hub;

/// <summary>Describes control messages and GRE packets.</summary>
public static partial class WireText
{
    private const int MaximumNameLength = 64;

    /// <summary>
    /// Describes what one TCP segment carries: its messages, separated by "; ", and what is left
    /// of a message that goes on elsewhere.
    /// </summary>
    public static string DescribeTcp(ReadOnlySpan<byte> octets)
    {
        var text = new StringBuilder();
        while (!octets.IsEmpty)
        {
            if (text.Length > 0)
            {
                text.Append("; ");
            }

            ControlVerdict verdict = ControlMessage.Check(octets, out _, out int length);
            if (verdict != ControlVerdict.Complete)
            {
                string why = verdict switch
                {
                    ControlVerdict.NeedMore => "part of a control message",
                    ControlVerdict.BadCookie => "no PPTP: wrong magic cookie",
                    _ => "no PPTP: wrong length",
                };
                text.Append(CultureInfo.InvariantCulture, $"{why}, {octets.Length} octets");
                break;
            }

            text.Append(DescribeControl(octets[..length]));
            octets = octets[length..];
        }

        return text.ToString();
    }

    /// <summary>Describes one whole control message.</summary>
    public static string DescribeControl(ReadOnlySpan<byte> message)
    {
        if (ControlMessage.Check(message, out ControlType type, out int length)
            != ControlVerdict.Complete)
        {
            return Line($"malformed control message, {message.Length} octets");
        }

        message = message[..length];
        switch (type)
        {
            case ControlType.StartControlConnectionRequest:
            case ControlType.StartControlConnectionReply:
                return DescribeStart(type, StartControlConnection.Read(message));
            case ControlType.StopControlConnectionRequest:
                return Line($"Stop-Control-Connection-Request reason {message[12]}");
            case ControlType.StopControlConnectionReply:
                return Line($"Stop-Control-Connection-Reply result {message[12]}");
            case ControlType.EchoRequest:
                return Line($"Echo-Request id {ControlEcho.ReadRequest(message).Identifier}");
            case ControlType.EchoReply:
                var echo = ControlEcho.ReadReply(message);
                return Line($"Echo-Reply id {echo.Identifier} result {echo.ResultCode}");
            case ControlType.OutgoingCallRequest:
                var request = OutgoingCallRequest.Read(message);
                return Line(
                    $"Outgoing-Call-Request call {request.CallId} serial "
                    + $"{request.CallSerialNumber} window {request.ReceiveWindowSize}");
            case ControlType.OutgoingCallReply:
                return DescribeCallReply(OutgoingCallReply.Read(message));
            case ControlType.CallClearRequest:
                return Line($"Call-Clear-Request call {CallClearRequest.Read(message).CallId}");
            case ControlType.CallDisconnectNotify:
                var notify = CallDisconnectNotify.Read(message);
                return Line(
                    $"Call-Disconnect-Notify call {notify.CallId} result {notify.ResultCode}");
            case ControlType.SetLinkInfo:
                var info = SetLinkInfo.Read(message);
                return Line(
                    $"Set-Link-Info call {info.PeerCallId} send {info.SendAccm:x8} "
                    + $"receive {info.ReceiveAccm:x8}");
            case ControlType.WanErrorNotify:
                ushort callId = BinaryPrimitives.ReadUInt16BigEndian(message[12..]);
                return Line($"WAN-Error-Notify call {callId}");
            case ControlType.IncomingCallRequest:
                return "Incoming-Call-Request";
            case ControlType.IncomingCallReply:
                return "Incoming-Call-Reply";
            case ControlType.IncomingCallConnected:
                return "Incoming-Call-Connected";
            default:
                return Line(
                    $"unknown control message type "
                    + $"{BinaryPrimitives.ReadUInt16BigEndian(message[8..])}");
        }
    }

    /// <summary>Describes a GRE packet with what is inside.</summary>
    public static string DescribeGre(ReadOnlySpan<byte> gre)
    {
        if (!GreHeader.TryRead(gre, out GreHeader header))
        {
            return Line($"malformed GRE, {gre.Length} octets");
        }

        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"GRE call {header.CallId}");
        if (header.Sequence is uint sequence)
        {
            text.Append(CultureInfo.InvariantCulture, $" seq {sequence}");
        }

        if (header.Acknowledgment is uint acknowledgment)
        {
            text.Append(CultureInfo.InvariantCulture, $" ack {acknowledgment}");
        }

        if (header.PayloadLength > 0)
        {
            text.Append(": ");
            text.Append(DescribePpp(gre.Slice(header.Length, header.PayloadLength)));
        }

        return text.ToString();
    }

    private static string DescribeStart(ControlType type, StartControlConnection start)
    {
        string version = Line(
            $"version {start.ProtocolVersion >> 8}.{start.ProtocolVersion & 0xFF}");
        string names =
            $"host {Quoted(start.HostName)} vendor {Quoted(start.VendorName)}";
        return type == ControlType.StartControlConnectionRequest
            ? $"Start-Control-Connection-Request {version} {names}"
            : Line($"Start-Control-Connection-Reply result {start.ResultCode} {version} {names}");
    }

    private static string DescribeCallReply(OutgoingCallReply reply)
    {
        string error = reply.ErrorCode == 0 ? "" : Line($" error {reply.ErrorCode}");
        return Line(
            $"Outgoing-Call-Reply call {reply.CallId} peer {reply.PeerCallId} result "
            + $"{reply.ResultCode}{error} window {reply.ReceiveWindowSize}");
    }

    // Names come from strangers: only printable ASCII gets into a line, and not too much of it.
    private static string Quoted(string name)
    {
        var text = new StringBuilder("\"");
        foreach (char c in name.AsSpan(0, Math.Min(name.Length, MaximumNameLength)))
        {
            text.Append(c is >= ' ' and <= '~' and not '"' ? c : '?');
        }

        return text.Append('"').ToString();
    }

    // What is formatted has neither sign nor fraction and looks alike in every culture.
    private static string Line(ref DefaultInterpolatedStringHandler text) =>
        text.ToStringAndClear();
}
