// How much managed memory is reachable from some objects: the sum over the object graph of headers,
// fields and elements. A collection of garbage counts what a whole process holds, tests that run beside
// included; this counts what somebody holds, and the same on every machine of the same word size.

using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Reflection;
using System.Runtime.InteropServices;

namespace Simulator.Checkers;

/// <summary>Measures what objects hold.</summary>
internal static class LiveOctets
{
    private static readonly int s_header = 2 * IntPtr.Size;
    private static readonly ConcurrentDictionary<Type, (long Octets, FieldInfo[] References)>
        s_shapes = [];

    /// <summary>Octets that are reachable from some objects.</summary>
    /// <param name="roots">Where to begin.</param>
    /// <param name="isForeign">What is not followed and not counted.</param>
    public static long Of(IEnumerable<object> roots, Func<object, bool> isForeign)
    {
        HashSet<object> seen = new(ReferenceEqualityComparer.Instance);
        Stack<object> open = new();
        void Visit(object? one)
        {
            if (one is not null and not Type && !isForeign(one) && seen.Add(one))
            {
                open.Push(one);
            }
        }

        foreach (object root in roots)
        {
            Visit(root);
        }

        long octets = 0;
        while (open.TryPop(out object? one))
        {
            octets += SizeOf(one);
            Follow(one, Visit);
        }

        return octets;
    }

    private static void Follow(object one, Action<object?> visit)
    {
        Type type = one.GetType();
        if (one is Array array)
        {
            Type element = type.GetElementType()!;
            if (HoldsReferences(element))
            {
                foreach (object? item in array)
                {
                    FollowValue(item, element, visit);
                }
            }

            return;
        }

        if (one is not string)
        {
            foreach (FieldInfo field in ShapeOf(type).References)
            {
                FollowValue(field.GetValue(one), field.FieldType, visit);
            }
        }
    }

    // A value that is boxed here lies in its owner and was counted there.
    private static void FollowValue(object? value, Type type, Action<object?> visit)
    {
        if (!type.IsValueType)
        {
            visit(value);
        }
        else if (value is not null)
        {
            // A box knows nothing of Nullable.
            foreach (FieldInfo field in ShapeOf(value.GetType()).References)
            {
                FollowValue(field.GetValue(value), field.FieldType, visit);
            }
        }
    }

    private static long SizeOf(object one) => one switch
    {
        string text => s_header + sizeof(int) + ((text.Length + 1L) * sizeof(char)),
        Array array => s_header + IntPtr.Size
            + (array.LongLength * ElementSize(array.GetType().GetElementType()!)),
        _ => s_header + ShapeOf(one.GetType()).Octets,
    };

    private static long ElementSize(Type type) =>
        type.IsValueType ? ShapeOf(type).Octets : IntPtr.Size;

    private static bool HoldsReferences(Type type) =>
        !type.IsPointer && (!type.IsValueType || ShapeOf(type).References.Length > 0);

    private static (long Octets, FieldInfo[] References) ShapeOf(Type type)
    {
        if (s_shapes.TryGetValue(type, out (long Octets, FieldInfo[] References) known))
        {
            return known;
        }

        long octets = 0;
        List<FieldInfo> references = [];
        if (type.IsPrimitive || type.IsEnum || type.IsPointer)
        {
            octets = type.IsPointer ? IntPtr.Size : Marshal.SizeOf(
                type.IsEnum ? Enum.GetUnderlyingType(type)
                : type == typeof(bool) ? typeof(byte)
                : type == typeof(char) ? typeof(short)
                : type);
        }
        else
        {
            for (Type? level = type; level is not null; level = level.BaseType)
            {
                foreach (FieldInfo field in level.GetFields(
                    BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic
                        | BindingFlags.DeclaredOnly))
                {
                    octets += ElementSize(field.FieldType);
                    if (HoldsReferences(field.FieldType))
                    {
                        references.Add(field);
                    }
                }
            }
        }

        return s_shapes[type] = (octets, [.. references]);
    }
}
