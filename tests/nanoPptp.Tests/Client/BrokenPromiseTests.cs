// What the client does on the device when its adapter breaks a promise: it counts, tells, and
// leaves in order. Here it throws as well, unless a test turns that off.

using System;
using nanoPptp.Client;
using nanoPptp.Diagnostics;
using nanoPptp.Tests.Diagnostics;
using Xunit;

namespace nanoPptp.Tests.Client;

[Collection(nameof(InvariantsAlone))]
public sealed class BrokenPromiseTests
{
    [Fact]
    public void A_slot_that_was_never_lent_throws_in_tests()
    {
        Tunnel tunnel = Tunnel.Up();
        Assert.Throws<InvalidOperationException>(
            () => tunnel.Client.GreInput(5, 20, 12, tunnel.NowMs));
    }

    [Theory]
    [InlineData(5, 20, 12)]
    [InlineData(-1, 20, 12)]
    [InlineData(6, 0, 0)]
    public void A_slot_that_was_never_lent_ends_the_tunnel_in_order_on_the_device(
        int slot, int start, int length)
    {
        Tunnel tunnel = Tunnel.Up();
        OnTheDevice(() => tunnel.Client.GreInput(slot, start, length, tunnel.NowMs));
        tunnel.Advance(5000);
        Assert.Equal([Reason.Invariant], tunnel.Troubles);
        Assert.Equal(Reason.Invariant, tunnel.Diagnosis.Reason);
        Assert.Equal(
            ["LCP Terminate-Request", "Call-Clear-Request", "Stop-Control-Connection-Request"],
            tunnel.Hub.Log);
        Assert.Equal(Stage.Closed, tunnel.Client.Stage);
    }

    [Theory]
    [InlineData(20, 1481)]
    [InlineData(-1, 12)]
    [InlineData(20, -1)]
    public void A_packet_that_is_not_within_its_slot_ends_the_tunnel_on_the_device(
        int start, int length)
    {
        Tunnel tunnel = Tunnel.Up();
        int slot = tunnel.Client.LendReceiveSlot();
        OnTheDevice(() => tunnel.Client.GreInput(slot, start, length, tunnel.NowMs));
        tunnel.Advance(5000);
        Assert.Equal([Reason.Invariant], tunnel.Troubles);
        Assert.Equal(Stage.Closed, tunnel.Client.Stage);
    }

    [Theory]
    [InlineData(-1, 20, 12)]
    [InlineData(99, 20, 12)]
    [InlineData(0, 20, 1481)]
    public void Before_the_call_a_slot_that_was_never_lent_is_found_as_well(
        int slot, int start, int length)
    {
        var tunnel = new Tunnel();
        tunnel.Hub.On.Remove("Outgoing-Call-Request");
        tunnel.Dial();
        Assert.Equal(Stage.Call, tunnel.Client.Stage);
        Assert.Throws<InvalidOperationException>(
            () => tunnel.Client.GreInput(slot, start, length, tunnel.NowMs));
    }

    private static void OnTheDevice(Action action)
    {
        Invariant.Throws = false;
        try
        {
            action();
        }
        finally
        {
            Invariant.Throws = true;
        }
    }
}
