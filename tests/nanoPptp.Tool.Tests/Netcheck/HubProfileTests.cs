// What a hub says of itself, in octets.

using System;
using System.Text;
using nanoPptp.Tool.Netcheck;
using nanoPptp.Tool.Tests.Connect;
using Xunit;

namespace nanoPptp.Tool.Tests.Netcheck;

public sealed class HubProfileTests
{
    private readonly HubProfile _profile = new();

    [Fact]
    public void The_start_reply_is_read_however_it_is_split()
    {
        byte[] reply = ScriptedServer.StartReply(1, 0);
        reply[27] = 7;
        Encoding.ASCII.GetBytes("hub\u001b[2J").CopyTo(reply, 28);
        Encoding.ASCII.GetBytes("linux").CopyTo(reply, 92);
        foreach (byte octet in reply)
        {
            Assert.False(_profile.IsIntroduced);
            _profile.HearControl([octet]);
        }

        _profile.HearControl("more"u8);
        Assert.True(_profile.IsIntroduced);
        Assert.Equal("1.0", _profile.Version);
        Assert.Equal("linux", _profile.Vendor);
        Assert.Equal("hub\\u001b[2J", _profile.HostName);
        Assert.Equal(7, _profile.Firmware);
    }

    [Fact]
    public void What_it_asks_for_is_heard_once_each()
    {
        Hear("FF03C0210101000F0304C0230506112233440000");
        Hear("FF03C021010200110305C223810206000000000000");
        Hear("FF03C021010300110305C223810206000000000000");
        Hear("C0210104000D0305C2230502060000000000");

        Assert.True(_profile.HasAsked);
        Assert.Equal(["PAP", "MS-CHAPv2", "CHAP-MD5"], _profile.Methods);
    }

    [Theory]
    [InlineData("120601000040", "MPPE-128, stateless")]
    [InlineData("120600000060", "MPPE-128 or MPPE-40, stateful")]
    [InlineData("1206010000E0", "MPPE-128 or MPPE-56 or MPPE-40, stateless")]
    [InlineData("120601000000", "")]
    public void The_encryption_that_it_asks_for_is_told_in_words(string option, string expected)
    {
        Hear("80FD0101000A" + option);

        Assert.Equal(expected, _profile.Encryption);
        Assert.Empty(_profile.Methods);
        Assert.False(_profile.HasAsked);
    }

    [Theory]
    [InlineData("")]
    [InlineData("C0")]
    [InlineData("C02101")]
    [InlineData("C0210101FFFF")]
    [InlineData("C021010100080300C223")]
    [InlineData("C021010100080309C223")]
    [InlineData("C021020100090305C22381")]
    [InlineData("C22301010009")]
    public void Nonsense_says_nothing(string frame)
    {
        Hear(frame);
        _profile.HearGre([]);
        _profile.HearGre([0x30, 0x01, 0x88]);

        Assert.Empty(_profile.Methods);
        Assert.Equal("", _profile.Encryption);
    }

    private void Hear(string frame)
    {
        _profile.HearGre(Convert.FromHexString(
            FormattableString.Invariant($"3001880B{frame.Length / 2:X4}000100000001{frame}")));
    }
}
