// Attacks on the control connection, on the account and on what the client says about itself.

using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using nanoPptp.Client;
using nanoPptp.Tests.Client;
using nanoPptp.Tests.Support;
using Xunit;

namespace nanoPptp.Tests.Attacks;

[Collection(nameof(RedialAlone))]
public sealed class ControlAttackTests : FailureBench
{
    private const int HourMs = 3600000;
    private const int AttemptsAnHour = 8;

    // By control message type; 0 is none of ours.
    private static readonly int[] s_lengths =
        [0, 156, 156, 16, 16, 16, 20, 168, 32, 220, 24, 28, 16, 148, 40, 24];

    [Theory]
    [InlineData("reset", 5000)]
    [InlineData("disconnect", 5000)]
    [InlineData("stop", 10000)] // A hub that says it stops is given the time of a busy one.
    [InlineData("terminate", 5000)]
    public void G11_After_a_forged_hang_up_the_tunnel_is_back_in_seconds(
        string forged, int withinMs)
    {
        for (int seed = 0; seed < 50; seed++)
        {
            var rig = new RedialRig(seed: seed);
            rig.Start().Advance(100000);
            Assert.Equal(Stage.Up, rig.Client.Stage);
            ScriptedHub hub = rig.Tunnel.Hub;
            long atMs = rig.ElapsedMs;
            switch (forged)
            {
                case "reset":
                    rig.LoseHub();
                    break;
                case "disconnect":
                    hub.SendControl(ControlOctets.CallDisconnectNotify(hub.CallId));
                    break;
                case "stop":
                    hub.SendControl(ControlOctets.StopRequest());
                    break;
                default:
                    hub.SendPpp(ScriptedHub.Lcp, Packet.TerminateRequest(1));
                    break;
            }

            rig.Round();
            Assert.NotEqual(Stage.Up, rig.Client.Stage);
            while (rig.Client.Stage != Stage.Up)
            {
                rig.Advance(10);
                Assert.InRange(rig.ElapsedMs - atMs, 0, withinMs);
            }
        }
    }

    [Fact]
    public void G11_A_hang_up_for_another_call_changes_nothing()
    {
        Reach(Stage.Up);
        var random = new Random(11);
        for (int i = 0; i < 1000; i++)
        {
            int callId = random.Next(0x10000);
            if (callId != Hub.CallId && callId != Hub.ClientCallId)
            {
                Hub.SendControl(ControlOctets.CallDisconnectNotify(callId));
                Tunnel.Pump();
            }
        }

        Assert.Equal(Stage.Up, Tunnel.Client.Stage);
        Hub.SendIp(Tunnel.FromHub());
        Tunnel.Pump();
        Assert.Single(Tunnel.Delivered);
    }

    [Fact]
    public void G14_Every_other_length_of_a_control_message_closes_the_connection()
    {
        for (int type = 0; type < s_lengths.Length; type++)
        {
            for (int length = 0; length < 260; length++)
            {
                if (type != 0 && length == s_lengths[type])
                {
                    continue;
                }

                Tunnel tunnel = InStage("Start-Control-Connection-Request");
                byte[] message = Octets.Join(
                    ControlOctets.Message(type, new byte[248]), Octets.Filled(300, 0xEE));
                Octets.Number((uint)length, 2).CopyTo(message, 0);
                tunnel.ControlArrives(message);
                tunnel.Pump();
                Assert.True(
                    tunnel.Client.Stage == Stage.Closed, $"type {type} of {length} octets");
            }
        }
    }

    [Theory]
    [InlineData("Start-Control-Connection-Request")]
    [InlineData("Outgoing-Call-Request")]
    [InlineData("LCP Configure-Request")]
    [InlineData("CHAP Response")]
    [InlineData("CCP Configure-Request")]
    [InlineData("IPCP Configure-Request")]
    [InlineData("nothing")]
    public void G14_Every_message_in_every_stage_is_taken_or_closes_and_nothing_breaks(
        string silent)
    {
        for (int type = 1; type < s_lengths.Length; type++)
        {
            for (int twice = 1; twice <= 2; twice++)
            {
                Tunnel tunnel = InStage(silent);
                for (int i = 0; i < twice; i++)
                {
                    tunnel.ControlArrives(
                        ControlOctets.Message(type, new byte[s_lengths[type] - 12]));
                    tunnel.Pump();
                }

                tunnel.Advance(200000);
                tunnel.Client.Close(tunnel.NowMs);
                tunnel.Advance(20000);
                Assert.Equal(Stage.Closed, tunnel.Client.Stage);
            }
        }
    }

    [Fact]
    public void G15_A_hub_that_always_says_691_is_asked_a_few_times_an_hour()
    {
        for (int seed = 0; seed < 50; seed++)
        {
            var rig = new RedialRig(seed: seed)
            {
                Answers = _ => FailingHub.Of(FailureClass.Authentication),
            };
            rig.Start();
            for (int minute = 0; minute < 24 * 60; minute++)
            {
                // An impatient application has no say in it.
                rig.Redialer.Wanted(rig.NowMs);
                rig.Advance(60000);
            }

            long[] times = [.. rig.Dials.Select(dial => dial.AtMs)];
            int most = times.Max(from => times.Count(at => at >= from && at < from + HourMs));
            Assert.InRange(most, 2, AttemptsAnHour);
            Assert.All(
                times.Zip(times.Skip(1)), pair => Assert.True(pair.Second - pair.First >= 60000));
        }
    }

    [Fact]
    public void G16_No_secret_is_in_anything_the_client_says()
    {
        // A tunnel that lives, one that is refused, and one with a hub that is none.
        var said = new List<byte[]>();
        var secrets = new Dictionary<string, byte[]>
        {
            ["password"] = Encoding.UTF8.GetBytes(Hub.Password),
            ["password in UTF-16"] = Encoding.Unicode.GetBytes(Hub.Password),
            ["NT hash in the settings"] = (byte[])Tunnel.Settings.NtHash.Clone(),
        };
        foreach (string kind in new[] { "genuine", "another password", "rogue" })
        {
            var hub = new ScriptedHub();
            Tunnel tunnel = Tunnel.With(hub);
            if (kind == "another password")
            {
                hub.Password = "another";
            }
            else if (kind == "rogue")
            {
                hub.On["CHAP Response"] = packet =>
                {
                    hub.Proof(packet);
                    hub.SendPpp(ScriptedHub.Chap, new Packet(3, packet[1], new byte[46]));
                };
            }

            tunnel.Dial().Advance(30000);
            tunnel.Sends(tunnel.FromClient());
            tunnel.Pump();
            foreach ((string name, byte[] secret) in hub.Secrets)
            {
                // The challenge hash can be computed from what passes in clear.
                if (name != "challenge hash")
                {
                    secrets[kind + ": " + name] = secret;
                }
            }

            Assert.Empty(ObjectGraph.Find(tunnel.Client.Diagnosis, secrets));
            Assert.Empty(ObjectGraph.Find(tunnel.Client.Counters, secrets));
            tunnel.Client.Close(tunnel.NowMs);
            tunnel.Advance(20000);
            said.AddRange(tunnel.GreSent);
            said.AddRange(hub.Log.Distinct().Select(hub.LastMessage));
        }

        Assert.True(secrets.Count >= 10, secrets.Count.ToString());
        Assert.Empty(ObjectGraph.Find(said.ToArray(), secrets));
    }

    private static Tunnel InStage(string silent)
    {
        var tunnel = new Tunnel();
        tunnel.Hub.On.Remove(silent);
        return tunnel.Dial();
    }
}
