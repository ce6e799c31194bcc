// Sessions that do not come up, and what the client is told: wrong credentials, encryption that
// cannot be agreed on, a full hub, silence, and things that are no PPTP.

using System;
using System.Linq;
using Simulator.Hub;
using Xunit;

namespace Simulator.Tests.Hub;

public class SessionFailureTests
{
    [Theory]
    [InlineData(HubBench.User, "another phrase")]
    [InlineData("stranger", HubBench.Password)]
    [InlineData("SENSOR1", HubBench.Password)]
    [InlineData("", HubBench.Password)]
    public void Wrong_credentials_get_a_failure_and_the_end_of_lcp(string user, string password)
    {
        var bench = new HubBench();
        ScriptedClient client = bench.NewClient();
        client.User = user;
        client.Password = password;
        client.StartAndCall();
        client.OpenLcp();
        byte[] challenge = client.Expect("CHAP Challenge *");
        client.AnswerChallenge(challenge);
        byte[] failure = client.Expect("CHAP Failure id * E=691 R=1 V=0 M=\"Access denied\"");
        Assert.Equal(
            ScriptedClient.IdentifierOf(challenge), ScriptedClient.IdentifierOf(failure));
        string hex = Convert.ToHexStringLower(ScriptedClient.DataOf(challenge)[1..17]);
        Assert.Equal(
            $"E=691 R=1 C={hex} V=0 M=Access denied", ScriptedClient.TextOf(failure));
        client.Expect("LCP Terminate-Request id 2 \"Authentication failed\"");
        Assert.Empty(bench.Events);
        client.SendPacket(ScriptedClient.Lcp, 6, 2);
        Assert.Equal(["down AuthenticationFailed"], bench.Events);
        Assert.False(client.TcpEndedByReset);
    }

    [Fact]
    public void The_first_cause_is_told_whatever_follows_from_it()
    {
        var bench = new HubBench();
        ScriptedClient client = bench.NewClient();
        client.Password = "another phrase";
        client.StartAndCall();
        client.OpenLcp();
        client.AnswerChallenge(client.Expect("CHAP Challenge *"));
        client.SendControl(12, 16, "1267");
        client.ExpectControl("Call-Disconnect-Notify *");
        Assert.Equal(["down AuthenticationFailed"], bench.Events);
    }

    [Fact]
    public void Challenges_are_repeated_and_then_given_up()
    {
        var bench = new HubBench(HubBench.Settings() with { MaximumConfigureCount = 3 });
        ScriptedClient client = bench.NewClient();
        client.StartAndCall();
        client.OpenLcp();
        byte[] first = client.Expect("CHAP Challenge *");
        bench.Advance(3_000);
        Assert.Equal(first, client.Expect("CHAP Challenge *"));
        bench.Advance(3_000);
        Assert.Equal(first, client.Expect("CHAP Challenge *"));
        bench.Advance(3_000);
        client.Expect("LCP Terminate-Request id 2 \"Authentication failed\"");
    }

    [Fact]
    public void A_response_that_is_sent_again_gets_the_same_success()
    {
        var bench = new HubBench();
        ScriptedClient client = bench.NewClient();
        client.StartAndCall();
        client.OpenLcp();
        byte[] challenge = client.Expect("CHAP Challenge *");
        client.AnswerChallenge(challenge);
        byte[] success = client.Expect("CHAP Success *");
        client.Expect("CCP Configure-Request *");
        client.AnswerChallenge(challenge);
        Assert.Equal(success, client.Expect("CHAP Success *"));
        client.ExpectNothing();
    }

    [Fact]
    public void Responses_to_another_challenge_or_of_another_size_are_ignored()
    {
        var bench = new HubBench();
        ScriptedClient client = bench.NewClient();
        client.StartAndCall();
        client.OpenLcp();
        byte id = ScriptedClient.IdentifierOf(client.Expect("CHAP Challenge *"));
        client.SendPacket(ScriptedClient.Chap, 2, (byte)(id + 1), [49, .. new byte[50]]);
        client.SendPacket(ScriptedClient.Chap, 2, id, [48, .. new byte[50]]);
        client.SendPacket(ScriptedClient.Chap, 2, id, [49, .. new byte[48]]);
        client.SendPacket(ScriptedClient.Chap, 1, id, [49, .. new byte[50]]);
        client.ExpectNothing();
        Assert.Equal(Enumerable.Repeat(HubNote.ChapUnmatched, 4), bench.Notes);
    }

