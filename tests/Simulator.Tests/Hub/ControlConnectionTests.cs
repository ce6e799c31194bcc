// The control connection when a client is wrong, early, twice or in pieces: RFC 2637 sections 1.4,
// 2 and 3.

using System.Linq;
using Simulator.Hub;
using Xunit;

namespace Simulator.Tests.Hub;

public class ControlConnectionTests
{
    [Fact]
    public void A_stream_without_the_cookie_is_closed_and_not_searched()
    {
        var bench = new HubBench();
        ScriptedClient client = bench.NewClient();
        client.SendTcp([0x00, .. ScriptedClient.StartRequest()]);
        client.ExpectNothing();
        Assert.False(client.TcpEndedByReset);
        Assert.Equal([HubNote.ControlBroken], bench.Notes);
        client.SendTcp(ScriptedClient.StartRequest());
        Assert.Equal([HubNote.ControlBroken, HubNote.UnknownConnection], bench.Notes);
    }

    [Fact]
    public void A_wrong_length_ends_a_session_that_is_up()
    {
        var bench = new HubBench();
        ScriptedClient client = bench.NewClientUp();
        client.SendControl(12, 20, "1267");
        Assert.False(client.TcpEndedByReset);
        Assert.Equal("down ControlBroken", bench.Events[^1]);
    }

    [Fact]
    public void Nothing_behind_the_message_that_closes_is_looked_at()
    {
        var bench = new HubBench();
        ScriptedClient client = bench.NewClient();
        client.SendTcp(
        [
            .. ScriptedClient.StartRequest(),
            .. ScriptedClient.ControlMessageOf(3, 16, "01"),
            .. client.CallRequest(),
        ]);
        client.ExpectControl("Start-Control-Connection-Reply *");
        client.ExpectControl("Stop-Control-Connection-Reply result 1");
        client.ExpectNothing();
        Assert.Equal(0, bench.Hub.SessionCount);
    }

    [Theory]
    [InlineData(0x00FF, 5)]
    [InlineData(0x0100, 1)]
    [InlineData(0x0200, 1)]
    public void Older_versions_are_refused_and_newer_ones_answered_with_ours(
        int version, int result)
    {
        var bench = new HubBench();
        ScriptedClient client = bench.NewClient();
        byte[] request = ScriptedClient.StartRequest();
        ScriptedClient.Short(version).CopyTo(request, 12);
        client.SendTcp(request);
        client.ExpectControl(
            $"Start-Control-Connection-Reply result {result} version 1.0 host \"hub\" *");
        Assert.Equal(result == 5 ? false : null, client.TcpEndedByReset);
    }

    [Fact]
    public void A_second_start_request_is_told_so()
    {
        var bench = new HubBench();
        ScriptedClient client = bench.NewClientUp();
        client.SendTcp(ScriptedClient.StartRequest());
        client.ExpectControl("Start-Control-Connection-Reply result 3 *");
        Assert.True(bench.LastSession!.IsUp);
    }

    [Fact]
    public void A_second_call_is_refused_and_does_not_disturb_the_first()
    {
        var bench = new HubBench();
        ScriptedClient client = bench.NewClientUp();
        client.SendTcp(client.CallRequest());
        client.ExpectControl("Outgoing-Call-Reply call 0 peer 4711 result 2 error 4 *");
        Assert.True(bench.LastSession!.IsUp);
        Assert.Equal(1, bench.Hub.SessionCount);
    }

    [Fact]
    public void Call_messages_before_the_start_are_ignored()
    {
        var bench = new HubBench();
        ScriptedClient client = bench.NewClient();
        client.SendTcp(client.CallRequest());
        client.SendControl(12, 16, "1267");
        client.SendControl(15, 24, "0000 0000 ffffffff ffffffff");
        client.ExpectNothing();
        Assert.Equal(Enumerable.Repeat(HubNote.ControlUnexpected, 3), bench.Notes);
        client.StartAndCall();
    }

    [Fact]
    public void Link_info_errors_and_incoming_calls_are_counted_only()
    {
        var bench = new HubBench();
        ScriptedClient client = bench.NewClientUp();
        client.SendControl(15, 24, "0000 0000 ffffffff ffffffff");
        client.SendControl(15, 24, "0001 0000 ffffffff ffffffff");
        client.SendControl(14, 40, "0000");
        client.SendControl(9, 220, "");
        client.SendControl(99, 64, "");
        client.ExpectNothing();
        Assert.Equal(
            [
                HubNote.SetLinkInfo,
                HubNote.CallIdMismatch,
                HubNote.WanError,
                HubNote.ControlUnexpected,
                HubNote.ControlUnexpected,
            ],
            bench.Notes);
        Assert.Equal(2, bench.Hub.CountOf(HubNote.ControlUnexpected));
        Assert.True(bench.LastSession!.IsUp);
    }

    [Fact]
    public void Every_way_to_cut_the_first_messages_in_two_gives_the_same_answers()
    {
        byte[] stream =
        [
            .. ScriptedClient.StartRequest(),
            .. ScriptedClient.ControlMessageOf(5, 16, "00000007"),
            .. ScriptedClient.ControlMessageOf(3, 16, "01"),
        ];
        for (int cut = 0; cut <= stream.Length; cut++)
        {
            var bench = new HubBench();
            ScriptedClient client = bench.NewClient();
            client.SendTcp(stream[..cut]);
            if (cut < stream.Length)
            {
                client.SendTcp(stream[cut..]);
            }

            client.ExpectControl("Start-Control-Connection-Reply result 1 *");
            client.ExpectControl("Echo-Reply id 7 result 1");
            client.ExpectControl("Stop-Control-Connection-Reply result 1");
            client.ExpectNothing();
            Assert.Empty(bench.Notes);
        }
    }
}
