// A random generator for challenges, identifiers and magic numbers where the platform gives
// entropy but no generator. K is the pool, 20 octets; n counts the blocks of one call; both
// sorts of input are told apart by their first octet, so no output is ever a later pool.
//
//   Seed:  K = SHA-1(01 | 00000000 | K | entropy)
//   Fill:  block n = SHA-1(02 | n | K) for n = 0, 1, ...   then   K = SHA-1(03 | n | K)
//
// The step after each Fill cannot be undone: whoever reads the pool later learns nothing of what
// it gave before. The next Seed with enough entropy ends what such a reader can foresee.

using System;

namespace nanoPptp.Crypto
{
    /// <summary>A generator of unpredictable octets, as good as the entropy it was fed and at most
    /// 160 bits strong. The same entropy in the same order gives the same octets: without
    /// <see cref="Seed"/> the output is known to everybody. Allocates when it is made and never
    /// again. Not safe for two threads at once.</summary>
    public sealed class RandomPool
    {
        private const int PrefixLength = 5;
        private const int SeedPrefix = 1;
        private const int OutputPrefix = 2;
        private const int StepPrefix = 3;

        private readonly Sha1 _sha1 = new Sha1();
        private readonly byte[] _prefix = new byte[PrefixLength];
        private readonly byte[] _pool = new byte[Sha1.DigestLength];
        private readonly byte[] _output = new byte[Sha1.DigestLength];

        /// <summary>Makes an empty pool.</summary>
        public RandomPool()
        {
        }

        /// <summary>Mixes entropy into the pool; never replaces what is there, so octets of
        /// doubtful quality do no harm.</summary>
        /// <param name="entropy">The octets; not kept. All calls before the first
        /// <see cref="Fill"/> should bring at least 16 octets from a hardware generator.</param>
        /// <param name="offset">Index of the first.</param>
        /// <param name="length">How many, 0 and more.</param>
        public void Seed(byte[] entropy, int offset, int length)
        {
            BeginHash(SeedPrefix, 0);
            _sha1.Update(entropy, offset, length);
            _sha1.Finish(_pool, 0);
        }

        /// <summary>Writes unpredictable octets and steps the pool.</summary>
        /// <param name="target">Receives the octets.</param>
        /// <param name="offset">Index of the first.</param>
        /// <param name="length">How many, 0 and more.</param>
        public void Fill(byte[] target, int offset, int length)
        {
            int block = 0;
            while (length > 0)
            {
                BeginHash(OutputPrefix, block);
                _sha1.Finish(_output, 0);
                int count = length < Sha1.DigestLength ? length : Sha1.DigestLength;
                Array.Copy(_output, 0, target, offset, count);
                offset += count;
                length -= count;
                block++;
            }

            BeginHash(StepPrefix, block);
            _sha1.Finish(_pool, 0);
            Array.Clear(_output, 0, Sha1.DigestLength);
        }

        /// <summary>Overwrites the pool; it is empty again.</summary>
        public void Wipe()
        {
            _sha1.Wipe();
            Array.Clear(_prefix, 0, PrefixLength);
            Array.Clear(_pool, 0, Sha1.DigestLength);
            Array.Clear(_output, 0, Sha1.DigestLength);
        }

        private void BeginHash(int prefix, int block)
        {
            _prefix[0] = (byte)prefix;
            _prefix[1] = (byte)(block >> 24);
            _prefix[2] = (byte)(block >> 16);
            _prefix[3] = (byte)(block >> 8);
            _prefix[4] = (byte)block;
            _sha1.Update(_prefix, 0, PrefixLength);
            _sha1.Update(_pool, 0, Sha1.DigestLength);
        }
    }
}
