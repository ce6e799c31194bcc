// Kinds of types that the board's tool chain accepts and its loader does not, or that it refuses.
// They are looked for wherever a type can be written: bases, fields, signatures, locals and
// instructions.

using System.Collections.Generic;
using System.Linq;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace DeviceSurface.Checks;

/// <summary>Walks through all types that code mentions.</summary>
internal abstract class SignatureCheck : ICheck
{
    public IEnumerable<Finding> Examine(DeviceCode code)
    {
        foreach (TypeDefinition type in code.Types)
        {
            string where = Il.NameOf(type);
            IEnumerable<TypeReference> inherited = type.Interfaces
                .Select(one => one.InterfaceType).Prepend(type.BaseType).OfType<TypeReference>();
            foreach (string what in JudgeDefinition(type).Concat(inherited.SelectMany(JudgeParts)))
            {
                yield return new Finding(where, what);
            }

            foreach (FieldDefinition field in type.Fields)
            {
                foreach (string what in JudgeParts(field.FieldType))
                {
                    yield return new Finding($"{where}.{field.Name}", what);
                }
            }
        }

        foreach (MethodDefinition method in code.Methods)
        {
            IEnumerable<string> found = JudgeDefinition(method)
                .Concat(SignatureOf(method).SelectMany(JudgeParts))
                .Concat(method.HasBody ? JudgeBody(method.Body) : []);
            foreach (string what in found.Distinct())
            {
                yield return new Finding(Il.NameOf(method), what);
            }
        }
    }

    /// <summary>Judges one type without its element types.</summary>
    protected abstract string? Judge(TypeReference type);

    /// <summary>Judges what a definition is, apart from the types it mentions.</summary>
    protected virtual IEnumerable<string> JudgeDefinition(IGenericParameterProvider definition)
    {
        return [];
    }

    /// <summary>Judges an instruction, apart from the types it mentions.</summary>
    protected virtual string? Judge(Instruction instruction)
    {
        return null;
    }

    private static IEnumerable<TypeReference> SignatureOf(MethodReference method)
    {
        return method.Parameters.Select(one => one.ParameterType).Prepend(method.ReturnType);
    }

    private static IEnumerable<TypeReference> MentionedBy(Instruction instruction)
    {
        return instruction.Operand switch
        {
            GenericInstanceMethod method => SignatureOf(method)
                .Append(method.DeclaringType).Concat(method.GenericArguments),
            MethodReference method => SignatureOf(method).Append(method.DeclaringType),
            FieldReference field => [field.FieldType, field.DeclaringType],
            TypeReference type => [type],
            _ => [],
        };
    }

    private IEnumerable<string> JudgeBody(MethodBody body)
    {
        foreach (string what in body.Variables.SelectMany(one => JudgeParts(one.VariableType)))
        {
            yield return $"local of {what}";
        }

        foreach (Instruction instruction in body.Instructions)
        {
            string at = Il.Describe(instruction);
            if (Judge(instruction) is string judged)
            {
                yield return $"{judged}: {at}";
            }

            foreach (string what in MentionedBy(instruction).SelectMany(JudgeParts))
            {
                yield return $"{what}: {at}";
            }
        }
    }

    private IEnumerable<string> JudgeParts(TypeReference type)
    {
        for (TypeReference? part = type; part != null; part = ElementOf(part))
        {
            if (Judge(part) is string what)
            {
                yield return what;
            }
        }
    }

    private static TypeReference? ElementOf(TypeReference type)
    {
        return (type as TypeSpecification)?.ElementType;
    }
}

/// <summary>Generic classes, delegates and methods convert and then stop the loader, without a word
/// (methods: give garbage).</summary>
internal sealed class GenericsCheck : SignatureCheck
{
    protected override string? Judge(TypeReference type)
    {
        return type is GenericInstanceType or GenericParameter
            ? $"generic type {type.FullName}"
            : null;
    }

    protected override string? Judge(Instruction instruction)
    {
        return instruction.Operand is GenericInstanceMethod ? "generic method" : null;
    }

    protected override IEnumerable<string> JudgeDefinition(IGenericParameterProvider definition)
    {
        return definition.HasGenericParameters ? ["generic definition"] : [];
    }
}

/// <summary>Multi-dimensional arrays convert and then stop the loader; jagged arrays are fine.
/// </summary>
internal sealed class MultiDimensionalArraysCheck : SignatureCheck
{
    protected override string? Judge(TypeReference type)
    {
        return type is ArrayType { Rank: > 1 } ? $"multi-dimensional array {type.FullName}" : null;
    }
}

/// <summary>Pointers, fixed and stackalloc are refused by the metadata processor.</summary>
internal sealed class PointersCheck : SignatureCheck
{
    protected override string? Judge(TypeReference type)
    {
        return type is PointerType or PinnedType or FunctionPointerType
            ? $"pointer type {type.FullName}"
            : null;
    }

    protected override string? Judge(Instruction instruction)
    {
        return instruction.OpCode.Code == Code.Localloc ? "stackalloc" : null;
    }
}

/// <summary>Delegates: every call is an indirect one and every instance an allocation, and the
/// libraries are polled instead.</summary>
internal sealed class DelegatesCheck : SignatureCheck
{
    protected override string? Judge(TypeReference type)
    {
        bool isDelegate = type.FullName is "System.Delegate" or "System.MulticastDelegate"
            || (!type.IsArray && type is not GenericParameter && !type.IsPrimitive
                && type.Resolve() is { BaseType.FullName: "System.MulticastDelegate" });
        return isDelegate ? $"delegate {type.FullName}" : null;
    }

    protected override string? Judge(Instruction instruction)
    {
        return instruction.OpCode.Code is Code.Ldftn or Code.Ldvirtftn ? "method as a value" : null;
    }
}
