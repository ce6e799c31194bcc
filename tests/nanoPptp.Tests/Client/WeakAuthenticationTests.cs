// CHAP-MD5 and PAP, which a tunnel uses only where its settings say so: what opens, what is agreed
// on, and that no secret leaves for a method that was not (the downgrade of the authentication by
// somebody on the path, who rewrites what the hub asks for).

using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using nanoPptp.Client;
using nanoPptp.Diagnostics;
using nanoPptp.Memory;
using nanoPptp.Tests.Auth;
using nanoPptp.Tests.Support;
using Xunit;

namespace nanoPptp.Tests.Client;

public sealed class WeakAuthenticationTests : FailureBench
{
    private const int Md5Identifier = 0x41;

    private static readonly Dictionary<string, byte[]> s_options = new()
    {
        ["PAP"] = Option.Pap,
        ["CHAP-MD5"] = Option.ChapMd5,
        ["MS-CHAPv1"] = Option.MsChapV1,
        ["EAP"] = Option.Eap,
    };

    [Theory]
    [InlineData(EncryptionPolicy.Strong)]
    [InlineData(EncryptionPolicy.Weak)]
    public void A_weak_method_and_encryption_do_not_go_together(EncryptionPolicy encryption)
    {
        foreach ((bool chapMd5, bool pap) in new[] { (true, false), (false, true), (true, true) })
        {
            Allow(chapMd5, pap);
            Tunnel.Settings.Encryption = encryption;
            AssertOpenIsRefused();
        }

        Allow(false, false);
        Tunnel.Settings.Encryption = encryption;
        Tunnel.Open();
        Assert.Equal(Stage.Tcp, Tunnel.Client.Stage);
    }

    [Fact]
    public void A_weak_method_needs_the_password_and_the_hash_is_not_enough()
    {
        Allow(false, false);
        Tunnel.Settings.AllowPap = true;
        AssertOpenIsRefused();

        Tunnel.Settings.SetPassword(Hub.Password);
        Tunnel.Settings.Wipe();
        AssertOpenIsRefused();

        Tunnel.Settings.SetPassword(Hub.Password);
        Tunnel.Open();
        Assert.Equal(Stage.Tcp, Tunnel.Client.Stage);
    }

    [Theory]
    [InlineData(128, true)]
    [InlineData(129, false)]
    public void A_password_that_is_kept_has_128_octets_at_most(int length, bool fits)
    {
        var settings = new PptpSettings();
        string password = new('p', length);
        settings.SetPassword(password);
        Assert.Equal(0, settings.PasswordLength);

        settings.AllowChapMd5 = true;
        if (fits)
        {
            settings.SetPassword(password);
            Assert.Equal(Encoding.ASCII.GetBytes(password), settings.Password[..length]);
            return;
        }

        AssertIsRefused(settings, password);
    }

    [Fact]
    public void A_password_that_is_empty_or_no_text_cannot_be_kept()
    {
        var settings = new PptpSettings { AllowPap = true };
        AssertIsRefused(settings, "");
        AssertIsRefused(settings, "secret \uD800");
    }

    [Fact]
    public void A_password_that_is_not_needed_is_not_kept()
    {
        var settings = new PptpSettings();
        settings.SetPassword(Hub.Password);
        Assert.All(settings.Password, octet => Assert.Equal(0, octet));
        Assert.Contains(settings.NtHash, octet => octet != 0);

        settings.AllowPap = true;
        settings.SetPassword(Hub.Password);
        Assert.Contains(settings.Password, octet => octet != 0);
        settings.Wipe();
        Assert.All(settings.Password, octet => Assert.Equal(0, octet));
        Assert.All(settings.NtHash, octet => Assert.Equal(0, octet));
    }

    [Fact]
    public void The_client_takes_the_password_only_where_the_settings_allow_its_use()
    {
        Allow(true, true);
        Tunnel.Settings.AllowChapMd5 = false;
        Tunnel.Settings.AllowPap = false;
        Tunnel.Open();
        Assert.All(
            Tunnel.Client.Arena[ArenaMap.Password..ArenaMap.Length],
            octet => Assert.Equal(0, octet));
    }

