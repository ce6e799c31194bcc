// RFC 3079 section 3.5 and RFC 3078: keys of both directions, the chain of keys, whole frames,
// loss, lateness, and the wrap of the count.

using System;
using System.Collections.Generic;
using System.Linq;
using Simulator.Hub;
using Xunit;

namespace Simulator.Tests.Hub.Crypto;

public class MppeTests
{
    private static readonly byte[] s_masterKey =
        ScriptedClient.Bytes("fdece3717a8c838cb388e527ae3cdd31");

    // The protocol field 0021 and "test message".
    private static readonly byte[] s_plain =
        ScriptedClient.Bytes("0021 74657374206d657373616765");

    private readonly Rc4Cipher _rc4 = new();

    [Fact]
    public void The_master_key_is_that_of_the_rfc()
    {
        byte[] key = MppeKeys.MasterKey(
            ScriptedClient.Bytes("41c00c584bd2d91c4017a2a12fa59f3f"),
            ScriptedClient.Bytes("82309ecd8d708b5ea08faa3981cd83544233114a3d85d6df"));
        Assert.Equal(s_masterKey, key);
    }

    // The text of RFC 3079 section 3.5.2 prints 58 as the last octet of its 56-bit sample; its own
    // key gives b8, by every RC4.
    [Theory]
    [InlineData(
        MppeStrengths.Bits40, "8b7cdc149b993a1b", "d1269ec49fa62e3e", "929137917e5803d668d75898")]
    [InlineData(
        MppeStrengths.Bits56, "8b7cdc149b993a1b", "d15c00c49fa62e3e", "3f106833fa448da842bc57b8")]
    [InlineData(
        MppeStrengths.Bits128,
        "8b7cdc149b993a1ba118cb153f56dccb",
        "405cb2247a7956e6e211007ae27b22d4",
        "81848317df68846272fb5abe")]
    public void The_servers_sending_key_is_that_of_the_rfc(
        MppeStrengths strength, string startKey, string sessionKey, string cipher)
    {
        byte[] start = MppeKeys.ServerToClient(s_masterKey, strength);
        Assert.Equal(startKey, Convert.ToHexStringLower(start));
        var key = new MppeSessionKey(start, strength);
        Assert.Equal(sessionKey, Convert.ToHexStringLower(key.Current));
        byte[] message = "test message"u8.ToArray();
        key.StartCipher(_rc4);
        _rc4.Apply(message, 0, message.Length);
        Assert.Equal(cipher, Convert.ToHexStringLower(message));
    }

    [Theory]
    [InlineData(
        MppeStrengths.Bits40,
        "d5f0e9521e3ea958",
        "d1269ed2ae999038",
        "d1269e772b557ec1",
        "d1269ed36d6287c8",
        "d1269e668c5dd844",
        "d1269ec013db8286")]
    [InlineData(
        MppeStrengths.Bits56,
        "d5f0e9521e3ea958",
        "d16a9bd2ae999038",
        "d1ef3d78b562dea9",
        "d158dcb865db5e4c",
        "d1f665a1ea7713f6",
        "d16b7d4ea877bff1")]
    [InlineData(
        MppeStrengths.Bits128,
        "d5f0e9521e3ea9589645e86051c82226",
        "49d11d0f0cc6befba2a9b4b688f91eee",
        "0e09c108101dfddef6c0e2f2d95d0bad",
        "03273439ac5f94c97f13d9133df4dfc5",
        "146489fcdbcddfed41085fb0e7db0166",
        "405ce364031099fe5301818c59f87770")]
    public void The_clients_sending_key_changes_as_computed_elsewhere(
        MppeStrengths strength, string startKey, params string[] sessionKeys)
    {
        byte[] start = MppeKeys.ClientToServer(s_masterKey, strength);
        Assert.Equal(startKey, Convert.ToHexStringLower(start));
        var key = new MppeSessionKey(start, strength);
        Assert.Equal(sessionKeys[0], Convert.ToHexStringLower(key.Current));
        foreach (string expected in sessionKeys[1..])
        {
            key.Change(_rc4);
            Assert.Equal(expected, Convert.ToHexStringLower(key.Current));
        }
    }

    [Theory]
    [InlineData(
        MppeStrengths.Bits40,
        "9000b24393f56c0429adf45ce898f3a8",
        "9001743fda1abb9157ad8adb54db7616")]
    [InlineData(
        MppeStrengths.Bits56,
        "9000b655e15c73b823ef221407e16022",
        "900150e1d85cabef7522746ed523cef7")]
    [InlineData(
        MppeStrengths.Bits128,
        "90003f79a9fd0590d2482f52f50eee55",
        "9001fb2e735875116fce857fb1b079a8")]
    public void Whole_frames_are_those_of_another_implementation(
        MppeStrengths strength, string first, string second)
    {
        var sender = new MppeSender(MppeKeys.ClientToServer(s_masterKey, strength), strength);
        Assert.Equal(first, NextFrame(sender));
        Assert.Equal(second, NextFrame(sender));

        string NextFrame(MppeSender from) => Convert.ToHexStringLower(Frame(from));
    }

