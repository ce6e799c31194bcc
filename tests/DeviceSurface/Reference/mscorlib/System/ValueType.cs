// Signatures of CoreLibrary 1.17: System/ValueType.cs, System/Enum.cs.

namespace System
{
    public abstract class ValueType
    {
        public override extern bool Equals(object obj);
    }

    public abstract class Enum : ValueType
    {
        public extern bool HasFlag(Enum flag);

        public override extern string ToString();
    }
}
