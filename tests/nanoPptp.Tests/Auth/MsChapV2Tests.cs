// The MS-CHAPv2 machine, told as conversations (RFC 2759 s.3 to 6, RFC 1994 s.4).

using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using nanoPptp.Auth;
using nanoPptp.Diagnostics;
using nanoPptp.Memory;
using Xunit;

namespace nanoPptp.Tests.Auth;

public class MsChapV2Tests
{
    private static readonly byte[] s_challenge =
        Convert.FromHexString("5b5d7c7d7b3f2f3e3c2c602132262628");

    private static readonly byte[] s_other =
        Convert.FromHexString("000102030405060708090a0b0c0d0e0f");

    [Theory]
    [InlineData("User")]
    [InlineData("BIGCO\\User")]
    [InlineData("f\u00FChler-\u20AC")]
    public void C52_A_challenge_is_answered_with_a_response(string userName)
    {
        var bench = new ChapBench(userName);
        byte[] name = Encoding.UTF8.GetBytes(userName);

        Assert.Equal(Reason.PppNegotiated, bench.Challenge(0x3B, s_challenge));

        byte[] response = bench.ExpectResponse();
        Assert.Equal(MsChapV2.Nothing, bench.Machine.Outcome);
        Assert.Equal(
            [
                2, 0x3B, 0, (byte)(54 + name.Length), 49,
                .. bench.PeerChallenge,
                0, 0, 0, 0, 0, 0, 0, 0,
                .. bench.ExpectedNtResponse(s_challenge),
                0,
                .. name,
            ],
            response);
        bench.AssertGuardsAreIntact();
    }

    [Fact]
    public void The_name_of_the_hub_does_not_matter()
    {
        foreach (string name in (string[])["", "hub", new string('x', 200)])
        {
            var bench = new ChapBench();

            Assert.Equal(Reason.PppNegotiated, bench.Challenge(1, s_challenge, name));

            bench.ExpectResponse();
            Assert.Equal(bench.ExpectedNtResponse(s_challenge), bench.NtResponse);
        }
    }

    [Fact]
    public void C58_A_repeated_challenge_gets_the_same_response()
    {
        var bench = new ChapBench();
        bench.Challenge(7, s_challenge);
        byte[] first = bench.ExpectResponse();

        bench.Challenge(7, s_challenge);

        Assert.Equal(first, bench.ExpectResponse());
    }

    [Fact]
    public void C58_A_challenge_with_a_new_identifier_gets_a_new_peer_challenge()
    {
        var bench = new ChapBench();
        bench.Challenge(7, s_challenge);
        bench.ExpectResponse();
        byte[] first = bench.PeerChallenge;

        bench.Challenge(8, s_challenge);

        Assert.Equal(8, bench.ExpectResponse()[1]);
        Assert.NotEqual(first, bench.PeerChallenge);
        Assert.Equal(bench.ExpectedNtResponse(s_challenge), bench.NtResponse);
    }

    [Fact]
    public void C58_Another_challenge_with_the_same_identifier_gets_a_new_peer_challenge()
    {
        var bench = new ChapBench();
        bench.Challenge(7, s_challenge);
        bench.ExpectResponse();
        byte[] first = bench.PeerChallenge;

        bench.Challenge(7, s_other);

        bench.ExpectResponse();
        Assert.NotEqual(first, bench.PeerChallenge);
        Assert.Equal(bench.ExpectedNtResponse(s_other), bench.NtResponse);
    }

    [Fact]
    public void Peer_challenges_do_not_repeat()
    {
        var bench = new ChapBench();
        var seen = new HashSet<string>();
        for (int i = 0; i < 1000; i++)
        {
            bench.Challenge(i & 0xFF, s_challenge);
            bench.ExpectResponse();
            Assert.True(seen.Add(Convert.ToHexString(bench.PeerChallenge)));
        }
    }

    [Fact]
    public void C52_A_challenge_that_is_not_of_16_octets_is_discarded()
    {
        var bench = new ChapBench();
        for (int length = 0; length < 64; length++)
        {
            if (length != 16)
            {
                Assert.Equal(Reason.PppDiscarded, bench.Challenge(1, new byte[length]));
            }
        }

        bench.ExpectNothing();
    }

