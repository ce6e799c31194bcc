// The wire formats of the library.

using System;
using System.Collections.Generic;
using System.Text;
using nanoPptp.Diagnostics;
using nanoPptp.Fuzz.Engine;
using nanoPptp.Fuzz.World;
using nanoPptp.Telemetry.Coap;
using nanoPptp.Telemetry.Mqtt;
using nanoPptp.Telemetry.Queue;
using nanoPptp.Telemetry.Tcp;
using nanoPptp.Wire;

namespace nanoPptp.Fuzz.Targets;

/// <summary>All formats.</summary>
internal static class CodecList
{
    private const string Header = "00{0}00011a2b3c4d00{1}0000";

    internal static IReadOnlyList<Codec> All { get; } =
    [
        new Codec
        {
            Name = "wire-big-endian",
            Check = (b, offset, length) => length < 4 ? -1 : 4,
            Readers =
            [
                (b, at, _, _) => BigEndian.ReadUInt16(b, at),
                (b, at, _, _) => BigEndian.ReadInt32(b, at),
            ],
            Writers =
            [
                (b, at, script) =>
                {
                    BigEndian.WriteUInt16(b, at, script.Int32());
                    return 2;
                },
                (b, at, script) =>
                {
                    BigEndian.WriteInt32(b, at, script.Int32());
                    return 4;
                },
            ],
            Golden = "1a2b3c4d",
        },
        new Codec
        {
            Name = "wire-control-header",
            Check = ControlHeader.Check,
            TellsWhatIsMissing = true,
            Readers = [(b, at, _, _) => ControlHeader.Type(b, at)],
            Writers =
            [
                (b, at, script) => ControlHeader.Write(b, at, 1 + script.Pick(15)),
            ],
            Golden = Message("10", "05", 4),
        },
        new Codec
        {
            Name = "wire-start-control-connection",
            Check = (b, offset, length) => CheckMessage(b, offset, length, 1, 2),
            Readers =
            [
                (b, at, _, _) => StartControlConnection.Version(b, at),
                (b, at, _, _) => StartControlConnection.Result(b, at),
                (b, at, _, _) => StartControlConnection.Error(b, at),
            ],
            Writers =
            [
                (b, at, script) => StartControlConnection.WriteRequest(
                    b, at, Name(script), Name(script)),
            ],
            Golden = Message("9c", "02", 144),
        },
        new Codec
        {
            Name = "wire-stop-control-connection",
            Check = (b, offset, length) => CheckMessage(b, offset, length, 3, 4),
            Readers = [(b, at, _, _) => StopControlConnection.ReasonOrResult(b, at)],
            Writers =
            [
                (b, at, script) => StopControlConnection.WriteRequest(b, at, script.Int32()),
                (b, at, script) => StopControlConnection.WriteReply(b, at, script.Int32()),
            ],
            Golden = Message("10", "03", 4),
        },
        new Codec
        {
            Name = "wire-control-echo",
            Check = (b, offset, length) => CheckMessage(b, offset, length, 5, 6),
            Readers =
            [
                (b, at, _, _) => ControlEcho.Identifier(b, at),
                (b, at, whole, _) =>
                    whole == ControlEcho.ReplyLength ? ControlEcho.Result(b, at) : 0,
            ],
            Writers =
            [
                (b, at, script) => ControlEcho.WriteRequest(b, at, script.Int32()),
                (b, at, script) => ControlEcho.WriteReply(b, at, script.Int32()),
            ],
            Golden = Message("14", "06", 8),
        },
        new Codec
        {
            Name = "wire-outgoing-call",
            Check = (b, offset, length) => CheckMessage(b, offset, length, 8, 8),
            Readers =
            [
                (b, at, _, _) => OutgoingCall.CallId(b, at),
                (b, at, _, _) => OutgoingCall.PeerCallId(b, at),
                (b, at, _, _) => OutgoingCall.Result(b, at),
                (b, at, _, _) => OutgoingCall.Error(b, at),
                (b, at, _, _) => OutgoingCall.Cause(b, at),
                (b, at, _, _) => OutgoingCall.ReplyWindow(b, at),
            ],
            Writers =
            [
                (b, at, script) => OutgoingCall.WriteRequest(
                    b, at, script.UInt16(), script.UInt16(), script.UInt16()),
            ],
            Golden = Message("20", "08", 20),
        },
        new Codec
        {
            Name = "wire-call-end",
            Check = (b, offset, length) => CheckMessage(b, offset, length, 12, 13),
            Readers =
            [
                (b, at, _, _) => CallEnd.CallId(b, at),
                (b, at, _, _) => CallEnd.Result(b, at),
            ],
            Writers = [(b, at, script) => CallEnd.WriteClearRequest(b, at, script.Int32())],
            Golden = Message("94", "0d", 136),
        },
        new Codec
        {
            Name = "wire-set-link-info",
            Check = (b, offset, length) => CheckMessage(b, offset, length, 15, 15),
            Readers =
            [
                (b, at, _, _) => SetLinkInfo.PeerCallId(b, at),
                (b, at, _, _) => SetLinkInfo.SendAccm(b, at),
                (b, at, _, _) => SetLinkInfo.ReceiveAccm(b, at),
            ],
            Writers = [(b, at, script) => SetLinkInfo.Write(b, at, script.Int32())],
            Golden = Message("18", "0f", 12),
        },
        new Codec
        {
            Name = "wire-enhanced-gre",
            Check = EnhancedGre.Check,
            Readers =
            [
                (b, at, header, _) => EnhancedGre.HasSequence(b, at) ? 1 : 0,
                (b, at, header, _) => EnhancedGre.HasAcknowledgment(b, at) ? 1 : 0,
                (b, at, header, present) => Payload(b, at, header, present),
                (b, at, header, _) => EnhancedGre.CallId(b, at),
                (b, at, header, _) =>
                    EnhancedGre.HasSequence(b, at) ? EnhancedGre.Sequence(b, at) : 0,
                (b, at, header, _) =>
                    EnhancedGre.HasAcknowledgment(b, at) ? EnhancedGre.Acknowledgment(b, at) : 0,
            ],
            Writers =
            [
                (b, at, script) => EnhancedGre.WriteAcknowledgment(
                    b, at, script.UInt16(), script.Int32()),
                (b, at, script) => EnhancedGre.WriteData(
                    b,
                    at,
                    script.UInt16(),
                    script.UInt16(),
                    script.Int32(),
                    script.Pick(2) != 0,
                    script.Int32()),
            ],
            Golden = "3081880b0004123400000001000000010102ffff",
        },
        new Codec
        {
            Name = "wire-ppp-frame",
            Check = PppFrame.Check,
            Readers = [(b, at, header, _) => PppFrame.Protocol(b, at, header)],
            Writers = [(b, at, script) => PppFrame.WriteLongHeader(b, at, script.UInt16())],
            Golden = "ff03c02101010004",
        },
        new Codec
        {
            Name = "wire-ppp-protocol",
            Check = PppFrame.CheckProtocol,
            Readers = [(b, at, header, _) => PppFrame.Protocol(b, at, header)],
            Golden = "002145000014",
        },
        new Codec
        {
            Name = "wire-ppp-packet",
            Check = PppPacket.Check,
            Readers =
            [
                (b, at, _, _) => PppPacket.Code(b, at),
                (b, at, _, _) => PppPacket.Identifier(b, at),
            ],
            Writers =
            [
                (b, at, script) => PppPacket.WriteHeader(
                    b, at, script.Byte(), script.Int32(), script.UInt16()),
            ],
            Golden = "010100080304c023",
        },
        new Codec
        {
            Name = "wire-configure-option",
            Check = (b, at, length) => length < 1 ? -1 : ConfigureOption.Check(b, at, length),
            Readers =
            [
                (b, at, _, _) => ConfigureOption.Type(b, at),
                (b, at, whole, _) => ConfigureOption.Value(b, at, Math.Min(4, whole - 2)),
            ],
            Writers =
            [
                (b, at, script) => ConfigureOption.Write(
                    b, at, script.Byte(), script.Pick(5), script.Int32()),
            ],
            Golden = "120601000040",
        },
        new Codec
        {
            Name = "wire-mppe-header",
            Check = (b, at, length) => length < MppeHeader.Length ? -1 : MppeHeader.Length,
            Readers =
            [
                (b, at, _, _) => MppeHeader.Flags(b, at),
                (b, at, _, _) => MppeHeader.CoherencyCount(b, at),
            ],
            Writers =
            [
                (b, at, script) => MppeHeader.Write(
                    b, at, script.Byte() & MppeHeader.FlagMask, script.UInt16() & 0x0FFF),
            ],
            Golden = "9fff",
        },
        new Codec
        {
            Name = "wire-ipv4",
            Check = Ipv4.Check,
            Readers =
            [
                (b, at, header, present) => TotalLength(b, at, header, present),
                (b, at, _, _) => Ipv4.IsFragment(b, at) ? 1 : 0,
                (b, at, _, _) => Ipv4.Protocol(b, at),
                (b, at, _, _) => Ipv4.Source(b, at),
                (b, at, _, _) => Ipv4.Destination(b, at),
                (b, at, _, present) => Ipv4.Checksum(b, at, present, 0),
                (b, at, header, _) => Ipv4.Checksum(b, at, header, 0),
            ],
            Writers =
            [
                (b, at, script) => Ipv4.Write(
                    b,
                    at,
                    script.UInt16(),
                    script.UInt16(),
                    script.Byte(),
                    script.Int32(),
                    script.Int32()),
            ],
            Mend = packet =>
            {
                if (packet.Length >= Ipv4.HeaderLength)
                {
                    Packets.Seal(packet);
                }
            },
            Golden = "4500001c00004000401125a90a6200010a62006400010001000800ff",
        },
        new Codec
        {
            Name = "wire-tcp",
            Check = TcpHeader.Check,
            Readers =
            [
                (b, at, _, _) => TcpHeader.SourcePort(b, at),
                (b, at, _, _) => TcpHeader.DestinationPort(b, at),
                (b, at, _, _) => TcpHeader.Sequence(b, at),
                (b, at, _, _) => TcpHeader.Acknowledgment(b, at),
                (b, at, _, _) => TcpHeader.Control(b, at),
                (b, at, _, _) => TcpHeader.Window(b, at),
                (b, at, header, _) => TcpHeader.MaximumSegment(b, at, header),
                (b, at, _, present) => TcpHeader.IsIntact(b, at, present, 1, 2) ? 1 : 0,
            ],
            Writers =
            [
                (b, at, script) =>
                {
                    int length = TcpHeader.Write(
                        b,
                        at,
                        script.UInt16(),
                        script.UInt16(),
                        script.Int32(),
                        script.Int32(),
                        script.Byte(),
                        script.UInt16(),
                        script.UInt16());
                    TcpHeader.WriteChecksum(b, at, length, script.Int32(), script.Int32());
                    return length;
                },
            ],
            Golden = "03e822b3000000010000000060020fa000000000020403e8",
        },
        new Codec
        {
            Name = "wire-mqtt",
            Check = CheckMqtt,
            Readers =
            [
                (b, at, _, _) => MqttPacket.TypeOf(b, at),
                (b, at, _, _) => MqttPacket.QosOf(b, at),
                (b, at, _, _) => MqttPacket.IsDuplicate(b, at) ? 1 : 0,
                (b, at, _, _) => MqttPacket.IsRetained(b, at) ? 1 : 0,
                (b, at, whole, _) => MqttPacket.TypeOf(b, at) == MqttPacket.Publish
                    ? MqttPacket.TopicEnd(b, at, MqttPacket.HeaderLength(b, at, whole))
                    : 0,
            ],
            Writers =
            [
                (b, at, script) => MqttPacket.WritePublish(
                    b, at, script.Byte(), script.UInt16(), script.Pick(2), script.Pick(2) != 0),
                (b, at, script) => MqttPacket.WritePublishAck(b, at, script.UInt16()),
                (b, at, _) => MqttPacket.WritePingRequest(b, at),
                (b, at, _) => MqttPacket.WriteDisconnect(b, at),
            ],
            Golden = "32090003632f6100076869",
        },
        new Codec
        {
            Name = "wire-coap",
            Check = (b, at, length) => Coap.Check(b, at, length),
            Readers =
            [
                (b, at, _, _) => Coap.Type,
                (b, at, _, _) => Coap.Code,
                (b, at, _, _) => Coap.Id,
                (b, at, _, _) => Coap.TokenOffset - at,
                (b, at, _, _) => Coap.TokenLength,
                CoapOptions,
            ],
            Writers =
            [
                (b, at, script) => CoapMessage.WriteHeader(
                    b, at, script.Pick(4), script.Pick(9), script.Byte(), script.UInt16()) - at,
                (b, at, script) => CoapMessage.WriteOption(
                    b, at, script.UInt16(), new byte[script.Pick(200)]) - at,
                (b, at, script) => CoapMessage.WriteUIntOption(
                    b, at, script.Pick(13), script.UInt16()) - at,
            ],
            Golden = "4401000107080910b6737461747573ff01",
        },
        new Codec
        {
            Name = "wire-journal",
            Check = (b, at, length) =>
                JournalRecord.Check(b, at, length, 0) is int whole and > 0 ? whole : -1,
            Readers =
            [
                (b, at, _, _) => JournalRecord.Kind(b, at),
                (b, at, _, _) => JournalRecord.Crc(b, at),
                (b, at, whole, _) => whole >= JournalRecord.LeaseLength
                    ? JournalRecord.Number(b, at)
                    : JournalRecord.Count(b, at),
                (b, at, whole, _) => JournalRecord.Kind(b, at) == JournalRecord.Reading
                    ? JournalRecord.ReadingLength(b, at)
                    : whole,
            ],
            Writers =
            [
                (b, at, script) => JournalRecord.WriteHeader(
                    b, at, script.Int32(), script.Int32()),
                (b, at, script) => JournalRecord.WriteDelivered(
                    b, at, script.Int32(), script.Int32(), script.Int32()),
                (b, at, script) => JournalRecord.WriteLease(
                    b, at, script.Int32(), script.Int32()),
                (b, at, script) => JournalRecord.WriteCommit(
                    b, at, script.UInt16(), script.Int32()),
            ],
            Mend = SealJournal,
            Golden = "48000c6e5071310000000200000100b2dc37c2",
        },
    ];

