// Where parts of the client meet that know nothing of each other: IPCP beside CCP, repetitions, restart
// counters, sequence numbers that somebody changed, and the pace of control packets.

using System;
using System.Linq;
using nanoPptp.Client;
using nanoPptp.Diagnostics;
using nanoPptp.Tests.Support;
using Xunit;

namespace nanoPptp.Tests.Client;

public sealed class SeamTests
{
    private const uint H = 0x01000000;
    private const uint S = 0x40;

    private readonly Tunnel _tunnel = new();

    private ScriptedHub Hub => _tunnel.Hub;

    // IPCP opened beside CCP; one lost IPCP Configure-Ack of ours makes the hub repeat its request.
    [Theory]
    [InlineData("default", EncryptionPolicy.Strong)]
    [InlineData("default", EncryptionPolicy.Weak)]
    [InlineData("accel-ppp", EncryptionPolicy.Strong)]
    [InlineData("routeros", EncryptionPolicy.Strong)]
    [InlineData("rras", EncryptionPolicy.Strong)]
    public void A_repeated_IPCP_request_does_not_bring_the_tunnel_up_without_CCP(
        string row, EncryptionPolicy policy)
    {
        DialBesideCcp(row, policy);
        Assert.Equal(Stage.Ccp, _tunnel.Client.Stage);

        // The hub did not get our Configure-Ack of IPCP: RFC 1661 has it say the request again.
        Hub.Request(ScriptedHub.Ipcp, Option.Address(Hub.Address));
        _tunnel.Pump();
        Assert.Equal(Stage.Ccp, _tunnel.Client.Stage);
    }

    // What that would cost: the octets of the packet leave as they are, inside a frame that says MPPE.
    [Fact]
    public void No_packet_leaves_readable_before_CCP_is_open()
    {
        DialBesideCcp("default", EncryptionPolicy.Strong);
        Hub.Request(ScriptedHub.Ipcp, Option.Address(Hub.Address));
        _tunnel.Pump();
        _tunnel.OnWayOut = _ => null;
        byte[] packet = _tunnel.FromClient(64);
        _tunnel.Sends(packet);
        _tunnel.Pump();
        Assert.DoesNotContain(
            _tunnel.GreSent,
            sent => Octets.ToHex(sent).Contains(Octets.ToHex(packet), StringComparison.Ordinal));
    }

    // And in a second negotiation of CCP whose keys were not used yet: the same keystream twice.
    [Fact]
    public void No_keystream_is_used_twice()
    {
        _tunnel.Settings.Quirks = HubQuirks.Default;
        Action<byte[]> acknowledge = Hub.On["CCP Configure-Request"];
        _tunnel.Dial();
        Assert.Equal(Stage.Up, _tunnel.Client.Stage);

        // The hub negotiates CCP anew before any packet; it holds its Configure-Ack back.
        byte[]? late = null;
        Hub.On["CCP Configure-Request"] = octets => late = octets;
        Hub.On.Remove("CCP Opened");
        Hub.Forget(ScriptedHub.Ccp);
        Hub.Forget(ScriptedHub.Ipcp);
        Hub.Request(ScriptedHub.Ccp, Option.Mppe(H | S));
        _tunnel.Pump();
        Hub.Request(ScriptedHub.Ipcp, Option.Address(Hub.Address));
        _tunnel.Pump();
        Hub.Request(ScriptedHub.Ipcp, Option.Address(Hub.Address));
        _tunnel.Pump();
        byte[] packet = _tunnel.FromClient(64);
        string before = Encrypted(packet);
        acknowledge(late!);
        _tunnel.Pump();
        Assert.Equal(Stage.Up, _tunnel.Client.Stage);
        string after = Encrypted(packet);
        Assert.True(before.Length == 0 || before != after, "one keystream, two packets");
    }

