// RFC 2637 section 2: golden messages (some of them from real peers), lengths, damage.

using System;
using System.Linq;
using Simulator.Hub;
using Xunit;

namespace Simulator.Tests.Hub.Wire;

public class ControlMessageTests
{
    // Sent by pptp-linux and pptpd.
    private const string RealReply =
        "0020 0001 1a2b3c4d 0008 0000 0000 399d 01 00 0000 00989680 0003 0000 00000000";

    private const string RealClear = "0010 0001 1a2b3c4d 000c 0000 399d 0000";

    [Theory]
    [InlineData(1, 156)]
    [InlineData(2, 156)]
    [InlineData(3, 16)]
    [InlineData(4, 16)]
    [InlineData(5, 16)]
    [InlineData(6, 20)]
    [InlineData(7, 168)]
    [InlineData(8, 32)]
    [InlineData(9, 220)]
    [InlineData(10, 24)]
    [InlineData(11, 28)]
    [InlineData(12, 16)]
    [InlineData(13, 148)]
    [InlineData(14, 40)]
    [InlineData(15, 24)]
    public void Each_type_has_one_length_and_any_other_is_refused(int type, int length)
    {
        byte[] message = ScriptedClient.ControlMessageOf((ushort)type, length, "");
        Assert.Equal(
            ControlVerdict.Complete,
            ControlMessage.Check(message, out ControlType read, out int readLength));
        Assert.Equal((ControlType)type, read);
        Assert.Equal(length, readLength);
        for (int cut = 0; cut < length; cut++)
        {
            Assert.Equal(
                ControlVerdict.NeedMore,
                ControlMessage.Check(message.AsSpan(0, cut), out _, out _));
        }

        foreach (int wrong in (int[])[0, 11, 12, length - 1, length + 1, 65535])
        {
            ScriptedClient.Short(wrong).CopyTo(message, 0);
            Assert.Equal(
                ControlVerdict.BadLength, ControlMessage.Check(message, out _, out _));
        }
    }

    [Fact]
    public void A_wrong_cookie_is_found_before_the_message_is_complete()
    {
        for (int bit = 0; bit < 32; bit++)
        {
            byte[] message = ScriptedClient.StartRequest();
            message[4 + (bit / 8)] ^= (byte)(1 << (bit % 8));
            Assert.Equal(
                ControlVerdict.BadCookie,
                ControlMessage.Check(message.AsSpan(0, 10), out _, out _));
        }
    }

    [Fact]
    public void Unknown_types_and_management_messages_are_skipped_by_their_length()
    {
        byte[] unknown = ScriptedClient.ControlMessageOf(16, 20, "");
        Assert.Equal(
            ControlVerdict.Complete,
            ControlMessage.Check(unknown, out ControlType type, out int length));
        Assert.Equal(ControlType.None, type);
        Assert.Equal(20, length);
        byte[] management = ScriptedClient.ControlMessageOf(1, 20, "");
        management[3] = 2;
        Assert.Equal(
            ControlVerdict.Complete, ControlMessage.Check(management, out type, out length));
        Assert.Equal(ControlType.None, type);
        unknown[1] = 221;
        Assert.Equal(ControlVerdict.BadLength, ControlMessage.Check(unknown, out _, out _));
    }

    [Fact]
    public void A_real_call_reply_is_read_and_written_octet_for_octet()
    {
        byte[] octets = ScriptedClient.Bytes(RealReply);
        var reply = OutgoingCallReply.Read(octets);
        Assert.Equal(
            new OutgoingCallReply(0, 0x399D, 1, 0, 0, 10_000_000, 3, 0, 0), reply);
        AssertWrites(octets, reply.Write);
    }

    [Fact]
    public void A_real_call_clear_is_read_and_written_octet_for_octet()
    {
        byte[] octets = ScriptedClient.Bytes(RealClear);
        var clear = CallClearRequest.Read(octets);
        Assert.Equal(new CallClearRequest(0x399D), clear);
        AssertWrites(octets, clear.Write);
    }

    [Fact]
    public void Start_messages_round_trip_with_names_up_to_their_field()
    {
        string longest = new('h', StartControlConnection.NameLength);
        var start = new StartControlConnection(0x0100, 1, 2, 3, 4, 5, 6, longest, "vendor");
        byte[] octets = ScriptedClient.ControlMessageOf(
            2, 156, "0100 01 02 00000003 00000004 0005 0006");
        octets.AsSpan(28, 64).Fill((byte)'h');
        "vendor"u8.CopyTo(octets.AsSpan(92));
        Assert.Equal(start, StartControlConnection.Read(octets));
        AssertWrites(
            octets, span => start.Write(ControlType.StartControlConnectionReply, span));
        StartControlConnection tooLong = start with { HostName = longest + "x" };
        AssertWrites(
            octets, span => tooLong.Write(ControlType.StartControlConnectionReply, span));
    }

    [Fact]
    public void The_other_messages_round_trip()
    {
        var call = new OutgoingCallRequest(
            0xFFFF, 0x0102, 0x03040506, 0x0708090A, 0x0B0C0D0E, 0x0F101112, 0x1314, 0x1516);
        byte[] octets = ScriptedClient.ControlMessageOf(
            7, 168, "ffff 0102 03040506 0708090a 0b0c0d0e 0f101112 1314 1516");
        Assert.Equal(call, OutgoingCallRequest.Read(octets));
        AssertWrites(octets, call.Write);

        var stop = new StopControlConnection(3, 7);
        octets = ScriptedClient.ControlMessageOf(3, 16, "03 07");
        Assert.Equal(stop, StopControlConnection.Read(octets));
        AssertWrites(
            octets, span => stop.Write(ControlType.StopControlConnectionRequest, span));

        var echo = new ControlEcho(0xFFFFFFFF, 0, 0);
        octets = ScriptedClient.ControlMessageOf(5, 16, "ffffffff");
        Assert.Equal(echo, ControlEcho.ReadRequest(octets));
        AssertWrites(octets, echo.WriteRequest);

        var reply = new ControlEcho(0x01020304, 1, 2);
        octets = ScriptedClient.ControlMessageOf(6, 20, "01020304 01 02");
        Assert.Equal(reply, ControlEcho.ReadReply(octets));
        AssertWrites(octets, reply.WriteReply);

        var notify = new CallDisconnectNotify(0x8000, 4, 5, 0x0607);
        octets = ScriptedClient.ControlMessageOf(13, 148, "8000 04 05 0607");
        Assert.Equal(notify, CallDisconnectNotify.Read(octets));
        AssertWrites(octets, notify.Write);

        var info = new SetLinkInfo(0x0080, 0xFFFFFFFF, 0x00010002);
        octets = ScriptedClient.ControlMessageOf(15, 24, "0080 0000 ffffffff 00010002");
        Assert.Equal(info, SetLinkInfo.Read(octets));
        AssertWrites(octets, info.Write);
    }

    private delegate void Writer(Span<byte> message);

    // What stood in the buffer before must not show, and nothing behind may be touched.
    private static void AssertWrites(byte[] expected, Writer write)
    {
        foreach (byte filler in (byte[])[0x00, 0xA5])
        {
            byte[] buffer = Enumerable.Repeat(filler, expected.Length + 4).ToArray();
            write(buffer.AsSpan());
            Assert.Equal(expected, buffer[..expected.Length]);
            Assert.All(buffer[expected.Length..], octet => Assert.Equal(filler, octet));
        }
    }
}