    // The gate keeps what it has found, as the endpoint's does.
    [ThreadStatic]
    private static CoapMessage? s_message;

    private static CoapMessage Coap => s_message ??= new CoapMessage();

    // All options, their values read through.
    private static int CoapOptions(byte[] b, int at, int whole, int present)
    {
        int sum = 0;
        Coap.FirstOption();
        while (Coap.NextOption())
        {
            Oracle.Demand(
                Coap.OptionOffset - at + Coap.OptionLength <= present, "gate", "an option too long");
            sum = (sum * 31) + Coap.OptionNumber + Coap.OptionUInt()
                + (Coap.OptionOffset - at);
        }

        return sum;
    }

    private static int CheckMqtt(byte[] b, int offset, int length)
    {
        int header = MqttPacket.HeaderLength(b, offset, length);
        if (header <= 0)
        {
            return -1;
        }

        int remaining = MqttPacket.RemainingLength(b, offset, header);
        if (MqttPacket.CheckHeader(b, offset, remaining) != MqttFailure.None
            || remaining > length - header)
        {
            return -1;
        }

        return MqttPacket.Check(b, offset, header, header + remaining) == MqttFailure.None
            ? header + remaining
            : -1;
    }

    // The checksum of a single record, where its length lies within the octets.
    private static void SealJournal(byte[] record)
    {
        int length = record.Length < 3 ? 0 : 3 + BigEndian.ReadUInt16(record, 1);
        if (length > 0 && length + 4 <= record.Length)
        {
            BigEndian.WriteInt32(record, length, Crc32.Update(0, record, 0, length));
        }
    }

    private static string Message(string length, string type, int bodyLength) =>
        string.Format(null, CompositeFormat.Parse(Header), length, type)
            + new string('0', 2 * bodyLength);

    // A message may be read when it is whole and of the type.
    private static int CheckMessage(byte[] b, int offset, int length, int first, int last)
    {
        int whole = ControlHeader.Check(b, offset, length);
        if (whole < 0)
        {
            return whole;
        }

        int type = ControlHeader.Type(b, offset);
        return type < first || type > last || whole > length ? -(int)Reason.NeedMore : whole;
    }

    private static int Payload(byte[] b, int at, int header, int present)
    {
        int length = EnhancedGre.PayloadLength(b, at);
        Oracle.Demand(header + length <= present, "gate", "the payload ends behind the octets");
        return length;
    }

    private static int TotalLength(byte[] b, int at, int header, int present)
    {
        int length = Ipv4.TotalLength(b, at);
        Oracle.Demand(length >= header && length <= present, "gate", "the total length is wrong");
        return length;
    }

    private static string Name(Script script)
    {
        int length = script.Pick(70);
        var name = new StringBuilder();
        for (int i = 0; i < length; i++)
        {
            name.Append((char)(1 + script.Pick(126)));
        }

        return name.ToString();
    }
}
