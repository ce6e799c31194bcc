// Every received GRE packet ends in exactly one counted fate, whatever it is: received equals the
// sum of fates plus what still waits.

using System;
using nanoPptp.Client;
using nanoPptp.Diagnostics;
using nanoPptp.Tests.Support;
using Xunit;

namespace nanoPptp.Tests.Client;

public sealed class FateTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Random_junk_in_a_tunnel_that_is_up_never_loses_count(int seed)
    {
        var random = new Random(seed);
        Tunnel tunnel = Tunnel.Up();
        int received = tunnel.Counters.GreReceived;
        for (int i = 0; i < 5000; i++)
        {
            if (tunnel.Client.Stage != Stage.Up)
            {
                // Junk may well say Terminate-Request: begin again with the same counters.
                tunnel.Client.ControlClosed(tunnel.NowMs);
                int before = tunnel.Counters.GreReceived;
                tunnel = tunnel.With(new ScriptedHub()).Dial();
                received += tunnel.Counters.GreReceived - before;
                Assert.Equal(Stage.Up, tunnel.Client.Stage);

                // From here on nothing of the client matters to the hub.
                tunnel.GreOutPasses = false;
            }

            tunnel.GreOutPasses = false;
            int burst = random.Next(1, 7);
            for (int n = 0; n < burst; n++)
            {
                // What is held back leaves less room.
                received += tunnel.GreArrives(Junk(random, tunnel.Hub)) ? 1 : 0;
            }

            Assert.Equal(received, tunnel.Counters.GreReceived);
            tunnel.AssertFatesAddUp();
            tunnel.Pump();
            if (random.Next(10) == 0)
            {
                tunnel.Skip(random.Next(100));
                tunnel.Client.Tick(tunnel.NowMs);
                tunnel.Pump();
            }

            tunnel.AssertFatesAddUp();
        }

        AssertWasReached(
            tunnel,
            Reason.GreBadHeader,
            Reason.GreWrongCall,
            Reason.GreLate,
            Reason.GreJump,
            Reason.GreAcknowledgment,
            Reason.PppBadFrame,
            Reason.PppUnknownProtocol,
            Reason.PppNegotiated,
            Reason.PppDiscarded,
            Reason.PppRateLimited,
            Reason.MppeBadFrame,
            Reason.MppeJump,
            Reason.MppeLate,
            Reason.MppeBadProtocol,
            Reason.MppeClearData,
            Reason.BadIpHeader,
            Reason.IpDelivered);
    }

    [Theory]
    [InlineData("Start-Control-Connection-Request", Stage.Control)]
    [InlineData("Outgoing-Call-Request", Stage.Call)]
    [InlineData("LCP Configure-Request", Stage.Lcp)]
    [InlineData("CHAP Response", Stage.Authentication)]
    [InlineData("CCP Configure-Request", Stage.Ccp)]
    [InlineData("IPCP Configure-Request", Stage.Ipcp)]
    public void Random_junk_in_every_stage_never_loses_count(string silent, Stage stage)
    {
        var random = new Random(silent.Length);
        for (int run = 0; run < 30; run++)
        {
            var tunnel = new Tunnel();
            tunnel.Hub.On.Remove(silent);
            tunnel.Dial();
            Assert.Equal(stage, tunnel.Client.Stage);
            tunnel.GreOutPasses = false;
            for (int i = 0; i < 200; i++)
            {
                tunnel.GreArrives(Junk(random, tunnel.Hub));
                tunnel.Pump();
            }

            tunnel.Client.ControlClosed(tunnel.NowMs);
            tunnel.Pump();
            tunnel.AssertFatesAddUp();
        }
    }

    [Fact]
    public void Packets_that_wait_when_the_tunnel_closes_have_a_fate_too()
    {
        Tunnel tunnel = Tunnel.Up();
        for (int i = 0; i < 6; i++)
        {
            tunnel.GreArrives(tunnel.Hub.Gre(tunnel.Hub.EncryptedFrame(tunnel.FromHub())));
        }

        tunnel.AssertFatesAddUp(waiting: 6);
        tunnel.Client.ControlClosed(tunnel.NowMs);
        tunnel.AssertFatesAddUp();
        Assert.Equal(6, tunnel.Count(Reason.GreWrongCall));

        // All six slots are free again.
        tunnel = tunnel.With(new ScriptedHub()).Dial();
        for (int i = 0; i < 6; i++)
        {
            Assert.True(tunnel.GreArrives(
                tunnel.Hub.Gre(tunnel.Hub.EncryptedFrame(tunnel.FromHub()))));
        }

        tunnel.Pump();
        Assert.Equal(6, tunnel.Delivered.Count);
    }

    [Fact]
    public void A_packet_being_delivered_when_the_tunnel_closes_frees_its_slot()
    {
        Tunnel tunnel = Tunnel.Up();
        tunnel.GreArrives(tunnel.Hub.Gre(tunnel.Hub.EncryptedFrame(tunnel.FromHub())));
        Assert.Equal(Output.DeliverIp, tunnel.Client.Poll(tunnel.NowMs));
        tunnel.Client.ControlClosed(tunnel.NowMs);
        tunnel = tunnel.With(new ScriptedHub()).Dial();
        for (int i = 0; i < 6; i++)
        {
            Assert.True(tunnel.GreArrives(
                tunnel.Hub.Gre(tunnel.Hub.EncryptedFrame(tunnel.FromHub()))));
        }
    }

    [Fact]
    public void Random_octets_on_the_control_connection_only_ever_close_it()
    {
        var random = new Random(1723);
        for (int run = 0; run < 500; run++)
        {
            Tunnel tunnel = Tunnel.Up();
            for (int i = 0; i < 20; i++)
            {
                byte[] message = ControlOctets.Message(
                    random.Next(0, 18), new byte[random.Next(0, 200)]);
                if (random.Next(2) == 0)
                {
                    message = Sound(random);
                }

                if (random.Next(5) == 0)
                {
                    message[random.Next(message.Length)] ^= (byte)(1 << random.Next(8));
                }

                tunnel.ControlArrives(message);
                tunnel.Pump();
            }

            tunnel.Client.ControlClosed(tunnel.NowMs);
            tunnel.Pump();
            Assert.Equal(Stage.Closed, tunnel.Client.Stage);
            tunnel.AssertFatesAddUp();
        }
    }

    private static byte[] Sound(Random random)
    {
        int any = random.Next(0x10000);
        return random.Next(9) switch
        {
            0 => ControlOctets.EchoRequest((uint)any),
            1 => ControlOctets.EchoReply((uint)random.Next(3)),
            2 => ControlOctets.OutgoingCallReply(any, any, random.Next(3)),
            3 => ControlOctets.CallDisconnectNotify(any),
            4 => ControlOctets.WanErrorNotify(any),
            5 => ControlOctets.SetLinkInfo(any, 0, 0),
            6 => ControlOctets.IncomingCallRequest(any),
            7 => ControlOctets.StartReply(random.Next(3)),
            _ => ControlOctets.CallClearRequest(any),
        };
    }

    // One of everything that can be wrong with a packet, and some that are right.
    private static byte[] Junk(Random random, ScriptedHub hub)
    {
        byte[] noise = new byte[random.Next(0, 60)];
        random.NextBytes(noise);
        switch (random.Next(16))
        {
            case 0:
                return noise;
            case 1:
                byte[] flipped = hub.Gre(noise);
                flipped[random.Next(12)] ^= (byte)(1 << random.Next(8));
                return flipped;
            case 2:
                return hub.Gre(noise)[..random.Next(8, 12)];
            case 3:
                byte[] late = hub.Gre(noise);
                Octets.Number(hub.NextSequence - (uint)random.Next(2, 1000), 4).CopyTo(late, 8);
                return late;
            case 4:
                return Octets.Join(
                    Octets.FromHex("2081880b0000"),
                    Octets.Number((uint)hub.ClientCallId, 2),
                    Octets.Number((uint)random.Next(), 4));
            case 5:
                return hub.Gre(ScriptedHub.Frame(ScriptedHub.Lcp, noise));
            case 6:
                return hub.Gre(ScriptedHub.Frame(
                    ScriptedHub.Lcp, Packet.EchoRequest(random.Next(256), 7, noise).Octets));
            case 7:
                return hub.Gre(ScriptedHub.Frame(
                    random.Next(2) == 0 ? ScriptedHub.Ccp : ScriptedHub.Ipcp,
                    new Packet(random.Next(8, 16), random.Next(256), noise).Octets));
            case 8:
                return hub.Gre(ScriptedHub.Frame((random.Next(0x100) << 9) | 1, noise));
            case 9:
                return hub.Gre(ScriptedHub.Frame(ScriptedHub.Ipv4, noise));
            case 10:
                return hub.Gre(ScriptedHub.Frame(ScriptedHub.Mppe, noise));
            case 11:
                return hub.Gre(ScriptedHub.Frame(
                    ScriptedHub.Chap,
                    new Packet(random.Next(6), random.Next(256), noise).Octets));
            case 12 when hub.Transmit != null:
                return hub.Gre(ScriptedHub.Frame(ScriptedHub.Mppe, hub.Transmit.Encrypt(noise)));
            case 13 when hub.Transmit != null:
                return hub.Gre(ScriptedHub.Frame(
                    ScriptedHub.Mppe,
                    hub.Transmit.Encrypt(Octets.Join(Octets.FromHex("0021"), noise))));
            case 14 when hub.Transmit != null:
                return hub.Gre(hub.EncryptedFrame(
                    Tunnel.IpPacket(hub.Address, hub.ClientAddress, noise.Length, 14)));
            default:
                return hub.Gre(noise);
        }
    }

    private static void AssertWasReached(Tunnel tunnel, params Reason[] fates)
    {
        foreach (Reason fate in fates)
        {
            Assert.True(tunnel.Count(fate) > 0, fate + " was never reached");
        }
    }
}