    [Fact]
    public void Pap_proves_who_we_are_where_it_is_allowed()
    {
        Allow(false, true);
        HubAsksFor(Option.Pap);
        byte[]? request = null;
        Hub.On["PAP Authenticate-Request"] = packet =>
        {
            request = packet;
            Hub.SendPpp(ScriptedHub.Pap, new Packet(2, packet[1], [0]));
        };

        Tunnel.Dial();

        Assert.NotNull(request);
        Assert.Equal(
            [14, .. "DOMAIN\\board-7"u8, 13, .. "correct horse"u8], request[4..]);
        AssertIsAuthenticated();
    }

    [Fact]
    public void Pap_is_repeated_until_the_hub_answers()
    {
        Allow(false, true);
        HubAsksFor(Option.Pap);
        int count = 0;
        Hub.On["PAP Authenticate-Request"] = packet =>
        {
            count++;
            if (count == 3)
            {
                Hub.SendPpp(ScriptedHub.Pap, new Packet(2, packet[1], []));
            }
        };

        Tunnel.Dial();
        Assert.Equal(Stage.Authentication, Tunnel.Client.Stage);
        Tunnel.Advance(750 + 1500);

        Assert.Equal(3, count);
        AssertIsAuthenticated();
    }

    [Fact]
    public void A_refusal_by_pap_is_named_with_the_hubs_words()
    {
        Allow(false, true);
        HubAsksFor(Option.Pap);
        Hub.On["PAP Authenticate-Request"] = packet => Hub.SendPpp(
            ScriptedHub.Pap,
            new Packet(3, packet[1], Octets.Join([15], "Login incorrect"u8.ToArray())));

        Tunnel.Dial();

        AssertTrouble(Reason.AuthenticationFailed, 0);
        AssertSaid("Login incorrect");
        Assert.Equal(OrderlyEnd, Hub.Log.TakeLast(3));
    }

    [Fact]
    public void ChapMd5_proves_who_we_are_where_it_is_allowed()
    {
        Allow(true, false);
        HubAsksFor(Option.ChapMd5);
        HubTakesMd5(3, "Access granted");

        Tunnel.Dial();

        Assert.Equal(1, Hub.Log.Count(name => name == "CHAP Response"));
        AssertIsAuthenticated();
    }

    [Fact]
    public void A_refusal_by_ChapMd5_is_named_with_the_hubs_words()
    {
        Allow(true, false);
        HubAsksFor(Option.ChapMd5);
        HubTakesMd5(4, "Access denied");

        Tunnel.Dial();

        AssertTrouble(Reason.AuthenticationFailed, 0);
        AssertSaid("Access denied");
    }

    [Theory]
    [InlineData("PAP")]
    [InlineData("CHAP-MD5")]
    public void A_hub_that_falls_silent_is_given_up(string method)
    {
        Allow(true, true);
        HubAsksFor(s_options[method]);
        Tunnel.Dial();
        Tunnel.Advance(29999);
        Assert.Empty(Tunnel.Troubles);
        Tunnel.Advance(1);
        AssertTrouble(Reason.AuthenticationTimeout, 0);
    }

    [Fact]
    public void C38_Where_pap_is_agreed_no_challenge_is_answered()
    {
        Allow(true, true);
        HubAsksFor(Option.Pap);
        Hub.On["LCP Opened"] = _ => Hub.Challenge();
        Tunnel.Dial();
        Tunnel.Advance(20000);
        Assert.DoesNotContain("CHAP Response", Hub.Log);
        Assert.Contains("PAP Authenticate-Request", Hub.Log);
    }

    [Fact]
    public void C38_Where_MsChapV2_is_agreed_neither_pap_nor_md5_is_spoken()
    {
        Allow(true, true);
        Hub.On.Remove("CHAP Response");
        Hub.On["LCP Opened"] = _ =>
        {
            Hub.SendPpp(ScriptedHub.Pap, new Packet(2, 1, [0]));
            Hub.Challenge(7);
        };
        Tunnel.Dial();
        Assert.Equal(Stage.Authentication, Tunnel.Client.Stage);
        Tunnel.Advance(20000);
        Assert.DoesNotContain("PAP Authenticate-Request", Hub.Log);
        Assert.Contains("CHAP Response", Hub.Log);
        AssertNothingLeft();
    }

