// Attacks on the way up: a captured handshake, a man in the middle who would have something weaker,
// a hub that is none. What a hub of the wrong kind comes to is in Client/*FailureTests.

using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using System.Reflection.Emit;
using System.Text;
using nanoPptp.Auth;
using nanoPptp.Client;
using nanoPptp.Crypto;
using nanoPptp.Diagnostics;
using nanoPptp.Tests.Auth;
using nanoPptp.Tests.Client;
using nanoPptp.Tests.Support;
using Xunit;

namespace nanoPptp.Tests.Attacks;

public sealed class HandshakeAttackTests : FailureBench
{
    private static readonly byte[] s_hubChallenge =
        Octets.FromHex("5b5d7c7d7b3f2f3e3c2c602132262628");

    private uint _openCount;

    [Fact]
    public void G01_A_captured_handshake_tells_a_guess_from_the_password()
    {
        // This is what MS-CHAPv2 is, and why only long random secrets are worth anything here: all
        // that an attacker needs for a guess passes in clear.
        Reach(Stage.Up);
        byte[] response = Hub.LastMessage("CHAP Response");
        Assert.Equal("correct horse", Guess(response, "battery", "correct horse", "staple"));
        Assert.Null(Guess(response, "battery", "staple", "Correct horse", "correct horse "));
    }

    [Fact]
    public void G02_No_dictionary_made_in_advance_fits_a_second_handshake()
    {
        // The hub's challenge is the same each time; ours is drawn anew, so that a table of
        // responses would be good for one handshake.
        var responses = new HashSet<string>();
        for (int i = 0; i < 50; i++)
        {
            Tunnel tunnel = Another(new ScriptedHub()).Dial();
            byte[] response = tunnel.Hub.LastMessage("CHAP Response");
            Assert.True(responses.Add(Octets.ToHex(response.AsSpan(5, 16))));
            Assert.True(responses.Add(Octets.ToHex(response.AsSpan(29, 24))));
            tunnel.Client.ControlClosed(tunnel.NowMs);
        }
    }

    [Theory]
    [InlineData("c023")]
    [InlineData("c22305")]
    [InlineData("c22380")]
    [InlineData("c227")]
    [InlineData(null)]
    public void G03_Another_authentication_put_into_the_hubs_request_is_refused(string? method)
    {
        byte[]? option = method == null ? null : Option.Of(3, Octets.FromHex(method));
        Tunnel.OnWayIn = gre => ManInTheMiddle.Rewrite(
            gre,
            ScriptedHub.Lcp,
            packet => packet.Code == 1 ? ManInTheMiddle.Replace(packet, 3, option) : packet);
        Hub.On["LCP Configure-Nak"] = packet =>
        {
            Assert.Equal(Option.MsChapV2, Assert.Single(Packet.Parse(packet).Options));
            Hub.Request(ScriptedHub.Lcp, Hub.LcpOptions);
        };
        Tunnel.Dial();
        Assert.Single(Tunnel.Troubles);
        Assert.Equal(Stage.Closed, Tunnel.Client.Stage);
        Assert.Equal(OrderlyEnd, Hub.Log.TakeLast(3));
        Assert.InRange(Hub.Log.Count(name => name == "LCP Configure-Nak"), 1, 5);
        Assert.DoesNotContain("LCP Configure-Ack", Hub.Log);
        Assert.DoesNotContain(Hub.Log, name => name.StartsWith("CHAP", StringComparison.Ordinal));
        AssertPasswordDidNotPass();
    }

    [Fact]
    public void G04_The_proof_of_another_session_proves_nothing()
    {
        // The genuine hub is heard once; a rogue without the password says its words again.
        string proof = "";
        Hub.On["CHAP Response"] = packet =>
        {
            proof = Hub.Proof(packet)!;
            Hub.SendPpp(
                ScriptedHub.Chap, new Packet(3, packet[1], Encoding.ASCII.GetBytes(proof)));
        };
        Tunnel.Dial();
        Assert.Equal(Stage.Ccp, Tunnel.Client.Stage);
        Tunnel.Client.ControlClosed(Tunnel.NowMs);

        var rogue = new ScriptedHub();
        rogue.On["CHAP Response"] = packet =>
        {
            rogue.SendPpp(
                ScriptedHub.Chap, new Packet(3, packet[1], Encoding.ASCII.GetBytes(proof)));
            rogue.Request(ScriptedHub.Ccp, Option.Mppe(ScriptedHub.Mppe128Stateless));
        };
        Tunnel tunnel = Another(rogue).Dial();
        Assert.Equal(Reason.HubNotAuthentic, tunnel.Diagnosis.Reason);
        Assert.Equal(Stage.Closed, tunnel.Client.Stage);
        Assert.Single(rogue.Log, name => name == "CHAP Response");
        Assert.DoesNotContain(rogue.Log, name => name.StartsWith("CCP", StringComparison.Ordinal));
        Assert.Equal(OrderlyEnd, rogue.Log.TakeLast(3));
    }

