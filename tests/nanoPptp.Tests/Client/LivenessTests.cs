// Whether the hub lives, and whether data really flows: what anybody can forge proves nothing.

using System;
using nanoPptp.Client;
using nanoPptp.Diagnostics;
using nanoPptp.Tests.Support;
using Xunit;

namespace nanoPptp.Tests.Client;

public sealed class LivenessTests
{
    private readonly Tunnel _tunnel = Tunnel.Up();

    private ScriptedHub Hub => _tunnel.Hub;

    [Fact]
    public void C47_A_dead_hub_is_noticed_after_thirty_seconds()
    {
        Hub.SendIp(_tunnel.FromHub());
        _tunnel.Pump();
        _tunnel.GreInPasses = false;
        _tunnel.Advance(29999);
        Assert.Empty(_tunnel.Troubles);
        _tunnel.Advance(1);
        Assert.Equal([Reason.LcpEchoTimeout], _tunnel.Troubles);
    }

    [Theory]
    [InlineData(3000)]
    [InlineData(5000)]
    [InlineData(120000)]
    public void C47_The_time_is_a_setting(int deadPeerMs)
    {
        var tunnel = new Tunnel();
        tunnel.Settings.DeadPeerMs = deadPeerMs;
        tunnel.Dial();
        tunnel.GreInPasses = false;
        tunnel.Advance(deadPeerMs - 1);
        Assert.Empty(tunnel.Troubles);
        tunnel.Advance(1);
        Assert.Equal([Reason.LcpEchoTimeout], tunnel.Troubles);
    }

    [Theory]
    [InlineData(2999)]
    [InlineData(3600001)]
    public void The_time_has_its_bounds(int deadPeerMs)
    {
        var tunnel = new Tunnel();
        tunnel.Settings.DeadPeerMs = deadPeerMs;
        Assert.Throws<ArgumentException>(tunnel.Open);
    }

    [Theory]
    [InlineData("echo request")]
    [InlineData("echo reply")]
    [InlineData("noise under MPPE")]
    [InlineData("acknowledgment")]
    [InlineData("data in clear")]
    public void C47_What_anybody_can_forge_keeps_no_dead_tunnel_alive(string what)
    {
        Hub.On.Remove("LCP Echo-Request");
        for (int ms = 0; ms < 29000; ms += 1000)
        {
            switch (what)
            {
                case "echo request":
                    Hub.SendPpp(ScriptedHub.Lcp, Packet.EchoRequest(1, ScriptedHub.Magic));
                    break;
                case "echo reply":
                    for (int i = 0; i < 3; i++)
                    {
                        Hub.SendPpp(
                            ScriptedHub.Lcp,
                            new Packet(
                                10,
                                (ms / 100) + i & 0xFF,
                                Octets.Join(
                                    Octets.Number(ScriptedHub.Magic, 4), [1, 2, 3, 4])));
                    }

                    break;
                case "noise under MPPE" when ms % 10000 < 5000:
                    Hub.SendFrame(ScriptedHub.Frame(
                        ScriptedHub.Mppe, [0x90, 5, 1, 2, 3, 4, 5]));
                    break;
                case "acknowledgment":
                    Hub.GreOut.Enqueue(Octets.Join(
                        Octets.FromHex("2081880b0000"),
                        Octets.Number((uint)Hub.ClientCallId, 2),
                        Octets.Number(0, 4)));
                    break;
                default:
                    if (ms % 2000 == 0)
                    {
                        // Fifteen in all: a sixteenth in a row would end the tunnel for its own sake.
                        Hub.SendFrame(ScriptedHub.Frame(ScriptedHub.Ipv4, _tunnel.FromHub()));
                    }

                    break;
            }

            _tunnel.Advance(1000);
        }

        Assert.Empty(_tunnel.Troubles);
        _tunnel.Advance(1000);
        Assert.Equal([Reason.LcpEchoTimeout], _tunnel.Troubles);
    }

    [Fact]
    public void C47_LCP_that_is_answered_does_not_hide_that_no_data_comes()
    {
        _tunnel.Client.ExpectIp(30000, _tunnel.NowMs);
        _tunnel.Advance(29999);
        Assert.Contains("LCP Echo-Request", Hub.Log);
        Assert.Empty(_tunnel.Troubles);
        _tunnel.Advance(1);
        Assert.Equal([Reason.DataTimeout], _tunnel.Troubles);
        _tunnel.Advance(5000);
        Assert.Equal(Stage.Closed, _tunnel.Client.Stage);
    }

    [Fact]
    public void A_packet_fulfils_the_expectation_and_the_next_one_is_a_new_one()
    {
        for (int i = 0; i < 5; i++)
        {
            _tunnel.Client.ExpectIp(30000, _tunnel.NowMs);
            _tunnel.Advance(20000);
            _tunnel.Client.ExpectIp(30000, _tunnel.NowMs);
            _tunnel.Advance(9000);
            Hub.SendIp(_tunnel.FromHub());
            _tunnel.Pump();
            _tunnel.Advance(100000);
            Assert.Empty(_tunnel.Troubles);
        }

        _tunnel.Client.ExpectIp(30000, _tunnel.NowMs);
        _tunnel.Advance(30000);
        Assert.Equal([Reason.DataTimeout], _tunnel.Troubles);
    }

    [Fact]
    public void Noise_does_not_fulfil_it()
    {
        _tunnel.Client.ExpectIp(30000, _tunnel.NowMs);
        _tunnel.Advance(15000);
        Hub.SendFrame(ScriptedHub.Frame(ScriptedHub.Mppe, [0x90, 5, 1, 2, 3, 4, 5]));
        _tunnel.Advance(15000);
        Assert.Equal([Reason.DataTimeout], _tunnel.Troubles);
    }

    [Fact]
    public void Nothing_is_expected_of_a_tunnel_that_is_not_up()
    {
        var tunnel = new Tunnel();
        tunnel.Client.ExpectIp(30000, tunnel.NowMs);
        tunnel.Dial();
        tunnel.Client.ExpectIp(30000, tunnel.NowMs);
        tunnel.Client.Close(tunnel.NowMs);
        tunnel.Advance(60000);
        Assert.Empty(tunnel.Troubles);
    }
}
