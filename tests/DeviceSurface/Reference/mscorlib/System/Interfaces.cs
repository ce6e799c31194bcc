// Signatures of CoreLibrary 1.17: System/ICloneable.cs, System/IComparable.cs,
// System/IDisposable.cs.

namespace System
{
    public interface ICloneable
    {
        object Clone();
    }

    public interface IComparable
    {
        int CompareTo(object obj);
    }

    public interface IDisposable
    {
        void Dispose();
    }
}
