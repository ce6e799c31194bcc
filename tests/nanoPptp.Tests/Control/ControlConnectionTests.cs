// The control connection machine (RFC 2637 s.3.1): start, keep alive, stop.

using System;
using nanoPptp.Control;
using nanoPptp.Diagnostics;
using nanoPptp.Tests.Support;
using nanoPptp.Wire;
using Xunit;

namespace nanoPptp.Tests.Control;

public sealed class ControlConnectionTests
{
    private const int Minute = 60000;

    private readonly ControlBench _hub = new();

    private ControlConnection Connection => _hub.Connection;

    [Fact]
    public void C01_The_start_request_is_the_first_word_and_a_good_reply_establishes()
    {
        Connection.Start("board-7", "nanoPptp", 0);
        byte[] request = _hub.Reads();
        Assert.Equal("Start-Control-Connection-Request", ControlOctets.NameOf(request));
        Assert.Equal(156, request.Length);
        _hub.ExpectNothing();
        Assert.False(Connection.IsEstablished);
        Assert.Equal(ControlConnection.Established, _hub.Sends(ControlOctets.StartReply()));
        Assert.True(Connection.IsEstablished);
        _hub.ExpectNothing();
    }

    [Theory]
    [InlineData(0, 0, 0x000)]
    [InlineData(2, 6, 0x206)]
    [InlineData(3, 0, 0x300)]
    [InlineData(4, 0, 0x400)]
    [InlineData(5, 0, 0x500)]
    [InlineData(255, 255, 0xFFFF)]
    public void C04_A_refused_start_tells_result_and_error(int result, int error, int detail)
    {
        Connection.Start("h", "v", 0);
        Assert.Equal(
            ControlConnection.Failed, _hub.Sends(ControlOctets.StartReply(result, error)));
        Assert.Equal(Reason.StartRefused, Connection.FailReason);
        Assert.Equal(detail, Connection.FailDetail);
        Assert.False(Connection.IsEstablished);
    }

    [Theory]
    [InlineData(0x0000)]
    [InlineData(0x0001)]
    [InlineData(0x0101)]
    [InlineData(0x0200)]
    [InlineData(0xFFFF)]
    public void C04_Another_version_fails_and_is_told(int version)
    {
        Connection.Start("h", "v", 0);
        Assert.Equal(
            ControlConnection.Failed, _hub.Sends(ControlOctets.StartReply(version: version)));
        Assert.Equal(Reason.BadVersion, Connection.FailReason);
        Assert.Equal(version, Connection.FailDetail);
    }

    [Fact]
    public void C04_Another_version_is_answered_with_a_stop_request_that_says_so()
    {
        Connection.Start("h", "v", 0);
        _hub.Reads();
        _hub.Sends(ControlOctets.StartReply(version: 0x0200));
        _hub.Expects("0010 0001 1a2b3c4d 0003 0000 02 00 0000");
    }

    [Fact]
    public void C06_Without_a_reply_the_start_fails_after_60_seconds()
    {
        Connection.Start("h", "v", 0);
        Assert.Empty(_hub.Advance(Minute - 1));
        Assert.Equal([ControlConnection.Failed], _hub.Advance(1));
        Assert.Equal(Reason.StartTimeout, Connection.FailReason);
        Assert.Empty(_hub.Advance(10 * Minute));
    }

    [Fact]
    public void C07_After_60_seconds_of_silence_an_echo_request_leaves()
    {
        _hub.Established();
        Assert.Empty(_hub.Advance(Minute - 1));
        _hub.ExpectNothing();
        _hub.Advance(1);
        byte[] echo = _hub.Reads();
        Assert.Equal("Echo-Request", ControlOctets.NameOf(echo));
        _hub.ExpectNothing();
    }

    [Fact]
    public void C07_Any_message_of_the_hub_puts_the_echo_off()
    {
        _hub.Established();
        _hub.Advance(Minute - 1);
        _hub.Sends(ControlOctets.EchoReply(99));
        _hub.Advance(Minute - 1);
        _hub.ExpectNothing();
        _hub.Advance(1);
        Assert.Equal("Echo-Request", ControlOctets.NameOf(_hub.Reads()));
    }

    [Fact]
    public void C07_The_matching_reply_keeps_the_connection_for_another_minute()
    {
        _hub.Established();
        for (int round = 0; round < 5; round++)
        {
            Assert.Empty(_hub.Advance(Minute));
            byte[] echo = _hub.Reads();
            Assert.Equal("Echo-Request", ControlOctets.NameOf(echo));
            Assert.Empty(_hub.Advance(Minute - 1));
            _hub.Sends(ControlOctets.EchoReply(Octets.Number(echo.AsSpan(12, 4))));
            _hub.ExpectNothing();
        }

        Assert.True(Connection.IsEstablished);
    }

    [Fact]
    public void C07_Without_a_reply_the_connection_fails_after_another_60_seconds()
    {
        _hub.Established();
        _hub.Advance(Minute);
        _hub.Reads();
        Assert.Empty(_hub.Advance(Minute - 1));
        Assert.Equal([ControlConnection.Failed], _hub.Advance(1));
        Assert.Equal(Reason.ControlEchoTimeout, Connection.FailReason);
        _hub.ExpectNothing();
    }

    [Fact]
    public void C07_A_reply_with_another_identifier_does_not_count()
    {
        _hub.Established();
        _hub.Advance(Minute);
        uint identifier = Octets.Number(_hub.Reads().AsSpan(12, 4));
        _hub.Advance(Minute - 1);
        _hub.Sends(ControlOctets.EchoReply(identifier + 1));
        Assert.Equal(1, _hub.Counters.Get(Reason.ControlIgnored));
        Assert.Equal([ControlConnection.Failed], _hub.Advance(1));
    }

