// Makes a device build runnable and countable on the desktop. Two changes: every reference to the
// board's mscorlib points to the desktop assembly that has the type, and every basic block begins
// with a call that adds the number of its IL instructions. The instructions themselves stay as they
// are.

using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using System.Runtime.CompilerServices;
using Mono.Cecil;
using Mono.Cecil.Cil;
using Mono.Cecil.Rocks;

namespace DeviceSurface.Counting;

/// <summary>Rewrites one module of a device build.</summary>
internal sealed class Instrumenter
{
    private static readonly MethodInfo s_add = typeof(IlTally).GetMethod(nameof(IlTally.Add))!;

    private static readonly ConstructorInfo s_internalsVisibleTo =
        typeof(InternalsVisibleToAttribute).GetConstructor([typeof(string)])!;

    private readonly ModuleDefinition _module;

    internal Instrumenter(ModuleDefinition module)
    {
        _module = module;
        Methods = [.. module.GetTypes().SelectMany(type => type.Methods).Where(m => m.HasBody)];
    }

    /// <summary>The methods that get a counter, in the order of their numbers.</summary>
    internal IReadOnlyList<MethodDefinition> Methods { get; }

    /// <summary>Changes the module.</summary>
    /// <param name="firstNumber">Number of the counter of the first method.</param>
    /// <param name="friends">Assemblies that may use internals.</param>
    internal void Run(int firstNumber, IEnumerable<string> friends)
    {
        PointToDesktop();
        MethodReference add = _module.ImportReference(s_add);
        for (int i = 0; i < Methods.Count; i++)
        {
            InsertCounts(Methods[i].Body, firstNumber + i, add);
        }

        foreach (string friend in friends)
        {
            CustomAttribute attribute = new(_module.ImportReference(s_internalsVisibleTo));
            attribute.ConstructorArguments.Add(
                new CustomAttributeArgument(_module.TypeSystem.String, friend));
            _module.Assembly.CustomAttributes.Add(attribute);
        }
    }

    private void PointToDesktop()
    {
        // The desktop's mscorlib is a list of forwards; it says where a type lives today. Types
        // that it never had (Debug) are looked for in the core library itself.
        Assembly facade = Assembly.Load("mscorlib");
        foreach (TypeReference type in _module.GetTypeReferences())
        {
            if (type.DeclaringType != null || type.Scope.Name != "mscorlib")
            {
                continue;
            }

            Type home = facade.GetType(type.FullName) ?? Type.GetType(type.FullName)
                ?? throw new NotSupportedException($"The desktop has no {type.FullName}.");
            type.Scope = ReferenceTo(home.Assembly.GetName());
        }
    }

    private AssemblyNameReference ReferenceTo(AssemblyName name)
    {
        AssemblyNameReference? known =
            _module.AssemblyReferences.FirstOrDefault(reference => reference.Name == name.Name);
        if (known != null)
        {
            return known;
        }

        AssemblyNameReference added = new(name.Name, name.Version)
        {
            PublicKeyToken = name.GetPublicKeyToken(),
        };
        _module.AssemblyReferences.Add(added);
        return added;
    }

    private static void InsertCounts(
        Mono.Cecil.Cil.MethodBody body, int number, MethodReference add)
    {
        // Long branches first, because blocks grow apart.
        body.SimplifyMacros();
        HashSet<Instruction> leaders = FindLeaders(body);
        Instruction[] original = [.. body.Instructions];
        Dictionary<Instruction, Instruction> begins = [];
        ILProcessor processor = body.GetILProcessor();
        int at = 0;
        while (at < original.Length)
        {
            int end = at + 1;
            while (end < original.Length && !leaders.Contains(original[end]))
            {
                end++;
            }

            Instruction begin = Instruction.Create(OpCodes.Ldc_I4, number);
            processor.InsertBefore(original[at], begin);
            processor.InsertBefore(original[at], Instruction.Create(OpCodes.Ldc_I4, end - at));
            processor.InsertBefore(original[at], Instruction.Create(OpCodes.Call, add));
            begins.Add(original[at], begin);
            at = end;
        }

        Redirect(body, original, begins);
        body.OptimizeMacros();
    }

    private static HashSet<Instruction> FindLeaders(Mono.Cecil.Cil.MethodBody body)
    {
        HashSet<Instruction> leaders = [body.Instructions[0]];
        foreach (Instruction instruction in body.Instructions)
        {
            if (instruction.Operand is Instruction target)
            {
                leaders.Add(target);
            }
            else if (instruction.Operand is Instruction[] targets)
            {
                leaders.UnionWith(targets);
            }

            if (instruction.OpCode.FlowControl is FlowControl.Branch or FlowControl.Cond_Branch
                or FlowControl.Return or FlowControl.Throw && instruction.Next != null)
            {
                leaders.Add(instruction.Next);
            }
        }

        foreach (ExceptionHandler handler in body.ExceptionHandlers)
        {
            Instruction?[] edges =
            [
                handler.TryStart, handler.TryEnd, handler.FilterStart,
                handler.HandlerStart, handler.HandlerEnd,
            ];
            leaders.UnionWith(edges.OfType<Instruction>());
        }

        return leaders;
    }

    private static void Redirect(
        Mono.Cecil.Cil.MethodBody body,
        IEnumerable<Instruction> original,
        Dictionary<Instruction, Instruction> begins)
    {
        foreach (Instruction instruction in original)
        {
            if (instruction.Operand is Instruction target)
            {
                instruction.Operand = begins[target];
            }
            else if (instruction.Operand is Instruction[] targets)
            {
                instruction.Operand = targets.Select(one => begins[one]).ToArray();
            }
        }

        foreach (ExceptionHandler handler in body.ExceptionHandlers)
        {
            handler.TryStart = Begin(handler.TryStart);
            handler.TryEnd = Begin(handler.TryEnd);
            handler.FilterStart = Begin(handler.FilterStart);
            handler.HandlerStart = Begin(handler.HandlerStart);
            handler.HandlerEnd = Begin(handler.HandlerEnd);
        }

        Instruction? Begin(Instruction? edge)
        {
            return edge == null ? null : begins[edge];
        }
    }
}
