// mantissa * 10^exponent to IEEE 754 binary64, rounded to the nearest, ties to even, by integers
// alone: no digit of a reading depends on the floating-point unit of a board. The number is held
// exactly, in words of 32 bits: multiplied by powers of ten; or shifted left far enough that more
// than 64 bits of the quotient remain, and divided by them, with one bit that tells of any rest.
//
// A division by 10^9 and then by 10^3 is one by 10^12, and a rest in any step is a rest of the
// whole, because floor(floor(x / a) / b) = floor(x / (a * b)).

using System;

namespace nanoPptp.Telemetry.Senml
{
    /// <summary>The nearest double of a decimal number. Allocates when it is made and never again.
    /// </summary>
    internal sealed class DecimalToDouble
    {
        /// <summary>Largest power of ten, either sign. With 63 bits of mantissa no double leaves
        /// the range of the normal ones.</summary>
        internal const int LargestExponent = 99;

        // 10^99 is less than 2^329: 64 bits of the mantissa and the 4 * 99 + 64 of the shift.
        private const int Words = 17;
        private const int FractionBits = 52;
        private const int Bias = 1023;
        private const int ChunkDigits = 9;

        private static readonly uint[] s_powers =
        {
            1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000,
        };

        private readonly uint[] _words = new uint[Words];
        private int _count;
        private bool _hasRest;

        /// <summary>Converts.</summary>
        /// <param name="mantissa">The digits.</param>
        /// <param name="exponent">The power of ten: -99 to 99.</param>
        /// <returns>The bits of the nearest double.</returns>
        internal long Convert(long mantissa, int exponent)
        {
            if (mantissa == 0)
            {
                return 0;
            }

            ulong magnitude = mantissa < 0 ? (ulong)~mantissa + 1 : (ulong)mantissa;
            int shiftWords = exponent < 0 ? 2 + ((-exponent + 7) >> 3) : 0;
            Array.Clear(_words, 0, Words);
            _words[shiftWords] = (uint)magnitude;
            _words[shiftWords + 1] = (uint)(magnitude >> 32);
            _count = shiftWords + 2;
            _hasRest = false;
            Scale(exponent);
            return Round(mantissa < 0, -32 * shiftWords);
        }

        private void Scale(int exponent)
        {
            while (exponent > 0)
            {
                int digits = exponent < ChunkDigits ? exponent : ChunkDigits;
                Multiply(s_powers[digits]);
                exponent -= digits;
            }

            while (exponent < 0)
            {
                int digits = -exponent < ChunkDigits ? -exponent : ChunkDigits;
                Divide(s_powers[digits]);
                exponent += digits;
            }
        }

        private void Multiply(uint factor)
        {
            ulong carry = 0;
            for (int i = 0; i < _count; i++)
            {
                carry += (ulong)_words[i] * factor;
                _words[i] = (uint)carry;
                carry >>= 32;
            }

            if (carry != 0)
            {
                _words[_count] = (uint)carry;
                _count++;
            }
        }

        private void Divide(uint divisor)
        {
            ulong rest = 0;
            for (int i = _count - 1; i >= 0; i--)
            {
                rest = (rest << 32) | _words[i];
                _words[i] = (uint)(rest / divisor);
                rest %= divisor;
            }

            _hasRest = _hasRest || rest != 0;
        }

        /// <summary>Rounds words * 2^scale.</summary>
        private long Round(bool isNegative, int scale)
        {
            while (_words[_count - 1] == 0)
            {
                _count--;
            }

            // The highest bit goes to place 63 of a word of 64 bits, 11 of which are then cut off.
            ulong top = Word(_count - 1);
            top = (top << 32) | Word(_count - 2);
            int shift = 0;
            while ((top >> 63) == 0)
            {
                top <<= 1;
                shift++;
            }

            uint next = Word(_count - 3);
            bool hasRest = _hasRest;
            if (shift != 0)
            {
                top |= next >> (32 - shift);
                next <<= shift;
            }

            hasRest = hasRest || next != 0;
            for (int i = _count - 4; i >= 0 && !hasRest; i--)
            {
                hasRest = _words[i] != 0;
            }

            int highest = (32 * _count) - 1 - shift + scale;
            ulong fraction = top >> 11;
            int cut = (int)top & 0x7FF;
            if (cut > 0x400 || (cut == 0x400 && (hasRest || (fraction & 1) != 0)))
            {
                fraction++;
            }

            // A carry out of the fraction raises the exponent by itself: the one in front of the
            // fraction is added and not masked off.
            long bits = ((long)(highest + Bias - 1) << FractionBits) + (long)fraction;
            return isNegative ? bits | long.MinValue : bits;
        }

        private uint Word(int index)
        {
            return index < 0 ? 0 : _words[index];
        }
    }
}
