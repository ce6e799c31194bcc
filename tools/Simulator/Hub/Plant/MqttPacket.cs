// MQTT 3.1.1 packets as the broker reads and writes them: a fixed header of a type, four flags and the
// remaining length in one to four octets of seven bits (section 2.2), then fields.

using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Text;

namespace Simulator.Plant;

/// <summary>Packet types (section 2.2.1).</summary>
internal enum MqttType : byte
{
    Connect = 1,
    ConnAck = 2,
    Publish = 3,
    PubAck = 4,
    Subscribe = 8,
    SubAck = 9,
    Unsubscribe = 10,
    UnsubAck = 11,
    PingReq = 12,
    PingResp = 13,
    Disconnect = 14,
}

/// <summary>A whole packet.</summary>
/// <param name="Type">Its type.</param>
/// <param name="Flags">The lower four bits of its first octet.</param>
/// <param name="Body">What is behind the fixed header.</param>
internal sealed record MqttPacket(MqttType Type, int Flags, byte[] Body)
{
    private const int MostLengthOctets = 4;

    /// <summary>Takes the first packet out of a stream.</summary>
    /// <param name="stream">What has come and was not taken.</param>
    /// <returns>Null when it is not whole yet.</returns>
    /// <exception cref="FormatException">The remaining length has a fifth octet.</exception>
    public static MqttPacket? Take(List<byte> stream)
    {
        int length = 0;
        for (int i = 1; i < stream.Count; i++)
        {
            length |= (stream[i] & 0x7F) << (7 * (i - 1));
            if ((stream[i] & 0x80) == 0)
            {
                if (stream.Count < i + 1 + length)
                {
                    return null;
                }

                var packet = new MqttPacket(
                    (MqttType)(stream[0] >> 4),
                    stream[0] & 0x0F,
                    [.. stream.GetRange(i + 1, length)]);
                stream.RemoveRange(0, i + 1 + length);
                return packet;
            }

            if (i == MostLengthOctets)
            {
                throw new FormatException("the remaining length has a fifth octet");
            }
        }

        return null;
    }

    /// <summary>Writes it.</summary>
    public byte[] ToOctets()
    {
        List<byte> octets = [(byte)(((int)Type << 4) | Flags)];
        int left = Body.Length;
        do
        {
            octets.Add((byte)((left & 0x7F) | (left > 0x7F ? 0x80 : 0)));
            left >>= 7;
        }
        while (left > 0);

        octets.AddRange(Body);
        return [.. octets];
    }

    /// <summary>A packet of a packet identifier and perhaps more.</summary>
    public static MqttPacket WithIdentifier(
        MqttType type, ushort identifier, params byte[] rest) =>
        new(type, 0, [(byte)(identifier >> 8), (byte)identifier, .. rest]);

    /// <summary>A PUBLISH.</summary>
    public static MqttPacket Publish(
        string topic, ReadOnlySpan<byte> payload, int qos, ushort identifier, bool isDuplicate)
    {
        List<byte> body = [];
        byte[] name = Encoding.UTF8.GetBytes(topic);
        body.Add((byte)(name.Length >> 8));
        body.Add((byte)name.Length);
        body.AddRange(name);
        if (qos > 0)
        {
            body.Add((byte)(identifier >> 8));
            body.Add((byte)identifier);
        }

        body.AddRange(payload);
        return new MqttPacket(
            MqttType.Publish, (isDuplicate ? 8 : 0) | (qos << 1), [.. body]);
    }
}

/// <summary>Reads the fields of a packet; all its methods throw FormatException at the end.
/// </summary>
internal ref struct MqttFields(ReadOnlySpan<byte> octets)
{
    private static readonly UTF8Encoding s_strict = new(false, throwOnInvalidBytes: true);

    private ReadOnlySpan<byte> _left = octets;

    public readonly bool IsAtEnd => _left.IsEmpty;

    public byte Octet() => Take(1)[0];

    public ushort Number() => BinaryPrimitives.ReadUInt16BigEndian(Take(2));

    public ReadOnlySpan<byte> Field() => Take(Number());

    /// <summary>UTF-8 without U+0000 (section 1.5.3).</summary>
    public string Text()
    {
        ReadOnlySpan<byte> octets = Field();
        try
        {
            string text = s_strict.GetString(octets);
            return text.Contains('\0', StringComparison.Ordinal)
                ? throw new FormatException("a text has U+0000")
                : text;
        }
        catch (DecoderFallbackException)
        {
            throw new FormatException("a text is not UTF-8");
        }
    }

    /// <summary>Nothing may be left.</summary>
    public readonly void End()
    {
        if (!IsAtEnd)
        {
            throw new FormatException("octets behind the end of a packet");
        }
    }

    public ReadOnlySpan<byte> Rest() => Take(_left.Length);

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _left.Length)
        {
            throw new FormatException("a field is cut off");
        }

        ReadOnlySpan<byte> taken = _left[..count];
        _left = _left[count..];
        return taken;
    }
}
