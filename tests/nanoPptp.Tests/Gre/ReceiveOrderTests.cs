// In which order received packets take effect (RFC 2637 s.4.2 and 4.3), some of them forged.

using System;
using System.Linq;
using nanoPptp.Gre;
using nanoPptp.Memory;
using Xunit;

namespace nanoPptp.Tests.Gre;

public sealed class ReceiveOrderTests
{
    private const int Now = ReceiveOrder.Now;
    private const int Ahead = ReceiveOrder.Ahead;
    private const int Late = ReceiveOrder.Late;
    private const int Jump = ReceiveOrder.Jump;

    private readonly ReceiveOrder _order = new();

    [Theory]
    [InlineData(0u)]
    [InlineData(1u)]
    [InlineData(255u)]
    [InlineData(0x7FFFFFFFu)]
    [InlineData(0x80000000u)]
    [InlineData(0xFFFFFFFFu)]
    public void C24_Whatever_number_comes_first_is_the_first(uint first)
    {
        Assert.Equal(Now, Control(first));
        Assert.Equal(Late, Control(first));
        Assert.Equal(Now, Control(first + 1));
        Assert.Equal(Late, Control(first));
    }

    [Fact]
    public void C28_Numbers_are_compared_across_the_wrap()
    {
        Control(0xFFFFFFFE);
        Assert.Equal(Now, Control(0xFFFFFFFF));
        Assert.Equal(Ahead, Place(1));
        Assert.Equal(Now, Control(0));
        Assert.Equal(Now, Control(1));
        Assert.Equal(Late, Place(0xFFFFFFFF));
    }

    [Fact]
    public void C29_Number_one_is_no_exception_once_the_stream_runs()
    {
        Control(500);
        Assert.Equal(Jump, Place(1));
        Assert.Equal(Now, Control(501));
    }

    [Theory]
    [InlineData(1, Now)]
    [InlineData(2, Ahead)]
    [InlineData(32, Ahead)]
    [InlineData(33, Jump)]
    [InlineData(int.MaxValue, Jump)]
    [InlineData(int.MinValue, Jump)]
    [InlineData(-32, Jump)]
    [InlineData(-31, Late)]
    [InlineData(0, Late)]
    public void C30_What_cannot_be_judged_moves_the_number_by_a_window_at_most(int step, int place)
    {
        Control(1000);
        Assert.Equal(place, Place(unchecked(1000u + (uint)step)));
    }

    [Theory]
    [InlineData(5000u)]
    [InlineData(10u)]
    [InlineData(0x80000000u)]
    public void C30_A_second_packet_that_goes_on_from_the_first_is_believed(uint far)
    {
        Control(1000);
        Assert.Equal(Jump, Place(far));
        Assert.Equal(Jump, Place(far));
        Assert.Equal(Jump, Place(far + 33));
        Assert.Equal(Now, Control(far + 34));
        Assert.Equal(Now, Control(far + 35));
    }

    [Fact]
    public void C30_A_genuine_packet_between_two_forged_ones_takes_their_word()
    {
        Control(1000);
        Assert.Equal(Jump, Place(5000));
        Assert.Equal(Now, Control(1001));
        Assert.Equal(Jump, Place(5001));
    }

    [Theory]
    [InlineData(1, Now)]
    [InlineData(2, Ahead)]
    [InlineData(32, Ahead)]
    [InlineData(33, Now)]
    [InlineData(int.MaxValue, Now)]
    [InlineData(0, Now)]
    [InlineData(-1, Now)]
    [InlineData(int.MinValue, Now)]
    public void A_frame_that_is_judged_waits_for_others_and_is_late_only_by_its_count(int step, int place)
    {
        _order.AcceptData(1000);
        Assert.Equal(place, PlaceData(unchecked(1000u + (uint)step)));
        Assert.Equal(step <= 0, _order.IsOvertaken(unchecked(1000 + step)));
    }

