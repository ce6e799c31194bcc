// What can be seen of a call from outside, and what never is looked at.

using System;
using System.Linq;
using System.Text;
using nanoPptp.Tool.Hub;
using Simulator.Hub;
using Xunit;

namespace nanoPptp.Tool.Tests.Hub;

public sealed class WatchTests
{
    private const ushort Pap = 0xC023;
    private const ushort Chap = 0xC223;

    [Theory]
    [InlineData("30 01 88 0B 00 04 12 34 00 00 00 01 FF 03 C0 21", 0x1234, 0xC021, "")]
    [InlineData("30 81 88 0B 00 03 00 80 00 00 00 01 00 00 00 07 21 45 00", 128, 0x21, "45 00")]
    [InlineData("30 01 88 0B 00 02 00 80 00 00 00 01 FD 90", 128, 0xFD, "90")]
    [InlineData("20 81 88 0B 00 00 00 80 00 00 00 07", 128, 0, "")]
    [InlineData("30 01 88 0B 00 01 00 80 00 00 00 01 C0", 128, 0, "")]
    public void A_GRE_packet_is_taken_apart(
        string hex, int callId, int protocol, string information)
    {
        Assert.True(GreFrame.TryRead(Octets(hex), out GreFrame frame));
        Assert.Equal(callId, frame.CallId);
        Assert.Equal(protocol, frame.Protocol);
        Assert.Equal(Octets(information), frame.Information.ToArray());
        Assert.Equal(protocol is 0x21 or 0xFD, frame.IsData);
    }

    [Fact]
    public void A_GRE_packet_that_is_cut_off_is_none()
    {
        byte[] whole = Octets("30 81 88 0B 00 03 00 80 00 00 00 01 00 00 00 07 21 45 00");
        for (int length = 0; length < whole.Length; length++)
        {
            Assert.False(GreFrame.TryRead(whole.AsSpan(0, length), out _));
        }

        whole[3] = 0;
        Assert.False(GreFrame.TryRead(whole, out _));
    }

    [Fact]
    public void The_outcome_of_MS_CHAPv2_has_a_name_and_a_number()
    {
        AuthenticationWatch watch = new();
        watch.Received(Chap, Packet(2, [49, .. new byte[49], .. "DESK\\sensor1"u8]));
        AuthenticationOutcome? outcome = watch.Sent(
            Chap, Packet(4, "E=691 R=1 C=00 V=0 M=Access denied"u8.ToArray()));

        Assert.Equal(
            new AuthenticationOutcome(false, "MS-CHAPv2", "DESK\\sensor1", 691), outcome);
    }

    [Fact]
    public void An_outcome_is_told_once()
    {
        AuthenticationWatch watch = new();
        Assert.Null(watch.Sent(Chap, Packet(3, [])));
        watch.Received(Chap, Packet(2, [16, .. new byte[16], .. "sensor1"u8]));
        Assert.Null(watch.Sent(Chap, Packet(1, [])));
        Assert.Equal(
            new AuthenticationOutcome(true, "CHAP-MD5", "sensor1", null),
            watch.Sent(Chap, Packet(3, "Access granted"u8.ToArray())));
        Assert.Null(watch.Sent(Chap, Packet(3, "Access granted"u8.ToArray())));
    }

    [Fact]
    public void Of_PAP_the_name_is_taken_and_the_password_is_not()
    {
        AuthenticationWatch watch = new();
        watch.Received(
            Pap, Packet(1, [7, .. "sensor1"u8, 7, .. "hunter2"u8]));
        AuthenticationOutcome? outcome = watch.Sent(
            Pap, Packet(3, "\x0FLogin incorrect"u8.ToArray()));

        Assert.Equal(new AuthenticationOutcome(false, "PAP", "sensor1", null), outcome);
    }

    [Fact]
    public void A_name_cannot_move_the_cursor_and_has_an_end()
    {
        AuthenticationWatch watch = new();
        watch.Received(
            Chap,
            Packet(
                2, [16, .. new byte[16], 0x1B, .. Encoding.ASCII.GetBytes(new string('x', 999))]));
        string user = watch.Sent(Chap, Packet(3, []))!.User;

        Assert.StartsWith("\\u001bxxx", user, StringComparison.Ordinal);
        Assert.InRange(user.Length, 1, 140);
    }