    public static TheoryData<string, bool, bool> Downgrades => new()
    {
        { "PAP", false, false }, { "CHAP-MD5", false, false }, { "MS-CHAPv1", false, false },
        { "EAP", false, false }, { "PAP", true, false }, { "CHAP-MD5", false, true },
        { "MS-CHAPv1", true, true }, { "EAP", true, true },
    };

    [Theory]
    [MemberData(nameof(Downgrades))]
    public void C40_No_secret_leaves_for_a_method_that_was_not_agreed(
        string method, bool allowsChapMd5, bool allowsPap)
    {
        // Somebody on the path rewrites the hub's request each time, and talks in the hub's name.
        Allow(allowsChapMd5, allowsPap);
        byte[][] options = [s_options[method], Option.Magic(ScriptedHub.Magic)];
        Hub.LcpOptions = options;
        Hub.On["LCP Configure-Nak"] = _ =>
        {
            Hub.Request(ScriptedHub.Lcp, options);
            Tempt();
        };
        Hub.On["LCP Terminate-Request"] = packet =>
        {
            Tempt();
            Hub.SendPpp(ScriptedHub.Lcp, Packet.TerminateAck(packet[1]));
        };

        Tunnel.Dial();

        byte[] option = s_options[method];
        AssertTrouble(
            Reason.AuthenticationWeak,
            (option[2] << 16) | (option[3] << 8) | (option.Length > 4 ? option[4] : 0));
        Assert.Equal(5, Hub.Log.Count(name => name == "LCP Configure-Nak"));
        Assert.DoesNotContain("CHAP Response", Hub.Log);
        Assert.DoesNotContain("PAP Authenticate-Request", Hub.Log);
        Assert.Equal(OrderlyEnd, Hub.Log.TakeLast(3));
        AssertNothingLeft();
    }

    [Theory]
    [InlineData("PAP")]
    [InlineData("CHAP-MD5")]
    public void C45_No_secret_leaves_when_a_session_is_to_be_negotiated_down(string method)
    {
        Allow(true, true);
        Tunnel.Dial();
        Assert.True(Tunnel.Client.Stage > Stage.Authentication);
        byte[][] options = [s_options[method], Option.Magic(ScriptedHub.Magic)];
        Hub.On["LCP Configure-Nak"] = _ =>
        {
            Hub.Request(ScriptedHub.Lcp, options);
            Tempt();
        };

        Hub.Forget(ScriptedHub.Lcp);
        Hub.Request(ScriptedHub.Lcp, options);
        Tunnel.Pump();

        Assert.Equal(Reason.AuthenticationWeak, Tunnel.Diagnosis.Reason);
        Assert.DoesNotContain("PAP Authenticate-Request", Hub.Log);
        AssertNothingLeft();
    }

    [Theory]
    [InlineData("PAP", "refused")]
    [InlineData("PAP", "closed")]
    [InlineData("PAP", "TCP")]
    [InlineData("CHAP-MD5", "refused")]
    [InlineData("CHAP-MD5", "closed")]
    [InlineData("CHAP-MD5", "TCP")]
    public void C60_After_the_close_no_array_of_the_client_holds_the_password(
        string method, string end)
    {
        Allow(true, true);
        HubAsksFor(s_options[method]);
        HubTakesMd5(end == "refused" ? 4 : 3, "");
        Hub.On["PAP Authenticate-Request"] = packet => Hub.SendPpp(
            ScriptedHub.Pap, new Packet(end == "refused" ? 3 : 2, packet[1], [0]));
        Action<byte[]> opened = Hub.On["LCP Opened"];
        Hub.On["LCP Opened"] = octets =>
        {
            Assert.NotEmpty(ObjectGraph.Find(Tunnel.Client, Secrets()));
            opened(octets);
        };

        Tunnel.Dial();
        switch (end)
        {
            case "closed":
                Tunnel.Client.Close(Tunnel.NowMs);
                break;
            case "TCP":
                Tunnel.Client.ControlClosed(Tunnel.NowMs);
                break;
            default:
                AssertTrouble(Reason.AuthenticationFailed, 0);
                break;
        }

        Tunnel.Advance(20000);
        Assert.Equal(Stage.Closed, Tunnel.Client.Stage);
        Dictionary<string, byte[]> secrets = Secrets();
        secrets["MD5 response"] = Hub.Md5Response(Md5Identifier);
        Assert.Empty(ObjectGraph.Find(Tunnel.Client, secrets));
    }

