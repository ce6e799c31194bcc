// CRC-32 against its published check value, and against one bit at a time.

using System;
using nanoPptp.Telemetry.Queue;
using Xunit;

namespace nanoPptp.Telemetry.Tests.Queue;

public class Crc32Tests
{
    [Fact]
    public void The_check_value_of_the_catalogues_comes_out()
    {
        byte[] b = "123456789"u8.ToArray();
        Assert.Equal(unchecked((int)0xCBF43926), Crc32.Update(0, b, 0, b.Length));
        Assert.Equal(0, Crc32.Update(0, b, 0, 0));
    }

    [Fact]
    public void Pieces_give_what_the_whole_gives_and_what_one_bit_at_a_time_gives()
    {
        byte[] b = new byte[300];
        new Random(1).NextBytes(b);
        int whole = Crc32.Update(0, b, 0, b.Length);
        Assert.Equal(BitByBit(b), whole);
        for (int split = 0; split <= b.Length; split++)
        {
            int crc = Crc32.Update(0, b, 0, split);
            Assert.Equal(whole, Crc32.Update(crc, b, split, b.Length - split));
        }
    }

    private static int BitByBit(byte[] b)
    {
        uint register = uint.MaxValue;
        foreach (byte octet in b)
        {
            for (int bit = 0; bit < 8; bit++)
            {
                bool isOdd = ((register ^ (uint)(octet >> bit)) & 1) != 0;
                register = (register >> 1) ^ (isOdd ? 0xEDB88320 : 0);
            }
        }

        return (int)~register;
    }
}
