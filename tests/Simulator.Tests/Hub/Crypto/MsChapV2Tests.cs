// RFC 2759 section 9.2 and 9.3, names with a domain, passwords beyond ASCII.

using System;
using System.Text;
using Simulator.Hub;
using Xunit;

namespace Simulator.Tests.Hub.Crypto;

public class MsChapV2Tests
{
    private static readonly byte[] s_authenticatorChallenge =
        ScriptedClient.Bytes("5b5d7c7d7b3f2f3e3c2c602132262628");

    private static readonly byte[] s_peerChallenge =
        ScriptedClient.Bytes("21402324255e262a28295f2b3a337c7e");

    [Theory]
    [InlineData("", "31d6cfe0d16ae931b73c59d7e0c089c0")]
    [InlineData("clientPass", "44ebba8d5312b8d611474411f56989ae")]
    [InlineData("MyPw", "fc156af7edcd6c0edde3337d427f4eac")]
    [InlineData("pässwörd€", "7f20bf6e69d97371914a8807579cab5c")]
    [InlineData("\U0001F511", "5f7b3ff474e4237afd6a078f3c4d8632")]
    public void The_password_is_hashed_as_utf16(string password, string hash)
    {
        Assert.Equal(hash, Convert.ToHexStringLower(MsChapV2.NtPasswordHash(password)));
    }

    [Fact]
    public void The_functions_give_the_figures_of_the_rfc()
    {
        byte[] hash = MsChapV2.NtPasswordHash("clientPass");
        Assert.Equal(
            "d02e4386bce91226",
            Convert.ToHexStringLower(
                MsChapV2.ChallengeHash(s_peerChallenge, s_authenticatorChallenge, "User"u8)));
        byte[] response = MsChapV2.GenerateNtResponse(
            s_authenticatorChallenge, s_peerChallenge, "User"u8, hash);
        Assert.Equal(
            "82309ecd8d708b5ea08faa3981cd83544233114a3d85d6df",
            Convert.ToHexStringLower(response));
        Assert.Equal(
            "41c00c584bd2d91c4017a2a12fa59f3f",
            Convert.ToHexStringLower(MsChapV2.HashNtPasswordHash(hash)));
        byte[] proof = MsChapV2.GenerateAuthenticatorResponse(
            hash, response, s_peerChallenge, s_authenticatorChallenge, "User"u8);
        Assert.Equal(
            "S=407A5589115FD0D6209F510FE9C04566932CDA56 M=Access granted",
            MsChapV2.SuccessMessage(proof));
    }

    [Fact]
    public void The_challenge_response_is_three_des_blocks()
    {
        Assert.Equal(
            "4e9d3c8f9cfd385d5bf4d3246791956ca4c351ab409a3d61",
            Convert.ToHexStringLower(MsChapV2.ChallengeResponse(
                ScriptedClient.Bytes("102db5df085d3041"), MsChapV2.NtPasswordHash("MyPw"))));
    }

    [Theory]
    [InlineData("User", "User")]
    [InlineData(@"BIGCO\User", "User")]
    [InlineData(@"A\B\User", "User")]
    [InlineData("user@realm", "user@realm")]
    [InlineData(@"BIGCO\", "")]
    public void The_domain_ends_at_the_last_backslash(string name, string expected)
    {
        Assert.Equal(
            expected,
            Encoding.ASCII.GetString(MsChapV2.WithoutDomain(Encoding.ASCII.GetBytes(name))));
    }

    [Fact]
    public void A_failure_repeats_the_challenge_in_lower_case()
    {
        Assert.Equal(
            "E=691 R=1 C=5b5d7c7d7b3f2f3e3c2c602132262628 V=0 M=Access denied",
            MsChapV2.FailureMessage(s_authenticatorChallenge));
    }
}
