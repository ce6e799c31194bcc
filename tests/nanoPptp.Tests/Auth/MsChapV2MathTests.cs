// The formulas of RFC 2759 s.8 and RFC 3079 s.3.

using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using nanoPptp.Auth;
using nanoPptp.Crypto.Tests;
using Xunit;

namespace nanoPptp.Tests.Auth;

public class MsChapV2MathTests
{
    [Fact]
    public void C53_C54_C55_The_conversation_of_rfc_2759_comes_out_with_and_without_a_domain()
    {
        IReadOnlyList<Vector> vectors = VectorFile.Read("rfc2759-ms-chap-v2.txt");

        Assert.Equal(2, vectors.Count);
        foreach (Vector vector in vectors)
        {
            Formulas ours = Compute(vector);

            Assert.Equal(vector.Octets("password-hash"), ours.PasswordHash);
            Assert.Equal(vector.Octets("challenge"), ours.Challenge);
            Assert.Equal(vector.Octets("nt-response"), ours.NtResponse);
            Assert.Equal(vector.Octets("password-hash-hash"), ours.PasswordHashHash);
            Assert.Equal(vector.Octets("authenticator-response"), ours.AuthenticatorResponse);
            Assert.Equal("S=407A5589115FD0D6209F510FE9C04566932CDA56", ours.Proof);
        }
    }

    [Fact]
    public void C53_A_name_hashed_with_its_domain_would_give_what_must_never_be_seen()
    {
        Vector vector = VectorFile.Read("rfc2759-ms-chap-v2.txt")[1];
        byte[] wrong = ReferenceMsChapV2.ChallengeHash(
            vector.Octets("peer-challenge"),
            vector.Octets("authenticator-challenge"),
            vector.Octets("user-name"));

        Assert.Equal(vector.Octets("wrong-challenge"), wrong);
        Assert.Equal(
            vector.Octets("wrong-nt-response"),
            ReferenceMsChapV2.ChallengeResponse(wrong, vector.Octets("password-hash")));
        Assert.NotEqual(wrong, Compute(vector).Challenge);
        Assert.NotEqual(vector.Octets("wrong-nt-response"), Compute(vector).NtResponse);
    }

    [Fact]
    public void C59_The_keys_of_rfc_3079_come_out_of_the_same_conversation()
    {
        Formulas ours = Compute(VectorFile.Read("rfc2759-ms-chap-v2.txt")[0]);
        Vector[] vectors = [.. VectorFile.Read("rfc3079-mppe-keys.txt")
            .Where(vector => vector.Number("bits-count", 0) == 128)];

        Assert.Equal(2, vectors.Length);
        Assert.Equal(vectors[0].Octets("master-key"), ours.MasterKey);
        Assert.Equal(vectors[0].Octets("receive-start-key"), ours.ReceiveStartKey);
        Assert.Equal(vectors[1].Octets("transmit-start-key"), ours.TransmitStartKey);
    }

    [Fact]
    public void Any_conversation_comes_out_as_it_does_by_other_hands()
    {
        var random = new Random(3079);
        for (int round = 0; round < 300; round++)
        {
            byte[] authenticator = Draw(random, 16);
            byte[] peer = Draw(random, 16);
            string password = Text(random, random.Next(0, 40));
            string user = Text(random, random.Next(1, 30));
            string domain = round % 3 == 0 ? Text(random, random.Next(0, 10)) + "\\" : "";

            var ours = Formulas.Compute(password, authenticator, peer, domain + user);

            byte[] hash = ReferenceMsChapV2.NtPasswordHash(password);
            byte[] challenge = ReferenceMsChapV2.ChallengeHash(
                peer, authenticator, Encoding.UTF8.GetBytes(user));
            byte[] response = ReferenceMsChapV2.ChallengeResponse(challenge, hash);
            byte[] masterKey = ReferenceMsChapV2.MasterKey(hash, response);
            Assert.Equal(hash, ours.PasswordHash);
            Assert.Equal(ReferenceMsChapV2.HashNtPasswordHash(hash), ours.PasswordHashHash);
            Assert.Equal(challenge, ours.Challenge);
            Assert.Equal(response, ours.NtResponse);
            Assert.Equal(
                ReferenceMsChapV2.AuthenticatorResponse(hash, response, challenge),
                ours.AuthenticatorResponse);
            Assert.Equal(masterKey, ours.MasterKey);
            Assert.Equal(ReferenceMsChapV2.StartKey(masterKey, true), ours.TransmitStartKey);
            Assert.Equal(ReferenceMsChapV2.StartKey(masterKey, false), ours.ReceiveStartKey);
        }
    }

    [Fact]
    public void The_longest_magic_text_fits_into_the_scratch()
    {
        // The two texts of the start keys are the longest; a longer one would overrun the slice.
        byte[] b = [.. Enumerable.Repeat((byte)0xA5, 40 + MsChapV2Math.ScratchLength + 8)];

        new MsChapV2Math().AsymmetricStartKey(b, 0, true, 16, 40);
        new MsChapV2Math().AsymmetricStartKey(b, 0, false, 16, 40);

        Assert.All(b[^8..], octet => Assert.Equal(0xA5, octet));
    }

    private static Formulas Compute(Vector vector)
    {
        return new Formulas(
            Encoding.Unicode.GetString(vector.Octets("password")),
            vector.Octets("authenticator-challenge"),
            vector.Octets("peer-challenge"),
            vector.Octets("user-name"));
    }

    private static byte[] Draw(Random random, int length)
    {
        byte[] b = new byte[length];
        random.NextBytes(b);
        return b;
    }

    private static string Text(Random random, int length)
    {
        // Letters of three lengths in UTF-8, but no back-slash.
        const string Letters = "abcXYZ019 .-@\u00E4\u00DF\u0416\u20AC\u4E2D";
        return new string([.. Enumerable.Range(0, length)
            .Select(_ => Letters[random.Next(Letters.Length)])]);
    }
}
