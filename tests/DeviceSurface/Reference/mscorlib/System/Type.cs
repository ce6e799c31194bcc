// Signatures of CoreLibrary 1.17: System/Type.cs, System/Reflection/MemberInfo.cs.
// Only what typeof needs: the libraries use no reflection.

namespace System.Reflection
{
    public abstract class MemberInfo
    {
        public abstract string Name { get; }

        public abstract Type DeclaringType { get; }

        public abstract object[] GetCustomAttributes(bool inherit);
    }
}

namespace System
{
    public abstract class Type : Reflection.MemberInfo
    {
        public abstract string FullName { get; }

        public abstract Type BaseType { get; }

        public override extern Type DeclaringType { get; }

        public static extern Type GetType(string typeName);

        public static extern Type GetTypeFromHandle(RuntimeTypeHandle handle);

        public override extern string ToString();
    }
}
