// Signatures of CoreLibrary 1.17: System/Attribute.cs, System/AttributeTargets.cs and the file
// System/X.cs of each attribute X below, ConditionalAttribute in System/Diagnostics.

namespace System
{
    public abstract class Attribute
    {
        protected extern Attribute();
    }

    [Flags]
    public enum AttributeTargets
    {
        Assembly = 0x0001,
        Module = 0x0002,
        Class = 0x0004,
        Struct = 0x0008,
        Enum = 0x0010,
        Constructor = 0x0020,
        Method = 0x0040,
        Property = 0x0080,
        Field = 0x0100,
        Event = 0x0200,
        Interface = 0x0400,
        Parameter = 0x0800,
        Delegate = 0x1000,
        ReturnValue = 0x2000,
        All = 0x3FFF,
    }

    [AttributeUsage(AttributeTargets.Class)]
    public sealed class AttributeUsageAttribute : Attribute
    {
        public extern AttributeUsageAttribute(AttributeTargets validOn);

        public extern AttributeTargets ValidOn { get; }

        public extern bool AllowMultiple { get; set; }

        public extern bool Inherited { get; set; }
    }

    [AttributeUsage(AttributeTargets.All)]
    public sealed class CLSCompliantAttribute : Attribute
    {
        public extern CLSCompliantAttribute(bool isCompliant);

        public extern bool IsCompliant { get; }
    }

    [AttributeUsage(AttributeTargets.Enum)]
    public class FlagsAttribute : Attribute
    {
        public extern FlagsAttribute();
    }

    [AttributeUsage(
        AttributeTargets.Class | AttributeTargets.Constructor | AttributeTargets.Delegate
        | AttributeTargets.Enum | AttributeTargets.Event | AttributeTargets.Field
        | AttributeTargets.Interface | AttributeTargets.Method | AttributeTargets.Property
        | AttributeTargets.Struct,
        Inherited = false)]
    public sealed class ObsoleteAttribute : Attribute
    {
        public extern ObsoleteAttribute();

        public extern ObsoleteAttribute(string message);

        public extern ObsoleteAttribute(string message, bool error);

        public extern string Message { get; }

        public extern bool IsError { get; }
    }

    [AttributeUsage(AttributeTargets.Parameter)]
    public sealed class ParamArrayAttribute : Attribute
    {
        public extern ParamArrayAttribute();
    }

    [AttributeUsage(
        AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Enum
        | AttributeTargets.Delegate,
        Inherited = false)]
    public sealed class SerializableAttribute : Attribute
    {
        public extern SerializableAttribute();
    }
}

namespace System.Diagnostics
{
    [AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
    public sealed class ConditionalAttribute : Attribute
    {
        public extern ConditionalAttribute(string conditionString);

        public extern string ConditionString { get; }
    }
}