    [Fact]
    public void G04_A_rogue_that_asks_for_another_try_gets_one_response_only()
    {
        Hub.On["CHAP Response"] = packet => Hub.SendPpp(
            ScriptedHub.Chap,
            new Packet(4, packet[1], Encoding.ASCII.GetBytes(
                "E=691 R=1 C=00000000000000000000000000000000 V=3 M=Again")));
        Tunnel.Dial().Advance(60000);
        Assert.Single(Hub.Log, name => name == "CHAP Response");
        AssertTrouble(Reason.AuthenticationFailed, 691);
    }

    [Theory]
    [InlineData("40 bits")]
    [InlineData("stripped")]
    [InlineData("rejected")]
    [InlineData("protocol rejected")]
    [InlineData("terminated")]
    [InlineData("silenced")]
    public void G05_Encryption_cannot_be_talked_down_on_the_way_up(string attack)
    {
        Hub.On["CCP Configure-Nak"] =
            _ => Hub.Request(ScriptedHub.Ccp, Option.Mppe(ScriptedHub.Mppe128Stateless));
        Hub.ToleratesLoss = true;
        Tunnel.OnWayIn = gre => ManInTheMiddle.Rewrite(gre, ScriptedHub.Ccp, packet => attack switch
        {
            "40 bits" => ManInTheMiddle.Replace(packet, 18, Option.Mppe(0x01000020)),
            "stripped" => ManInTheMiddle.Replace(packet, 18, null),
            "terminated" => Packet.TerminateRequest(packet.Identifier),
            "silenced" => null,
            _ => packet,
        });
        Tunnel.OnWayOut = gre => ManInTheMiddle.Rewrite(gre, ScriptedHub.Ccp, packet =>
        {
            if (packet.Code == 1 && attack == "rejected")
            {
                Hub.SendPpp(ScriptedHub.Ccp, packet with { Code = 4 });
                return null;
            }

            if (packet.Code == 1 && attack == "protocol rejected")
            {
                Hub.SendPpp(
                    ScriptedHub.Lcp, Packet.ProtocolReject(1, ScriptedHub.Ccp, packet.Octets));
                return null;
            }

            return attack == "40 bits"
                ? ManInTheMiddle.Replace(packet, 18, Option.Mppe(0x01000020))
                : packet;
        });
        Tunnel.Dial().Advance(120000);
        AssertIsLeftWithoutEncryption();
    }

    [Theory]
    [InlineData(0x80FD, 5)] // CCP Terminate-Request
    [InlineData(0x80FD, 6)] // CCP Terminate-Ack
    [InlineData(0x80FD, 7)] // CCP Code-Reject of Configure-Request
    [InlineData(0xC021, 8)] // LCP Protocol-Reject of CCP
    public void G05_A_forged_end_of_encryption_is_the_end_of_the_tunnel(int protocol, int code)
    {
        Reach(Stage.Up);
        Hub.On.Remove("CCP Configure-Request");
        Hub.SendPpp(protocol, code switch
        {
            7 => Packet.CodeReject(1, Packet.ConfigureRequest(1)),
            8 => Packet.ProtocolReject(1, ScriptedHub.Ccp),
            _ => new Packet(code, 1, []),
        });
        Tunnel.Pump();
        Assert.NotEqual(Stage.Up, Tunnel.Client.Stage);
        Assert.Equal(-(int)Reason.NotUp, Tunnel.Sends(Tunnel.FromClient()));
        Tunnel.Advance(120000);
        AssertIsLeftWithoutEncryption();
    }

    [Fact]
    public void G10_The_two_directions_never_share_a_keystream()
    {
        // MS-CHAPv1 gives both directions one key. It is refused (G03), and here they differ.
        Reach(Stage.Up);
        byte[] clear = Tunnel.FromClient(64);
        Assert.NotEqual(Hub.Transmit!.Encrypt(clear), Hub.Receive!.Encrypt(clear));
    }

    [Fact]
    public void G13_A_thousand_boots_never_repeat_a_number_that_must_be_new()
    {
        // Each boot draws other entropy; even one other bit has to change everything.
        var magics = new HashSet<string>();
        var challenges = new HashSet<string>();
        for (uint boot = 0; boot < 1000; boot++)
        {
            AssertAreNew(new Tunnel { Entropy = Entropy(boot) }, magics, challenges);
        }
    }

    [Fact]
    public void G13_A_thousand_tunnels_of_one_client_never_repeat_a_number_that_must_be_new()
    {
        var magics = new HashSet<string>();
        var challenges = new HashSet<string>();
        int callId = -1;
        for (int i = 0; i < 1000; i++)
        {
            Tunnel tunnel = Another(new ScriptedHub());
            AssertAreNew(tunnel, magics, challenges);
            Assert.NotEqual(callId, tunnel.Hub.ClientCallId);
            Assert.NotEqual(0, tunnel.Hub.ClientCallId);
            callId = tunnel.Hub.ClientCallId;
            tunnel.Client.ControlClosed(tunnel.NowMs);
        }
    }

