using System.Buffers.Binary;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Digests;

namespace nanoPptp.Crypto.Tests;

public class Md5Tests : DigestTests
{
    private readonly Md5 _md5 = new();

    protected override string VectorFileName => "rfc1321-md5.txt";

    protected override int VectorCount => 7;

    protected override int DigestLength => Md5.DigestLength;

    protected override int LengthHighIndex => 15;

    protected override object Digest => _md5;

    protected override int[] InitialState =>
    [
        0x67452301, unchecked((int)0xEFCDAB89),
        unchecked((int)0x98BADCFE), 0x10325476,
    ];

    protected override void Update(byte[] source, int offset, int length)
    {
        _md5.Update(source, offset, length);
    }

    protected override void Finish(byte[] digest, int digestOffset)
    {
        _md5.Finish(digest, digestOffset);
    }

    protected override void Reset()
    {
        _md5.Reset();
    }

    protected override void Wipe()
    {
        _md5.Wipe();
    }

    protected override void Compress(int[] state, int[] words)
    {
        Md5.Compress(state, words);
    }

    protected override void CompressReadable(int[] state, int[] words)
    {
        Md5.CompressReadable(state, words);
    }

    protected override int WordOf(byte[] octets)
    {
        return BinaryPrimitives.ReadInt32LittleEndian(octets);
    }

    protected override IDigest CreateOracle()
    {
        return new MD5Digest();
    }
}
