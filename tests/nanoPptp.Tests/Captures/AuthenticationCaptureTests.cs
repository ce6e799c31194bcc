// The library's MS-CHAPv2 (RFC 2759) against what real peers sent: the same response, the same
// proof of the hub.

using System;
using System.Linq;
using System.Text;
using nanoPptp.Auth;
using nanoPptp.Tests.Auth;
using Xunit;

namespace nanoPptp.Tests.Captures;

public class AuthenticationCaptureTests
{
    [Theory]
    [MemberData(nameof(CaptureCatalog.MsChapV2), MemberType = typeof(CaptureCatalog))]
    public void The_client_sent_the_response_that_the_library_computes(string name)
    {
        foreach (CapturedCall call in Capture.Load(name).Calls)
        {
            var handshake = new Handshake(call);
            Formulas ours = handshake.Compute(CaptureCatalog.Entry(name).Password);

            Assert.Equal("sensor1", Encoding.ASCII.GetString(handshake.UserName));
            Assert.Equal(ours.NtResponse, handshake.NtResponse);
            Assert.Equal(16, handshake.ChallengePacket[4]);
            Assert.Equal("pptpd", Encoding.ASCII.GetString(handshake.ChallengePacket.AsSpan(21)));
            Assert.Equal(49, handshake.ResponsePacket[4]);
            Assert.Equal(new byte[8], handshake.ResponsePacket[21..29]);
            Assert.Equal(0, handshake.ResponsePacket[53]);
        }
    }

    [Theory]
    [MemberData(nameof(CaptureCatalog.MsChapV2), MemberType = typeof(CaptureCatalog))]
    public void The_hub_sent_the_proof_that_the_library_computes(string name)
    {
        CaptureEntry entry = CaptureCatalog.Entry(name);
        foreach (CapturedCall call in Capture.Load(name).Calls)
        {
            var handshake = new Handshake(call);
            string verdict = Encoding.ASCII.GetString(handshake.VerdictText);

            Assert.Equal(!entry.HasWrongPassword, handshake.IsSuccess);
            if (handshake.IsSuccess)
            {
                string proof = handshake.Compute(entry.Password).Proof;
                Assert.Equal($"{proof} M=Access granted", verdict);
            }
        }
    }

    [Fact]
    public void The_failure_of_pppd_is_read()
    {
        CapturedCall call = Assert.Single(Capture.Load("wrong-password").Calls);
        byte[] text = new Handshake(call).VerdictText;
        var failure = new ChapFailure();

        failure.Read(text, 0, text.Length);

        Assert.Equal(691, failure.ErrorCode);
        Assert.True(failure.MayRetry);
        Assert.True(failure.HasChallenge);
        Assert.Equal(0, failure.Version);
        Assert.Equal(
            "Access denied",
            Encoding.ASCII.GetString(text, failure.MessageOffset, failure.MessageLength));
    }

    [Fact]
    public void Every_call_has_keys_of_its_own()
    {
        byte[][] keys = [.. CaptureCatalog.Names
            .Where(name => CaptureCatalog.Entry(name).Data == DataKind.Mppe128Stateless)
            .Where(name => name != "nat-outside")
            .SelectMany(name => Capture.Load(name).Calls)
            .SelectMany(call =>
            {
                Formulas ours = new Handshake(call).Compute("s3cret");
                return (byte[][])[ours.TransmitStartKey, ours.ReceiveStartKey];
            })];

        Assert.Equal(keys.Length, keys.Select(Convert.ToHexString).Distinct().Count());
    }
}
