// Changes inputs: single bits and octets, numbers at the edges, blocks copied, moved and cut, two
// inputs joined.

using System;
using System.Collections.Generic;

namespace nanoPptp.Fuzz.Engine;

/// <summary>Makes new inputs from known ones.</summary>
internal sealed class Mutator(Random64 random, int maximumLength)
{
    private static readonly byte[] s_edges =
        [0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x08, 0x10, 0x20, 0x40, 0x7F, 0x80, 0x81, 0xFE, 0xFF];

    private readonly byte[] _work = new byte[maximumLength];
    private int _length;

    /// <summary>Makes a new input.</summary>
    /// <param name="parent">What to change.</param>
    /// <param name="corpus">What to take pieces from.</param>
    internal byte[] Mutate(byte[] parent, IReadOnlyList<byte[]> corpus)
    {
        _length = Math.Min(parent.Length, maximumLength);
        parent.AsSpan(0, _length).CopyTo(_work);
        for (int count = 1 << random.Next(4); count > 0; count--)
        {
            Once(corpus);
        }

        return _work.AsSpan(0, _length).ToArray();
    }

    private void Once(IReadOnlyList<byte[]> corpus)
    {
        switch (random.Next(11))
        {
            case 0 when _length > 0:
                _work[random.Next(_length)] ^= (byte)(1 << random.Next(8));
                break;
            case 1 when _length > 0:
                _work[random.Next(_length)] = random.NextByte();
                break;
            case 2 when _length > 0:
                _work[random.Next(_length)] = s_edges[random.Next(s_edges.Length)];
                break;
            case 3 when _length > 0:
                _work[random.Next(_length)] += (byte)random.Next(-8, 9);
                break;
            case 4 when _length > 1:
                WriteNumber();
                break;
            case 5:
                Insert(random.Octets(1 + random.Next(8)));
                break;
            case 6 when _length > 0:
                Remove();
                break;
            case 7 when _length > 0:
                Insert(Piece(_work.AsSpan(0, _length)));
                break;
            case 8 when corpus.Count > 0:
                Insert(Piece(corpus[random.Next(corpus.Count)]));
                break;
            case 9 when corpus.Count > 0:
                Overwrite(Piece(corpus[random.Next(corpus.Count)]));
                break;
            case 10 when _length > 0 && random.OneIn(4):
                _length = random.Next(_length);
                break;
            default:
                Insert(random.Octets(1));
                break;
        }
    }

    private void WriteNumber()
    {
        int at = random.Next(_length - 1);
        int number = random.Next(4) switch
        {
            0 => _length,
            1 => _length - at,
            2 => (_work[at] << 8) + _work[at + 1] + random.Next(-16, 17),
            _ => s_edges[random.Next(s_edges.Length)] << random.Next(9),
        };
        _work[at] = (byte)(number >> 8);
        _work[at + 1] = (byte)number;
    }

    private byte[] Piece(ReadOnlySpan<byte> octets)
    {
        int length = octets.Length == 0 ? 0 : 1 + random.Next(Math.Min(octets.Length, 64));
        int at = length == 0 ? 0 : random.Next(octets.Length - length + 1);
        return octets.Slice(at, length).ToArray();
    }

    private void Insert(ReadOnlySpan<byte> octets)
    {
        int count = Math.Min(octets.Length, maximumLength - _length);
        int at = random.Next(_length + 1);
        Array.Copy(_work, at, _work, at + count, _length - at);
        octets[..count].CopyTo(_work.AsSpan(at));
        _length += count;
    }

    private void Overwrite(ReadOnlySpan<byte> octets)
    {
        int at = random.Next(_length + 1);
        int count = Math.Min(octets.Length, maximumLength - at);
        octets[..count].CopyTo(_work.AsSpan(at));
        _length = Math.Max(_length, at + count);
    }

    private void Remove()
    {
        int at = random.Next(_length);
        int count = 1 + random.Next(Math.Min(_length - at, 32));
        Array.Copy(_work, at + count, _work, at, _length - at - count);
        _length -= count;
    }
}
