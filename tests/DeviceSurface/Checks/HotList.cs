// The hot list: the methods that run for every packet or octet. lib/ARCHITECTURE.md names them in a
// fenced block that opens with ```hot-list, one Namespace.Type.Method a line. "cold" before a name
// says where the hot code ends: that method is called from hot code, but only for control packets
// or at the end of a tunnel. Empty lines and lines that begin with # are ignored. A name stands for
// all its overloads; constructors are called .ctor.

using System;
using System.Collections.Generic;
using System.Linq;
using Mono.Cecil;

namespace DeviceSurface.Checks;

/// <summary>The names of the list.</summary>
/// <param name="Hot">Methods that must be fast.</param>
/// <param name="Cold">Methods that hot code calls and that need not be.</param>
internal sealed record HotList(IReadOnlyList<string> Hot, IReadOnlyList<string> Cold)
{
    private const string Fence = "```";
    private const string ColdMark = "cold ";

    /// <summary>Finds the blocks of the list in a page.</summary>
    /// <exception cref="FormatException">The page has no block, or one that never ends.</exception>
    internal static HotList Read(string page)
    {
        List<string> names = [];
        bool isInside = false;
        bool wasFound = false;
        foreach (string line in page.Split('\n').Select(line => line.Trim()))
        {
            if (isInside && line == Fence)
            {
                isInside = false;
            }
            else if (line == Fence + "hot-list")
            {
                isInside = true;
                wasFound = true;
            }
            else if (isInside && line.Length > 0 && line[0] != '#')
            {
                names.Add(line);
            }
        }

        if (!wasFound || isInside)
        {
            throw new FormatException("The page has no closed block ```hot-list.");
        }

        ILookup<bool, string> isCold =
            names.ToLookup(name => name.StartsWith(ColdMark, StringComparison.Ordinal));
        return new HotList(
            [.. isCold[false]], [.. isCold[true].Select(name => name[ColdMark.Length..].Trim())]);
    }
}

/// <summary> The methods of the hot list and all that they call inside our assemblies, overrides
/// included, up to the methods marked cold. </summary>
internal sealed class HotCode
{
    private readonly Dictionary<MethodDefinition, MethodDefinition?> _callers = [];

    internal HotCode(DeviceCode code, HotList list)
    {
        ILookup<string, MethodDefinition> byName = code.Methods.ToLookup(Il.NameOf);
        Unresolved = [.. list.Hot.Concat(list.Cold).Where(name => !byName.Contains(name))];
        Listed = [.. list.Hot.SelectMany(name => byName[name])];
        HashSet<string> unused = [.. list.Cold];
        foreach (MethodDefinition method in Listed)
        {
            _callers.TryAdd(method, null);
        }

        ILookup<MethodDefinition, MethodDefinition> overrides = OverridesIn(code);
        Queue<MethodDefinition> open = new(_callers.Keys);
        while (open.TryDequeue(out MethodDefinition? caller))
        {
            foreach (MethodDefinition callee in CalleesOf(caller, code, overrides))
            {
                string name = Il.NameOf(callee);
                unused.Remove(name);
                if (!list.Cold.Contains(name) && _callers.TryAdd(callee, caller))
                {
                    open.Enqueue(callee);
                }
            }
        }

        UnusedCold = [.. unused.Except(Unresolved)];
    }

    /// <summary>Names of the list that no method bears.</summary>
    internal IReadOnlyList<string> Unresolved { get; }

    /// <summary>Names marked cold that no hot code calls.</summary>
    internal IReadOnlyList<string> UnusedCold { get; }

    /// <summary>The methods that the list names.</summary>
    internal IReadOnlyList<MethodDefinition> Listed { get; }

    /// <summary>The methods of the list and all methods that they reach.</summary>
    internal IEnumerable<MethodDefinition> Reached => _callers.Keys.Where(one => one.HasBody);

    /// <summary>How the list reaches a method: a finding outside the list is told with the path.
    /// </summary>
    internal string PathTo(MethodDefinition method)
    {
        List<string> path = [];
        for (MethodDefinition? at = method; at != null; at = _callers[at])
        {
            path.Insert(0, Il.NameOf(at));
        }

        return path.Count == 1 ? string.Empty : $" (reached by {string.Join(" -> ", path)})";
    }

    private static IEnumerable<MethodDefinition> CalleesOf(
        MethodDefinition caller,
        DeviceCode code,
        ILookup<MethodDefinition, MethodDefinition> overrides)
    {
        if (!caller.HasBody)
        {
            return [];
        }

        return caller.Body.Instructions
            .Select(instruction => instruction.Operand)
            .OfType<MethodReference>()
            .Select(code.Own)
            .OfType<MethodDefinition>()
            .SelectMany(callee => overrides[callee].Prepend(callee));
    }

    private static ILookup<MethodDefinition, MethodDefinition> OverridesIn(DeviceCode code)
    {
        IEnumerable<(MethodDefinition Declared, MethodDefinition Override)> pairs =
            from method in code.Methods
            where method.IsVirtual
            from declared in DeclarationsOf(method, code)
            select (declared, method);
        return pairs.ToLookup(pair => pair.Declared, pair => pair.Override);
    }

    private static IEnumerable<MethodDefinition> DeclarationsOf(
        MethodDefinition method, DeviceCode code)
    {
        IEnumerable<MethodDefinition> explicitOnes =
            method.Overrides.Select(code.Own).OfType<MethodDefinition>();
        IEnumerable<MethodDefinition> implicitOnes = BasesOf(method.DeclaringType, code)
            .SelectMany(type => type.Methods)
            .Where(one => one.IsVirtual && one.Name == method.Name && SameParameters(one, method));
        return explicitOnes.Concat(implicitOnes);
    }

    private static IEnumerable<TypeDefinition> BasesOf(TypeDefinition type, DeviceCode code)
    {
        IEnumerable<TypeReference> direct = type.Interfaces
            .Select(one => one.InterfaceType).Append(type.BaseType).OfType<TypeReference>();
        foreach (TypeReference reference in direct)
        {
            TypeDefinition definition = reference.Resolve();
            if (!code.Assemblies.Contains(definition.Module.Assembly))
            {
                continue;
            }

            yield return definition;
            foreach (TypeDefinition further in BasesOf(definition, code))
            {
                yield return further;
            }
        }
    }

    private static bool SameParameters(MethodReference a, MethodReference b)
    {
        return a.Parameters.Select(one => one.ParameterType.FullName)
            .SequenceEqual(b.Parameters.Select(one => one.ParameterType.FullName));
    }
}