    [Fact]
    public void A_challenge_on_a_link_that_is_up_leaves_the_keys_alone()
    {
        var bench = new HubBench(
            HubBench.Settings() with { ChapRechallengeIntervalMs = 10_000 });
        ScriptedClient client = bench.NewClientUp();
        client.SendIp(client.UdpOf("one"));
        bench.Advance(10_000);
        client.AnswerChallenge(client.Expect("CHAP Challenge *"));
        Assert.Equal(
            client.ExpectedSuccess, ScriptedClient.TextOf(client.Expect("CHAP Success *")));
        client.SendIp(client.UdpOf("two"));
        Assert.EndsWith("two", bench.Events[^1], StringComparison.Ordinal);
        client.Password = "wrong";
        bench.Advance(10_000);
        client.AnswerChallenge(client.Expect("CHAP Challenge *"));
        client.Expect("CHAP Failure *");
        Assert.Equal("down AuthenticationFailed", bench.Events[^1]);
    }

    [Fact]
    public void Other_mppe_bits_get_a_nak_and_other_compressions_a_reject()
    {
        var bench = new HubBench();
        ScriptedClient client = ClientBeforeCcp(bench);
        client.Expect("CCP Configure-Request id 1 mppe +H +S");
        foreach (string bits in (string[])
            ["01000060", "00000040", "01000041", "010000c0", "01000020", "01000000", "000000e1"])
        {
            client.SendPacket(ScriptedClient.Ccp, 1, 1, "1206" + bits);
            client.Expect(bits == "000000e1"
                ? "CCP Configure-Reject id 1 mppe +M +S +L +C"
                : bits == "01000000"
                    ? "CCP Configure-Reject id 1 mppe +H"
                    : "CCP Configure-Nak id 1 mppe +H +S");
        }

        client.SendPacket(ScriptedClient.Ccp, 1, 2, "1a04 7800 1206 01000040");
        client.Expect("CCP Configure-Reject id 2 option 26 of 4 octets");
        client.SendPacket(ScriptedClient.Ccp, 1, 3, ScriptedClient.MppeOption);
        client.Expect("CCP Configure-Ack id 3 mppe +H +S");
    }

    [Theory]
    [InlineData(4, ScriptedClient.MppeOption, "MPPE required but peer refused")]
    [InlineData(2, ScriptedClient.MppeOption, "MPPE required but peer negotiation failed")]
    public void A_client_without_mppe_is_let_go(byte answer, string options, string text)
    {
        var bench = new HubBench();
        ScriptedClient client = ClientBeforeCcp(bench);
        client.Expect("CCP Configure-Request id 1 *");
        client.SendPacket(ScriptedClient.Ccp, 1, 1);
        client.Expect("CCP Configure-Ack id 1");
        client.SendPacket(ScriptedClient.Ccp, answer, 1, options);
        if (answer == 4)
        {
            client.Expect("CCP Configure-Request id 2 *");
        }

        client.Expect($"LCP Terminate-Request id 2 \"{text}\"");
        client.SendPacket(ScriptedClient.Lcp, 6, 2);
        Assert.Equal(["down EncryptionFailed"], bench.Events);
    }

    [Fact]
    public void A_protocol_reject_of_ccp_ends_a_link_that_needs_it()
    {
        var bench = new HubBench();
        ScriptedClient client = ClientBeforeCcp(bench);
        client.Expect("CCP Configure-Request id 1 *");
        client.SendPacket(ScriptedClient.Lcp, 8, 1, "80fd 0101000a120601000040");
        client.Expect("LCP Terminate-Request * \"MPPE required but peer negotiation failed\"");
        Assert.Contains(HubNote.PppProtocolRejectReceived, bench.Notes);
    }

    [Fact]
    public void Giving_mppe_up_ends_the_link_at_once()
    {
        var bench = new HubBench();
        ScriptedClient client = bench.NewClientUp();
        client.SendPacket(ScriptedClient.Ccp, 5, 9);
        client.Expect("CCP Terminate-Ack id 9");
        client.Expect("LCP Terminate-Request id 2 \"MPPE disabled\"");
        Assert.Equal("down EncryptionFailed", bench.Events[^1]);
        Assert.False(bench.Hub.SendUdp(bench.LastSession!, 1, 2, "x"u8, bench.NowMs));
    }

    [Fact]
    public void Ipcp_before_ccp_gets_a_terminate_ack()
    {
        var bench = new HubBench();
        ScriptedClient client = ClientBeforeCcp(bench);
        client.Expect("CCP Configure-Request id 1 *");
        client.SendPacket(ScriptedClient.Ipcp, 1, 1, "030600000000");
        client.Expect("IPCP Terminate-Ack id 1");
        client.ExpectNothing();
    }

