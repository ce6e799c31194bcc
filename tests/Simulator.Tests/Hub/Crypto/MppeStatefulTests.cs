// RFC 3078 sections 7 and 8.2: the stateful mode, as the RFC has it and as Linux does it.

using System;
using System.Linq;
using Simulator.Hub;
using Xunit;

namespace Simulator.Tests.Hub.Crypto;

public class MppeStatefulTests
{
    private static readonly byte[] s_masterKey =
        ScriptedClient.Bytes("fdece3717a8c838cb388e527ae3cdd31");

    // The protocol field 0021 and "test message".
    private static readonly byte[] s_plain =
        ScriptedClient.Bytes("0021 74657374206d657373616765");

    private readonly Rc4Cipher _rc4 = new();

    [Theory]
    [InlineData(
        MppeStrengths.Bits40,
        "1000ae6bfb41e13f57ca09b5e6bff56b",
        "10ffb24393f56c0429adf45ce898f3a8",
        "9101b24393f56c0429adf45ce898f3a8",
        "9101743fda1abb9157ad8adb54db7616")]
    [InlineData(
        MppeStrengths.Bits128,
        "1000c128ae47c6f80fd503e3ae38e565",
        "10ff3f79a9fd0590d2482f52f50eee55",
        "91013f79a9fd0590d2482f52f50eee55",
        "9101fb2e735875116fce857fb1b079a8")]
    public void Frames_are_those_of_the_vectors(
        MppeStrengths strength, string first, string flag, string reset, string linuxReset)
    {
        byte[] startKey = MppeKeys.ClientToServer(s_masterKey, strength);
        foreach (bool isLinux in (bool[])[false, true])
        {
            var sender = new StatefulMppeSender(startKey, strength, isLinux);
            Assert.Equal(first, Encrypt(sender, s_plain));
            for (int i = 1; i < 255; i++)
            {
                Encrypt(sender, s_plain);
            }

            Assert.Equal(isLinux ? "9" + flag[1..] : flag, Encrypt(sender, s_plain));
            Encrypt(sender, s_plain);
            sender.Reset();
            Assert.Equal(isLinux ? linuxReset : reset, Encrypt(sender, s_plain));
            Assert.StartsWith("1102", Encrypt(sender, s_plain), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(false, MppeStrengths.Bits40)]
    [InlineData(false, MppeStrengths.Bits56)]
    [InlineData(false, MppeStrengths.Bits128)]
    [InlineData(true, MppeStrengths.Bits128)]
    public void Both_ends_of_one_kind_go_on_behind_a_loss(bool isLinux, MppeStrengths strength)
    {
        var random = new Random(5);
        byte[] startKey = MppeKeys.ClientToServer(s_masterKey, strength);
        var sender = new StatefulMppeSender(startKey, strength, isLinux);
        var receiver = new StatefulMppeReceiver(startKey, strength, isLinux);
        int read = 0;
        for (int i = 0; i < 10000; i++)
        {
            byte[] plain = BitConverter.GetBytes(i);
            byte[] frame = Convert.FromHexString(Encrypt(sender, plain));

            // Linux's own way does not survive the loss of the frame that repairs.
            bool repairs = (frame[0] & 0x80) != 0;
            if (random.Next(20) == 0 && !(repairs && isLinux))
            {
                continue;
            }

            MppeVerdict verdict = receiver.Decrypt(_rc4, frame, 0, frame.Length);
            if (verdict == MppeVerdict.Decrypted)
            {
                Assert.Equal(plain, frame[2..]);
                read++;
            }
            else
            {
                Assert.Equal(MppeVerdict.Lost, verdict);
                sender.Reset();
            }
        }

        Assert.InRange(read, 8500, 9500);
    }

    [Fact]
    public void What_is_late_or_malformed_moves_nothing()
    {
        byte[] startKey = MppeKeys.ClientToServer(s_masterKey, MppeStrengths.Bits128);
        var sender = new StatefulMppeSender(startKey, MppeStrengths.Bits128, false);
        var receiver = new StatefulMppeReceiver(startKey, MppeStrengths.Bits128, false);
        string[] frames = [.. Enumerable.Range(0, 4).Select(_ => Encrypt(sender, s_plain))];
        Assert.Equal(MppeVerdict.Decrypted, Decrypt(receiver, frames[0]));
        Assert.Equal(MppeVerdict.Late, Decrypt(receiver, frames[0]));
        Assert.Equal(MppeVerdict.Lost, Decrypt(receiver, frames[2]));
        Assert.Equal(MppeVerdict.BadFlags, Decrypt(receiver, "0" + frames[1][1..]));
        Assert.Equal(MppeVerdict.BadFlags, Decrypt(receiver, "3" + frames[1][1..]));
        Assert.Equal(MppeVerdict.TooShort, Decrypt(receiver, frames[1][..4]));
        Assert.Equal(MppeVerdict.Decrypted, Decrypt(receiver, frames[1]));
        Assert.Equal(MppeVerdict.Decrypted, Decrypt(receiver, frames[2]));
        Assert.Equal(0, receiver.LostBefore);
    }

    [Fact]
    public void A_hub_in_stateful_mode_insists_on_it_and_answers_resets()
    {
        var bench = new HubBench(HubBench.Settings() with
        {
            MppeMode = HubMppeMode.Stateful,
            MppeStrengths = MppeStrengths.Bits40 | MppeStrengths.Bits128,
        });
        ScriptedClient client = bench.NewClient();
        client.StartAndCall();
        client.OpenLcp();
        client.Authenticate();
        client.Expect("CCP Configure-Request id 1 mppe +S +L");
        client.SendPacket(ScriptedClient.Ccp, 1, 1, "1206 01000040");
        client.Expect("CCP Configure-Nak id 1 mppe +S");
        client.SendPacket(ScriptedClient.Ccp, 3, 1, "1206 01000040");
        client.Expect("CCP Configure-Request id 2 mppe +S");
        client.SendPacket(ScriptedClient.Ccp, 1, 2, "1206 00000040");
        client.Expect("CCP Configure-Ack id 2 mppe +S");
        client.SendPacket(ScriptedClient.Ccp, 2, 2, "1206 00000040");
        client.OpenIpcp();
        Assert.Equal(["up sensor1 10.98.0.100 MPPE 128-bit stateful"], bench.Events);

        client.SendPacket(ScriptedClient.Ccp, 14, 77);
        client.Expect("CCP Reset-Ack id 77");

        // A frame out of order is asked for once, however many follow.
        client.SendPpp("00fd 1005 aabbccdd");
        client.SendPpp("00fd 1006 aabbccdd");
        client.Expect("CCP Reset-Request id *");
        client.ExpectNothing();
    }

    private string Encrypt(MppeSender sender, byte[] plain)
    {
        byte[] b = [0, 0, .. plain];
        sender.Encrypt(_rc4, b, 2, plain.Length);
        return Convert.ToHexStringLower(b);
    }

    private MppeVerdict Decrypt(MppeReceiver receiver, string frame)
    {
        byte[] b = Convert.FromHexString(frame);
        return receiver.Decrypt(_rc4, b, 0, b.Length);
    }
}