    [Fact]
    public void A_packet_that_is_cut_off_is_discarded_and_octets_behind_it_are_padding()
    {
        byte[] packet = [1, 9, 0, 24, 16, .. s_challenge, .. "hub"u8];
        var bench = new ChapBench();
        for (int length = 0; length < packet.Length; length++)
        {
            Assert.Equal(Reason.PppDiscarded, bench.Input(packet[..length]));
        }

        for (byte claimed = 0; claimed < 21; claimed++)
        {
            Assert.Equal(
                Reason.PppDiscarded, bench.Input([1, 9, 0, claimed, .. packet[4..]]));
        }

        bench.ExpectNothing();
        Assert.Equal(Reason.PppNegotiated, bench.Input([.. packet, 0xEE, 0xEE]));
        bench.ExpectResponse();
    }

    [Fact]
    public void Codes_that_a_hub_does_not_send_are_discarded()
    {
        var bench = new ChapBench();
        bench.Challenge(1, s_challenge);
        bench.ExpectResponse();
        foreach (int code in Enumerable.Range(0, 256).Except([1, 3, 4]))
        {
            Assert.Equal(Reason.PppDiscarded, bench.Input(code, 1, [16, .. s_challenge]));
        }

        bench.ExpectNothing();
    }

    [Theory]
    [InlineData("")]
    [InlineData(" M=Access granted")]
    [InlineData(" M=Zugriff gew\u00E4hrt")]
    [InlineData(" M=")]
    public void C56_The_right_proof_succeeds_whatever_the_message(string message)
    {
        var bench = new ChapBench();
        bench.Challenge(1, s_challenge);
        bench.ExpectResponse();

        Assert.Equal(
            Reason.PppNegotiated, bench.Success(1, bench.Proof(s_challenge) + message));

        Assert.Equal(MsChapV2.Succeeded, bench.Machine.Outcome);
        byte[] masterKey = bench.MasterKey();
        Assert.Equal(ReferenceMsChapV2.StartKey(masterKey, true), bench.StartKeys().Transmit);
        Assert.Equal(ReferenceMsChapV2.StartKey(masterKey, false), bench.StartKeys().Receive);
        bench.ExpectNothing();
        bench.AssertGuardsAreIntact();
    }

    [Fact]
    public void C56_A_proof_with_one_wrong_digit_fails_wherever_it_is()
    {
        for (int i = 2; i < 42; i++)
        {
            var bench = new ChapBench();
            bench.Challenge(1, s_challenge);
            bench.ExpectResponse();
            char[] proof = bench.Proof(s_challenge).ToCharArray();
            proof[i] = proof[i] == '0' ? '1' : '0';

            bench.Success(1, new string(proof) + " M=Access granted");

            AssertHubIsNotAuthentic(bench);
        }
    }

    [Theory]
    [InlineData("lower case")]
    [InlineData("lower-case S")]
    [InlineData("message only")]
    [InlineData("message first")]
    [InlineData("blank first")]
    [InlineData("no S=")]
    [InlineData("one digit short")]
    [InlineData("one digit short and a message")]
    [InlineData("empty")]
    [InlineData("S= only")]
    [InlineData("another password")]
    [InlineData("zeros")]
    public void C56_Any_other_proof_fails(string kind)
    {
        var bench = new ChapBench();
        bench.Challenge(1, s_challenge);
        bench.ExpectResponse();
        string proof = bench.Proof(s_challenge);

        bench.Success(1, kind switch
        {
            "lower case" => "S=" + proof[2..].ToLowerInvariant(),
            "lower-case S" => "s=" + proof[2..],
            "message only" => "M=Access granted",
            "message first" => "M=Access granted " + proof,
            "blank first" => " " + proof,
            "no S=" => proof[2..],
            "one digit short" => proof[..^1],
            "one digit short and a message" => proof[..^1] + " M=Access granted",
            "empty" => "",
            "S= only" => "S=",
            "another password" => bench.Proof(s_challenge, "otherPass"),
            "zeros" => "S=" + new string('0', 40),
            _ => throw new ArgumentOutOfRangeException(nameof(kind)),
        });

        bool hasNone = kind
            is "lower-case S" or "message only" or "message first" or "blank first" or "no S="
            or "empty";
        AssertHubIsNotAuthentic(bench, hasNone ? 1 : 0);
    }

