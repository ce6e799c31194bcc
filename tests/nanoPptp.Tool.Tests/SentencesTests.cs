// What people read when a tunnel ends.

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using nanoPptp.Client;
using nanoPptp.Diagnostics;
using Xunit;

namespace nanoPptp.Tool.Tests;

public sealed class SentencesTests
{
    private static readonly Stage[] s_stages =
    [
        Stage.Tcp, Stage.Control, Stage.Call, Stage.Lcp, Stage.Authentication, Stage.Ccp,
        Stage.Ipcp, Stage.Up,
    ];

    [Fact]
    public void Every_reason_that_can_end_a_tunnel_has_a_sentence_in_every_stage()
    {
        IEnumerable<Reason> ends =
            [.. ExitCodeTests.Ends.Select(row => row.Data.Item1), Reason.Invariant];
        foreach (Reason reason in ends)
        {
            foreach (Stage stage in s_stages)
            {
                Explanation? words = Sentences.Explain(reason, 0, stage, "");

                Assert.True(words is not null, $"{reason} has no sentence");
                Assert.Matches(@"^[A-Z].*\.$", words.Sentence);
                Assert.Matches(@"^([A-Z].*\.)?$", words.Cause);
                Assert.Matches(@"^[A-Z].*[.)]$", words.NextStep);
                Assert.DoesNotContain("  ", words.Sentence + words.Cause, StringComparison.Ordinal);
                Assert.DoesNotContain("()", words.Sentence, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void Reasons_that_end_no_tunnel_have_none()
    {
        foreach (Reason reason in ExitCodeTests.Others.Select(row => row.Data))
        {
            Assert.Null(Sentences.Explain(reason, 0, Stage.Up, ""));
        }
    }

    [Fact]
    public void Every_code_is_unique_and_in_kebab_case()
    {
        string[] codes = [.. Enum.GetValues<Reason>().Select(Sentences.CodeOf)];

        Assert.Equal(codes.Length, codes.Distinct().Count());
        Assert.All(codes, code => Assert.Matches("^[a-z]+(-[a-z]+)*$", code));
        Assert.DoesNotContain(codes, code => code is "no-permission" or "file-unreadable"
            or "message-too-long" or "interrupted" or "not-linux");
        Assert.Empty(codes.Intersect(
            FailureTexts.Rows.Where(row => row.Reason == Reason.None).Select(row => row.Code)));
    }

    [Theory]
    [InlineData(Reason.HubUnreachable, "hub-unreachable")]
    [InlineData(Reason.BadMagicCookie, "bad-magic-cookie")]
    [InlineData(Reason.BadControlLength, "bad-control-length")]
    [InlineData(Reason.StartTimeout, "start-timeout")]
    [InlineData(Reason.StartRefused, "start-refused")]
    [InlineData(Reason.BadVersion, "bad-version")]
    [InlineData(Reason.ControlEchoTimeout, "control-echo-timeout")]
    [InlineData(Reason.StoppedByHub, "stopped-by-hub")]
    [InlineData(Reason.ControlClosed, "control-closed")]
    [InlineData(Reason.CallTimeout, "call-timeout")]
    [InlineData(Reason.CallRefused, "call-refused")]
    [InlineData(Reason.CallDisconnected, "call-disconnected")]
    [InlineData(Reason.CallDropped, "call-dropped")]
    [InlineData(Reason.GreBlocked, "gre-blocked")]
    [InlineData(Reason.LcpTimeout, "lcp-timeout")]
    [InlineData(Reason.LcpTerminated, "lcp-terminated")]
    [InlineData(Reason.LcpLoopback, "lcp-loopback")]
    [InlineData(Reason.LcpRejected, "lcp-rejected")]
    [InlineData(Reason.LcpEchoTimeout, "lcp-echo-timeout")]
    [InlineData(Reason.DataTimeout, "data-timeout")]
    [InlineData(Reason.AuthenticationNotOffered, "authentication-not-offered")]
    [InlineData(Reason.AuthenticationTimeout, "authentication-timeout")]
    [InlineData(Reason.AuthenticationFailed, "authentication-failed")]
    [InlineData(Reason.AuthenticationWeak, "authentication-weak")]
    [InlineData(Reason.HubNotAuthentic, "hub-not-authentic")]
    [InlineData(Reason.EncryptionRefused, "encryption-refused")]
    [InlineData(Reason.CcpTimeout, "ccp-timeout")]
    [InlineData(Reason.EncryptionLost, "encryption-lost")]
    [InlineData(Reason.KeysDisagree, "keys-disagree")]
    [InlineData(Reason.CcpRejected, "ccp-rejected")]
    [InlineData(Reason.EncryptionDemanded, "encryption-demanded")]
    [InlineData(Reason.IpcpTimeout, "ipcp-timeout")]
    [InlineData(Reason.IpcpRefused, "ipcp-refused")]
    [InlineData(Reason.IpcpTerminated, "ipcp-terminated")]
    [InlineData(Reason.ClosedByUser, "closed-by-user")]
    [InlineData(Reason.Invariant, "invariant")]
    public void Codes_never_change(Reason reason, string expected)
    {
        Assert.Equal(expected, Sentences.CodeOf(reason));
    }

    [Fact]
    public void The_table_has_one_row_for_every_end_and_each_of_its_blanks_is_filled()
    {
        Assert.Equal(
            [
                .. ExitCodeTests.Ends.Select(row => row.Data.Item1), Reason.ClosedByUser,
                Reason.Invariant,
            ],
            FailureTexts.Rows.Select(row => row.Reason).Where(one => one != Reason.None));
        string[] codes = [.. FailureTexts.Rows.Select(row => row.Code)];
        Assert.Equal(codes.Length, codes.Distinct().Count());
        Assert.All(codes, code => Assert.Matches("^[a-z]+(-[a-z]+)*$", code));
        foreach (FailureText row in FailureTexts.Rows)
        {
            Explanation words = row.Fill(new FailureFacts(691, Stage.Up, "it said {said}"));

            Assert.Equal(row.Code, words.Code);
            string all = (words.Sentence + words.Cause + words.NextStep)
                .Replace("it said {said}", "", StringComparison.Ordinal);
            Assert.DoesNotContain("{", all, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Every_code_is_explained_in_the_README()
    {
        string readme = File.ReadAllText(ExitCodeTests.ReadmePath());
        foreach (FailureText row in FailureTexts.Rows)
        {
            Assert.Contains(
                $"| `{row.Code}` | {(int)row.ExitCode} | ", readme, StringComparison.Ordinal);
        }
    }

    // What an administrator types into a search engine.
    [Theory]
    [InlineData(Reason.HubUnreachable, "TCP port 1723 of the hub is closed")]
    [InlineData(Reason.CallDropped, "pool is exhausted")]
    [InlineData(Reason.CallDropped, "error 721")]
    [InlineData(Reason.CallDropped, "right after the call request")]
    [InlineData(Reason.CallRefused, "error 721")]
    [InlineData(Reason.GreBlocked, "IP protocol 47")]
    [InlineData(Reason.GreBlocked, "LCP: timeout sending Config-Requests")]
    [InlineData(Reason.GreBlocked, "error 619")]
    [InlineData(Reason.GreBlocked, "nf_conntrack_pptp")]
    [InlineData(Reason.EncryptionRefused, "refuses MPPE")]
    [InlineData(Reason.CcpRejected, "CCP: Protocol-Reject")]
    [InlineData(Reason.EncryptionRefused, "MPPE required but peer negotiation failed")]
    [InlineData(Reason.KeysDisagree, "keys disagree")]
    [InlineData(Reason.HubNotAuthentic, "did not prove that it knows the password")]
    [InlineData(Reason.LcpEchoTimeout, "Keepalive lost")]
    [InlineData(Reason.LcpEchoTimeout, "LCP Echo-Requests")]
    [InlineData(Reason.ControlEchoTimeout, "Keepalive lost")]
    [InlineData(Reason.DataTimeout, "Keepalive lost for data")]
    [InlineData(Reason.DataTimeout, "MTU black hole")]
    public void What_people_search_for_is_there(Reason reason, string expected)
    {
        Explanation words = Sentences.Explain(reason, 0, Stage.Up, "")!;

        Assert.Contains(
            expected,
            $"{words.Sentence} {words.Cause} {words.NextStep}",
            StringComparison.Ordinal);
    }

    [Fact]
    public void What_only_the_tool_can_see_is_told_in_the_same_words()
    {
        FailureFacts facts = new(0, Stage.Up, "a reason");
        Explanation nat = FailureTexts.GreBlockedBehindNat.Fill(facts);
        Explanation hole = FailureTexts.MtuBlackHole.Fill(facts);

        Assert.Contains("NAT without a PPTP helper", nat.Cause, StringComparison.Ordinal);
        Assert.Contains("nf_conntrack_pptp and nf_nat_pptp", nat.Cause, StringComparison.Ordinal);
        Assert.Contains("PPTP passthrough", nat.Cause, StringComparison.Ordinal);
        Assert.Contains("a reason", nat.Sentence, StringComparison.Ordinal);
        Assert.Contains("MTU black hole", hole.Sentence, StringComparison.Ordinal);
        Assert.Contains("fragmentation needed", hole.Cause, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(646, "ERROR_RESTRICTED_LOGON_HOURS", "at this hour")]
    [InlineData(647, "ERROR_ACCT_DISABLED", "disabled")]
    [InlineData(648, "ERROR_PASSWD_EXPIRED", "expired")]
    [InlineData(649, "ERROR_NO_DIALIN_PERMISSION", "dial in")]
    [InlineData(691, "ERROR_AUTHENTICATION_FAILURE", "password is wrong")]
    [InlineData(709, "ERROR_CHANGING_PASSWORD", "could not be changed")]
    [InlineData(12345, "", "may not log on")]
    public void An_authentication_failure_names_the_hubs_number(
        int number, string name, string expected)
    {
        Explanation words = Sentences.Explain(
            Reason.AuthenticationFailed, number, Stage.Authentication, "")!;

        Assert.Equal("authentication-failed", words.Code);
        Assert.Equal(number, words.Error);
        Assert.Equal(name, words.ErrorName);
        Assert.Contains($"E={number}", words.Sentence, StringComparison.Ordinal);
        Assert.Contains(name, words.Cause, StringComparison.Ordinal);
        Assert.Contains(expected, words.Cause, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0xC02300, "PAP", "--encryption clear --allow-pap.")]
    [InlineData(0xC22305, "CHAP-MD5", "--encryption clear --allow-chap-md5.")]
    [InlineData(0xC22380, "MS-CHAPv1", "(pppd: require-mschap-v2).")]
    [InlineData(0xC22381, "MS-CHAPv2", "(pppd: require-mschap-v2).")]
    [InlineData(0xC22700, "EAP", "(pppd: require-mschap-v2).")]
    [InlineData(0xC22306, "CHAP with algorithm 6", "(pppd: require-mschap-v2).")]
    [InlineData(0xC02500, "authentication protocol C025", "(pppd: require-mschap-v2).")]
    public void A_weak_authentication_is_named_with_the_option_that_would_allow_it(
        int method, string name, string nextStep)
    {
        Explanation words = Sentences.Explain(
            Reason.AuthenticationWeak, method, Stage.Lcp, "")!;

        Assert.Equal($"The hub insists on {name}, which is not allowed here.", words.Sentence);
        Assert.EndsWith(nextStep, words.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public void A_success_without_a_proof_is_told_from_one_with_a_wrong_proof()
    {
        string wrong = Sentences.Explain(
            Reason.HubNotAuthentic, 0, Stage.Authentication, "S=00")!.Sentence;
        string missing = Sentences.Explain(
            Reason.HubNotAuthentic, 1, Stage.Authentication, "M=Welcome")!.Sentence;

        Assert.Contains("wrong authenticator response", wrong, StringComparison.Ordinal);
        Assert.DoesNotContain("S=00", wrong, StringComparison.Ordinal);
        Assert.Contains("without an authenticator response", missing, StringComparison.Ordinal);
        Assert.Contains("M=Welcome", missing, StringComparison.Ordinal);
    }

    [Fact]
    public void A_hub_without_error_numbers_is_quoted_as_it_is()
    {
        Explanation words = Sentences.Explain(
            Reason.AuthenticationFailed, 0, Stage.Authentication, "Login incorrect")!;

        Assert.Equal("The hub refused the user: Login incorrect.", words.Sentence);
        Assert.Equal(0, words.Error);
    }

    [Fact]
    public void What_the_hub_said_is_said_once()
    {
        const string Said = "E=691 R=1 V=0 M=Access denied";
        Explanation words = Sentences.Explain(
            Reason.AuthenticationFailed, 691, Stage.Authentication, Said)!;

        Assert.Equal($"The hub refused the user: {Said}.", words.Sentence);
    }

    [Fact]
    public void Blocked_GRE_is_told_in_the_words_people_search_for()
    {
        Explanation words = Sentences.Explain(Reason.GreBlocked, 0, Stage.Lcp, "")!;

        Assert.Contains("error 619, 721 or 806", words.Sentence, StringComparison.Ordinal);
        Assert.Contains(
            "LCP: timeout sending Config-Requests", words.Sentence, StringComparison.Ordinal);
        Assert.Contains("IP protocol 47", words.NextStep, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Reason.EncryptionRefused, "MPPE required but peer negotiation failed")]
    [InlineData(Reason.EncryptionRefused, "error 742")]
    [InlineData(Reason.CcpRejected, "Protocol-Reject of 80fd")]
    [InlineData(Reason.EncryptionDemanded, "(MPPE disabled)")]
    [InlineData(Reason.KeysDisagree, "MPPE keys disagree")]
    [InlineData(Reason.KeysDisagree, "0063")]
    [InlineData(Reason.CcpTimeout, "CCP: timeout sending Config-Requests")]
    public void Encryption_that_fails_is_told_in_the_words_people_search_for(
        Reason reason, string expected)
    {
        Explanation words = Sentences.Explain(reason, 0x0063, Stage.Up, "MPPE disabled")!;

        Assert.Contains(expected, words.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Keys_that_disagree_are_told_from_either_end()
    {
        Assert.Contains(
            "does not decrypt",
            Sentences.Explain(Reason.KeysDisagree, 0, Stage.Up, "")!.Sentence,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Reason.StartRefused, 0x0400, "not authorized")]
    [InlineData(Reason.StartRefused, 0x0204, "general error, error: no resource")]
    [InlineData(Reason.StartRefused, 0x6300, "result 99")]
    [InlineData(Reason.CallRefused, 0x0400, "busy")]
    [InlineData(Reason.CallRefused, 0x0300, "no carrier")]
    [InlineData(Reason.CallRefused, 0x0700, "do not accept")]
    [InlineData(Reason.CallRefused, 0x0206, "general error, error: PAC error")]
    [InlineData(Reason.CallRefused, 0x0000, "result 0")]
    [InlineData(Reason.CallDisconnected, 3, "admin shutdown")]
    [InlineData(Reason.StoppedByHub, 3, "local shutdown")]
    [InlineData(Reason.BadVersion, 0x0203, "version 2.3")]
    public void Numbers_are_told_in_the_words_of_RFC_2637(
        Reason reason, int detail, string expected)
    {
        Explanation words = Sentences.Explain(reason, detail, Stage.Call, "")!;

        Assert.Contains(expected, words.Sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("E=691 R=1 C=0123456789abcdef0123456789abcdef V=0 M=Access denied",
        "E=691 R=1 V=0 M=Access denied")]
    [InlineData("C=0123456789ABCDEF E=648", "E=648")]
    [InlineData("E=691 R=1 C=01234567", "E=691 R=1")]
    [InlineData("E=691 M=a\u001b[31mb\r\nc", "E=691 M=a\\u001b[31mb\\u000d\\u000ac")]
    [InlineData("M=\u202egnp", "M=\\u202egnp")]
    [InlineData("M=Zugriff verweigert für Gerät", "M=Zugriff verweigert für Gerät")]
    public void The_hubs_text_is_shown_without_challenge_and_control_characters(
        string said, string expected)
    {
        Assert.Equal(expected, RfcWords.Printable(Encoding.UTF8.GetBytes(said)));
    }
}
