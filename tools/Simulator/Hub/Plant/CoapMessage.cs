// A CoAP message: RFC 7252 section 3.
//
//    0                   1                   2                   3
//    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//   +---+---+-------+---------------+-------------------------------+
//   |Ver| T |  TKL  |      Code     |          Message ID           |
//   +---+---+-------+---------------+-------------------------------+
//   |   Token (if any, TKL bytes) ...
//   |   Options (if any) ...
//   |1 1 1 1 1 1 1 1|    Payload (if any) ...
//   +---------------+-----------------------------------------------+

using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace Simulator.Plant;

/// <summary>Message types.</summary>
internal enum CoapType
{
    Confirmable,
    NonConfirmable,
    Acknowledgement,
    Reset,
}

/// <summary>A message.</summary>
internal sealed record CoapMessage
{
    public const byte Empty = 0;
    public const byte Get = 1;
    public const byte Post = 2;
    public const byte Changed = (2 << 5) | 4;
    public const byte Content = (2 << 5) | 5;
    public const byte BadRequest = 4 << 5;
    public const byte BadOption = (4 << 5) | 2;
    public const byte NotFound = (4 << 5) | 4;
    public const byte MethodNotAllowed = (4 << 5) | 5;
    public const byte UnsupportedFormat = (4 << 5) | 15;
    public const byte ServiceUnavailable = (5 << 5) | 3;

    public const int UriHost = 3;
    public const int UriPort = 7;
    public const int UriPath = 11;
    public const int ContentFormat = 12;
    public const int MaxAge = 14;
    public const int UriQuery = 15;
    public const int Accept = 17;

    private const int HeaderLength = 4;
    private const int MostTokenOctets = 8;
    private const byte PayloadMarker = 0xFF;

    public CoapType Type { get; init; }

    public byte Code { get; init; }

    public ushort Id { get; init; }

    public byte[] Token { get; init; } = [];

    public IReadOnlyList<(int Number, byte[] Value)> Options { get; init; } = [];

    public byte[] Payload { get; init; } = [];

    /// <summary>Whether it is a request: codes 0.01 to 0.31.</summary>
    public bool IsRequest => Code is > 0 and < 32;

    /// <summary>Whether it is a response: classes 2, 4 and 5.</summary>
    public bool IsResponse => Code >> 5 is 2 or 4 or 5;

    /// <summary>Its path, with slashes between the segments.</summary>
    public string Path => string.Join(
        '/',
        Options
            .Where(one => one.Number == UriPath)
            .Select(one => Encoding.UTF8.GetString(one.Value)));

    /// <summary>The value of an option that is a number.</summary>
    /// <returns>Null without the option.</returns>
    public int? NumberOf(int option)
    {
        foreach ((int number, byte[] value) in Options)
        {
            if (number == option)
            {
                return value.Aggregate(0, (sum, octet) => (sum << 8) | octet);
            }
        }

        return null;
    }

    /// <summary>Reads a message.</summary>
    /// <exception cref="FormatException">It has a format error (section 3).</exception>
    public static CoapMessage Read(ReadOnlySpan<byte> octets)
    {
        if (octets.Length < HeaderLength || octets[0] >> 6 != 1)
        {
            throw new FormatException("not a message of CoAP version 1");
        }

        int tokenLength = octets[0] & 15;
        byte code = octets[1];
        if (tokenLength > MostTokenOctets || octets.Length < HeaderLength + tokenLength
            || (code == Empty && octets.Length > HeaderLength)
            || code >> 5 is 1 or 6 or 7)
        {
            throw new FormatException("token length or code is wrong");
        }

        ReadOnlySpan<byte> left = octets[(HeaderLength + tokenLength)..];
        return new CoapMessage
        {
            Type = (CoapType)((octets[0] >> 4) & 3),
            Code = code,
            Id = BinaryPrimitives.ReadUInt16BigEndian(octets[2..]),
            Token = octets.Slice(HeaderLength, tokenLength).ToArray(),
            Options = ReadOptions(ref left),
            Payload = left.ToArray(),
        };
    }

    /// <summary>Writes it; options in the order of their numbers.</summary>
    public byte[] ToOctets()
    {
        List<byte> octets =
        [
            (byte)(0x40 | ((int)Type << 4) | Token.Length),
            Code,
            (byte)(Id >> 8),
            (byte)Id,
            .. Token,
        ];
        int last = 0;
        foreach ((int number, byte[] value) in Options)
        {
            List<byte> delta = [];
            List<byte> length = [];
            int first = (Nibble(number - last, delta) << 4) | Nibble(value.Length, length);
            octets.AddRange([(byte)first, .. delta, .. length, .. value]);
            last = number;
        }

        if (Payload.Length > 0)
        {
            octets.AddRange([PayloadMarker, .. Payload]);
        }

        return [.. octets];
    }

    /// <summary>A number as an option's value: as few octets as it needs.</summary>
    public static byte[] Octets(int number) => number == 0 ? []
        : number < 0x100 ? [(byte)number]
        : [(byte)(number >> 8), (byte)number];

    private static List<(int Number, byte[] Value)> ReadOptions(ref ReadOnlySpan<byte> left)
    {
        List<(int Number, byte[] Value)> options = [];
        int number = 0;
        while (!left.IsEmpty)
        {
            byte first = Take(ref left, 1)[0];
            if (first == PayloadMarker)
            {
                return left.IsEmpty
                    ? throw new FormatException("a payload marker without a payload")
                    : options;
            }

            number += Extended(first >> 4, ref left);
            int length = Extended(first & 15, ref left);
            options.Add((number, Take(ref left, length).ToArray()));
        }

        return options;
    }

    // Section 3.1: 13 and 14 announce one and two octets more, 15 is reserved.
    private static int Extended(int nibble, ref ReadOnlySpan<byte> left) => nibble switch
    {
        < 13 => nibble,
        13 => Take(ref left, 1)[0] + 13,
        14 => BinaryPrimitives.ReadUInt16BigEndian(Take(ref left, 2)) + 269,
        _ => throw new FormatException("an option begins with a reserved value"),
    };

    private static int Nibble(int value, List<byte> more)
    {
        switch (value)
        {
            case < 13:
                return value;
            case < 269:
                more.Add((byte)(value - 13));
                return 13;
            default:
                more.AddRange([(byte)((value - 269) >> 8), (byte)(value - 269)]);
                return 14;
        }
    }

    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> left, int count)
    {
        if (count > left.Length)
        {
            throw new FormatException("an option is cut off");
        }

        ReadOnlySpan<byte> taken = left[..count];
        left = left[count..];
        return taken;
    }
}
