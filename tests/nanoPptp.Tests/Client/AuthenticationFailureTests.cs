// How a tunnel fails in MS-CHAPv2, on either side's account.

using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using nanoPptp.Client;
using nanoPptp.Diagnostics;
using nanoPptp.Tests.Support;
using Xunit;

namespace nanoPptp.Tests.Client;

public sealed class AuthenticationFailureTests : FailureBench
{
    [Fact]
    public void C57_A_wrong_password_is_named_with_the_hubs_words()
    {
        Hub.Password = "another";
        Tunnel.Dial();
        AssertTrouble(Reason.AuthenticationFailed, 691);
        string text = Encoding.ASCII.GetString(
            Tunnel.Diagnosis.Octets, 0, Tunnel.Diagnosis.OctetsLength);
        Assert.Equal("E=691 R=0 V=3 M=Access denied", text);
        Assert.Equal(OrderlyEnd, Hub.Log.TakeLast(3));
        Assert.Equal(Stage.Closed, Tunnel.Client.Stage);
        Assert.Single(Hub.Log, name => name == "CHAP Response");
    }

    [Theory]
    [InlineData("")]
    [InlineData("E=646 R=0 V=3")]
    [InlineData("R=1 C=000102030405060708090a0b0c0d0e0f V=3 E=648 M=expired")]
    [InlineData("V=3 M=disabled E=691")]
    [InlineData("V=3 E=647 R=0")]
    [InlineData("E=649 M=no dial-in")]
    [InlineData("R=0 V=3 C=000102030405060708090a0b0c0d0e0f E=709")]
    [InlineData("M=no number")]
    public void C57_A_failure_in_any_shape_ends_theTunnel_at_once(string text)
    {
        Hub.On["CHAP Response"] = packet => Hub.SendPpp(
            ScriptedHub.Chap, new Packet(4, packet[1], Encoding.ASCII.GetBytes(text)));
        Tunnel.Dial();
        int message = text.IndexOf("M=", StringComparison.Ordinal);
        int at = text[..(message < 0 ? text.Length : message)]
            .IndexOf("E=", StringComparison.Ordinal);
        AssertTrouble(
            Reason.AuthenticationFailed,
            at < 0 ? 0 : int.Parse(text.AsSpan(at + 2, 3)));
        Assert.Equal(Stage.Closed, Tunnel.Client.Stage);
    }

    [Theory]
    [InlineData("wrong digit")]
    [InlineData("lower case")]
    [InlineData("message only")]
    [InlineData("cut")]
    [InlineData("empty")]
    public void C56_A_hub_that_does_not_prove_itself_is_left(string kind)
    {
        Hub.On["CHAP Response"] = packet =>
        {
            string proof = Hub.Proof(packet)!;
            string text = kind switch
            {
                "wrong digit" => proof[..^1] + (proof[^1] == '0' ? '1' : '0'),
                "lower case" => "S=" + proof[2..].ToLowerInvariant(),
                "message only" => "M=Welcome",
                "cut" => proof[..^1],
                _ => "",
            };
            Hub.SendPpp(
                ScriptedHub.Chap, new Packet(3, packet[1], Encoding.ASCII.GetBytes(text)));
            Hub.Request(ScriptedHub.Ccp, Option.Mppe(ScriptedHub.Mppe128Stateless));
        };
        Tunnel.Dial();
        AssertTrouble(Reason.HubNotAuthentic, kind is "message only" or "empty" ? 1 : 0);
        Assert.Equal(OrderlyEnd, Hub.Log.TakeLast(3));
        Assert.DoesNotContain(Stage.Ccp, Tunnel.Stages);
        Assert.DoesNotContain(Hub.Log, name => name.StartsWith("CCP", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" M=Welcome")]
    [InlineData("M=no blank")]
    public void C56_Text_behind_the_proof_is_optional(string rest)
    {
        Action<byte[]> opened = Hub.On["CHAP Opened"];
        Hub.On["CHAP Response"] = packet =>
        {
            Hub.SendPpp(ScriptedHub.Chap, new Packet(
                3, packet[1], Encoding.ASCII.GetBytes(Hub.Proof(packet) + rest)));
            opened([]);
        };
        Tunnel.Dial();
        Assert.Equal(Stage.Up, Tunnel.Client.Stage);
    }

    [Fact]
    public void C58_A_success_with_another_identifier_is_no_success()
    {
        Hub.On["CHAP Response"] = packet => Hub.SendPpp(ScriptedHub.Chap, new Packet(
            3, packet[1] + 1, Encoding.ASCII.GetBytes(Hub.Proof(packet)!)));
        Tunnel.Dial();
        Assert.Equal(Stage.Authentication, Tunnel.Client.Stage);
    }

    [Fact]
    public void C58_A_repeated_challenge_is_answered_alike_and_a_new_one_anew()
    {
        var responses = new List<string>();
        Hub.On["CHAP Response"] = packet => responses.Add(Convert.ToHexString(packet));
        Hub.On["LCP Opened"] = _ => Hub.Challenge(7);
        Tunnel.Dial();
        Hub.Challenge(7);
        Tunnel.Pump();
        Hub.Challenge(8);
        Tunnel.Pump();
        Assert.Equal(3, responses.Count);
        Assert.Equal(responses[0], responses[1]);
        Assert.NotEqual(responses[0][8..], responses[2][8..]);
    }

    [Fact]
    public void A_hub_that_falls_silent_in_authentication_is_given_up()
    {
        Hub.On.Remove("CHAP Response");
        Tunnel.Dial();
        Tunnel.Advance(29999);
        Assert.Empty(Tunnel.Troubles);
        Tunnel.Advance(1);
        AssertTrouble(Reason.AuthenticationTimeout, 0);
        Assert.True(Hub.Log.Count(name => name == "CHAP Response") > 5);
    }

    [Fact]
    public void A_hub_that_never_challenges_is_given_up()
    {
        Hub.On.Remove("LCP Opened");
        Tunnel.Dial();
        Assert.Equal(Stage.Authentication, Tunnel.Client.Stage);
        Tunnel.Advance(30000);
        AssertTrouble(Reason.AuthenticationTimeout, 0);
    }

    [Fact]
    public void A_hub_may_challenge_again_while_theTunnel_is_up()
    {
        Reach(Stage.Up);
        Hub.On["CHAP Response"] = packet =>
        {
            // The proof is for the new response; the keys stay those of the first.
            (PeerMppe? transmit, PeerMppe? receive) = (Hub.Transmit, Hub.Receive);
            string proof = Hub.Proof(packet)!;
            Hub.KeepKeys(transmit!, receive!);
            Hub.SendPpp(
                ScriptedHub.Chap, new Packet(3, packet[1], Encoding.ASCII.GetBytes(proof)));
        };
        Hub.Challenge();
        Tunnel.Pump();
        Tunnel.Sends(Tunnel.FromClient());
        Hub.SendIp(Tunnel.FromHub());
        Tunnel.Pump();
        Assert.Equal(Stage.Up, Tunnel.Client.Stage);
        Assert.Single(Hub.Received);
        Assert.Single(Tunnel.Delivered);
    }
}
