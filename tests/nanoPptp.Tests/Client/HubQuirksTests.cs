// What is known of hubs: each flag does what it says, and a hub that nobody knows gets none of them.

using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using nanoPptp.Client;
using nanoPptp.Diagnostics;
using nanoPptp.Tests.Support;
using Xunit;

namespace nanoPptp.Tests.Client;

public sealed class HubQuirksTests
{
    private readonly Tunnel _tunnel = new();

    private ScriptedHub Hub => _tunnel.Hub;

    [Fact]
    public void Every_row_has_a_name_of_its_own_and_the_first_takes_nothing_for_granted()
    {
        List<HubQuirks> rows = [.. Enumerable.Range(0, HubQuirks.Count).Select(HubQuirks.At)];
        Assert.Equal(rows.Count, rows.Select(row => row.Name).Distinct().Count());
        Assert.Same(HubQuirks.Default, rows[0]);
        foreach (int flag in new[]
        {
            HubQuirks.CallWithStart, HubQuirks.IgnoresSecondAck, HubQuirks.IpcpFollowsCcp,
            HubQuirks.StartResultZero, HubQuirks.SwappedCallId, HubQuirks.CountsFromOne,
        })
        {
            Assert.False(HubQuirks.Default.Has(flag));
            Assert.Contains(rows, row => row.Has(flag));
        }
    }

    [Theory]
    [InlineData("local", "linux", "poptop")]
    [InlineData("local", "cananian", "accel-ppp")]
    [InlineData("hub-7", "nanoPptp simulator", "nanopptp")]
    [InlineData("local", "linux ", "default")]
    [InlineData("local", "linu", "default")]
    [InlineData("local2", "linux", "default")]
    [InlineData("", "", "default")]
    public void The_hubs_own_words_choose_the_row(string hostName, string vendor, string name)
    {
        SayNames(hostName, vendor);
        _tunnel.Dial();
        Assert.Equal(name, _tunnel.Client.Quirks.Name);
        Assert.Equal(Stage.Up, _tunnel.Client.Stage);
    }

    [Fact]
    public void The_settings_choose_before_the_hubs_words_do()
    {
        SayNames("local", "linux");
        _tunnel.Settings.Quirks = HubQuirks.Mpd;
        _tunnel.Dial();
        Assert.Same(HubQuirks.Mpd, _tunnel.Client.Quirks);
    }