    // One lost Configure-Ack of CCP, and data in the meantime.
    [Theory]
    [InlineData("default")]
    [InlineData("accel-ppp")]
    public void One_lost_CCP_Ack_of_ours_does_not_end_the_tunnel(string row)
    {
        _tunnel.Settings.Quirks = Row(row);
        Hub.ToleratesLoss = true;
        int identifier = 0;
        Hub.On["CHAP Opened"] = _ =>
        {
            Hub.Request(ScriptedHub.Ccp, Option.Mppe(H | S));
            identifier = LastIdentifier();
        };

        // The hub begins IPCP beside CCP, as accel-ppp does.
        Hub.On["IPCP Configure-Request"] += _ =>
        {
            if (!Hub.Log.Contains("IPCP Configure-Ack"))
            {
                Hub.Request(ScriptedHub.Ipcp, Option.Address(Hub.Address));
            }
        };
        Hub.On.Remove("CCP Opened");
        bool lost = false;
        _tunnel.OnWayOut = packet =>
        {
            bool isAck = Octets.ToHex(packet).Contains("80fd02", StringComparison.Ordinal);
            if (isAck && !lost)
            {
                lost = true;
                return null;
            }

            return packet;
        };
        _tunnel.Dial();
        Assert.True(lost);
        Assert.Equal(Stage.Up, _tunnel.Client.Stage);
        _tunnel.Sends(_tunnel.FromClient());
        _tunnel.Pump();

        // Its restart timer: the same request, word for word.
        _tunnel.Advance(3000);
        Hub.SendPpp(
            ScriptedHub.Ccp, Packet.ConfigureRequest(identifier, Option.Mppe(H | S)));
        _tunnel.Pump();
        Assert.Empty(_tunnel.Troubles);
        Assert.Equal(Stage.Up, _tunnel.Client.Stage);
    }

    // Stateful: one genuine frame whose number somebody on the path raises.
    [Theory]
    [InlineData(PeerModeName.Rfc)]
    [InlineData(PeerModeName.Linux)]
    public void One_changed_number_does_not_swallow_all_data_of_the_stateful_mode(
        PeerModeName mode)
    {
        DialStateful(mode == PeerModeName.Rfc ? PeerMode.Stateful : PeerMode.StatefulLinux);
        byte[] changed = Hub.Gre(Hub.EncryptedFrame(_tunnel.FromHub(seed: 1)));
        Octets.Number(0x40000000, 4).CopyTo(changed, 8);
        Hub.IsForgedFor = true;
        Hub.GreOut.Enqueue(changed);
        _tunnel.Pump();
        Assert.Single(_tunnel.Delivered);
        for (int i = 0; i < 200; i++)
        {
            Hub.SendIp(_tunnel.FromHub(seed: i));
            _tunnel.Advance(100);
        }

        Assert.True(
            _tunnel.Delivered.Count > 150 || _tunnel.Client.Stage != Stage.Up,
            $"delivered {_tunnel.Delivered.Count}, {_tunnel.Client.Stage}");
    }

    // Not one packet is missing, and yet the next one waits 100 ms.
    [Fact]
    public void An_Echo_Reply_that_was_overtaken_holds_no_data_up()
    {
        _tunnel.Dial();
        byte[]? reply = null;
        Hub.On["LCP Echo-Request"] = packet =>
        {
            Packet echo = Packet.Parse(packet);
            byte[] data = Octets.Join(Octets.Number(ScriptedHub.Magic, 4), echo.Data[4..]);
            reply = Hub.Gre(ScriptedHub.Frame(
                ScriptedHub.Lcp, new Packet(10, echo.Identifier, data).Octets));
        };
        _tunnel.Advance(10000);
        Assert.NotNull(reply);
        byte[] first = Hub.Gre(Hub.EncryptedFrame(_tunnel.FromHub(seed: 1)));
        byte[] second = Hub.Gre(Hub.EncryptedFrame(_tunnel.FromHub(seed: 2)));
        _tunnel.GreArrives(first);
        _tunnel.Advance(100);
        Assert.Single(_tunnel.Delivered);
        _tunnel.GreArrives(reply!);
        _tunnel.Pump();
        _tunnel.GreArrives(second);
        _tunnel.Pump();
        Assert.Equal(2, _tunnel.Delivered.Count);
    }

    // The same for the acknowledgment number.
    [Fact]
    public void Our_acknowledgment_never_goes_back()
    {
        EchoReplyIsLate(out byte[] reply);
        _tunnel.GreArrives(Hub.Gre(Hub.EncryptedFrame(_tunnel.FromHub(seed: 1))));
        _tunnel.Advance(250);
        _tunnel.GreArrives(reply);
        _tunnel.Advance(250);
        Assert.Equal(Hub.Acknowledged.Order(), Hub.Acknowledged);
    }