    private void Allow(bool chapMd5, bool pap)
    {
        Tunnel.Settings.Encryption = EncryptionPolicy.Clear;
        Tunnel.Settings.AllowChapMd5 = chapMd5;
        Tunnel.Settings.AllowPap = pap;
        Tunnel.Settings.SetPassword(Hub.Password);
    }

    private void HubAsksFor(byte[] method)
    {
        Hub.LcpOptions = [method, Option.Magic(ScriptedHub.Magic)];
        Hub.On.Remove("CHAP Response");
        Hub.On["LCP Opened"] = _ => { };
        Hub.On["CHAP Opened"] = _ => { };
    }

    private void HubTakesMd5(int verdict, string text)
    {
        if (Hub.LcpOptions[0].SequenceEqual(Option.ChapMd5))
        {
            Hub.On["LCP Opened"] = _ => Hub.Challenge(Md5Identifier);
        }

        Hub.On["CHAP Response"] = packet =>
        {
            Assert.Equal(Md5Identifier, packet[1]);
            Assert.Equal(
                [16, .. Hub.Md5Response(Md5Identifier), .. "DOMAIN\\board-7"u8], packet[4..]);
            Hub.SendPpp(ScriptedHub.Chap, new Packet(
                verdict, packet[1], Encoding.ASCII.GetBytes(text)));
        };
    }

    /// <summary>Everything that might make a client talk too early.</summary>
    private void Tempt()
    {
        Hub.Challenge(7);
        Hub.SendPpp(ScriptedHub.Chap, new Packet(3, 7, []));
        Hub.SendPpp(ScriptedHub.Pap, new Packet(1, 7, [0, 0]));
        Hub.SendPpp(ScriptedHub.Pap, new Packet(2, 7, [0]));
        Hub.SendPpp(ScriptedHub.Pap, new Packet(3, 7, [0]));
    }

    private Dictionary<string, byte[]> Secrets() => new()
    {
        ["password"] = Encoding.UTF8.GetBytes(Hub.Password),
        ["password in UTF-16"] = Encoding.Unicode.GetBytes(Hub.Password),
        ["NT hash"] = ReferenceMsChapV2.NtPasswordHash(Hub.Password),
    };

    /// <summary>No octet that left, on either connection, is part of a secret.</summary>
    private void AssertNothingLeft()
    {
        const int PieceLength = 4;
        List<byte[]> secrets = [.. Secrets().Values];
        for (int identifier = 0; identifier < 256; identifier++)
        {
            secrets.Add(Hub.Md5Response(identifier));
        }

        byte[] all = Octets.Join([.. Tunnel.GreSent, .. Tunnel.ControlSent]);
        Assert.NotEmpty(all);
        foreach (byte[] secret in secrets)
        {
            for (int i = 0; i + PieceLength <= secret.Length; i += PieceLength)
            {
                Assert.Equal(-1, all.AsSpan().IndexOf(secret.AsSpan(i, PieceLength)));
            }
        }
    }

    private void AssertIsAuthenticated()
    {
        Assert.True(Tunnel.Client.Stage > Stage.Authentication, Tunnel.Client.Stage.ToString());
        Assert.Empty(Tunnel.Troubles);
    }

    private void AssertSaid(string text) => Assert.Equal(
        text,
        Encoding.ASCII.GetString(Tunnel.Diagnosis.Octets, 0, Tunnel.Diagnosis.OctetsLength));

    private void AssertOpenIsRefused()
    {
        Assert.Throws<ArgumentException>(Tunnel.Open);
        Assert.Equal(Stage.Closed, Tunnel.Client.Stage);
        Assert.Empty(ObjectGraph.Find(Tunnel.Client, Secrets()));
    }

    private static void AssertIsRefused(PptpSettings settings, string password)
    {
        Assert.Throws<ArgumentException>(() => settings.SetPassword(password));
        Assert.Equal(0, settings.PasswordLength);
        Assert.All(settings.Password, octet => Assert.Equal(0, octet));
        Assert.All(settings.NtHash, octet => Assert.Equal(0, octet));
    }
}