    [Fact]
    public void Sets_of_strengths_are_bits_of_the_option_and_back()
    {
        for (int i = 0; i < 8; i++)
        {
            var set = (MppeStrengths)i;
            uint bits = Mppe.BitsOf(set);
            Assert.Equal(0x01000000u, bits & ~0xE0u);
            Assert.Equal(set, Mppe.StrengthsOf(bits | 0x1F));
            int strongest = i >= 4 ? 4 : i >= 2 ? 2 : i;
            Assert.Equal((MppeStrengths)strongest, Mppe.Strongest(set));
        }
    }

    [Fact]
    public void Frames_in_order_are_decrypted()
    {
        (MppeSender sender, MppeReceiver receiver) = Pair();
        for (int i = 0; i < 5; i++)
        {
            AssertDecrypts(receiver, Frame(sender), lostBefore: 0);
        }
    }

    [Fact]
    public void The_count_wraps_from_4095_to_0()
    {
        (MppeSender sender, MppeReceiver receiver) = Pair();
        for (int count = 0; count < 4096 + 3; count++)
        {
            byte[] frame = Frame(sender);
            Assert.Equal(0x9000 | (count % 4096), (frame[0] << 8) | frame[1]);
            AssertDecrypts(receiver, frame, lostBefore: 0);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2047)]
    public void Lost_frames_are_skipped_also_across_the_wrap(int lost)
    {
        (MppeSender sender, MppeReceiver receiver) = Pair();
        for (int round = 0; round < 5; round++)
        {
            AssertDecrypts(receiver, Frame(sender), lostBefore: round == 0 ? 0 : lost);
            for (int i = 0; i < lost; i++)
            {
                Frame(sender);
            }
        }
    }

    [Fact]
    public void A_frame_more_than_half_the_space_ahead_is_late_and_changes_nothing()
    {
        (MppeSender sender, MppeReceiver receiver) = Pair();
        AssertDecrypts(receiver, Frame(sender), lostBefore: 0);
        byte[] next = Frame(sender);
        for (int i = 0; i < 2047; i++)
        {
            Frame(sender);
        }

        byte[] far = Frame(sender);
        Assert.Equal(0x9000 | 2049, (far[0] << 8) | far[1]);
        Assert.Equal(MppeVerdict.Late, Decrypt(receiver, far));
        AssertDecrypts(receiver, next, lostBefore: 0);
    }

    [Fact]
    public void Late_and_repeated_frames_do_no_harm()
    {
        (MppeSender sender, MppeReceiver receiver) = Pair();
        List<byte[]> frames = Enumerable.Range(0, 6).Select(_ => Frame(sender)).ToList();
        AssertDecrypts(receiver, frames[0], lostBefore: 0);
        AssertDecrypts(receiver, frames[2], lostBefore: 1);
        Assert.Equal(MppeVerdict.Late, Decrypt(receiver, frames[1]));
        Assert.Equal(MppeVerdict.Late, Decrypt(receiver, frames[2]));
        AssertDecrypts(receiver, frames[3], lostBefore: 0);
        AssertDecrypts(receiver, frames[4], lostBefore: 0);
        AssertDecrypts(receiver, frames[5], lostBefore: 0);
    }

    [Theory]
    [InlineData(0x1000)]
    [InlineData(0x8000)]
    [InlineData(0xB000)]
    [InlineData(0xD000)]
    [InlineData(0xA000)]
    [InlineData(0x0000)]
    public void Flags_other_than_A_and_D_are_refused_and_change_nothing(int flags)
    {
        (MppeSender sender, MppeReceiver receiver) = Pair();
        byte[] frame = Frame(sender);
        byte[] wrong = [(byte)(flags >> 8), .. frame[1..]];
        Assert.Equal(MppeVerdict.BadFlags, Decrypt(receiver, wrong));
        AssertDecrypts(receiver, frame, lostBefore: 0);
    }

    [Fact]
    public void Frames_without_a_payload_are_refused()
    {
        MppeReceiver receiver = Pair().Receiver;
        for (int length = 0; length <= 2; length++)
        {
            Assert.Equal(
                MppeVerdict.TooShort, receiver.Decrypt(_rc4, [0x90, 0x00, 0x55], 0, length));
        }
    }

    private static (MppeSender Sender, MppeReceiver Receiver) Pair()
    {
        const MppeStrengths Strength = MppeStrengths.Bits128;
        byte[] start = MppeKeys.ClientToServer(s_masterKey, Strength);
        return (new MppeSender(start, Strength), new MppeReceiver(start, Strength));
    }

    private byte[] Frame(MppeSender sender)
    {
        byte[] buffer = [0, 0, .. s_plain];
        sender.Encrypt(_rc4, buffer, 2, s_plain.Length);
        return buffer;
    }

    private MppeVerdict Decrypt(MppeReceiver receiver, byte[] frame)
    {
        byte[] buffer = [.. frame];
        return receiver.Decrypt(_rc4, buffer, 0, buffer.Length);
    }

    private void AssertDecrypts(MppeReceiver receiver, byte[] frame, int lostBefore)
    {
        byte[] buffer = [.. frame];
        Assert.Equal(
            MppeVerdict.Decrypted, receiver.Decrypt(_rc4, buffer, 0, buffer.Length));
        Assert.Equal(s_plain, buffer[2..]);
        Assert.Equal(lostBefore, receiver.LostBefore);
    }
}
