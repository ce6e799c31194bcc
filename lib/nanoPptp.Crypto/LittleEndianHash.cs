// What MD4 and MD5 have in common beyond BlockHash (RFC 1320 s.2, RFC 1321 s.2): words are least
// significant octet first, in blocks, in the length and in the digest.

namespace nanoPptp.Crypto
{
    /// <summary>A hash whose words are least significant octet first.</summary>
    public abstract class LittleEndianHash : BlockHash
    {
        private protected LittleEndianHash(int stateLength)
            : base(stateLength)
        {
        }

        private protected override void ReadWords(byte[] source, int offset)
        {
            int[] words = _words;
            for (int i = 0; i < WordCount; i++)
            {
                words[i] = source[offset] | (source[offset + 1] << 8)
                    | (source[offset + 2] << 16) | (source[offset + 3] << 24);
                offset += 4;
            }
        }

        private protected override void SetLengthWords(int low, int high)
        {
            _words[WordCount - 2] = low;
            _words[WordCount - 1] = high;
        }

        private protected override void WriteWord(int word, byte[] target, int offset)
        {
            target[offset] = (byte)word;
            target[offset + 1] = (byte)(word >> 8);
            target[offset + 2] = (byte)(word >> 16);
            target[offset + 3] = (byte)(word >> 24);
        }
    }
}
