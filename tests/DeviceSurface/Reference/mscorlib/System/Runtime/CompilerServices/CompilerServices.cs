// Signatures of CoreLibrary 1.17: the file System/Runtime/CompilerServices/X.cs of each type X
// below. IsVolatile, IsExternalInit and RuntimeFeature are absent on purpose: volatile fields do
// not exist on the board, and default interface methods throw there.

namespace System.Runtime.CompilerServices
{
    [AttributeUsage(
        AttributeTargets.Parameter, AllowMultiple = false, Inherited = false)]
    public sealed class CallerArgumentExpressionAttribute : Attribute
    {
        public extern CallerArgumentExpressionAttribute(string parameterName);

        public extern string ParameterName { get; }
    }

    [AttributeUsage(
        AttributeTargets.Assembly | AttributeTargets.Class | AttributeTargets.Method)]
    public sealed class ExtensionAttribute : Attribute
    {
        public extern ExtensionAttribute();
    }

    [AttributeUsage(AttributeTargets.Property)]
    public sealed class IndexerNameAttribute : Attribute
    {
        public extern IndexerNameAttribute(string indexerName);
    }

    [AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
    public sealed class InternalsVisibleToAttribute : Attribute
    {
        public extern InternalsVisibleToAttribute(string assemblyName);

        public extern string AssemblyName { get; }
    }

    public static class RuntimeHelpers
    {
        public static extern int OffsetToStringData { get; }

        public static extern void InitializeArray(Array array, RuntimeFieldHandle fldHandle);

        public static extern object GetObjectValue(object obj);

        public static extern void RunClassConstructor(RuntimeTypeHandle type);
    }
}