    // A hub that needs five seconds for its addresses, and says Terminate-Ack meanwhile.
    [Theory]
    [InlineData(3000)]
    [InlineData(5000)]
    [InlineData(10000)]
    public void Terminate_Acks_to_IPCP_do_not_use_up_the_restart_counter(int readyMs)
    {
        _tunnel.Settings.Quirks = HubQuirks.Default;
        Hub.On.Remove("CCP Opened");
        Action<byte[]> answer = Hub.On["IPCP Configure-Request"];
        Hub.On["IPCP Configure-Request"] = octets =>
            Hub.SendPpp(ScriptedHub.Ipcp, Packet.TerminateAck(octets[1]));
        _tunnel.Dial();
        _tunnel.Advance(readyMs);
        Hub.On["IPCP Configure-Request"] = answer;
        Hub.Request(ScriptedHub.Ipcp, Option.Address(Hub.Address));
        _tunnel.Advance(5000);
        Assert.Empty(_tunnel.Troubles);
        Assert.Equal(Stage.Up, _tunnel.Client.Stage);
    }

    // The one packet that nobody can forge is refused for the sake of those that anybody can.
    [Fact]
    public void Forged_control_packets_do_not_make_the_hub_look_dead()
    {
        _tunnel.Dial();
        Packet? reply = null;
        int replyAt = 0;
        Hub.On["LCP Echo-Request"] = packet =>
        {
            Packet echo = Packet.Parse(packet);
            byte[] data = Octets.Join(Octets.Number(ScriptedHub.Magic, 4), echo.Data[4..]);
            replyAt = _tunnel.NowMs + 77;
            reply = new Packet(10, echo.Identifier, data);
        };
        var random = new Random(6);
        for (int i = 0; i < 50000 && _tunnel.Client.Stage == Stage.Up; i++)
        {
            // Discard-Requests, about five hundred a second.
            Hub.SendPpp(ScriptedHub.Lcp, new Packet(11, i & 0xFF, new byte[4]));
            if (reply != null && _tunnel.NowMs >= replyAt)
            {
                Hub.SendPpp(ScriptedHub.Lcp, reply);
                reply = null;
            }

            _tunnel.Advance(1 + random.Next(3));
        }

        Assert.Empty(_tunnel.Troubles);
    }

    // Weak: every hub Naks our three lengths once, and that is no dispute.
    [Theory]
    [InlineData(EncryptionPolicy.Strong)]
    [InlineData(EncryptionPolicy.Weak)]
    public void A_lost_Ack_is_not_taken_for_a_refusal_of_encryption(EncryptionPolicy policy)
    {
        _tunnel.Settings.Quirks = HubQuirks.Default;
        _tunnel.Settings.Encryption = policy;
        byte[] option = Option.Mppe(H | S);
        int acknowledged = 0;
        Hub.On["CCP Configure-Request"] = octets =>
        {
            Packet request = Packet.Parse(octets);
            if (!request.Data.SequenceEqual(option))
            {
                Hub.SendPpp(ScriptedHub.Ccp, Packet.ConfigureNak(request.Identifier, option));
                return;
            }

            // The first Configure-Ack is lost; at the repetition pppd ends the link.
            acknowledged++;
            if (acknowledged == 2)
            {
                Hub.SendPpp(ScriptedHub.Lcp, Packet.TerminateRequest(99));
            }
        };
        Hub.On.Remove("IPCP Configure-Request");
        _tunnel.Dial();
        _tunnel.Advance(3500);
        Assert.Equal([Reason.LcpTerminated], _tunnel.Troubles);
    }

    // With the row of this project's own hub, and with pppd's once its CCP request was worse for a
    // moment.
    [Theory]
    [InlineData("nanopptp", false)]
    [InlineData("poptop", true)]
    public void A_repeated_IPCP_request_opens_nothing_with_the_other_rows_either(string row, bool worsens)
    {
        _tunnel.Settings.Quirks = Row(row);
        Hub.ToleratesLoss = true;
        Hub.On.Remove("CCP Configure-Request");
        Hub.On.Remove("CCP Opened");
        Hub.On["CHAP Opened"] = _ =>
        {
            Hub.Request(ScriptedHub.Ccp, Option.Mppe(H | S));
            if (worsens)
            {
                // A hub, or a forger, asks for something else: we are back in Req-Sent.
                Hub.Request(ScriptedHub.Ccp, Option.Mppe(0x01000020));
            }

            Hub.Request(ScriptedHub.Ipcp, Option.Address(Hub.Address));
        };
        _tunnel.Dial();
        Assert.Equal(Stage.Ccp, _tunnel.Client.Stage);
        Hub.Request(ScriptedHub.Ipcp, Option.Address(Hub.Address));
        _tunnel.Pump();
        Assert.Equal(Stage.Ccp, _tunnel.Client.Stage);
    }

