// Encryption of what we send (RFC 3078 s.3 and s.4).

using System;
using System.Linq;
using nanoPptp.Crypto.Tests;
using nanoPptp.Mppe;
using Xunit;

namespace nanoPptp.Tests.Mppe;

public class MppeTransmitTests
{
    private const byte Guard = 0xA5;

    private static readonly byte[] s_startKey =
        MppeKeyTests.Vector128("transmit-start-key").Octets("transmit-start-key");

    [Theory]
    [InlineData(40)]
    [InlineData(56)]
    [InlineData(128)]
    public void C67_C68_Whole_frames_are_those_of_the_vectors(int bits)
    {
        Vector vector = MppeKeyTests.VectorOf(bits, "transmit-start-key");
        var transmit = new MppeTransmit();
        transmit.Start(s_startKey, 0, bits);

        Assert.Equal(vector.Octets("frame-0"), Encrypt(transmit, vector.Octets("plain"), 0));
        Assert.Equal(vector.Octets("frame-1"), Encrypt(transmit, vector.Octets("plain"), 7));
    }

    [Fact]
    public void C71_C79_The_count_wraps_after_4095_and_the_keys_go_on()
    {
        // Sixteen times around: a count that grew on would spill into flag D first, where it does
        // not show.
        var transmit = new MppeTransmit();
        transmit.Start(s_startKey, 0);
        var reference = new ReferenceMppe(s_startKey);
        byte[] plain = [0x00, 0x21, 1, 2, 3];
        byte[] frame = [];
        for (int i = 0; i < (16 * 4096) + 4; i++)
        {
            frame = Encrypt(transmit, plain, 0);

            int header = (frame[0] << 8) | frame[1];
            Assert.Equal(0x9000 | (i % 4096), header);
            Assert.Equal(reference.Encrypt(plain), frame);
        }

        Assert.Equal([0x90, 0x03], frame[..2]);
    }

    [Fact]
    public void Start_begins_again_at_frame_zero()
    {
        Vector vector = MppeKeyTests.Vector128("transmit-start-key");
        var transmit = new MppeTransmit();
        transmit.Start(new byte[16], 0);
        Encrypt(transmit, [1, 2, 3], 0);

        transmit.Start(s_startKey, 0);

        Assert.Equal(vector.Octets("frame-0"), Encrypt(transmit, vector.Octets("plain"), 1));
    }

    [Fact]
    public void Equal_packets_never_become_equal_frames()
    {
        var transmit = new MppeTransmit();
        transmit.Start(s_startKey, 0);
        byte[] plain = new byte[32];

        int different = Enumerable.Range(0, 5000)
            .Select(_ => Convert.ToHexString(Encrypt(transmit, plain, 0).AsSpan(2)))
            .Distinct()
            .Count();

        Assert.Equal(5000, different);
    }

    /// <summary>Encrypts between guard octets.</summary>
    private static byte[] Encrypt(MppeTransmit transmit, byte[] plain, int offset)
    {
        byte[] b = [.. Enumerable.Repeat(Guard, offset + 2 + plain.Length + 16)];
        plain.CopyTo(b, offset + 2);

        transmit.Encrypt(b, offset + 2, plain.Length);

        Assert.All(b[..offset], octet => Assert.Equal(Guard, octet));
        Assert.All(b[^16..], octet => Assert.Equal(Guard, octet));
        return b[offset..^16];
    }
}
