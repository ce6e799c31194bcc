// What still counts at the end, and what does not: packets that wait when TCP ends, packets that
// come while the link closes, octets that nobody takes any more, addresses afterwards.

using System.Linq;
using System.Text;
using nanoPptp.Client;
using nanoPptp.Diagnostics;
using nanoPptp.Tests.Support;
using Xunit;

namespace nanoPptp.Tests.Client;

public sealed class LastWordsTests : FailureBench
{
    [Theory]
    [InlineData(Stage.Authentication)]
    [InlineData(Stage.Ccp)]
    [InlineData(Stage.Ipcp)]
    [InlineData(Stage.Up)]
    public void Nothing_but_lcp_passes_while_the_link_closes(Stage stage)
    {
        Reach(stage);
        Hub.On.Remove("LCP Terminate-Request");
        Tunnel.Client.Close(Tunnel.NowMs);
        Tunnel.Pump();
        Assert.Equal("LCP Terminate-Request", Hub.Log[^1]);
        byte[] terminate = Hub.LastMessage("LCP Terminate-Request");
        Hub.Log.Clear();
        int before = Tunnel.Count(Reason.PppWrongPhase);

        Hub.Challenge();
        Hub.SendPpp(ScriptedHub.Chap, new Packet(3, 1, Encoding.ASCII.GetBytes("S=00")));
        Hub.Request(ScriptedHub.Ccp, Option.Mppe(ScriptedHub.Mppe128Stateless));
        Hub.SendPpp(ScriptedHub.Ccp, new Packet(14, 1, []));
        Hub.Request(ScriptedHub.Ipcp, Option.Address(Hub.Address));
        Hub.SendPpp(0x8057, Packet.ConfigureRequest(1));
        Hub.SendFrame(stage == Stage.Up
            ? Hub.EncryptedFrame(Tunnel.FromHub())
            : ScriptedHub.Frame(ScriptedHub.Mppe, [0x90, 0, 1, 2, 3, 4]));
        Tunnel.Pump();
        Assert.Empty(Hub.Log);
        Assert.Empty(Tunnel.Delivered);
        Assert.Equal(before + 7, Tunnel.Count(Reason.PppWrongPhase));

        Hub.SendPpp(ScriptedHub.Lcp, Packet.TerminateAck(terminate[1]));
        Tunnel.Pump();
        Assert.Equal(["Call-Clear-Request", "Stop-Control-Connection-Request"], Hub.Log);
        Assert.Equal(Stage.Closed, Tunnel.Client.Stage);
        Assert.Empty(Tunnel.Troubles);
    }

    [Fact]
    public void A_refused_password_that_waits_in_a_slot_when_TCP_ends_is_the_diagnosis()
    {
        Reach(Stage.Authentication);
        byte[] response = Hub.LastMessage("CHAP Response");
        Assert.True(Tunnel.GreArrives(Hub.Gre(ScriptedHub.Frame(
            ScriptedHub.Chap,
            new Packet(4, response[1], Encoding.ASCII.GetBytes("E=691 R=0 V=3")).Octets))));
        Tunnel.Client.ControlClosed(Tunnel.NowMs);
        Tunnel.Pump();
        AssertTrouble(Reason.AuthenticationFailed, 691);
        Assert.Equal(Stage.Closed, Tunnel.Client.Stage);
    }

    [Fact]
    public void The_end_of_TCP_with_data_in_the_slots_is_the_end_of_TCP_and_delivers_nothing()
    {
        Reach(Stage.Up);
        for (int i = 0; i < 3; i++)
        {
            Assert.True(Tunnel.GreArrives(Hub.Gre(Hub.EncryptedFrame(Tunnel.FromHub()))));
        }

        Tunnel.Client.ControlClosed(Tunnel.NowMs);
        Tunnel.Pump();
        AssertTrouble(Reason.ControlClosed, 0);
        Assert.Empty(Tunnel.Delivered);
        Assert.Equal(Stage.Closed, Tunnel.Client.Stage);
    }

    [Fact]
    public void The_end_of_TCP_after_the_close_leaves_nothing_to_send()
    {
        Reach(Stage.Up);
        byte[] stop = ControlOctets.StopRequest();
        Tunnel.Client.ControlInput(stop, 0, stop.Length, Tunnel.NowMs);
        Assert.Equal(Stage.Closed, Tunnel.Client.Stage);

        // The reply is ready, and the socket takes none of it.
        Assert.Equal(Output.SendControl, FirstButEvents());
        Tunnel.Client.ControlClosed(Tunnel.NowMs);
        Assert.Equal(Output.Nothing, FirstButEvents());
        Assert.Equal(60000, Tunnel.Client.NextDeadlineMs(Tunnel.NowMs));
    }

    [Fact]
    public void Both_addresses_are_kept_after_the_close_until_the_next_open()
    {
        Reach(Stage.Up);
        Tunnel.Client.Close(Tunnel.NowMs);
        Tunnel.Pump();
        Assert.Equal(Stage.Closed, Tunnel.Client.Stage);
        Assert.Equal(Hub.ClientAddress, unchecked((uint)Tunnel.Client.LocalAddress));
        Assert.Equal(Hub.Address, unchecked((uint)Tunnel.Client.PeerAddress));
        Tunnel.Open();
        Assert.Equal(0, Tunnel.Client.LocalAddress);
        Assert.Equal(0, Tunnel.Client.PeerAddress);
    }

    private Output FirstButEvents() =>
        Enumerable.Range(0, 20)
            .Select(_ => Tunnel.Client.Poll(Tunnel.NowMs))
            .First(output => output != Output.Event);
}
