// The map of the arena: slices follow each other without gap or overlap, and each is as long as
// what lives in it.

using System.Collections.Generic;
using System.Linq;
using nanoPptp.Memory;
using nanoPptp.Wire;
using Xunit;

namespace nanoPptp.Tests.Memory;

public sealed class ArenaMapTests
{
    private static readonly (string Name, int Offset, int Length)[] s_slices =
    [
        ("receive slots", ArenaMap.ReceiveSlots, 6 * 1500),
        ("send", ArenaMap.Send, ArenaMap.SendLength),
        ("frames", ArenaMap.Frames, 4 * 284),
        ("control output", ArenaMap.ControlOutput, 440),
        ("control input", ArenaMap.ControlInput, 220),
        ("acknowledgment", ArenaMap.Acknowledgment, ArenaMap.AcknowledgmentLength),
        ("request", ArenaMap.Request, ArenaMap.RequestLength),
        ("acks", ArenaMap.Acks, 3 * 32),
        ("early request", ArenaMap.EarlyRequest, 32),
        ("secrets", ArenaMap.Secrets, ArenaMap.SecretsLength),
        ("password", ArenaMap.Password, Limits.PasswordOctets),
        ("CHAP-MD5's response", ArenaMap.ChapMd5Response, ArenaMap.ChapMd5ResponseLength),
    ];

    [Fact]
    public void Slices_follow_each_other_and_sum_up_to_the_arena()
    {
        int end = 0;
        foreach ((string name, int offset, int length) in s_slices)
        {
            Assert.True(offset == end, $"{name} begins at {offset}, not at {end}");
            Assert.True(length > 0, name);
            end += length;
        }

        Assert.Equal(ArenaMap.Length, end);
    }

    [Fact]
    public void No_octet_belongs_to_two_slices_and_none_to_nobody()
    {
        var owners = new int[ArenaMap.Length];
        foreach ((_, int offset, int length) in s_slices)
        {
            for (int i = offset; i < offset + length; i++)
            {
                owners[i]++;
            }
        }

        Assert.All(owners, count => Assert.Equal(1, count));
    }

    [Fact]
    public void A_receive_slot_holds_the_longest_outer_packet()
    {
        Assert.Equal(
            Limits.ReceiveSlotLength,
            20 + EnhancedGre.MaximumHeaderLength + PppFrame.LongHeaderLength
                + MppeHeader.Length + 2 + Limits.MaximumMtu + 4);
    }

    [Fact]
    public void The_send_slice_holds_the_longest_packet_and_every_header_in_front_of_it()
    {
        int headers = EnhancedGre.MaximumHeaderLength + PppFrame.LongHeaderLength
            + MppeHeader.Length + 2;
        Assert.Equal(24, headers);
        Assert.True(Limits.SendHeadroom >= headers);
        Assert.True(ArenaMap.SendLength >= headers + Limits.MaximumMtu);
    }

    [Fact]
    public void A_frame_slot_holds_the_longest_request_and_the_longest_response()
    {
        // Code to length 4, two lengths, the longest name, the longest password.
        Assert.True(FrameQueue.PacketCapacity
            >= 4 + 2 + Limits.UserNameLength + Limits.PasswordOctets);

        // Code to length 4, value size 1, value 49, the longest name.
        Assert.True(FrameQueue.PacketCapacity >= 4 + 1 + 49 + Limits.UserNameLength);
    }

    [Fact]
    public void The_control_slices_hold_the_longest_message_and_our_two_longest()
    {
        Assert.Equal(220, ControlHeader.MaximumLength);
        Assert.True(Limits.ControlInputLength >= ControlHeader.MaximumLength);
        Assert.True(Limits.ControlOutputLength >= 156 + 168);
    }

    [Fact]
    public void The_longest_outer_packet_that_we_send_fits_a_path_of_1500()
    {
        IEnumerable<int> parts = [20, 16, 4, 2, 2, Limits.MaximumMtu];
        Assert.True(parts.Sum() <= 1500);
    }
}
