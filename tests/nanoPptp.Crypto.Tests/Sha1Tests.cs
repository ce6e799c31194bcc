using System.Buffers.Binary;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Digests;

namespace nanoPptp.Crypto.Tests;

public class Sha1Tests : DigestTests
{
    private readonly Sha1 _sha1 = new();

    protected override string VectorFileName => "fips180-sha1.txt";

    protected override int VectorCount => 4;

    protected override int DigestLength => Sha1.DigestLength;

    protected override int LengthHighIndex => 14;

    protected override object Digest => _sha1;

    protected override int[] InitialState =>
    [
        0x67452301, unchecked((int)0xEFCDAB89),
        unchecked((int)0x98BADCFE), 0x10325476, unchecked((int)0xC3D2E1F0),
    ];

    protected override void Update(byte[] source, int offset, int length)
    {
        _sha1.Update(source, offset, length);
    }

    protected override void Finish(byte[] digest, int digestOffset)
    {
        _sha1.Finish(digest, digestOffset);
    }

    protected override void Reset()
    {
        _sha1.Reset();
    }

    protected override void Wipe()
    {
        _sha1.Wipe();
    }

    protected override void Compress(int[] state, int[] words)
    {
        Sha1.Compress(state, words);
    }

    protected override void CompressReadable(int[] state, int[] words)
    {
        Sha1.CompressReadable(state, words);
    }

    protected override int WordOf(byte[] octets)
    {
        return BinaryPrimitives.ReadInt32BigEndian(octets);
    }

    protected override IDigest CreateOracle()
    {
        return new Sha1Digest();
    }
}
