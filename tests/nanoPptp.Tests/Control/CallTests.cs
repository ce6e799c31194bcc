// The outgoing call machine (RFC 2637 s.3.2).

using System.Collections.Generic;
using nanoPptp.Control;
using nanoPptp.Diagnostics;
using nanoPptp.Memory;
using nanoPptp.Tests.Support;
using Xunit;

namespace nanoPptp.Tests.Control;

public sealed class CallTests
{
    private const int HubCallId = 0x1234;

    private readonly ControlBench _hub = new();

    private Call Call => _hub.Call;

    [Fact]
    public void C09_The_request_names_our_call_and_our_window()
    {
        Call.Dial(0xBEEF, 0);
        byte[] request = _hub.Reads();
        Assert.Equal("Outgoing-Call-Request", ControlOctets.NameOf(request));
        Assert.Equal(0xBEEF, ControlOctets.U16(request, 12));
        Assert.Equal(Limits.ReceiveSlotCount, ControlOctets.U16(request, 32));
        Assert.Equal(0, ControlOctets.U16(request, 34));
        Assert.All(request[36..], octet => Assert.Equal(0, octet));
        Assert.True(Call.IsWaitingForReply);
    }

    [Fact]
    public void C09_The_call_id_is_never_zero_and_never_that_of_the_call_before()
    {
        var seen = new List<int>();
        foreach (int random in new[] { 0, 0, 1, 1, 0x10000, 0xFFFF, 0xFFFF, 0xFFFF, -1, 0 })
        {
            Call.Dial(random, 0);
            int callId = ControlOctets.U16(_hub.Reads(), 12);
            Assert.NotEqual(0, callId);
            Assert.Equal(Call.CallId, callId);
            if (seen.Count > 0)
            {
                Assert.NotEqual(seen[^1], callId);
            }

            seen.Add(callId);
            Call.Reset();
        }
    }

    [Fact]
    public void C09_The_serial_number_rises_with_every_call()
    {
        Call.Dial(1, 0);
        int first = ControlOctets.U16(_hub.Reads(), 14);
        Call.Reset();
        Call.Dial(2, 0);
        Assert.Equal(first + 1, ControlOctets.U16(_hub.Reads(), 14));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(65535)]
    public void C10_C12_The_hubs_call_id_may_be_anything_even_zero(int hubCallId)
    {
        Call.Dial(7, 0);
        _hub.Reads();
        Assert.Equal(
            Outcome.Connected, _hub.SendsToCall(ControlOctets.OutgoingCallReply(hubCallId, 7)));
        Assert.True(Call.IsConnected);
        Assert.Equal(hubCallId, Call.PeerCallId);
        _hub.Expects(
            "0018 0001 1a2b3c4d 000f 0000" + hubCallId.ToString("x4") + "0000 ffffffff ffffffff");
        _hub.ExpectNothing();
    }

    [Fact]
    public void C10_A_reply_for_another_call_is_counted_and_ignored()
    {
        Call.Dial(7, 0);
        Assert.Equal(
            Outcome.Nothing, _hub.SendsToCall(ControlOctets.OutgoingCallReply(HubCallId, 8)));

        // Call ID and peer's call ID swapped: the classic mistake.
        Assert.Equal(
            Outcome.Nothing, _hub.SendsToCall(ControlOctets.OutgoingCallReply(7, HubCallId)));
        Assert.Equal(2, _hub.Counters.Get(Reason.WrongCallId));
        Assert.True(Call.IsWaitingForReply);
    }

    [Theory]
    [InlineData(0, 0, 0x000)]
    [InlineData(2, 6, 0x206)]
    [InlineData(3, 0, 0x300)]
    [InlineData(4, 0, 0x400)]
    [InlineData(5, 0, 0x500)]
    [InlineData(6, 0, 0x600)]
    [InlineData(7, 0, 0x700)]
    public void C11_A_refused_call_tells_result_and_error(int result, int error, int detail)
    {
        Call.Dial(7, 0);
        _hub.Reads();
        Assert.Equal(
            Outcome.Failed,
            _hub.SendsToCall(ControlOctets.OutgoingCallReply(0, 7, result, error)));
        Assert.Equal(Reason.CallRefused, Call.FailReason);
        Assert.Equal(detail, Call.FailDetail);
        Assert.False(Call.IsConnected);
        _hub.ExpectNothing();
    }

    [Fact]
    public void C06_Without_a_reply_the_call_fails_after_60_seconds()
    {
        Call.Dial(7, 0);
        Assert.Empty(_hub.Advance(59999));
        Assert.Equal([Outcome.Failed], _hub.Advance(1));
        Assert.Equal(Reason.CallTimeout, Call.FailReason);
    }