    [Fact]
    public void A_row_from_another_hub_is_forgotten_when_the_client_opens_again()
    {
        SayNames("local", "linux");
        _tunnel.Dial();
        Assert.Same(HubQuirks.Poptop, _tunnel.Client.Quirks);
        _tunnel.Client.Close(_tunnel.NowMs);
        _tunnel.Pump();
        Assert.Same(HubQuirks.Default, _tunnel.With(new ScriptedHub()).Dial().Client.Quirks);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_call_is_asked_for_with_the_start_only_where_the_row_allows_it(bool allowed)
    {
        _tunnel.Settings.Quirks = allowed ? HubQuirks.Poptop : HubQuirks.AccelPpp;
        Hub.On.Remove("Start-Control-Connection-Request");
        Hub.On.Remove("Outgoing-Call-Request");
        _tunnel.Dial();
        Assert.Equal(
            allowed
                ? ["Start-Control-Connection-Request", "Outgoing-Call-Request"]
                : ["Start-Control-Connection-Request"],
            Hub.Log);
        Assert.Equal(Stage.Control, _tunnel.Client.Stage);
    }

    [Fact]
    public void C06_A_call_that_is_answered_before_the_start_is_not_answered()
    {
        _tunnel.Settings.Quirks = HubQuirks.Poptop;
        Hub.On.Remove("Start-Control-Connection-Request");
        Hub.On["Outgoing-Call-Request"] = message => Hub.SendControl(
            ControlOctets.OutgoingCallReply(Hub.CallId, ControlOctets.U16(message, 12)));
        _tunnel.Dial();
        Assert.Equal(Stage.Control, _tunnel.Client.Stage);
        Assert.Equal(1, _tunnel.Count(Reason.ControlIgnored));
    }

    [Fact]
    public void C04_A_start_refused_ends_the_call_that_was_asked_for_with_it()
    {
        _tunnel.Settings.Quirks = HubQuirks.Poptop;
        Hub.On["Start-Control-Connection-Request"] =
            _ => Hub.SendControl(ControlOctets.StartReply(result: 4));
        Hub.On.Remove("Outgoing-Call-Request");
        _tunnel.Dial();
        Assert.Equal(Stage.Closed, _tunnel.Client.Stage);
        Assert.Equal(Reason.StartRefused, _tunnel.Diagnosis.Reason);
    }

    [Theory]
    [InlineData("modem", true)]
    [InlineData("default", false)]
    [InlineData("poptop", false)]
    public void C04_Result_0_of_the_start_is_success_where_the_row_says_so(string name, bool isUp)
    {
        _tunnel.Settings.Quirks = RowOf(name);
        Hub.On["Start-Control-Connection-Request"] =
            _ => Hub.SendControl(ControlOctets.StartReply(result: 0));
        _tunnel.Dial();
        Assert.Equal(isUp ? Stage.Up : Stage.Closed, _tunnel.Client.Stage);
    }

    [Theory]
    [InlineData("accel-ppp", true)]
    [InlineData("default", false)]
    public void C13_A_disconnect_may_name_the_call_with_its_octets_swapped(string name, bool ends)
    {
        _tunnel.Settings.Quirks = RowOf(name);
        _tunnel.Dial();
        int callId = Hub.ClientCallId;
        Assert.NotEqual(callId & 0xFF, callId >> 8);
        Hub.SendControl(
            ControlOctets.CallDisconnectNotify(((callId & 0xFF) << 8) | (callId >> 8)));
        _tunnel.Pump();
        Assert.Equal(
            ends ? Reason.CallDisconnected : Reason.None, _tunnel.Diagnosis.Reason);
    }

    [Theory]
    [InlineData("poptop", false)]
    [InlineData("default", true)]
    public void C45_A_request_repeated_word_for_word_restarts_only_hubs_that_may_mean_it(
        string name, bool restarts)
    {
        _tunnel.Settings.Quirks = RowOf(name);
        _tunnel.Dial();
        int identifier = Hub.NextIdentifier();
        Hub.Log.Clear();

        // First a new request, which everybody negotiates anew, then the same again.
        Packet request = Packet.ConfigureRequest(identifier, Option.Address(Hub.Address));
        Hub.SendPpp(ScriptedHub.Ipcp, request);
        _tunnel.Pump();
        Assert.Contains("IPCP Configure-Request", Hub.Log);
        Hub.Log.Clear();
        Hub.SendPpp(ScriptedHub.Ipcp, request);
        _tunnel.Pump();
        Assert.Equal(restarts, Hub.Log.Contains("IPCP Configure-Request"));
        Assert.Contains("IPCP Configure-Ack", Hub.Log);
        Assert.Equal(Stage.Up, _tunnel.Client.Stage);
    }

    [Theory]
    [InlineData("poptop", 3)]
    [InlineData("default", 1)]
    public void An_acknowledgment_is_said_again_only_to_hubs_that_bear_it(string name, int minimum)
    {
        _tunnel.Settings.Quirks = RowOf(name);
        Hub.On.Remove("LCP Opened");
        _tunnel.Dial();
        _tunnel.Advance(2900);
        int count = Hub.Log.Count(word => word == "LCP Configure-Ack");
        Assert.InRange(count, minimum, minimum + (minimum > 1 ? 1 : 0));
    }

    [Theory]
    [InlineData("poptop", Stage.Up)]
    [InlineData("accel-ppp", Stage.Ccp)]
    public void IPCP_proves_that_CCP_is_open_only_where_it_follows_CCP(string name, Stage stage)
    {
        _tunnel.Settings.Quirks = RowOf(name);
        Hub.On["CCP Configure-Request"] = _ => { };
        Hub.On["CCP Configure-Ack"] =
            _ => Hub.Request(ScriptedHub.Ipcp, Option.Address(Hub.Address));
        _tunnel.Dial();
        Assert.Equal(stage, _tunnel.Client.Stage);
    }

    [Theory]
    [InlineData("poptop", 1)]
    [InlineData("nanopptp", 0)]
    [InlineData("default", 0)]
    public void A_request_that_was_not_seen_is_prompted_for_only_where_its_number_is_known(
        string name, int prompts)
    {
        _tunnel.Settings.Quirks = RowOf(name);
        Hub.On["Outgoing-Call-Request"] = message =>
        {
            Hub.ClientCallId = ControlOctets.U16(message, 12);
            Hub.SendControl(ControlOctets.OutgoingCallReply(Hub.CallId, Hub.ClientCallId));
        };
        _tunnel.Dial();
        Assert.Equal(prompts, Hub.Log.Count(word => word == "LCP Configure-Nak"));
        if (prompts > 0)
        {
            Assert.Equal("03010004", Octets.ToHex(Hub.LastMessage("LCP Configure-Nak")));
        }
    }

    [Fact]
    public void C61_Nothing_is_up_before_CCP_is_open_even_when_IPCP_is()
    {
        Action<byte[]> habit = Hub.On["CCP Configure-Request"];
        byte[]? request = null;
        Hub.On["CCP Configure-Request"] = packet => request = packet;
        Hub.On["CCP Configure-Ack"] =
            _ => Hub.Request(ScriptedHub.Ipcp, Option.Address(Hub.Address));
        _tunnel.Dial();
        Assert.Contains("IPCP Configure-Ack", Hub.Log);
        Assert.Equal(Stage.Ccp, _tunnel.Client.Stage);
        Assert.Equal(-(int)Reason.NotUp, _tunnel.Client.CheckIpOutput(20));
        habit(request!);
        _tunnel.Pump();
        Assert.Equal(Stage.Up, _tunnel.Client.Stage);
    }

    [Fact]
    public void C61_An_IPCP_that_is_negotiated_anew_before_CCP_is_open_opens_nothing()
    {
        Action<byte[]> habit = Hub.On["CCP Configure-Request"];
        byte[]? request = null;
        Hub.On["CCP Configure-Request"] = packet => request = packet;
        Hub.On["CCP Configure-Ack"] =
            _ => Hub.Request(ScriptedHub.Ipcp, Option.Address(Hub.Address));
        _tunnel.Dial();
        for (int i = 0; i < 3; i++)
        {
            Hub.Request(ScriptedHub.Ipcp, Option.Address(Hub.Address));
            _tunnel.Pump();
            Assert.Equal(Stage.Ccp, _tunnel.Client.Stage);
            Assert.Equal(-(int)Reason.NotUp, _tunnel.Client.CheckIpOutput(20));
        }

        habit(request!);
        _tunnel.Pump();
        Assert.Equal(Stage.Up, _tunnel.Client.Stage);
        Assert.Equal(128, _tunnel.Client.TransmitKeyBits);
    }

    [Fact]
    public void C65_IPCP_leaves_right_behind_our_acknowledgment_of_CCP_and_never_before_it()
    {
        Hub.On.Remove("CHAP Opened");
        Hub.On.Remove("CCP Configure-Request");
        _tunnel.Dial();
        Assert.DoesNotContain("IPCP Configure-Request", Hub.Log);
        Hub.Request(ScriptedHub.Ccp, Option.Mppe(ScriptedHub.Mppe128Stateless));
        _tunnel.Pump();
        int ack = Hub.Log.IndexOf("CCP Configure-Ack");
        Assert.Equal("IPCP Configure-Request", Hub.Log[ack + 1]);
    }

    [Fact]
    public void C65_A_terminate_ack_to_our_early_IPCP_is_no_end_and_it_is_asked_again_at_once()
    {
        bool isReady = false;
        Action<byte[]> habit = Hub.On["IPCP Configure-Request"];
        Hub.On["IPCP Configure-Request"] = packet =>
        {
            if (isReady)
            {
                habit(packet);
                return;
            }

            isReady = true;
            Hub.SendPpp(ScriptedHub.Ipcp, Packet.TerminateAck(packet[1]));
        };
        int beganMs = _tunnel.NowMs;
        _tunnel.Dial();
        Assert.Equal(Stage.Up, _tunnel.Client.Stage);
        Assert.Equal(beganMs, _tunnel.NowMs);
    }

    [Fact]
    public void C65_Terminate_acks_without_end_are_not_answered_faster_than_they_can_come()
    {
        Hub.On["IPCP Configure-Request"] = packet =>
            Hub.SendPpp(ScriptedHub.Ipcp, Packet.TerminateAck(packet[1]));
        _tunnel.Dial();
        Assert.InRange(Hub.Log.Count(word => word == "IPCP Configure-Request"), 1, 3);
        _tunnel.Advance(89999);
        Assert.Equal(Reason.None, _tunnel.Diagnosis.Reason);
        _tunnel.Advance(1);
        Assert.Equal(Reason.IpcpTimeout, _tunnel.Diagnosis.Reason);

        // One or two every three seconds: its own timer, and the answer to each answer.
        Assert.InRange(Hub.Log.Count(word => word == "IPCP Configure-Request"), 30, 70);
    }

    [Fact]
    public void A_hub_that_does_not_know_IPCP_yet_is_asked_again_when_CCP_is_open()
    {
        Action<byte[]> ccp = Hub.On["CCP Configure-Request"];
        Action<byte[]> ipcp = Hub.On["IPCP Configure-Request"];
        byte[]? request = null;
        Hub.On["CCP Configure-Request"] = packet => request = packet;
        Hub.On["IPCP Configure-Request"] = packet => Hub.SendPpp(
            ScriptedHub.Lcp,
            Packet.ProtocolReject(Hub.NextIdentifier(), ScriptedHub.Ipcp, packet));
        _tunnel.Dial();
        Assert.Equal(Stage.Ccp, _tunnel.Client.Stage);
        Hub.On["IPCP Configure-Request"] = ipcp;
        ccp(request!);
        _tunnel.Pump();
        Assert.Equal(Stage.Up, _tunnel.Client.Stage);
    }

    [Fact]
    public void C81_A_hub_that_rejects_the_last_address_is_asked_for_any()
    {
        _tunnel.Settings.LastAddress = 0x0A620007;
        Action<byte[]> habit = Hub.On["IPCP Configure-Request"];
        Hub.On["IPCP Configure-Request"] = octets =>
        {
            Packet request = Packet.Parse(octets);
            if (Octets.Number(request.OptionData(3)) == 0x0A620007)
            {
                Hub.SendPpp(ScriptedHub.Ipcp, request with { Code = 4 });
                return;
            }

            habit(octets);
        };
        _tunnel.Dial();
        Assert.Equal(Stage.Up, _tunnel.Client.Stage);
        Assert.Equal(Hub.ClientAddress, (uint)_tunnel.Client.LocalAddress);
    }

    private static HubQuirks RowOf(string name) =>
        Enumerable.Range(0, HubQuirks.Count).Select(HubQuirks.At).Single(row => row.Name == name);

    private void SayNames(string hostName, string vendor)
    {
        Hub.On["Start-Control-Connection-Request"] = _ =>
        {
            byte[] reply = ControlOctets.StartReply();
            Encoding.ASCII.GetBytes(hostName).CopyTo(reply, 28);
            Encoding.ASCII.GetBytes(vendor).CopyTo(reply, 92);
            Hub.SendControl(reply);
        };
    }
}
