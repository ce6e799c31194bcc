// Signatures of CoreLibrary 1.17: System/Single.cs.

namespace System
{
    public struct Single
    {
        public const float MinValue = (float)-3.40282346638528859e+38;
        public const float Epsilon = (float)1.4e-45;
        public const float MaxValue = (float)3.40282346638528859e+38;
        public const float NegativeInfinity = -1.0f / 0.0f;
        public const float PositiveInfinity = 1.0f / 0.0f;
        public const float NaN = 0.0f / 0.0f;

        public static extern bool IsInfinity(float f);

        public static extern bool IsNaN(float f);

        public static extern bool IsNegativeInfinity(float f);

        public static extern bool IsPositiveInfinity(float f);

        public static extern float Parse(string s);

        public static extern bool TryParse(string s, out float result);

        public extern int CompareTo(float value);

        public override extern string ToString();

        public extern string ToString(string format);
    }
}
