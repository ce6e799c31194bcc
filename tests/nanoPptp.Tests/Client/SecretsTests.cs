// What must never be left over or be used twice: keys, hashes, plaintext, keystream.

using System;
using System.Collections.Generic;
using System.Linq;
using nanoPptp.Client;
using nanoPptp.Diagnostics;
using nanoPptp.Tests.Support;
using Xunit;

namespace nanoPptp.Tests.Client;

public sealed class SecretsTests : FailureBench
{
    public static TheoryData<string> Ends =>
        ["user", "TCP", "stop", "clear", "terminate", "encryption", "silence", "stream"];

    [Theory]
    [MemberData(nameof(Ends))]
    public void After_the_close_no_array_of_the_client_holds_a_secret_or_a_packet(string end)
    {
        Reach(Stage.Up);
        Tunnel.Sends(Tunnel.FromClient(64, 75));
        Hub.SendIp(Tunnel.FromHub(64, 76));
        Tunnel.Pump();
        Assert.Single(Hub.Received);
        Assert.Equal(Tunnel.FromHub(64, 76), Assert.Single(Tunnel.Delivered));

        // A packet that the application has written and not handed over yet.
        byte[] written = Tunnel.FromClient(64, 77);
        written.CopyTo(Tunnel.Client.Arena, PptpClient.IpOutputOffset);
        var secrets = new Dictionary<string, byte[]>(Hub.Secrets)
        {
            ["packet received"] = Tunnel.Delivered[0][20..],
            ["packet to send"] = written[20..],
        };
        Assert.Equal(8, secrets.Count);
        IEnumerable<string> held =
            ObjectGraph.Find(Tunnel.Client, secrets).Select(found => found.Name);
        Assert.Equal(secrets.Keys.Order(), held.Distinct().Order());

        Ending(end);
        Assert.Equal(Stage.Closed, Tunnel.Client.Stage);
        Assert.Empty(ObjectGraph.Find(Tunnel.Client, secrets));
    }

    [Fact]
    public void After_a_refused_password_no_array_of_the_client_holds_its_hash()
    {
        Hub.Password = "another";
        Tunnel.Dial();
        AssertTrouble(Reason.AuthenticationFailed, 691);
        Assert.Equal(Stage.Closed, Tunnel.Client.Stage);
        AssertHoldsNoHash();
    }

    [Theory]
    [InlineData(8, 0, 32)]
    [InlineData(32, 1, 32)]
    [InlineData(32, 17, 16)]
    [InlineData(32, 33, 16)]
    [InlineData(32, -1, 16)]
    [InlineData(32, 0, 15)]
    [InlineData(32, 0, -1)]
    [InlineData(32, 0, int.MaxValue)]
    [InlineData(32, int.MaxValue, 16)]
    [InlineData(32, int.MaxValue, int.MaxValue)]
    [InlineData(32, int.MinValue, 16)]
    public void A_bad_range_of_entropy_is_refused_and_leaves_no_hash(
        int octets, int offset, int length)
    {
        Assert.Throws<ArgumentException>(() => Tunnel.Client.Open(
            Tunnel.Settings, Octets.Filled(octets, 0x5A), offset, length, Tunnel.NowMs));
        Assert.Equal(Stage.Closed, Tunnel.Client.Stage);
        AssertHoldsNoHash();
        Tunnel.Dial();
        Assert.Equal(Stage.Up, Tunnel.Client.Stage);
    }

