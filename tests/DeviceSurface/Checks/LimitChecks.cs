// Limits of the interpreter and of the format that assemblies take on the board.

using System;
using System.Collections.Generic;
using System.Linq;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace DeviceSurface.Checks;

/// <summary> An exception that is caught in an instance method which the interpreter inlined into
/// its caller is never popped; after six the program ends. Static methods are never inlined.
/// </summary>
internal sealed class InstanceHandlersCheck : ICheck
{
    public IEnumerable<Finding> Examine(DeviceCode code)
    {
        return code.Bodies
            .Where(method => !method.IsStatic && method.Body.HasExceptionHandlers)
            .Select(method => new Finding(
                Il.NameOf(method),
                "try in an instance method: "
                + string.Join(", ", method.Body.ExceptionHandlers.Select(one => one.HandlerType))));
    }
}

/// <summary>Monitor: the libraries have one thread, and a lock costs twenty loop rounds.</summary>
internal sealed class LocksCheck : ICheck
{
    public IEnumerable<Finding> Examine(DeviceCode code)
    {
        return
            from method in code.Bodies
            from instruction in method.Body.Instructions
            where instruction.Operand is MethodReference
            {
                DeclaringType.FullName: "System.Threading.Monitor",
            }
            select new Finding(Il.NameOf(method), Il.Describe(instruction));
    }
}

/// <summary>The interpreter never throws on overflow, so checked arithmetic says what is not true.
/// </summary>
internal sealed class CheckedArithmeticCheck : ICheck
{
    public IEnumerable<Finding> Examine(DeviceCode code)
    {
        return
            from method in code.Bodies
            from instruction in method.Body.Instructions
            where instruction.OpCode.Name.Contains(".ovf", StringComparison.Ordinal)
            select new Finding(Il.NameOf(method), Il.Describe(instruction));
    }
}

/// <summary>Counts that the board keeps in one octet: locals, arguments, depth of the evaluation
/// stack, cases of a switch.</summary>
internal sealed class MethodLimitsCheck : ICheck
{
    internal const int Limit = 255;

    public IEnumerable<Finding> Examine(DeviceCode code)
    {
        foreach (MethodDefinition method in code.Bodies)
        {
            int cases = method.Body.Instructions
                .Select(one => one.Operand is Instruction[] targets ? targets.Length : 0).Max();
            (string Name, int Count)[] counts =
            [
                ("locals", method.Body.Variables.Count),
                ("arguments", method.Parameters.Count + (method.HasThis ? 1 : 0)),
                ("slots of evaluation stack", method.Body.MaxStackSize),
                ("cases of a switch", cases),
            ];
            foreach ((string name, int count) in counts.Where(one => one.Count > Limit))
            {
                yield return new Finding(Il.NameOf(method), $"{count} {name}, at most {Limit}");
            }
        }
    }
}

/// <summary>The byte code of a whole assembly must fit a table of 65,535 octets.</summary>
internal sealed class AssemblySizeCheck : ICheck
{
    internal const int Limit = 65535;

    public IEnumerable<Finding> Examine(DeviceCode code)
    {
        return
            from assembly in code.Assemblies
            let octets = DeviceSize.Of(assembly)
            where octets > Limit
            select new Finding(
                assembly.Name.Name, $"{octets} octets of byte code, at most {Limit}");
    }
}

/// <summary>Table data of array initializers: 40,000 octets arrived whole on the interpreter,
/// 68,000 arrived as zeros.</summary>
internal sealed class InitializersCheck : ICheck
{
    internal const int Limit = 40000;

    public IEnumerable<Finding> Examine(DeviceCode code)
    {
        return
            from method in code.Bodies
            from instruction in method.Body.Instructions
            where instruction.OpCode.Code == Code.Ldtoken
            let length = (instruction.Operand as FieldReference)?.Resolve()?.InitialValue?.Length
            where length > Limit
            select new Finding(
                Il.NameOf(method), $"an initializer of {length} octets, at most {Limit}");
    }
}

/// <summary>Everything used must be declared in the reference signatures or lie in one of our
/// assemblies.</summary>
internal sealed class ReferencesCheck : ICheck
{
    public IEnumerable<Finding> Examine(DeviceCode code)
    {
        HashSet<string> allowed = [.. code.Assemblies.Concat(code.References)
            .Select(assembly => assembly.Name.Name)];
        foreach (AssemblyDefinition assembly in code.Assemblies)
        {
            ModuleDefinition module = assembly.MainModule;
            foreach (AssemblyNameReference name in module.AssemblyReferences.Where(
                name => !allowed.Contains(name.Name)))
            {
                yield return new Finding(assembly.Name.Name, $"refers to {name.Name}");
            }

            foreach (MemberReference member in module.GetTypeReferences()
                .Concat<MemberReference>(module.GetMemberReferences())
                .Where(member => !Exists(member)))
            {
                yield return new Finding(
                    assembly.Name.Name, $"uses {member.FullName}, which is not declared");
            }
        }
    }

    private static bool Exists(MemberReference member)
    {
        try
        {
            return member.Resolve() != null;
        }
        catch (AssemblyResolutionException)
        {
            return false;
        }
    }
}

/// <summary>Code compiled without optimization, where the compiler emits nop for a debugger to stop
/// at: every figure of this room would be wrong.</summary>
internal sealed class UnoptimizedCheck : ICheck
{
    public IEnumerable<Finding> Examine(DeviceCode code)
    {
        return code.Bodies
            .Where(method => method.Body.Instructions.Any(one => one.OpCode.Code == Code.Nop))
            .Select(method => new Finding(Il.NameOf(method), "is not optimized"));
    }
}

/// <summary>Octets of byte code as the board stores it: tokens and long branches take two octets
/// instead of four, a switch one for its count and two for each case, an exception handler twelve
/// and one for each method that has any.</summary>
internal static class DeviceSize
{
    internal static int Of(AssemblyDefinition assembly)
    {
        return assembly.MainModule.GetTypes().SelectMany(type => type.Methods).Sum(Of);
    }

    internal static int Of(MethodDefinition method)
    {
        if (!method.HasBody)
        {
            return 0;
        }

        int handlers = method.Body.ExceptionHandlers.Count;
        return method.Body.Instructions.Sum(Of) + (handlers == 0 ? 0 : (12 * handlers) + 1);
    }

    private static int Of(Instruction instruction)
    {
        return instruction.OpCode.OperandType switch
        {
            OperandType.InlineSwitch =>
                instruction.OpCode.Size + 1 + (2 * ((Instruction[])instruction.Operand).Length),
            OperandType.InlineString or OperandType.InlineMethod or OperandType.InlineField
                or OperandType.InlineType or OperandType.InlineBrTarget =>
                instruction.GetSize() - 2,
            _ => instruction.GetSize(),
        };
    }
}