    [Fact]
    public void Packets_that_are_cut_off_are_passed_over()
    {
        byte[] response = Packet(2, [16, .. new byte[16], .. "sensor1"u8]);
        byte[] request = Packet(1, [7, .. "sensor1"u8, 1, 0]);
        for (int length = 0; length < response.Length; length++)
        {
            AuthenticationWatch watch = new();
            watch.Received(Chap, response.AsSpan(0, length));
            watch.Received(Pap, request.AsSpan(0, int.Min(length, request.Length - 1)));
            Assert.Null(watch.Sent(Chap, Packet(3, [])));
        }
    }

    [Fact]
    public void A_call_is_known_from_its_reply()
    {
        byte[] reply = new byte[32];
        byte[] head = [0, 32, 0, 1, 0x1A, 0x2B, 0x3C, 0x4D, 0, 8, 0, 0, 0x01, 0x80, 0x12, 0x34, 1];
        head.CopyTo(reply, 0);

        Assert.True(CallReply.TryRead(reply, out ushort callId));
        Assert.Equal(0x180, callId);
        Assert.False(CallReply.TryRead(reply.AsSpan(0, 31), out _));
        reply[16] = 4;
        Assert.False(CallReply.TryRead(reply, out _));
    }

    [Fact]
    public void What_goes_to_the_system_has_sound_checksums()
    {
        byte[] target = new byte[100];
        HubDatagram datagram = new(
            Ipv4Address.Parse("10.98.0.100"), 5000, Ipv4Address.Parse("10.98.0.1"), 53, "abc"u8);
        int length = InnerPacket.WriteUdp(target, 7, datagram);

        Assert.Equal(31, length);
        Assert.Equal(0xFFFF, Sum(target[..20]));
        byte[] pseudo = [.. target[12..20], 0, 17, 0, 11];
        Assert.Equal(0xFFFF, Sum([.. pseudo, .. target[20..31]]));
        Assert.Equal("abc"u8.ToArray(), target[28..31]);
        Assert.True(InnerPacket.TryReadDestination(target.AsSpan(0, length), out uint destination));
        Assert.Equal("10.98.0.1", Ipv4Address.ToText(destination));
        Assert.Equal(0, InnerPacket.WriteUdp(target.AsSpan(0, 30), 7, datagram));

        length = InnerPacket.WriteEchoReply(target, 8, 1, 2, 0x1234, 5, "ping!"u8);
        Assert.Equal(33, length);
        Assert.Equal(0xFFFF, Sum(target[..20]));
        Assert.Equal(0xFFFF, Sum(target[20..33]));
        Assert.Equal([0x12, 0x34, 0, 5], target[24..28]);
        Assert.Equal(
            0, InnerPacket.WriteEchoReply(target.AsSpan(0, 32), 8, 1, 2, 0x1234, 5, "ping!"u8));
    }

    [Fact]
    public void A_checksum_that_comes_out_as_zero_is_sent_as_all_ones()
    {
        // The payload is chosen so that everything else adds up to FFFF: zero would say "none".
        byte[] target = new byte[30];
        byte[] payload = new byte[2];
        HubDatagram zero = new(0, 0, 0, 0, payload);
        InnerPacket.WriteUdp(target, 0, zero);
        payload = target[26..28];
        InnerPacket.WriteUdp(target, 0, new HubDatagram(0, 0, 0, 0, payload));

        Assert.Equal([0xFF, 0xFF], target[26..28]);
    }

    private static ushort Sum(byte[] octets)
    {
        uint sum = 0;
        for (int i = 0; i < octets.Length; i++)
        {
            sum += i % 2 == 0 ? (uint)octets[i] << 8 : octets[i];
        }

        while (sum > 0xFFFF)
        {
            sum = (sum & 0xFFFF) + (sum >> 16);
        }

        return (ushort)sum;
    }

    private static byte[] Packet(byte code, byte[] data) =>
        [code, 1, (byte)((data.Length + 4) >> 8), (byte)(data.Length + 4), .. data];

    private static byte[] Octets(string hex) => Convert.FromHexString(
        string.Concat(hex.Where(c => c != ' ')));
}
