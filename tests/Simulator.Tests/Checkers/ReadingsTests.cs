// Readings: whatever arrives is what was sent, was never sent, came before or came too late.

using System.Collections.Generic;
using System.Linq;
using Simulator.Checkers;
using Simulator.World;
using Xunit;

namespace Simulator.Tests.Checkers;

public class ReadingsTests
{
    private readonly Readings _readings = new(3, Direction.ToHub);

    [Theory]
    [InlineData(Readings.MinimumLength)]
    [InlineData(17)]
    [InlineData(1_372)]
    public void What_was_sent_is_sound_once(int length)
    {
        byte[] sent = Send(length);
        Assert.Equal(length, sent.Length);
        Assert.False(_readings.HasCome(0));
        Assert.Equal(Arrival.Sound, Came(sent, out int number));
        Assert.Equal(0, number);
        Assert.True(_readings.HasCome(0));
        Assert.Equal(Arrival.Duplicate, Came(sent, out number));
        Assert.Equal(0, number);
        Assert.Equal(1, _readings.SentCount);
        Assert.Equal(1, _readings.DeliveredCount);
    }

    [Fact]
    public void A_change_of_any_octet_is_seen()
    {
        Send(40);
        byte[] sent = Send(40);
        for (int i = 0; i < sent.Length; i++)
        {
            for (int bit = 0; bit < 8; bit++)
            {
                byte[] changed = [.. sent];
                changed[i] ^= (byte)(1 << bit);
                Assert.Equal(Arrival.NeverSent, Came(changed, out int number));
                Assert.Equal(-1, number);
            }
        }

        Assert.Equal(0, _readings.DeliveredCount);
        Assert.Equal(Arrival.Sound, Came(sent, out _));
    }

    [Fact]
    public void Another_length_is_seen()
    {
        byte[] sent = Send(40);
        for (int length = 0; length < sent.Length; length++)
        {
            Assert.Equal(Arrival.NeverSent, Came(sent[..length], out _));
        }

        Assert.Equal(Arrival.NeverSent, Came([.. sent, 0], out _));
    }

    [Fact]
    public void What_was_made_and_not_sent_has_never_been_sent()
    {
        byte[] made = _readings.Next(20);
        Assert.Equal(Arrival.NeverSent, Came(made, out _));
        Assert.Equal(made, Send(20));
        _readings.Unsent();
        Assert.Equal(0, _readings.SentCount);
        Assert.Equal(Arrival.NeverSent, Came(made, out _));
        Assert.Equal(made, Send(20));
        Assert.Equal(Arrival.Sound, Came(made, out _));
    }

    [Fact]
    public void What_comes_after_a_later_one_is_out_of_order_and_arrived_all_the_same()
    {
        List<byte[]> sent = [.. Enumerable.Range(0, 4).Select(_ => Send(20))];
        Assert.Equal(Arrival.Sound, Came(sent[2], out _));
        Assert.Equal(Arrival.OutOfOrder, Came(sent[0], out int number));
        Assert.Equal(0, number);
        Assert.Equal(Arrival.OutOfOrder, Came(sent[1], out _));
        Assert.Equal(Arrival.Duplicate, Came(sent[1], out _));
        Assert.Equal(Arrival.Sound, Came(sent[3], out _));
        Assert.Equal(4, _readings.DeliveredCount);
    }

    [Fact]
    public void A_gap_is_no_fault_of_the_order()
    {
        List<byte[]> sent = [.. Enumerable.Range(0, 4).Select(_ => Send(20))];
        Assert.Equal(Arrival.Sound, Came(sent[1], out _));
        Assert.Equal(Arrival.Sound, Came(sent[3], out _));
        Assert.False(_readings.HasCome(2));
    }

    [Fact]
    public void Readings_of_another_sensor_or_direction_are_strangers()
    {
        Send(20);
        foreach (Readings other in new[]
        {
            new Readings(4, Direction.ToHub), new Readings(3, Direction.ToSensor),
        })
        {
            byte[] stranger = other.Next(20);
            other.Sent(20, 0);
            Assert.Equal(Arrival.Sound, other.Came(stranger, out _));
            Assert.Equal(Arrival.NeverSent, Came(stranger, out _));
        }
    }

    [Fact]
    public void No_two_readings_are_alike()
    {
        var seen = new HashSet<string>();
        for (int who = 0; who < 5; who++)
        {
            foreach (Direction direction in new[] { Direction.ToHub, Direction.ToSensor })
            {
                var readings = new Readings(who, direction);
                for (int i = 0; i < 20; i++)
                {
                    Assert.True(seen.Add(System.Convert.ToHexString(readings.Next(16)[12..])));
                    readings.Sent(16, 0);
                }
            }
        }
    }

    [Fact]
    public void The_moment_of_sending_is_kept()
    {
        _readings.Sent(20, 5);
        _readings.Sent(20, 9);
        Assert.Equal(5, _readings.SentUs(0));
        Assert.Equal(9, _readings.SentUs(1));
    }

    private byte[] Send(int length)
    {
        byte[] octets = _readings.Next(length);
        _readings.Sent(length, 0);
        return octets;
    }

    private Arrival Came(byte[] octets, out int number) => _readings.Came(octets, out number);
}
