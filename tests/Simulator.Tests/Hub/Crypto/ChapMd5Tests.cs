// RFC 1994 section 4.1, with frames a pptp client with pppd and a real hub exchanged.

using System;
using System.Security.Cryptography;
using System.Text;
using Simulator.Hub;
using Xunit;

namespace Simulator.Tests.Hub.Crypto;

public class ChapMd5Tests
{
    [Theory]
    [InlineData(
        0x6F,
        "s3cret",
        "d47179402355ab052bf41d482a5dabd07aa7c5b521",
        "d7d51bfbc2308ba715ab089317bb2ba8")]
    [InlineData(
        0x01,
        "clientPass",
        "000102030405060708090a0b0c0d0e0f",
        "0c884e678b2a0e30bda259086e9b4ebf")]
    public void Responses_are_those_of_others(
        byte identifier, string secret, string challenge, string response)
    {
        Assert.Equal(
            response,
            Convert.ToHexStringLower(
                ChapMd5.Response(identifier, secret, ScriptedClient.Bytes(challenge))));
    }

    [Fact]
    public void The_secret_is_hashed_in_utf_8()
    {
        byte[] text = [7, .. Encoding.UTF8.GetBytes("pässwörd€"), 1, 2, 3];
#pragma warning disable CA5351 // The RFC asks for MD5.
        Assert.Equal(MD5.HashData(text), ChapMd5.Response(7, "pässwörd€", [1, 2, 3]));
#pragma warning restore CA5351
    }
}
