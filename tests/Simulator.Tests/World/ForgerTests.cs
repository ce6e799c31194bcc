// The forger writes what he means to, and touches nothing else. What it leads to is shown by the
// scenarios.

using System;
using Simulator.Scenarios;
using Simulator.World;
using Xunit;

namespace Simulator.Tests.World;

public class ForgerTests
{
    [Theory]
    [InlineData(
        FaultKind.StrippedEncryption,
        "FF0380FD0205000A120601000040",
        "FF0380FD0405000A120601000040")]
    [InlineData(
        FaultKind.StrippedEncryption, "80FD0205000A120601000040", "80FD0405000A120601000040")]
    [InlineData(FaultKind.StrippedEncryption, "80FD0105000A120601000040", null)]
    [InlineData(FaultKind.StrippedEncryption, "80210205000A120601000040", null)]
    [InlineData(FaultKind.CcpSilent, "80FD0105000A120601000040", "")]
    [InlineData(FaultKind.CcpSilent, "80210105000A03060A620001", null)]
    [InlineData(FaultKind.IpcpSilent, "80210105000A03060A620001", "")]
    [InlineData(FaultKind.AuthenticationSilent, "C2230205000A03060A620001", "")]
    [InlineData(
        FaultKind.ForgedProof, "C22303050008533D4130", "C22303050008533D3030")]
    [InlineData(FaultKind.ForgedProof, "C22303050008533D3030", "C22303050008533D3130")]
    [InlineData(FaultKind.ForgedProof, "C22304050008453D3639", null)]
    [InlineData(
        FaultKind.DowngradedAuthentication,
        "FF03C0210109000F0305C22381020600000000",
        "FF03C0210109000F0305C22305020600000000")]
    [InlineData(
        FaultKind.StrippedAuthentication,
        "FF03C021010900130305C22381050611223344010405DC",
        "FF03C0210109000E050611223344010405DC")]
    [InlineData(FaultKind.StrippedAuthentication, "FF03C0210909000811223344", null)]
    [InlineData(FaultKind.StrippedAuthentication, "FD9000112233", null)]
    public void A_packet_of_the_hub_becomes_another(FaultKind kind, string frame, string? expected)
    {
        byte[]? forged = Forger.Rewrite(kind, PacketOf(frame));

        Assert.Equal(
            expected switch
            {
                null => null,
                "" => "",
                _ => Convert.ToHexString(PacketOf(expected)),
            },
            forged is null ? null : Convert.ToHexString(forged));
    }

    [Theory]
    [InlineData(FaultKind.ForgedTerminate, "FF03C02105770004")]
    [InlineData(FaultKind.ForgedReject, "FF03C0210877000AC02101010004")]
    [InlineData(FaultKind.ForgedCcpEnd, "FF0380FD05770004")]
    [InlineData(FaultKind.ForgedIpcpEnd, "FF03802105770004")]
    public void A_packet_is_made_in_the_hubs_name(FaultKind kind, string frame)
    {
        byte[] gre = Forger.Make(kind, 0x1234, 8)!;

        Assert.Equal(
            FormattableString.Invariant($"3001880B{frame.Length / 2:X4}123400000008{frame}"),
            Convert.ToHexString(gre));
        Assert.Null(Forger.MakeTcp(kind, 1));
    }

    [Theory]
    [InlineData(FaultKind.ForgedStop, "001000011A2B3C4D0003000003000000", 16)]
    [InlineData(FaultKind.ForgedDisconnect, "009400011A2B3C4D000D000000800300", 148)]
    public void A_control_message_is_made_in_the_hubs_name(
        FaultKind kind, string begin, int length)
    {
        byte[] message = Forger.MakeTcp(kind, 128)!;

        Assert.Equal(length, message.Length);
        Assert.StartsWith(begin, Convert.ToHexString(message), StringComparison.Ordinal);
        Assert.Null(Forger.Make(kind, 1, 1));
    }

    [Fact]
    public void Forged_data_has_the_right_call_and_anything_else()
    {
        var random = new Random64(1);
        byte[] genuine = PacketOf("FD900011223344556677");
        byte[] first = Forger.MakeData(genuine, random)!;
        byte[] second = Forger.MakeData(genuine, random)!;

        Assert.NotEqual(first, second);
        Assert.Equal("3001880B", Convert.ToHexString(first, 0, 4));
        Assert.Equal(first.Length - 12, (first[4] << 8) | first[5]);
        Assert.Equal("1234", Convert.ToHexString(first, 6, 2));
        Assert.Equal("00FD9", Convert.ToHexString(first, 12, 3)[..5]);
        Assert.NotEqual(
            Convert.ToHexString(first, 8, 4), Convert.ToHexString(second, 8, 4));
        Assert.Null(Forger.MakeData(new byte[100], random));
    }

    [Fact]
    public void A_mirror_sends_a_packet_back_to_its_senders_call()
    {
        byte[] sent = PacketOf("FF03C02101010004");
        byte[] back = Forger.Mirror(sent, 0x4321);

        Assert.Equal("4321", Convert.ToHexString(back, 6, 2));
        back[6] = 0x12;
        back[7] = 0x34;
        Assert.Equal(sent, back);
    }

    [Fact]
    public void Control_messages_become_others()
    {
        byte[] reply = Convert.FromHexString("009C00011A2B3C4D0002000001000100");

        Assert.StartsWith("HTTP", Text(FaultKind.NotPptp, reply), StringComparison.Ordinal);
        Assert.Equal(0x9D, Forger.RewriteTcp(FaultKind.WrongLength, reply)![1]);
        Assert.Equal(2, Forger.RewriteTcp(FaultKind.WrongVersion, reply)![12]);
        reply[9] = 8;
        Assert.Null(Forger.RewriteTcp(FaultKind.WrongVersion, reply));
        Assert.Null(Forger.RewriteTcp(FaultKind.Loss, reply));
    }

    private static string Text(FaultKind kind, byte[] octets) =>
        System.Text.Encoding.ASCII.GetString(Forger.RewriteTcp(kind, octets)!);

    // GRE with sequence number 7 and acknowledgment 3 to call 0x1234, and a PPP frame behind it.
    private static byte[] PacketOf(string frame) => Convert.FromHexString(
        FormattableString.Invariant($"3081880B{frame.Length / 2:X4}12340000000700000003{frame}"));
}