    // "0 where nothing is encrypted or nothing has been agreed yet", in the second tunnel.
    [Fact]
    public void What_is_said_of_the_keys_is_that_of_this_tunnel()
    {
        _tunnel.Dial();
        _tunnel.Client.Close(_tunnel.NowMs);
        _tunnel.Advance(100);
        Assert.Equal(Stage.Closed, _tunnel.Client.Stage);
        Tunnel next = _tunnel.With(new ScriptedHub());
        next.Settings.Encryption = EncryptionPolicy.Clear;
        next.Open();
        Assert.Equal(0, next.Client.TransmitKeyBits);
        Assert.Equal(0, next.Client.ReceiveKeyBits);
    }

    private void EchoReplyIsLate(out byte[] reply)
    {
        _tunnel.Dial();
        byte[]? held = null;
        Hub.On["LCP Echo-Request"] = packet =>
        {
            Packet echo = Packet.Parse(packet);
            byte[] data = Octets.Join(Octets.Number(ScriptedHub.Magic, 4), echo.Data[4..]);
            held = Hub.Gre(ScriptedHub.Frame(
                ScriptedHub.Lcp, new Packet(10, echo.Identifier, data).Octets));
        };
        _tunnel.Advance(10000);
        reply = held!;
    }

    private void DialBesideCcp(string row, EncryptionPolicy policy)
    {
        _tunnel.Settings.Quirks = Row(row);
        _tunnel.Settings.Encryption = policy;
        Hub.ToleratesLoss = true;

        // Our CCP request, or the hub's Configure-Ack, is lost; IPCP goes on beside CCP.
        Hub.On.Remove("CCP Configure-Request");
        Hub.On.Remove("CCP Opened");
        Hub.On["CHAP Opened"] = _ =>
        {
            Hub.Request(ScriptedHub.Ccp, Option.Mppe(H | S));
            Hub.Request(ScriptedHub.Ipcp, Option.Address(Hub.Address));
        };
        _tunnel.Dial();
    }

    private string Encrypted(byte[] packet)
    {
        if (_tunnel.Sends(packet) < 0)
        {
            return "";
        }

        _tunnel.OnWayOut = _ => null;
        _tunnel.Pump();
        _tunnel.OnWayOut = octets => octets;
        Hub.ToleratesLoss = true;
        return Octets.ToHex(_tunnel.GreSent[^1].AsSpan(^packet.Length));
    }

    private int LastIdentifier() => Hub.GreOut.Last()[
        Hub.GreOut.Last().AsSpan().IndexOf(Octets.FromHex("80fd")) + 3];

    private void DialStateful(PeerMode mode)
    {
        _tunnel.Settings.AllowStateful = true;
        Hub.TransmitsBy = (128, mode);
        Hub.ReceivesBy = (128, mode);
        byte[] option = Option.Mppe(S);
        Action<byte[]> acknowledge = Hub.On["CCP Configure-Request"];
        Hub.On["CHAP Opened"] = _ => Hub.Request(ScriptedHub.Ccp, option);
        Hub.On["CCP Configure-Nak"] = _ => Hub.Request(ScriptedHub.Ccp, option);
        Hub.On["CCP Configure-Request"] = octets =>
        {
            Packet request = Packet.Parse(octets);
            if (request.Data.SequenceEqual(option))
            {
                acknowledge(octets);
                return;
            }

            Hub.SendPpp(ScriptedHub.Ccp, Packet.ConfigureNak(request.Identifier, option));
        };
        _tunnel.Dial();
        Assert.Equal(Stage.Up, _tunnel.Client.Stage);
    }

    private static HubQuirks Row(string name) =>
        Enumerable.Range(0, HubQuirks.Count).Select(HubQuirks.At).Single(row => row.Name == name);

    public enum PeerModeName
    {
        Rfc,
        Linux,
    }
}
