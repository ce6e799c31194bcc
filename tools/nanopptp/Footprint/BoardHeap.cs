// How much of a board's heap objects take: measured on this machine's objects, priced as the
// interpreter of .NET nanoFramework prices them on a 32-bit board. Its heap is made of blocks of 12
// octets. An object takes one block and one for each field, whatever the field's type; an array of
// numbers takes a header of 20 octets and its elements; an array of references 12 for each element; a
// string its characters in UTF-8 with a zero behind them, and a header. Each is rounded up to blocks.

using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace nanoPptp.Tool.Footprint;

/// <summary>Adds up the objects that can be reached; each is counted once in its life.</summary>
internal sealed class BoardHeap
{
    private const int BlockOctets = 12;
    private const int ArrayHeaderOctets = 20;
    private const int StringHeaderOctets = 12;

    private readonly HashSet<object> _known = new(ReferenceEqualityComparer.Instance);

    /// <summary>What is reached from an object and was not counted before.</summary>
    public int OctetsOf(object root)
    {
        int octets = 0;
        Stack<object> open = new([root]);
        while (open.TryPop(out object? one))
        {
            if (!_known.Add(one))
            {
                continue;
            }

            octets += SizeOf(one);
            foreach (object reached in ReachedFrom(one))
            {
                open.Push(reached);
            }
        }

        return octets;
    }

    /// <summary>Leaves an object out, and what is reached through it alone.</summary>
    public void Ignore(object one)
    {
        _known.Add(one);
    }

    /// <summary>The tables of a library: whatever its static fields hold, and the fields.</summary>
    public int StaticOctetsOf(Assembly assembly)
    {
        IEnumerable<FieldInfo> fields = assembly.GetTypes()
            .Where(type => !type.Name.StartsWith('<') && !type.ContainsGenericParameters)
            .SelectMany(type => type.GetFields(
                BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic
                    | BindingFlags.DeclaredOnly))
            .Where(field => !field.IsLiteral);
        int octets = 0;
        foreach (FieldInfo field in fields)
        {
            octets += BlockOctets;
            if (field.GetValue(null) is { } value && !value.GetType().IsValueType)
            {
                octets += OctetsOf(value);
            }
        }

        return octets;
    }

    private static int SizeOf(object one) => one switch
    {
        string text => Blocks(StringHeaderOctets + Encoding.UTF8.GetByteCount(text) + 1),
        Array array => Blocks(ArrayHeaderOctets + (array.Length * ElementOctets(array))),
        _ => BlockOctets + (BlockOctets * FieldsOf(one.GetType()).Count()),
    };

    private static int Blocks(int octets) =>
        (octets + BlockOctets - 1) / BlockOctets * BlockOctets;

    private static int ElementOctets(Array array)
    {
        Type element = array.GetType().GetElementType()!;
        return element.IsEnum ? Marshal.SizeOf(Enum.GetUnderlyingType(element))
            : element == typeof(bool) ? 1
            : element.IsPrimitive ? RuntimeHelpers.SizeOf(element.TypeHandle)
            : BlockOctets;
    }

    private static IEnumerable<object> ReachedFrom(object one)
    {
        if (one is string)
        {
            return [];
        }

        IEnumerable<object?> all = one is Array array
            ? array.GetType().GetElementType()!.IsValueType ? [] : array.Cast<object?>()
            : FieldsOf(one.GetType())
                .Where(field => !field.FieldType.IsValueType)
                .Select(field => field.GetValue(one));
        return all.OfType<object>();
    }

    private static IEnumerable<FieldInfo> FieldsOf(Type type)
    {
        for (Type? at = type; at is not null && at != typeof(object); at = at.BaseType)
        {
            foreach (FieldInfo field in at.GetFields(
                BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic
                    | BindingFlags.DeclaredOnly))
            {
                yield return field;
            }
        }
    }
}