    [Fact]
    public void Digits_behind_the_end_of_the_packet_prove_nothing()
    {
        for (int missing = 1; missing <= 42; missing++)
        {
            var bench = new ChapBench();
            bench.Challenge(1, s_challenge);
            bench.ExpectResponse();

            bench.Input(
            [
                3, 1, 0, (byte)(46 - missing), .. Encoding.ASCII.GetBytes(bench.Proof(s_challenge)),
            ]);

            AssertHubIsNotAuthentic(bench, missing > 40 ? 1 : 0);
        }
    }

    [Fact]
    public void A_success_before_any_challenge_is_ignored()
    {
        var bench = new ChapBench();

        Assert.Equal(Reason.PppDiscarded, bench.Success(0, "S=" + new string('0', 40)));
        Assert.Equal(Reason.PppDiscarded, bench.Failure(0, "E=691 R=0 V=3"));

        Assert.Equal(MsChapV2.Nothing, bench.Machine.Outcome);
    }

    [Fact]
    public void C58_A_verdict_for_another_identifier_is_ignored_and_the_right_one_counts()
    {
        var bench = new ChapBench();
        bench.Challenge(1, s_challenge);
        bench.ExpectResponse();
        string proof = bench.Proof(s_challenge);

        for (int identifier = 0; identifier < 256; identifier++)
        {
            if (identifier != 1)
            {
                Assert.Equal(Reason.PppDiscarded, bench.Success(identifier, proof));
                Assert.Equal(Reason.PppDiscarded, bench.Success(identifier, "S=wrong"));
                Assert.Equal(Reason.PppDiscarded, bench.Failure(identifier, "E=691 R=0 V=3"));
                Assert.Equal(MsChapV2.Nothing, bench.Machine.Outcome);
            }
        }

        bench.Success(1, proof);
        Assert.Equal(MsChapV2.Succeeded, bench.Machine.Outcome);
    }

    [Theory]
    [InlineData("E=691 R=1 C=1528d36009f0982051b2d118d1d1550e V=0 M=Access denied", 691)]
    [InlineData("E=691 R=0 V=3", 691)]
    [InlineData("R=0 E=648", 648)]
    [InlineData("M=no reason", 0)]
    [InlineData("", 0)]
    public void C57_A_failure_fails_with_its_number_and_is_not_tried_again(string text, int error)
    {
        var bench = new ChapBench();
        bench.Challenge(1, s_challenge);
        bench.ExpectResponse();

        Assert.Equal(Reason.PppNegotiated, bench.Failure(1, text));

        Assert.Equal(MsChapV2.Failed, bench.Machine.Outcome);
        Assert.Equal(Reason.AuthenticationFailed, bench.Machine.FailReason);
        Assert.Equal(error, bench.Machine.FailDetail);
        bench.Advance(60_000);
        bench.ExpectNothing();
    }

    [Fact]
    public void The_response_is_repeated_while_there_is_no_verdict()
    {
        foreach (int startMs in (int[])[0, 1000, int.MaxValue - 2000, -3000])
        {
            var bench = new ChapBench { NowMs = startMs };
            Assert.Equal(60_000, bench.Machine.Sooner(startMs, 60_000));
            bench.Challenge(1, s_challenge);
            byte[] response = bench.ExpectResponse();

            foreach (int waitMs in (int[])[750, 1500, 3000, 3000, 3000])
            {
                Assert.Equal(waitMs, bench.Machine.Sooner(bench.NowMs, 60_000));
                bench.Advance(waitMs - 1);
                bench.ExpectNothing();
                bench.Advance(1);
                Assert.Equal(response, bench.ExpectResponse());
            }

            bench.Success(1, bench.Proof(s_challenge));
            Assert.Equal(MsChapV2.Succeeded, bench.Machine.Outcome);
            Assert.Equal(60_000, bench.Machine.Sooner(bench.NowMs, 60_000));
            bench.Advance(60_000);
            bench.ExpectNothing();
        }
    }