    [Fact]
    public void A_second_reply_changes_nothing()
    {
        Connected();
        Assert.Equal(
            Outcome.Nothing, _hub.SendsToCall(ControlOctets.OutgoingCallReply(99, 7)));
        Assert.Equal(
            Outcome.Nothing, _hub.SendsToCall(ControlOctets.OutgoingCallReply(99, 7, 2)));
        Assert.Equal(HubCallId, Call.PeerCallId);
        Assert.True(Call.IsConnected);
        Assert.Equal(2, _hub.Counters.Get(Reason.ControlIgnored));
    }

    [Theory]
    [InlineData(HubCallId)]
    [InlineData(7)]
    public void C13_A_disconnect_notify_with_either_call_id_ends_the_call(int callId)
    {
        Connected();
        Assert.Equal(
            Outcome.Failed, _hub.SendsToCall(ControlOctets.CallDisconnectNotify(callId, 3)));
        Assert.Equal(Reason.CallDisconnected, Call.FailReason);
        Assert.Equal(3, Call.FailDetail);
        Assert.False(Call.IsConnected);
    }

    [Fact]
    public void C13_A_disconnect_notify_for_another_call_is_counted_and_ignored()
    {
        Connected();
        Assert.Equal(
            Outcome.Nothing, _hub.SendsToCall(ControlOctets.CallDisconnectNotify(0x3412)));
        Assert.Equal(
            Outcome.Nothing, _hub.SendsToCall(ControlOctets.CallDisconnectNotify(0)));
        Assert.Equal(2, _hub.Counters.Get(Reason.WrongCallId));
        Assert.True(Call.IsConnected);
    }

    [Fact]
    public void C13_Before_the_reply_only_our_call_id_matches()
    {
        Call.Dial(7, 0);
        Assert.Equal(Outcome.Nothing, _hub.SendsToCall(ControlOctets.CallDisconnectNotify(0)));
        Assert.Equal(Outcome.Failed, _hub.SendsToCall(ControlOctets.CallDisconnectNotify(7, 2)));
        Assert.Equal(Reason.CallDisconnected, Call.FailReason);
        Assert.Equal(2, Call.FailDetail);
    }

    [Fact]
    public void Without_a_call_a_disconnect_notify_is_counted_and_ignored()
    {
        Assert.Equal(Outcome.Nothing, _hub.SendsToCall(ControlOctets.CallDisconnectNotify(0)));
        Assert.Equal(1, _hub.Counters.Get(Reason.WrongCallId));
    }

    [Theory]
    [InlineData(HubCallId)]
    [InlineData(7)]
    public void C14_Our_clear_request_carries_our_call_id_and_the_notify_clears(int callId)
    {
        Connected();
        Call.Clear(_hub.NowMs);
        _hub.Expects("0010 0001 1a2b3c4d 000c 0000 0007 0000");
        Assert.False(Call.IsConnected);
        Assert.Equal(
            Outcome.Cleared, _hub.SendsToCall(ControlOctets.CallDisconnectNotify(callId)));
        Assert.Empty(_hub.Advance(60000));
    }

    [Fact]
    public void C14_Without_a_notify_the_call_is_cleared_after_two_seconds()
    {
        Connected();
        Call.Clear(_hub.NowMs);
        Assert.Empty(_hub.Advance(1999));
        Assert.Equal([Outcome.Cleared], _hub.Advance(1));
    }

    [Fact]
    public void Other_messages_about_calls_are_counted_and_ignored()
    {
        Connected();
        Assert.Equal(Outcome.Nothing, _hub.SendsToCall(ControlOctets.IncomingCallRequest(5)));
        Assert.Equal(Outcome.Nothing, _hub.SendsToCall(ControlOctets.WanErrorNotify(7)));
        Assert.Equal(Outcome.Nothing, _hub.SendsToCall(ControlOctets.CallClearRequest(7)));
        Assert.Equal(3, _hub.Counters.Get(Reason.ControlIgnored));
        Assert.True(Call.IsConnected);
    }

    private static class Outcome
    {
        internal const int Nothing = nanoPptp.Control.Call.Nothing;
        internal const int Connected = nanoPptp.Control.Call.Connected;
        internal const int Cleared = nanoPptp.Control.Call.Cleared;
        internal const int Failed = nanoPptp.Control.Call.Failed;
    }

    private void Connected()
    {
        Call.Dial(7, _hub.NowMs);
        _hub.Reads();
        _hub.SendsToCall(ControlOctets.OutgoingCallReply(HubCallId, 7));
        _hub.Reads();
        Assert.True(Call.IsConnected);
    }
}
