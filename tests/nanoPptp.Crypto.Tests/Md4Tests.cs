using System.Buffers.Binary;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Digests;

namespace nanoPptp.Crypto.Tests;

public class Md4Tests : DigestTests
{
    private readonly Md4 _md4 = new();

    protected override string VectorFileName => "rfc1320-md4.txt";

    protected override int VectorCount => 7;

    protected override int DigestLength => Md4.DigestLength;

    protected override int LengthHighIndex => 15;

    protected override object Digest => _md4;

    protected override int[] InitialState =>
    [
        0x67452301, unchecked((int)0xEFCDAB89),
        unchecked((int)0x98BADCFE), 0x10325476,
    ];

    protected override void Update(byte[] source, int offset, int length)
    {
        _md4.Update(source, offset, length);
    }

    protected override void Finish(byte[] digest, int digestOffset)
    {
        _md4.Finish(digest, digestOffset);
    }

    protected override void Reset()
    {
        _md4.Reset();
    }

    protected override void Wipe()
    {
        _md4.Wipe();
    }

    protected override void Compress(int[] state, int[] words)
    {
        Md4.Compress(state, words);
    }

    protected override void CompressReadable(int[] state, int[] words)
    {
        Md4.CompressReadable(state, words);
    }

    protected override int WordOf(byte[] octets)
    {
        return BinaryPrimitives.ReadInt32LittleEndian(octets);
    }

    protected override IDigest CreateOracle()
    {
        return new MD4Digest();
    }
}
