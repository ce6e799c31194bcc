// An IPv4 packet inside the tunnel, read without the library: ICMP echo and UDP, which is all that
// the captured sessions carried.

using System;
using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace nanoPptp.Tests.Captures;

/// <summary>An IPv4 packet inside the tunnel.</summary>
internal sealed class InnerPacket
{
    private readonly byte[] _ip;

    public InnerPacket(byte[] ip)
    {
        _ip = ip;
    }

    public int Protocol => _ip[9];

    public string Source => new IPAddress(_ip.AsSpan(12, 4)).ToString();

    public string Destination => new IPAddress(_ip.AsSpan(16, 4)).ToString();

    /// <summary>The ICMP type: 8 asks, 0 answers.</summary>
    public int IcmpType => Body[0];

    /// <summary>Identifier and sequence number of an echo.</summary>
    public (int Identifier, int Sequence) Echo => (Read(4), Read(6));

    public byte[] EchoData => Body[8..].ToArray();

    public int SourcePort => Read(0);

    public int DestinationPort => Read(2);

    public byte[] UdpData => Body[8..].ToArray();

    public string UdpText => Encoding.ASCII.GetString(Body[8..]);

    public bool HasRightUdpLength => Read(4) == Body.Length;

    /// <summary>Whether the checksum of ICMP or UDP is right.</summary>
    public bool HasRightChecksum
    {
        get
        {
            uint sum = Protocol == CapturedPacket.Udp
                ? Sum(_ip.AsSpan(12, 8)) + CapturedPacket.Udp + (uint)Body.Length
                : 0;
            sum += Sum(Body);
            while (sum > 0xFFFF)
            {
                sum = (sum & 0xFFFF) + (sum >> 16);
            }

            return sum == 0xFFFF;
        }
    }

    private ReadOnlySpan<byte> Body => _ip.AsSpan((_ip[0] & 15) * 4);

    private static uint Sum(ReadOnlySpan<byte> octets)
    {
        uint sum = 0;
        for (int i = 0; i < octets.Length; i++)
        {
            sum += (i & 1) == 0 ? (uint)octets[i] << 8 : octets[i];
        }

        return sum;
    }

    private int Read(int offset)
    {
        return BinaryPrimitives.ReadUInt16BigEndian(Body[offset..]);
    }
}
