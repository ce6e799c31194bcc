// What objects would take of a board's memory: an object 12 octets and 12 for each field, an array
// its elements and 20, rounded up to twelve. (The interpreter's heap has blocks of 12 octets; a field
// is one of them.)

using System;
using System.Collections.Generic;
using System.Reflection;

namespace nanoPptp.Tool.Telemetry;

/// <summary>Adds up objects of the telemetry library and the arrays that they hold.</summary>
internal static class BoardMemory
{
    private const int BlockOctets = 12;
    private const int ArrayHeaderOctets = 20;

    /// <summary>Everything that can be reached from some objects without leaving the library.
    /// </summary>
    public static long OctetsOf(params object?[] roots)
    {
        HashSet<object> seen = new(ReferenceEqualityComparer.Instance);
        Stack<object?> open = new(roots);
        long octets = 0;
        while (open.TryPop(out object? one))
        {
            if (one is not null && IsOurs(one) && seen.Add(one))
            {
                octets += one is Array array ? Octets(array, open) : Octets(one, open);
            }
        }

        return octets;
    }

    private static bool IsOurs(object one)
    {
        Type type = one.GetType();
        return type.IsArray
            || type.Assembly == typeof(nanoPptp.Telemetry.Queue.ReadingQueue).Assembly;
    }

    private static long Octets(Array array, Stack<object?> open)
    {
        Type element = array.GetType().GetElementType()!;
        long each = element.IsPrimitive ? Size(element) : BlockOctets;
        if (!element.IsValueType)
        {
            foreach (object? one in array)
            {
                open.Push(one);
            }
        }

        return RoundUp(ArrayHeaderOctets + (each * array.Length));
    }

    private static long Octets(object one, Stack<object?> open)
    {
        long octets = BlockOctets;
        for (Type? type = one.GetType(); type is not null; type = type.BaseType)
        {
            foreach (FieldInfo field in type.GetFields(
                BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic
                | BindingFlags.DeclaredOnly))
            {
                octets += BlockOctets;
                if (!field.FieldType.IsValueType)
                {
                    open.Push(field.GetValue(one));
                }
            }
        }

        return octets;
    }

    private static int Size(Type element)
    {
        return element == typeof(bool) || element == typeof(byte) || element == typeof(sbyte) ? 1
            : element == typeof(short) || element == typeof(ushort) || element == typeof(char) ? 2
            : element == typeof(long) || element == typeof(ulong) || element == typeof(double) ? 8
            : 4;
    }

    private static long RoundUp(long octets)
    {
        return (octets + BlockOctets - 1) / BlockOctets * BlockOctets;
    }
}
