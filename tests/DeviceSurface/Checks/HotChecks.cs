// Rules for the methods of the hot list and everything they call. The README of this room says what
// each breach costs on the interpreter.

using System;
using System.Collections.Generic;
using System.Linq;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace DeviceSurface.Checks;

/// <summary>Looks at all hot code, instruction by instruction or method by method.</summary>
internal abstract class HotCheck : ICheck
{
    private readonly HotList _list;

    protected HotCheck(HotList list)
    {
        _list = list;
    }

    public IEnumerable<Finding> Examine(DeviceCode code)
    {
        HotCode hot = new(code, _list);
        return
            from method in Scope(hot)
            from what in Judge(method, code)
            select new Finding(Il.NameOf(method), what + hot.PathTo(method));
    }

    protected virtual IEnumerable<MethodDefinition> Scope(HotCode hot)
    {
        return hot.Reached;
    }

    protected abstract IEnumerable<string> Judge(MethodDefinition method, DeviceCode code);

    /// <summary>Whether an exception is made only to be thrown at once: that is the end of the
    /// packet anyway, and how a broken invariant speaks up in tests.</summary>
    protected static bool IsThrown(Instruction instruction)
    {
        return instruction.OpCode.Code == Code.Newobj
            && instruction.Next?.OpCode.Code == Code.Throw;
    }
}

/// <summary>Names that mean nothing: a renamed method must not fall off the list unseen, and a mark
/// that nothing needs must not hide tomorrow's call.</summary>
internal sealed class HotNamesCheck : ICheck
{
    private readonly HotList _list;

    internal HotNamesCheck(HotList list)
    {
        _list = list;
    }

    public IEnumerable<Finding> Examine(DeviceCode code)
    {
        HotCode hot = new(code, _list);
        IEnumerable<Finding> unresolved = hot.Unresolved
            .Select(name => new Finding(name, "no method has this name"));
        IEnumerable<Finding> unused = hot.UnusedCold
            .Select(name => new Finding(name, "marked cold, but no hot code calls it"));
        IEnumerable<Finding> both = _list.Hot.Intersect(_list.Cold)
            .Select(name => new Finding(name, "both hot and cold"));
        return unresolved.Concat(unused).Concat(both);
    }
}

/// <summary>Allocation: newobj, newarr, box, and ldstr, which makes a string object.</summary>
internal sealed class HotAllocationsCheck : HotCheck
{
    internal HotAllocationsCheck(HotList list)
        : base(list)
    {
    }

    protected override IEnumerable<string> Judge(MethodDefinition method, DeviceCode code)
    {
        return method.Body.Instructions
            .Where(one => one.OpCode.Code is Code.Newobj or Code.Newarr or Code.Box or Code.Ldstr
                && !IsThrown(one))
            .Select(one => $"allocates: {Il.Describe(one)}");
    }
}

/// <summary>Struct locals and parameters: reading a field of one clones the struct on the heap.
/// </summary>
internal sealed class HotStructsCheck : HotCheck
{
    internal HotStructsCheck(HotList list)
        : base(list)
    {
    }

    protected override IEnumerable<string> Judge(MethodDefinition method, DeviceCode code)
    {
        IEnumerable<string> locals = method.Body.Variables
            .Where(one => Il.IsStruct(one.VariableType))
            .Select(one => $"struct local of type {Il.NameOf(one.VariableType)}");
        IEnumerable<string> parameters = method.Parameters
            .Where(one => Il.IsStruct(one.ParameterType))
            .Select(one => $"struct parameter of type {Il.NameOf(one.ParameterType)}");
        return locals.Concat(parameters);
    }
}

/// <summary>Calls into the core library other than the two that are one cheap native call for many
/// octets: Array.Copy and Array.Clear.</summary>
internal sealed class HotLibraryCallsCheck : HotCheck
{
    private static readonly HashSet<string> s_allowed = ["System.Array.Copy", "System.Array.Clear"];

    internal HotLibraryCallsCheck(HotList list)
        : base(list)
    {
    }

    protected override IEnumerable<string> Judge(MethodDefinition method, DeviceCode code)
    {
        return method.Body.Instructions
            .Where(one => one.Operand is MethodReference callee
                && code.Own(callee) == null
                && !s_allowed.Contains(Il.NameOf(callee))
                && one.OpCode.Code != Code.Newobj)
            .Select(one => $"calls the core library: {Il.Describe(one)}");
    }
}

/// <summary>Try blocks: entering and leaving one costs six loop rounds even when nothing is thrown.
/// </summary>
internal sealed class HotHandlersCheck : HotCheck
{
    internal HotHandlersCheck(HotList list)
        : base(list)
    {
    }

    protected override IEnumerable<string> Judge(MethodDefinition method, DeviceCode code)
    {
        return method.Body.HasExceptionHandlers ? ["try block"] : [];
    }
}

/// <summary>Properties with logic: a call whose work does not show where it is called. Accessors that
/// only read or write fields are allowed. Only the methods that the list names are held to it.
/// </summary>
internal sealed class HotPropertiesCheck : HotCheck
{
    internal HotPropertiesCheck(HotList list)
        : base(list)
    {
    }

    protected override IEnumerable<MethodDefinition> Scope(HotCode hot)
    {
        return hot.Listed.Where(method => method.HasBody);
    }

    protected override IEnumerable<string> Judge(MethodDefinition method, DeviceCode code)
    {
        return method.Body.Instructions
            .Where(one => one.Operand is MethodReference callee
                && code.Own(callee) is { } own
                && (own.IsGetter || own.IsSetter)
                && !IsPlain(own))
            .Select(one => $"uses a property with logic: {Il.Describe(one)}");
    }

    private static bool IsPlain(MethodDefinition accessor)
    {
        return accessor.HasBody && !accessor.IsVirtual
            && accessor.Body.Instructions.All(one =>
                one.OpCode.Code is Code.Ldfld or Code.Ldsfld or Code.Stfld or Code.Stsfld or Code.Ret
                || one.OpCode.Name.StartsWith("ldarg", StringComparison.Ordinal)
                || one.OpCode.Name.StartsWith("ldc.", StringComparison.Ordinal));
    }
}