    [Fact]
    public void A_new_challenge_starts_the_waiting_anew()
    {
        var bench = new ChapBench();
        bench.Challenge(1, s_challenge);
        bench.ExpectResponse();
        bench.Advance(750);
        bench.ExpectResponse();

        bench.Challenge(2, s_other);
        byte[] response = bench.ExpectResponse();

        Assert.Equal(750, bench.Machine.Sooner(bench.NowMs, 60_000));
        bench.Advance(750);
        Assert.Equal(response, bench.ExpectResponse());
    }

    [Fact]
    public void A_response_that_finds_no_room_is_counted_and_sent_later()
    {
        var bench = new ChapBench();
        for (int i = 0; i < Limits.FrameSlotCount; i++)
        {
            bench.Frames.Commit(0xC021, 4);
        }

        bench.Challenge(1, s_challenge);
        Assert.Equal(1, bench.Counters.Get(Reason.PppOutputFull));
        bench.Frames.Reset();
        bench.Advance(750);

        bench.ExpectResponse();
        Assert.Equal(bench.ExpectedNtResponse(s_challenge), bench.NtResponse);
    }

    [Fact]
    public void A_repeated_success_changes_nothing()
    {
        var bench = new ChapBench();
        bench.Challenge(1, s_challenge);
        bench.ExpectResponse();
        bench.Success(1, bench.Proof(s_challenge));
        (byte[] transmit, byte[] receive) = bench.StartKeys();

        Assert.Equal(Reason.PppNegotiated, bench.Success(1, bench.Proof(s_challenge)));

        Assert.Equal(MsChapV2.Nothing, bench.Machine.Outcome);
        Assert.Equal(transmit, bench.StartKeys().Transmit);
        Assert.Equal(receive, bench.StartKeys().Receive);
    }

    [Fact]
    public void A_challenge_in_an_open_session_is_answered_and_the_keys_stay()
    {
        var bench = new ChapBench();
        bench.Challenge(1, s_challenge);
        bench.ExpectResponse();
        bench.Success(1, bench.Proof(s_challenge));
        (byte[] transmit, byte[] receive) = bench.StartKeys();

        bench.Challenge(2, s_other);
        bench.ExpectResponse();
        Assert.Equal(bench.ExpectedNtResponse(s_other), bench.NtResponse);
        bench.Success(2, bench.Proof(s_other));

        Assert.Equal(MsChapV2.Nothing, bench.Machine.Outcome);
        Assert.Equal(transmit, bench.StartKeys().Transmit);
        Assert.Equal(receive, bench.StartKeys().Receive);
        bench.Advance(60_000);
        bench.ExpectNothing();
    }

    [Fact]
    public void A_hub_that_cannot_prove_itself_again_fails_in_an_open_session_too()
    {
        var bench = new ChapBench();
        bench.Challenge(1, s_challenge);
        bench.ExpectResponse();
        bench.Success(1, bench.Proof(s_challenge));
        bench.Challenge(2, s_other);
        bench.ExpectResponse();

        bench.Success(2, bench.Proof(s_challenge));

        AssertHubIsNotAuthentic(bench);
    }

    [Fact]
    public void Reset_forgets_the_conversation_and_keeps_the_credentials()
    {
        var bench = new ChapBench();
        bench.Challenge(1, s_challenge);
        bench.ExpectResponse();
        byte[] first = bench.PeerChallenge;
        string proof = bench.Proof(s_challenge);

        bench.Machine.Reset();

        Assert.Equal(Reason.PppDiscarded, bench.Success(1, proof));
        bench.Advance(60_000);
        bench.ExpectNothing();
        bench.Challenge(1, s_challenge);
        bench.ExpectResponse();
        Assert.NotEqual(first, bench.PeerChallenge);
        bench.Success(1, bench.Proof(s_challenge));
        Assert.Equal(MsChapV2.Succeeded, bench.Machine.Outcome);
        Assert.Equal(
            ReferenceMsChapV2.StartKey(bench.MasterKey(), true), bench.StartKeys().Transmit);
    }