    [Fact]
    public void A_hub_that_refuses_mppe_rejects_it_and_does_not_wait_with_ipcp()
    {
        var bench = new HubBench(
            HubBench.Settings() with { Encryption = HubEncryption.Refused });
        ScriptedClient client = ClientBeforeCcp(bench);
        byte[] request = client.Expect("IPCP Configure-Request id 1 addr 10.98.0.1");
        client.ExpectNothing();
        client.SendPacket(ScriptedClient.Ccp, 1, 1, ScriptedClient.MppeOption);
        client.Expect("CCP Configure-Request id 1");
        client.Expect("CCP Configure-Reject id 1 mppe +H +S");
        client.SendPacket(ScriptedClient.Ccp, 2, 1);
        client.SendPacket(ScriptedClient.Ipcp, 6, 1);
        client.ExpectNothing();
        client.SendPacket(ScriptedClient.Lcp, 5, 2, "4d505045");
        client.Expect("LCP Terminate-Ack id 2");
        Assert.Equal(1, ScriptedClient.IdentifierOf(request));
        bench.Advance(3_000);
        Assert.Equal(["down ClientTerminated"], bench.Events);
    }

    [Fact]
    public void A_session_without_encryption_carries_clear_packets()
    {
        var bench = new HubBench(
            HubBench.Settings() with { Encryption = HubEncryption.Refused });
        ScriptedClient client = ClientBeforeCcp(bench);
        client.OpenIpcp();
        Assert.Equal(["up sensor1 10.98.0.100 none"], bench.Events);
        Assert.Equal(1400, bench.LastSession!.MaximumPacketLength);
        client.SendPpp([0x21, .. client.UdpOf("clear")]);
        Assert.EndsWith("clear", bench.Events[^1], StringComparison.Ordinal);
        bench.Hub.SendUdp(bench.LastSession!, 1, 2, "back"u8, bench.NowMs);
        client.Expect("IPv4 UDP 10.98.0.1:1 > 10.98.0.100:2, 4 octets");
    }

    [Fact]
    public void A_full_hub_resets_tcp_behind_the_start_request()
    {
        var bench = new HubBench(
            HubBench.Settings() with
            {
                ClientAddresses = [HubBench.Range("10.98.0.100", "10.98.0.100")],
            });
        ScriptedClient first = bench.NewClientUp("192.0.2.1");
        ScriptedClient second = bench.NewClient("192.0.2.2");
        second.SendTcp(ScriptedClient.StartRequest());
        second.ExpectNothing();
        Assert.True(second.TcpEndedByReset);
        Assert.Equal([HubNote.ConnectionRefused], bench.Notes);
        first.SendControl(3, 16, "01");
        Assert.Equal("10.98.0.100", AddressOf(bench.NewClientUp("192.0.2.3")));
    }

    [Fact]
    public void A_full_hub_can_say_busy()
    {
        var bench = new HubBench(HubBench.Settings() with
        {
            MaximumCallCount = 1,
            FullStyle = HubFullStyle.BusyReply,
        });
        bench.NewClientUp("192.0.2.1");
        ScriptedClient second = bench.NewClient("192.0.2.2");
        second.SendTcp(ScriptedClient.StartRequest());
        second.ExpectControl("Start-Control-Connection-Reply result 1 *");
        second.SendTcp(second.CallRequest());
        second.ExpectControl("Outgoing-Call-Reply call 0 peer 4711 result 4 *");
        second.ExpectNothing();
        Assert.Null(second.TcpEndedByReset);
    }

    [Fact]
    public void Lcp_without_an_answer_is_given_up_after_ten_requests()
    {
        var bench = new HubBench();
        ScriptedClient client = bench.NewClient();
        client.StartAndCall();
        bench.Advance(29_999);
        Assert.Equal(10, client.WaitingFrameCount);
        Assert.Null(client.TcpEndedByReset);
        bench.Advance(1);
        Assert.Equal(["down LcpFailed"], bench.Events);
        Assert.False(client.TcpEndedByReset);
    }

    [Fact]
    public void Ipcp_without_an_answer_ends_the_link()
    {
        var bench = new HubBench();
        ScriptedClient client = ClientBeforeCcp(bench);
        client.OpenCcp();
        client.Skip();
        bench.Advance(30_000);
        client.Skip();
        client.SendPacket(ScriptedClient.Lcp, 6, 2);
        Assert.Equal(["down IpcpFailed"], bench.Events);
    }

    private static ScriptedClient ClientBeforeCcp(HubBench bench)
    {
        ScriptedClient client = bench.NewClient();
        client.StartAndCall();
        client.OpenLcp();
        client.Authenticate();
        return client;
    }

    private static string AddressOf(ScriptedClient client) =>
        Ipv4Address.ToText(client.TunnelAddress);
}
