// Signatures of CoreLibrary 1.17: System/Collections/ICollection.cs, IComparer.cs, IEnumerable.cs,
// IEnumerator.cs, IList.cs.

namespace System.Collections
{
    public interface IEnumerator
    {
        object Current { get; }

        bool MoveNext();

        void Reset();
    }

    public interface IEnumerable
    {
        IEnumerator GetEnumerator();
    }

    public interface ICollection : IEnumerable
    {
        int Count { get; }

        object SyncRoot { get; }

        bool IsSynchronized { get; }

        void CopyTo(Array array, int index);
    }

    public interface IComparer
    {
        int Compare(object x, object y);
    }

    public interface IList : ICollection
    {
        bool IsReadOnly { get; }

        bool IsFixedSize { get; }

        object this[int index] { get; set; }

        int Add(object value);

        bool Contains(object value);

        void Clear();

        int IndexOf(object value);

        void Insert(int index, object value);

        void Remove(object value);

        void RemoveAt(int index);
    }
}