    [Theory]
    [InlineData("challenged")]
    [InlineData("succeeded")]
    [InlineData("failed")]
    [InlineData("not authentic")]
    public void C60_Wipe_leaves_no_secret_in_the_arena(string stage)
    {
        var bench = new ChapBench();
        bench.Challenge(1, s_challenge);
        bench.ExpectResponse();
        switch (stage)
        {
            case "succeeded":
                bench.Success(1, bench.Proof(s_challenge));
                break;
            case "failed":
                bench.Failure(1, "E=691 R=0 V=3");
                break;
            case "not authentic":
                bench.Success(1, "S=" + new string('0', 40));
                break;
            default:
                break;
        }

        byte[] hash = ReferenceMsChapV2.NtPasswordHash(ChapBench.Password);
        byte[][] secrets =
        [
            hash,
            ReferenceMsChapV2.HashNtPasswordHash(hash),
            bench.MasterKey(),
            ReferenceMsChapV2.StartKey(bench.MasterKey(), true),
            ReferenceMsChapV2.StartKey(bench.MasterKey(), false),
        ];
        Assert.True(bench.Arena.AsSpan().IndexOf(hash) >= 0);
        if (stage == "succeeded")
        {
            // The keys are there, so the search below can find what it looks for.
            Assert.All(secrets[3..], key => Assert.True(bench.Arena.AsSpan().IndexOf(key) >= 0));
        }

        bench.Machine.Wipe();

        Assert.All(
            bench.Arena.AsSpan(ArenaMap.Secrets, ArenaMap.SecretsLength).ToArray(),
            octet => Assert.Equal(0, octet));
        Assert.All(secrets, secret => Assert.Equal(-1, bench.Arena.AsSpan().IndexOf(secret)));
        bench.AssertGuardsAreIntact();
        bench.Advance(60_000);
        bench.ExpectNothing();
    }

    [Fact]
    public void No_part_of_a_secret_is_sent()
    {
        var bench = new ChapBench();
        bench.Challenge(1, s_challenge);
        byte[] response = bench.ExpectResponse();
        byte[] hash = ReferenceMsChapV2.NtPasswordHash(ChapBench.Password);

        for (int i = 0; i + 4 <= hash.Length; i++)
        {
            Assert.Equal(-1, response.AsSpan().IndexOf(hash.AsSpan(i, 4)));
        }
    }

    [Theory]
    [InlineData(128, true)]
    [InlineData(129, false)]
    public void A_name_of_128_octets_is_the_longest(int length, bool fits)
    {
        var bench = new ChapBench();
        string name = new('x', length);

        Assert.Equal(fits, bench.Credentials.Set(name, new byte[16]));

        if (fits)
        {
            bench.Challenge(1, s_challenge);
            Assert.Equal(54 + length, bench.ExpectResponse().Length);
            Assert.Equal(Encoding.ASCII.GetBytes(name), bench.Response[54..]);
            bench.AssertGuardsAreIntact();
        }
    }

    [Fact]
    public void Random_packets_do_no_harm_and_never_succeed()
    {
        var random = new Random(1994);
        for (int round = 0; round < 200; round++)
        {
            var bench = new ChapBench(seed: round);
            for (int i = 0; i < 100; i++)
            {
                byte[] data = new byte[random.Next(0, 60)];
                random.NextBytes(data);
                if (random.Next(2) == 0 && data.Length > 0)
                {
                    data[0] = 16;
                }

                bench.Input(random.Next(0, 6), random.Next(0, 3), data);
                Assert.NotEqual(MsChapV2.Succeeded, bench.Machine.Outcome);
                bench.Frames.Reset();
                bench.Advance(random.Next(0, 1000));
                bench.Frames.Reset();
            }

            bench.AssertGuardsAreIntact();
        }
    }

    private static void AssertHubIsNotAuthentic(ChapBench bench, int detail = 0)
    {
        Assert.Equal(MsChapV2.Failed, bench.Machine.Outcome);
        Assert.Equal(Reason.HubNotAuthentic, bench.Machine.FailReason);
        Assert.Equal(detail, bench.Machine.FailDetail);
        bench.Advance(60_000);
        bench.ExpectNothing();
    }
}
