// How a tunnel fails in CCP: it never goes on in clear.

using System.Linq;
using nanoPptp.Client;
using nanoPptp.Diagnostics;
using nanoPptp.Tests.Support;
using Xunit;

namespace nanoPptp.Tests.Client;

public sealed class EncryptionFailureTests : FailureBench
{
    [Fact]
    public void C64_A_hub_that_rejects_mppe_is_left()
    {
        Hub.On["CCP Configure-Request"] = octets => Hub.SendPpp(
            ScriptedHub.Ccp, Packet.Parse(octets) with { Code = 4 });
        Tunnel.Dial();
        AssertTrouble(Reason.EncryptionRefused, 0);
        AssertNothingWentInClear();
    }

    [Fact]
    public void C49_A_hub_that_rejects_ccp_as_a_protocol_is_left()
    {
        Hub.On["CCP Configure-Request"] = octets => Hub.SendPpp(
            ScriptedHub.Lcp, Packet.ProtocolReject(1, ScriptedHub.Ccp, octets));
        Tunnel.Dial();
        AssertTrouble(Reason.CcpRejected, 0);
        AssertNothingWentInClear();
    }

    [Fact]
    public void C62_A_hub_that_wants_40_bits_is_left()
    {
        Hub.On["CHAP Opened"] = _ => Hub.Request(ScriptedHub.Ccp, Option.Mppe(0x01000020));
        Hub.On["CCP Configure-Nak"] =
            _ => Hub.Request(ScriptedHub.Ccp, Option.Mppe(0x01000020));
        Hub.On.Remove("CCP Configure-Request");
        Tunnel.Dial();
        AssertTrouble(Reason.EncryptionRefused, 0);
        AssertNothingWentInClear();
    }

    [Fact]
    public void A_hub_that_is_silent_about_encryption_is_left()
    {
        Hub.On.Remove("CCP Configure-Request");
        Hub.On["CHAP Opened"] = _ => { };
        Tunnel.Dial();

        // Three seconds from the first request on: a repetition that meets a hub whose CCP is open
        // already would end the link.
        for (int count = 1; count <= 10; count++)
        {
            Assert.Equal(count, Hub.Log.Count(name => name == "CCP Configure-Request"));
            Tunnel.Advance(2999);
            Assert.Equal(count, Hub.Log.Count(name => name == "CCP Configure-Request"));
            Assert.Empty(Tunnel.Troubles);
            Tunnel.Advance(1);
        }

        Assert.Equal(10, Hub.Log.Count(name => name == "CCP Configure-Request"));
        AssertTrouble(Reason.CcpTimeout, 0);
    }

    [Fact]
    public void C64_A_hub_that_ends_encryption_is_left()
    {
        Reach(Stage.Up);
        Hub.SendPpp(ScriptedHub.Ccp, Packet.TerminateRequest(1));
        Tunnel.Pump();
        AssertTrouble(Reason.EncryptionLost, 0);
        Assert.Equal(-(int)Reason.NotUp, Tunnel.Sends(Tunnel.FromClient()));
        AssertNothingWentInClear();
    }

    [Fact]
    public void C64_A_hub_that_terminates_ccp_before_it_is_open_is_left_at_once()
    {
        Hub.On["CHAP Opened"] = _ => { };
        Hub.On["CCP Configure-Request"] =
            _ => Hub.SendPpp(ScriptedHub.Ccp, Packet.TerminateRequest(1));
        Tunnel.Dial();
        Assert.NotEmpty(Tunnel.Troubles);
        Assert.Contains(
            Tunnel.Troubles[0], new[] { Reason.EncryptionRefused, Reason.EncryptionLost });
    }

    [Fact]
    public void C49_A_protocol_reject_of_ccp_while_up_is_the_end_of_encryption()
    {
        Reach(Stage.Up);
        Hub.SendPpp(ScriptedHub.Lcp, Packet.ProtocolReject(1, ScriptedHub.Ccp));
        Tunnel.Pump();
        AssertTrouble(Reason.EncryptionLost, 0);
    }

    [Fact]
    public void A_hub_may_negotiate_encryption_anew()
    {
        Reach(Stage.Up);
        Hub.Forget(ScriptedHub.Ccp);
        Hub.Forget(ScriptedHub.Ipcp);
        Tunnel.Stages.Clear();
        PeerMppe[] fresh = [Hub.FreshTransmit(), Hub.FreshReceive()];
        Hub.KeepKeys(fresh[0], fresh[1]);
        Hub.Request(ScriptedHub.Ccp, Option.Mppe(ScriptedHub.Mppe128Stateless));
        Tunnel.Pump();
        Assert.Equal([Stage.Ccp, Stage.Ipcp, Stage.Up], Tunnel.Stages);
        Tunnel.Sends(Tunnel.FromClient());
        Hub.SendIp(Tunnel.FromHub());
        Tunnel.Pump();
        Assert.Single(Hub.Received);
        Assert.Single(Tunnel.Delivered);
    }
}
