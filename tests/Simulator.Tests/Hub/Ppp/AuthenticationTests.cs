// What the hub asks a client to prove, and what becomes of good, bad and missing proofs: RFC 1661
// section 6.2, RFC 1334, RFC 1994. The words are those a real pppd was seen to send.

using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Simulator.Hub;
using Xunit;
using Kind = Simulator.Hub.HubAuthentication;

namespace Simulator.Tests.Hub.Ppp;

public class AuthenticationTests
{
    private const string Md5Option = "0305c22305";
    private const string MsChapV2Option = "0305c22381";
    private const string PapOption = "0304c023";

    [Theory]
    [InlineData(Kind.MsChapV2, "chap MS-v2")]
    [InlineData(Kind.ChapMd5, "chap MD5")]
    [InlineData(Kind.Pap, "pap")]
    public void The_first_of_the_list_is_asked_for(Kind first, string text)
    {
        Kind[] others = [Kind.MsChapV2, Kind.ChapMd5, Kind.Pap];
        HubBench bench = Bench([first, .. others.Where(other => other != first)]);
        ScriptedClient client = bench.NewClient();
        client.StartAndCall();
        client.Expect($"LCP Configure-Request id 1 mru 1400 asyncmap 0 auth {text} magic *");
    }

    [Theory]
    [InlineData(Kind.ChapMd5)]
    [InlineData(Kind.Pap)]
    public void A_good_proof_brings_a_clear_session_up(Kind kind)
    {
        HubBench bench = Bench(kind);
        ScriptedClient client = Opened(bench);
        Assert.Equal("sensor1", Prove(client, kind, out string answer));
        Assert.Equal(kind == Kind.Pap ? "\bLogin ok" : "Access granted", answer);
        client.OpenIpcp();
        client.ExpectNothing();
        Assert.Equal(["up sensor1 10.98.0.100 none"], bench.Events);
        Assert.Equal(kind, bench.LastSession!.Authentication);
        Assert.Empty(bench.Notes);
        client.SendPpp([0x21, .. client.UdpOf("clear")]);
        Assert.EndsWith("clear", bench.Events[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Kind.ChapMd5, HubBench.User, "another phrase")]
    [InlineData(Kind.ChapMd5, "stranger", HubBench.Password)]
    [InlineData(Kind.ChapMd5, "", HubBench.Password)]
    [InlineData(Kind.Pap, HubBench.User, "another phrase")]
    [InlineData(Kind.Pap, HubBench.User, HubBench.Password + "x")]
    [InlineData(Kind.Pap, HubBench.User, "")]
    [InlineData(Kind.Pap, "stranger", HubBench.Password)]
    [InlineData(Kind.Pap, "", "")]
    public void A_bad_proof_ends_the_link(Kind kind, string user, string password)
    {
        HubBench bench = Bench(kind);
        ScriptedClient client = Opened(bench);
        client.User = user;
        client.Password = password;
        if (kind == Kind.Pap)
        {
            client.SendPap(9);
            byte[] nak = client.Expect("PAP Authenticate-Nak id 9");
            Assert.Equal("\u000fLogin incorrect", ScriptedClient.TextOf(nak));
        }
        else
        {
            byte[] challenge = client.Expect("CHAP Challenge *");
            client.AnswerMd5Challenge(challenge);
            byte[] failure = client.Expect("CHAP Failure *");
            Assert.Equal(
                ScriptedClient.IdentifierOf(challenge), ScriptedClient.IdentifierOf(failure));
            Assert.Equal("Access denied", ScriptedClient.TextOf(failure));
        }

        client.Expect("LCP Terminate-Request id 2 \"Authentication failed\"");
        client.ExpectNothing();
        Assert.Null(bench.LastSession);
        client.SendPacket(ScriptedClient.Lcp, 6, 2);
        Assert.Equal(["down AuthenticationFailed"], bench.Events);
        Assert.False(client.TcpEndedByReset);
        Assert.Null(bench.LastSession!.Authentication);
    }

    [Theory]
    [InlineData(Kind.ChapMd5)]
    [InlineData(Kind.Pap)]
    public void A_domain_in_front_of_the_name_is_ignored(Kind kind)
    {
        HubBench bench = Bench(kind);
        ScriptedClient client = Opened(bench);
        client.User = "PLANT\\" + HubBench.User;
        Prove(client, kind, out _);
        client.OpenIpcp();
        Assert.Equal(["up sensor1 10.98.0.100 none"], bench.Events);
    }

    [Theory]
    [InlineData(Kind.ChapMd5)]
    [InlineData(Kind.Pap)]
    public void Passwords_and_names_beyond_ascii_are_compared_in_utf_8(Kind kind)
    {
        var bench = new HubBench(Settings(kind) with
        {
            Users = new Dictionary<string, string>
            {
                ["fühler"] = "pässwörd€",
            },
        });
        ScriptedClient client = Opened(bench);
        client.User = "fühler";
        client.Password = "pässwörd€";
        Prove(client, kind, out _);
        client.OpenIpcp();
        Assert.Equal(["up fühler 10.98.0.100 none"], bench.Events);
    }

    [Fact]
    public void A_response_with_the_wrong_size_or_identifier_is_no_md5_response()
    {
        HubBench bench = Bench(Kind.ChapMd5);
        ScriptedClient client = Opened(bench);
        byte id = ScriptedClient.IdentifierOf(client.Expect("CHAP Challenge *"));
        client.SendPacket(ScriptedClient.Chap, 2, id, [49, .. new byte[60]]);
        client.SendPacket(ScriptedClient.Chap, 2, id, [16, .. new byte[15]]);
        client.SendPacket(ScriptedClient.Chap, 2, (byte)(id + 1), [16, .. new byte[20]]);
        client.SendPacket(ScriptedClient.Chap, 2, id);
        client.SendPap(1);
        client.ExpectNothing();
        Assert.Equal(Enumerable.Repeat(HubNote.ChapUnmatched, 5), bench.Notes);
    }

    [Fact]
    public void Md5_challenges_have_from_16_to_23_octets_and_never_repeat()
    {
        var lengths = new HashSet<int>();
        var challenges = new HashSet<string>();
        for (ulong seed = 0; seed < 100; seed++)
        {
            var bench = new HubBench(Settings(Kind.ChapMd5), seed);
            byte[] data = ScriptedClient.DataOf(Opened(bench).Expect("CHAP Challenge *"));
            lengths.Add(data[0]);
            challenges.Add(Convert.ToHexStringLower(data.AsSpan(1, data[0])));
            Assert.Equal("hub", Encoding.ASCII.GetString(data.AsSpan(1 + data[0])));
        }

        Assert.Equal(Enumerable.Range(16, 8), lengths.Order());
        Assert.Equal(100, challenges.Count);
    }

    [Fact]
    public void Md5_challenges_come_again_and_a_wrong_answer_ends_the_session()
    {
        var bench = new HubBench(
            Settings(Kind.ChapMd5) with { ChapRechallengeIntervalMs = 10_000 });
        ScriptedClient client = Opened(bench);
        Prove(client, Kind.ChapMd5, out _);
        client.OpenIpcp();
        bench.Advance(10_000);
        byte[] second = client.Expect("CHAP Challenge *");
        client.AnswerMd5Challenge(second);
        client.Expect("CHAP Success *");
        client.AnswerMd5Challenge(second);
        client.Expect("CHAP Success *");
        client.Password = "wrong";
        bench.Advance(10_000);
        client.AnswerMd5Challenge(client.Expect("CHAP Challenge *"));
        Assert.Equal("Access denied", ScriptedClient.TextOf(client.Expect("CHAP Failure *")));
        Assert.Equal("down AuthenticationFailed", bench.Events[^1]);
    }

    [Fact]
    public void A_repeated_pap_request_gets_the_same_answer_without_words()
    {
        HubBench bench = Bench(Kind.Pap);
        ScriptedClient client = Opened(bench);
        Prove(client, Kind.Pap, out _);
        client.Expect("IPCP Configure-Request *");
        client.Password = "wrong";
        client.SendPap(7);
        byte[] ack = client.Expect("PAP Authenticate-Ack id 7");
        Assert.Equal([0], ScriptedClient.DataOf(ack));
        client.ExpectNothing();
    }

    [Fact]
    public void Behind_a_pap_nak_not_even_the_right_password_is_heard()
    {
        HubBench bench = Bench(Kind.Pap);
        ScriptedClient client = Opened(bench);
        client.Password = "wrong";
        client.SendPap(7);
        client.Expect("PAP Authenticate-Nak id 7");
        client.Expect("LCP Terminate-Request *");
        client.Password = HubBench.Password;
        client.SendPap(8);
        client.ExpectNothing();
        Assert.Equal([HubNote.PppOutOfPhase], bench.Notes);
    }

    [Theory]
    [InlineData("")]
    [InlineData("07")]
    [InlineData("0773656e736f7231")]
    [InlineData("0773656e736f723105aa")]
    [InlineData("0773656e736f723102aa")]
    [InlineData("01")]
    [InlineData("ff")]
    public void Pap_requests_that_end_too_early_are_ignored(string data)
    {
        HubBench bench = Bench(Kind.Pap);
        ScriptedClient client = Opened(bench);
        client.SendPacket(ScriptedClient.Pap, 1, 1, data);
        client.SendPacket(ScriptedClient.Pap, 2, 1, data);
        client.ExpectNothing();
        Assert.Equal([HubNote.ChapUnmatched, HubNote.ChapUnmatched], bench.Notes);
    }

    [Fact]
    public void A_client_that_says_nothing_to_pap_is_given_up_after_thirty_seconds()
    {
        HubBench bench = Bench(Kind.Pap);
        ScriptedClient client = Opened(bench);
        bench.Advance(29_999);
        client.ExpectNothing();
        bench.Advance(1);
        client.Expect("LCP Terminate-Request id 2 \"Authentication failed\"");
    }

    [Theory]
    [InlineData(Kind.ChapMd5, "c223 01010004")]
    [InlineData(Kind.MsChapV2, "c223 01010004")]
    [InlineData(Kind.Pap, "c023 01010004")]
    public void A_protocol_reject_of_what_was_asked_ends_the_link(
        Kind kind, string rejected)
    {
        HubBench bench = Bench(kind);
        ScriptedClient client = Opened(bench);
        client.Skip();
        client.SendPacket(ScriptedClient.Lcp, 8, 1, kind == Kind.Pap ? "c223" : "c023");
        client.ExpectNothing();
        client.SendPacket(ScriptedClient.Lcp, 8, 1, rejected);
        client.Expect("LCP Terminate-Request id 2 \"Authentication failed\"");
    }

    [Theory]
    [InlineData(Md5Option, "chap MD5")]
    [InlineData(PapOption, "pap")]
    [InlineData("0305c22380", "chap MD5")]
    [InlineData("0304c227", "chap MD5")]
    [InlineData("0302", "chap MD5")]
    public void A_nak_gets_what_it_hints_at_or_else_the_next(string hint, string offer)
    {
        HubBench bench = Bench(Kind.MsChapV2, Kind.ChapMd5, Kind.Pap);
        ScriptedClient client = bench.NewClient();
        client.StartAndCall();
        client.Expect("LCP Configure-Request id 1 * auth chap MS-v2 *");
        client.SendPacket(ScriptedClient.Lcp, 3, 1, hint);
        client.Expect($"LCP Configure-Request id 2 mru 1400 asyncmap 0 auth {offer} magic *");
    }

    [Fact]
    public void What_was_refused_is_not_offered_twice()
    {
        HubBench bench = Bench(Kind.MsChapV2, Kind.ChapMd5, Kind.Pap);
        ScriptedClient client = bench.NewClient();
        client.StartAndCall();
        client.Expect("LCP Configure-Request id 1 * auth chap MS-v2 *");
        client.SendPacket(ScriptedClient.Lcp, 3, 1, PapOption);
        client.Expect("LCP Configure-Request id 2 * auth pap *");
        client.SendPacket(ScriptedClient.Lcp, 3, 2, MsChapV2Option);
        client.Expect("LCP Configure-Request id 3 * auth chap MD5 *");
        client.SendPacket(ScriptedClient.Lcp, 3, 3, MsChapV2Option);
        client.Expect("LCP Configure-Request id 4 mru 1400 asyncmap 0 magic *");
    }

    [Fact]
    public void The_session_comes_up_with_what_was_agreed_on()
    {
        HubBench bench = Bench(Kind.MsChapV2, Kind.Pap);
        ScriptedClient client = bench.NewClient();
        client.StartAndCall();
        client.Expect("LCP Configure-Request id 1 *");
        client.SendPacket(ScriptedClient.Lcp, 3, 1, PapOption);
        client.OpenLcp();
        Prove(client, Kind.Pap, out _);
        client.OpenIpcp();
        Assert.Equal(Kind.Pap, bench.LastSession!.Authentication);
    }

    // pppd goes on without the option and says why it leaves when LCP is open.
    [Theory]
    [InlineData(4, MsChapV2Option)]
    [InlineData(3, Md5Option)]
    [InlineData(3, "0304c227")]
    public void A_client_that_refuses_all_is_let_go_when_lcp_is_open(byte answer, string option)
    {
        HubBench bench = Bench(Kind.MsChapV2);
        ScriptedClient client = bench.NewClient();
        client.StartAndCall();
        client.Expect("LCP Configure-Request id 1 *");
        client.SendPacket(ScriptedClient.Lcp, answer, 1, option);
        byte[] request = client.Expect("LCP Configure-Request id 2 mru 1400 asyncmap 0 magic *");
        client.SendPacket(ScriptedClient.Lcp, 2, 2, ScriptedClient.DataOf(request));
        client.SendPacket(ScriptedClient.Lcp, 1, 1, ScriptedClient.LcpOptions);
        client.Expect("LCP Configure-Ack id 1 *");
        client.Expect("LCP Terminate-Request id 3 \"peer refused to authenticate\"");
        client.ExpectNothing();
        client.SendPacket(ScriptedClient.Lcp, 6, 3);
        Assert.Equal(["down AuthenticationFailed"], bench.Events);
        Assert.False(client.TcpEndedByReset);
    }

    [Fact]
    public void A_reject_leaves_no_other_authentication_to_offer()
    {
        HubBench bench = Bench(Kind.MsChapV2, Kind.Pap);
        ScriptedClient client = bench.NewClient();
        client.StartAndCall();
        client.Expect("LCP Configure-Request id 1 *");
        client.SendPacket(ScriptedClient.Lcp, 4, 1, MsChapV2Option);
        client.Expect("LCP Configure-Request id 2 mru 1400 asyncmap 0 magic *");
    }

    [Fact]
    public void A_nak_with_what_was_offered_changes_nothing_until_patience_ends()
    {
        HubBench bench = Bench(Kind.MsChapV2, Kind.Pap);
        ScriptedClient client = bench.NewClient();
        client.StartAndCall();
        for (byte id = 1; id <= 5; id++)
        {
            client.Expect($"LCP Configure-Request id {id} * auth chap MS-v2 *");
            client.SendPacket(ScriptedClient.Lcp, 3, id, MsChapV2Option);
        }

        client.Expect("LCP Configure-Request id 6 mru 1400 asyncmap 0 magic *");
    }

    [Fact]
    public void A_new_negotiation_begins_with_the_first_of_the_list_again()
    {
        HubBench bench = Bench(Kind.MsChapV2, Kind.Pap);
        ScriptedClient client = bench.NewClient();
        client.StartAndCall();
        client.Expect("LCP Configure-Request id 1 *");
        client.SendPacket(ScriptedClient.Lcp, 3, 1, PapOption);
        client.OpenLcp();
        Prove(client, Kind.Pap, out _);
        client.OpenIpcp();
        client.SendPacket(ScriptedClient.Lcp, 1, 9, ScriptedClient.LcpOptions);
        client.Expect("LCP Configure-Request id 3 * auth chap MS-v2 *");
        Assert.Equal("down Renegotiated", bench.Events[^1]);
    }

    [Fact]
    public void Nothing_is_asked_for_when_the_list_says_so()
    {
        HubBench bench = Bench(Kind.None);
        ScriptedClient client = bench.NewClient();
        client.StartAndCall();
        byte[] request = client.Expect("LCP Configure-Request id 1 mru 1400 asyncmap 0 magic *");
        client.SendPacket(ScriptedClient.Lcp, 2, 1, ScriptedClient.DataOf(request));
        client.SendPacket(ScriptedClient.Lcp, 1, 1, ScriptedClient.LcpOptions);
        client.Expect("LCP Configure-Ack id 1 *");
        client.OpenIpcp();
        Assert.Equal(["up  10.98.0.100 none"], bench.Events);
        Assert.Equal(Kind.None, bench.LastSession!.Authentication);
        Assert.Equal("", bench.LastSession.UserName);
    }

    [Theory]
    [InlineData(Kind.ChapMd5)]
    [InlineData(Kind.Pap)]
    [InlineData(Kind.None)]
    public void Without_keys_a_hub_that_requires_mppe_lets_the_client_go(Kind kind)
    {
        var bench = new HubBench(
            Settings(kind) with { Encryption = HubEncryption.RequireMppe });
        ScriptedClient client = Opened(bench);
        if (kind != Kind.None)
        {
            Prove(client, kind, out _);
        }

        client.Expect("LCP Terminate-Request id 2 \"MPPE required but not available\"");
        client.ExpectNothing();
        client.SendPacket(ScriptedClient.Lcp, 6, 2);
        Assert.Equal(["down EncryptionFailed"], bench.Events);
        Assert.Equal([HubNote.EncryptionWithoutKeys], bench.Notes);
    }

    [Fact]
    public void No_password_is_in_the_trace()
    {
        HubBench bench = Bench(Kind.Pap);
        Prove(Opened(bench), Kind.Pap, out _);
        Assert.Contains(
            bench.Trace,
            line => line.Contains("PAP Authenticate-Request", StringComparison.Ordinal));
        Assert.DoesNotContain(
            bench.Trace, line => line.Contains(HubBench.Password, StringComparison.Ordinal));
    }

    private static HubSettings Settings(params Kind[] list) =>
        HubBench.Settings() with
        {
            Authentications = list,
            Encryption = HubEncryption.Refused,
        };

    private static HubBench Bench(params Kind[] list) => new(Settings(list));

    private static ScriptedClient Opened(HubBench bench)
    {
        ScriptedClient client = bench.NewClient();
        client.StartAndCall();
        client.OpenLcp();
        return client;
    }

    private static string Prove(
        ScriptedClient client, Kind kind, out string answer)
    {
        if (kind == Kind.Pap)
        {
            client.SendPap(1);
            answer = ScriptedClient.TextOf(client.Expect("PAP Authenticate-Ack id 1"));
        }
        else
        {
            client.AnswerMd5Challenge(client.Expect("CHAP Challenge id * name \"hub\""));
            answer = ScriptedClient.TextOf(client.Expect("CHAP Success *"));
        }

        return client.User;
    }
}