    [Fact]
    public void C07_Each_echo_has_an_identifier_of_its_own()
    {
        _hub.Established();
        _hub.Advance(Minute);
        uint first = Octets.Number(_hub.Reads().AsSpan(12, 4));
        _hub.Sends(ControlOctets.EchoReply(first));
        _hub.Advance(Minute);
        uint second = Octets.Number(_hub.Reads().AsSpan(12, 4));
        Assert.NotEqual(first, second);
        _hub.Sends(ControlOctets.EchoReply(first));
        Assert.Equal([ControlConnection.Failed], _hub.Advance(Minute));
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(1u)]
    [InlineData(255u)]
    [InlineData(256u)]
    [InlineData(65535u)]
    [InlineData(uint.MaxValue)]
    public void C07_Every_echo_request_is_answered_with_its_identifier_and_result_1(uint identifier)
    {
        _hub.Established();
        _hub.Sends(ControlOctets.EchoRequest(identifier));
        _hub.Expects("0014 0001 1a2b3c4d 0006 0000" + identifier.ToString("x8") + "01 00 0000");
    }

    [Fact]
    public void A_flood_of_echo_requests_is_answered_as_long_as_there_is_room()
    {
        _hub.Established();
        for (uint i = 0; i < 100; i++)
        {
            Assert.Equal(ControlConnection.Nothing, _hub.Sends(ControlOctets.EchoRequest(i)));
        }

        for (uint i = 0; i < 22; i++)
        {
            Assert.Equal(i, Octets.Number(_hub.Reads().AsSpan(12, 4)));
        }

        _hub.ExpectNothing();
        Assert.Equal(78, _hub.Counters.Get(Reason.ControlOutputFull));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void C15_A_stop_request_is_answered_and_ends_the_connection(int reason)
    {
        _hub.Established();
        Assert.Equal(ControlConnection.Failed, _hub.Sends(ControlOctets.StopRequest(reason)));
        Assert.Equal(Reason.StoppedByHub, Connection.FailReason);
        Assert.Equal(reason, Connection.FailDetail);
        _hub.Expects("0010 0001 1a2b3c4d 0004 0000 01 00 0000");
        Assert.False(Connection.IsEstablished);
        Assert.Empty(_hub.Advance(10 * Minute));
        _hub.ExpectNothing();
    }

    [Fact]
    public void C15_A_stop_request_instead_of_the_start_reply_is_answered_too()
    {
        Connection.Start("h", "v", 0);
        _hub.Reads();
        Assert.Equal(ControlConnection.Failed, _hub.Sends(ControlOctets.StopRequest()));
        Assert.Equal("Stop-Control-Connection-Reply", ControlOctets.NameOf(_hub.Reads()));
    }

    [Fact]
    public void C14_Our_stop_request_waits_two_seconds_for_the_reply()
    {
        _hub.Established();
        Connection.Stop(StopControlConnection.ReasonNone, _hub.NowMs);
        _hub.Expects("0010 0001 1a2b3c4d 0003 0000 01 00 0000");
        Assert.Empty(_hub.Advance(1999));
        Assert.Equal([ControlConnection.Stopped], _hub.Advance(1));
        Assert.Empty(_hub.Advance(Minute));
    }

    [Fact]
    public void C14_The_stop_reply_ends_the_wait()
    {
        _hub.Established();
        Connection.Stop(StopControlConnection.ReasonNone, _hub.NowMs);
        Assert.Equal(ControlConnection.Stopped, _hub.Sends(ControlOctets.StopReply()));
        Assert.Empty(_hub.Advance(Minute));
    }

    [Fact]
    public void Two_stop_requests_that_cross_end_the_connection_once()
    {
        _hub.Established();
        Connection.Stop(StopControlConnection.ReasonNone, _hub.NowMs);
        _hub.Reads();
        Assert.Equal(ControlConnection.Stopped, _hub.Sends(ControlOctets.StopRequest()));
        Assert.Equal("Stop-Control-Connection-Reply", ControlOctets.NameOf(_hub.Reads()));
        Assert.Equal(ControlConnection.Nothing, _hub.Sends(ControlOctets.StopReply()));
    }

    [Fact]
    public void Messages_in_the_wrong_state_are_counted_and_change_nothing()
    {
        _hub.Established();
        Assert.Equal(ControlConnection.Nothing, _hub.Sends(ControlOctets.StartReply()));
        Assert.Equal(ControlConnection.Nothing, _hub.Sends(ControlOctets.StartReply(2)));
        Assert.Equal(ControlConnection.Nothing, _hub.Sends(ControlOctets.StopReply()));
        Assert.Equal(ControlConnection.Nothing, _hub.Sends(ControlOctets.EchoReply(0)));
        Assert.Equal(4, _hub.Counters.Get(Reason.ControlIgnored));
        Assert.True(Connection.IsEstablished);
        _hub.ExpectNothing();
    }

    [Theory]
    [InlineData(int.MaxValue - 30000)]
    [InlineData(-30000)]
    public void C91_The_timers_hold_across_the_wrap_of_the_clock(int nowMs)
    {
        var hub = new ControlBench(nowMs);
        hub.Established();
        Assert.Empty(hub.Advance(Minute));
        Assert.Equal("Echo-Request", ControlOctets.NameOf(hub.Reads()));
        Assert.Empty(hub.Advance(Minute - 1));
        Assert.Equal([ControlConnection.Failed], hub.Advance(1));
    }
}
