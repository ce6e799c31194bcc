// Signatures of CoreLibrary 1.17: System/Array.cs.

using System.Collections;

namespace System
{
    public abstract class Array : ICloneable, IList
    {
        public extern int Length { get; }

        public extern object SyncRoot { get; }

        public extern bool IsReadOnly { get; }

        public extern bool IsFixedSize { get; }

        public extern bool IsSynchronized { get; }

        extern int ICollection.Count { get; }

        extern object IList.this[int index] { get; set; }

        public static extern Array CreateInstance(Type elementType, int length);

        public static extern void Copy(Array sourceArray, Array destinationArray, int length);

        public static extern void Copy(
            Array sourceArray,
            int sourceIndex,
            Array destinationArray,
            int destinationIndex,
            int length);

        public static extern void Clear(Array array, int index, int length);

        public static extern int BinarySearch(Array array, object value, IComparer comparer);

        public static extern int BinarySearch(
            Array array,
            int index,
            int length,
            object value,
            IComparer comparer);

        public static extern int IndexOf(Array array, object value);

        public static extern int IndexOf(Array array, object value, int startIndex);

        public static extern int IndexOf(Array array, object value, int startIndex, int count);

        public extern object GetValue(int index);

        public extern object Clone();

        public extern void CopyTo(Array array, int index);

        public extern IEnumerator GetEnumerator();

        extern int IList.Add(object value);

        extern bool IList.Contains(object value);

        extern void IList.Clear();

        extern int IList.IndexOf(object value);

        extern void IList.Insert(int index, object value);

        extern void IList.Remove(object value);

        extern void IList.RemoveAt(int index);
    }
}