    [Fact]
    public void G18_The_proof_is_compared_without_an_early_exit()
    {
        // A loop has one branch, and it looks at the index only: one way through, one way out.
        MethodInfo compare = typeof(ConstantTime).GetMethod(nameof(ConstantTime.AreEqual))!;
        List<OpCode> code = [.. OpCodesOf(compare)];
        Assert.Single(code, o => o.FlowControl == FlowControl.Cond_Branch);
        Assert.Single(code, o => o.FlowControl == FlowControl.Return);
        Assert.DoesNotContain(code, o => o.FlowControl is FlowControl.Call or FlowControl.Throw);
        MethodInfo proof = typeof(MsChapV2).GetMethod(
            "IsAuthentic", BindingFlags.Instance | BindingFlags.NonPublic)!;
        Assert.Contains(compare, CallsOf(proof));
    }

    // The same client, later, with fresh entropy.
    private Tunnel Another(ScriptedHub hub)
    {
        Tunnel tunnel = Tunnel.With(hub);
        tunnel.Entropy = Entropy(++_openCount);
        return tunnel;
    }

    private static byte[] Entropy(uint number) =>
        Octets.Join(Octets.Filled(28, 0x5A), Octets.Number(number, 4));

    private static string? Guess(byte[] response, params string[] words) => words.FirstOrDefault(
        word => response.AsSpan(29, 24).SequenceEqual(ReferenceMsChapV2.ChallengeResponse(
            ReferenceMsChapV2.ChallengeHash(
                response.AsSpan(5, 16).ToArray(), s_hubChallenge, "board-7"u8.ToArray()),
            ReferenceMsChapV2.NtPasswordHash(word))));

    private void AssertIsLeftWithoutEncryption()
    {
        Assert.Single(Tunnel.Troubles);
        Assert.Equal(Stage.Closed, Tunnel.Client.Stage);
        Assert.DoesNotContain(Stage.Up, Tunnel.Stages.SkipWhile(s => s != Stage.Closing));
        Assert.Equal(-(int)Reason.NotUp, Tunnel.Sends(Tunnel.FromClient()));
        Assert.Empty(Hub.Received);
        Assert.DoesNotContain(
            Tunnel.GreSent, gre => ManInTheMiddle.ProtocolOf(gre) == ScriptedHub.Ipv4);
    }

    private void AssertPasswordDidNotPass()
    {
        byte[][] forms =
        [
            Encoding.UTF8.GetBytes(Hub.Password),
            Encoding.Unicode.GetBytes(Hub.Password),
            ReferenceMsChapV2.NtPasswordHash(Hub.Password),
        ];
        Assert.NotEmpty(Tunnel.GreSent);
        foreach (byte[] form in forms)
        {
            Assert.All(Tunnel.GreSent, gre => Assert.True(gre.AsSpan().IndexOf(form) < 0));
        }
    }

    private static void AssertAreNew(
        Tunnel tunnel, HashSet<string> magics, HashSet<string> challenges)
    {
        tunnel.Dial();
        Packet request = Packet.Parse(tunnel.Hub.LastMessage("LCP Configure-Request"));
        byte[] response = tunnel.Hub.LastMessage("CHAP Response");
        Assert.True(magics.Add(Octets.ToHex(request.OptionData(5))));
        Assert.True(challenges.Add(Octets.ToHex(response.AsSpan(5, 16))));
    }

    private static IEnumerable<OpCode> OpCodesOf(MethodInfo method) =>
        Instructions(method).Select(instruction => instruction.Code);

    private static IEnumerable<MethodBase?> CallsOf(MethodInfo method) =>
        from instruction in Instructions(method)
        where instruction.Code.FlowControl == FlowControl.Call
        select method.Module.ResolveMethod(instruction.Operand);

    // The instructions of a method without switch, each with its operand of up to four octets.
    private static IEnumerable<(OpCode Code, int Operand)> Instructions(MethodInfo method)
    {
        Dictionary<int, OpCode> codes = typeof(OpCodes).GetFields()
            .Select(field => (OpCode)field.GetValue(null)!)
            .ToDictionary(code => code.Value & 0xFFFF);
        byte[] il = method.GetMethodBody()!.GetILAsByteArray()!;
        for (int at = 0; at < il.Length;)
        {
            OpCode code = il[at] == 0xFE ? codes[0xFE00 | il[at + 1]] : codes[il[at]];
            Assert.NotEqual(OperandType.InlineSwitch, code.OperandType);
            int length = code.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI
                    or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                _ => 4,
            };
            at += code.Size;
            yield return (code, length == 4 ? BitConverter.ToInt32(il, at) : 0);
            at += length;
        }
    }
}