    [Fact]
    public void Forged_control_packets_make_no_genuine_frame_late()
    {
        _order.AcceptData(1000);
        Assert.Equal(Ahead, Place(1032));
        _order.Accept(1032);
        for (uint number = 1001; number <= 1040; number++)
        {
            Assert.Equal(Now, PlaceData(number));
            _order.AcceptData((int)number);
            Assert.Equal((int)number, _order.Last);
        }
    }

    [Fact]
    public void A_frame_that_was_refused_moves_nothing()
    {
        _order.AcceptData(1000);
        _order.Doubt(int.MaxValue);
        Assert.Equal(1000, _order.Last);
        Assert.Equal(Now, PlaceData(1001));
        Assert.Equal(Now, Control(1001));
    }

    [Fact]
    public void Refused_frames_of_the_hub_lead_to_its_next_control_packet()
    {
        _order.AcceptData(1000);
        _order.Doubt(1300);
        Assert.Equal(Now, Control(1301));
    }

    [Theory]
    [InlineData(int.MinValue, 32)]
    [InlineData(-1, 32)]
    [InlineData(0, 32)]
    [InlineData(1, 33)]
    [InlineData(2, 34)]
    [InlineData(223, 255)]
    [InlineData(224, 256)]
    [InlineData(225, 256)]
    [InlineData(int.MaxValue, 256)]
    public void C30_The_count_may_jump_by_the_step_and_32_and_by_256_in_all(int step, int limit)
    {
        Assert.Equal(256, _order.JumpLimit(1));
        _order.AcceptData(77);
        Assert.Equal(limit, _order.JumpLimit(unchecked(77 + step)));
        _order.ForgetData();
        Assert.Equal(256, _order.JumpLimit(78));
    }

    [Fact]
    public void Reset_begins_a_new_call()
    {
        _order.AcceptData(1000);
        _order.Doubt(9);
        _order.Reset();
        Assert.Equal(Now, Control(7));
        Assert.Equal(Late, Place(7));
    }

    [Fact]
    public void What_is_in_order_is_in_order_whatever_is_forged_between()
    {
        var random = new Random(2637);
        _order.AcceptData(0);
        int genuine = 0;
        foreach (int _ in Enumerable.Range(0, 50000))
        {
            genuine++;
            for (int forged = random.Next(3); forged > 0; forged--)
            {
                int number = genuine + (random.Next(4) == 0 ? random.Next() : random.Next(-40, 40));
                if (random.Next(2) == 0)
                {
                    if (_order.Place(number, isData: false) is Now or Ahead)
                    {
                        _order.Accept(number);
                    }
                }
                else if (_order.Place(number, isData: true) != Late)
                {
                    _order.Doubt(number);
                }
            }

            Assert.NotEqual(Late, _order.Place(genuine, isData: true));
            _order.AcceptData(genuine);
        }
    }

    [Fact]
    public void A_new_call_knows_nothing_of_the_numbers_of_the_last_one()
    {
        _order.AcceptData(1000);
        _order.Reset();
        Assert.Equal(Now, Control(5));
        Assert.Equal(Now, PlaceData(6));
    }

    [Fact]
    public void Behind_a_refused_frame_only_the_next_number_is_next()
    {
        Control(10);
        _order.Doubt(12);
        Assert.Equal(Ahead, Place(14));
        Assert.Equal(Now, Place(13));
    }

    [Fact]
    public void What_goes_on_from_a_jump_may_be_a_window_away_from_it()
    {
        Control(10);
        Assert.Equal(Jump, Place(100000));
        Assert.Equal(Now, Place(100000 + Limits.SequenceWindow));
        Assert.Equal(Jump, Place(100000 + Limits.SequenceWindow + 1));
    }

    private int Place(uint number) => _order.Place(unchecked((int)number), isData: false);

    private int PlaceData(uint number) => _order.Place(unchecked((int)number), isData: true);

    /// <summary>A control packet comes, and takes effect if its time is now.</summary>
    private int Control(uint number)
    {
        int place = Place(number);
        if (place == Now)
        {
            _order.Accept(unchecked((int)number));
        }

        return place;
    }
}
