// Signatures of CoreLibrary 1.17: System/Object.cs.

namespace System
{
    public class Object
    {
        public extern Object();

        public static extern bool Equals(object objA, object objB);

        public static extern bool ReferenceEquals(object objA, object objB);

        public virtual extern string ToString();

        public virtual extern bool Equals(object obj);

        public virtual extern int GetHashCode();

        public extern Type GetType();

        protected extern object MemberwiseClone();
    }
}
