// A CoAP message (RFC 7252 s.3) read and written apart from the library, to judge it.

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;

namespace nanoPptp.Telemetry.Tests.Coap;

internal enum CoapType
{
    Con,
    Non,
    Ack,
    Rst,
}

/// <summary>One option.</summary>
internal sealed record CoapOption(int Number, byte[] Value)
{
    public CoapOption(int number, string value)
        : this(number, Encoding.UTF8.GetBytes(value))
    {
    }

    public override string ToString() => $"{Number}={Convert.ToHexString(Value)}";
}

/// <summary>One message. Codes are written as on paper: 204 is 2.04.</summary>
internal sealed record CoapDatagram(CoapType Type, int Code, int Id, byte[] Token)
{
    public IReadOnlyList<CoapOption> Options { get; init; } = [];

    public byte[] Payload { get; init; } = [];

    public string Path =>
        string.Join('/', Options.Where(o => o.Number == 11).Select(o => Text(o.Value)));

    public static CoapDatagram Parse(ReadOnlySpan<byte> octets)
    {
        Demand(octets.Length >= 4 && octets[0] >> 6 == 1);
        int tokenLength = octets[0] & 15;
        Demand(tokenLength <= 8);
        var type = (CoapType)((octets[0] >> 4) & 3);
        int code = ((octets[1] >> 5) * 100) + (octets[1] & 31);
        int id = (octets[2] << 8) | octets[3];
        byte[] token = octets.Slice(4, tokenLength).ToArray();
        octets = octets[(4 + tokenLength)..];
        var options = new List<CoapOption>();
        int number = 0;
        while (octets.Length > 0 && octets[0] != 0xFF)
        {
            int delta = octets[0] >> 4;
            int length = octets[0] & 15;
            octets = octets[1..];
            number += Extended(delta, ref octets);
            length = Extended(length, ref octets);
            options.Add(new(number, octets[..length].ToArray()));
            octets = octets[length..];
        }

        Demand(octets.Length != 1);
        return new(type, code, id, token)
        {
            Options = options,
            Payload = octets.Length == 0 ? [] : octets[1..].ToArray(),
        };
    }

    public byte[] ToOctets()
    {
        var octets = new List<byte>
        {
            (byte)(0x40 | ((int)Type << 4) | Token.Length),
            (byte)(((Code / 100) << 5) | (Code % 100)),
            (byte)(Id >> 8),
            (byte)Id,
        };
        octets.AddRange(Token);
        int last = 0;
        foreach (CoapOption option in Options)
        {
            int delta = option.Number - last;
            last = option.Number;
            octets.Add((byte)((Nibble(delta) << 4) | Nibble(option.Value.Length)));
            AddExtended(octets, delta);
            AddExtended(octets, option.Value.Length);
            octets.AddRange(option.Value);
        }

        if (Payload.Length > 0)
        {
            octets.Add(0xFF);
            octets.AddRange(Payload);
        }

        return [.. octets];
    }

    public override string ToString() =>
        $"{Type} {Code / 100}.{Code % 100:00} {Id:X4} [{Convert.ToHexString(Token)}] "
        + $"{string.Join(' ', Options)} ({Payload.Length})";

    private static string Text(byte[] value) => Encoding.UTF8.GetString(value);

    private static int Nibble(int value) => value < 13 ? value : value < 269 ? 13 : 14;

    private static void AddExtended(List<byte> octets, int value)
    {
        if (value >= 269)
        {
            octets.Add((byte)((value - 269) >> 8));
            octets.Add((byte)(value - 269));
        }
        else if (value >= 13)
        {
            octets.Add((byte)(value - 13));
        }
    }

    private static int Extended(int nibble, ref ReadOnlySpan<byte> octets)
    {
        Demand(nibble != 15);
        int count = Math.Max(0, nibble - 12);
        int value = count == 0 ? nibble : count == 1
            ? octets[0] + 13
            : ((octets[0] << 8) | octets[1]) + 269;
        octets = octets[count..];
        return value;
    }

    private static void Demand(bool holds)
    {
        if (!holds)
        {
            throw new InvalidDataException("no CoAP message");
        }
    }
}