    [Theory]
    [InlineData(null, "user")]
    [InlineData("host", null)]
    [InlineData("host", "a-name-of-129-octets-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        + "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx")]
    public void A_host_or_user_name_that_is_none_is_refused_and_leaves_no_hash(
        string? host, string? user)
    {
        string hostBefore = Tunnel.Settings.HostName;
        string userBefore = Tunnel.Settings.UserName;
        Tunnel.Settings.HostName = host!;
        Tunnel.Settings.UserName = user!;
        Assert.Throws<ArgumentException>(Tunnel.Open);
        Assert.Equal(Stage.Closed, Tunnel.Client.Stage);
        AssertHoldsNoHash();
        Tunnel.Settings.HostName = hostBefore;
        Tunnel.Settings.UserName = userBefore;
        Tunnel.Dial();
        Assert.Equal(Stage.Up, Tunnel.Client.Stage);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Encryption_negotiated_anew_after_frames_have_passed_ends_the_tunnel(
        bool clientHasSent, bool hubHasSent)
    {
        Reach(Stage.Up);
        var keystreams = new HashSet<string>();
        if (clientHasSent)
        {
            Assert.True(keystreams.Add(SendsAndGivesKeystream()));
        }

        if (hubHasSent)
        {
            Hub.SendIp(Tunnel.FromHub());
            Tunnel.Pump();
            Assert.Single(Tunnel.Delivered);
        }

        Hub.Forget(ScriptedHub.Ccp);
        Hub.Forget(ScriptedHub.Ipcp);
        Hub.KeepKeys(Hub.FreshTransmit(), Hub.FreshReceive());
        Hub.Request(ScriptedHub.Ccp, Option.Mppe(ScriptedHub.Mppe128Stateless));
        Tunnel.GreSent.Clear();
        Tunnel.Pump();
        AssertTrouble(Reason.EncryptionLost, 0);
        Assert.Equal(-(int)Reason.NotUp, Tunnel.Sends(Tunnel.FromClient(64)));
        Tunnel.Advance(10000);
        Assert.Equal(Stage.Closed, Tunnel.Client.Stage);
        Assert.DoesNotContain(Tunnel.GreSent, packet => EncryptedOctets(packet).Length > 0);
        AssertNothingWentInClear();
    }

    [Fact]
    public void A_frame_that_was_damaged_does_not_count_as_passed()
    {
        // Only a frame that was taken shows that both sides have used the keys.
        Reach(Stage.Up);
        Hub.SendFrame(ScriptedHub.Frame(ScriptedHub.Mppe, [0x90, 0, 1, 2, 3, 4]));
        Tunnel.Pump();
        RenegotiatesEncryption();
        Tunnel.Advance(100);
        Assert.Equal(Stage.Up, Tunnel.Client.Stage);
        Hub.SendIp(Tunnel.FromHub());
        Tunnel.Pump();
        Assert.Single(Tunnel.Delivered);
    }

    [Fact]
    public void No_keystream_is_used_twice_over_many_frames_and_a_new_lcp()
    {
        Reach(Stage.Up);
        RenegotiatesEncryption();
        var keystreams = new HashSet<string>();
        for (int round = 0; round < 4; round++)
        {
            for (int i = 0; i < 50; i++)
            {
                Assert.True(keystreams.Add(SendsAndGivesKeystream()));
            }

            foreach (int protocol in new[] { ScriptedHub.Lcp, ScriptedHub.Ccp, ScriptedHub.Ipcp })
            {
                Hub.Forget(protocol);
            }

            Hub.Request(ScriptedHub.Lcp, Hub.LcpOptions);
            Tunnel.Pump();
            Assert.Equal(Stage.Up, Tunnel.Client.Stage);
        }

        Assert.Equal(200, keystreams.Count);
        Assert.Equal(200, Hub.Received.Count);
    }

    private void RenegotiatesEncryption()
    {
        Hub.Forget(ScriptedHub.Ccp);
        Hub.Forget(ScriptedHub.Ipcp);
        Hub.KeepKeys(Hub.FreshTransmit(), Hub.FreshReceive());
        Hub.Request(ScriptedHub.Ccp, Option.Mppe(ScriptedHub.Mppe128Stateless));
        Tunnel.Pump();
        Assert.Equal(Stage.Up, Tunnel.Client.Stage);
    }

    private void Ending(string end)
    {
        switch (end)
        {
            case "user":
                Tunnel.Client.Close(Tunnel.NowMs);
                break;
            case "TCP":
                Tunnel.Client.ControlClosed(Tunnel.NowMs);
                break;
            case "stop":
                Hub.SendControl(ControlOctets.StopRequest());
                break;
            case "clear":
                Hub.SendControl(ControlOctets.CallDisconnectNotify(Hub.CallId));
                break;
            case "terminate":
                Hub.SendPpp(ScriptedHub.Lcp, Packet.TerminateRequest(1));
                break;
            case "encryption":
                Hub.SendPpp(ScriptedHub.Ccp, Packet.TerminateRequest(1));
                break;
            case "silence":
                Hub.On.Clear();
                Tunnel.Advance(60000);
                break;
            default:
                Hub.SendControl(Octets.Filled(300, 0xEE));
                break;
        }

        Tunnel.Advance(10000);
    }

    private void AssertHoldsNoHash() => Assert.Empty(ObjectGraph.Find(
        Tunnel.Client,
        new Dictionary<string, byte[]> { ["NT hash"] = Tunnel.Settings.NtHash }));

    /// <summary>Sends a packet whose octets are known.</summary>
    /// <returns>What it was encrypted with.</returns>
    private string SendsAndGivesKeystream()
    {
        byte[] packet = Tunnel.FromClient(64);
        int received = Hub.Received.Count;
        Tunnel.GreSent.Clear();
        Assert.Equal(packet.Length, Tunnel.Sends(packet));
        Tunnel.Pump();
        Assert.Equal(packet, Hub.Received[received]);
        byte[] encrypted = EncryptedOctets(Assert.Single(Tunnel.GreSent));
        byte[] clear = Octets.Join(Octets.FromHex("0021"), packet);
        Assert.Equal(clear.Length, encrypted.Length);
        return Octets.ToHex([.. clear.Zip(encrypted, (a, b) => (byte)(a ^ b))]);
    }

    /// <summary>What is behind the MPPE header of a GRE packet; nothing if it has none.</summary>
    private static byte[] EncryptedOctets(byte[] gre)
    {
        if ((gre[0] & 0x10) == 0)
        {
            return [];
        }

        int at = 12 + ((gre[1] & 0x80) != 0 ? 4 : 0);
        at += gre[at] == 0xFF && gre[at + 1] == 0x03 ? 2 : 0;
        int length = (gre[at] & 1) != 0 ? 1 : 2;
        return Octets.Number(gre.AsSpan(at, length)) == ScriptedHub.Mppe
            ? gre[(at + length + 2)..]
            : [];
    }
}
