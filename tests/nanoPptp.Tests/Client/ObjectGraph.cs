// Looks for octets in every array that an object holds, however deep.

using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;

namespace nanoPptp.Tests.Client;

internal static class ObjectGraph
{
    // Half a key is a find: words of one key lie in two arrays.
    private const int PieceLength = 8;

    /// <summary>Finds secrets in the arrays of numbers and characters behind an object.</summary>
    /// <param name="root">The object.</param>
    /// <param name="secrets">The octets to look for, by name.</param>
    /// <returns>The name of each secret found, with the field that holds it.</returns>
    internal static List<(string Name, string Field)> Find(
        object root, IReadOnlyDictionary<string, byte[]> secrets) =>
        [
            .. from array in Arrays(root)
               from octets in Readings(array.Array)
               from secret in secrets
               where Pieces(secret.Value).Any(piece => octets.AsSpan().IndexOf(piece) >= 0)
               select (secret.Key, array.Field),
        ];

    private static List<(Array Array, string Field)> Arrays(object root)
    {
        var seen = new HashSet<object>(ReferenceEqualityComparer.Instance);
        var left = new Stack<(object Value, string Field)>();
        var arrays = new List<(Array, string)>();
        left.Push((root, root.GetType().Name));
        while (left.TryPop(out (object Value, string Field) next))
        {
            Type type = next.Value.GetType();
            if (type.IsPrimitive || type.IsEnum || !seen.Add(next.Value))
            {
                continue;
            }

            if (next.Value is string text)
            {
                arrays.Add((text.ToCharArray(), next.Field));
            }
            else if (next.Value is Array array && type.GetElementType()!.IsPrimitive)
            {
                arrays.Add((array, next.Field));
            }
            else if (next.Value is Array objects)
            {
                foreach (object? item in objects)
                {
                    Push(item, next.Field + "[]");
                }
            }
            else
            {
                foreach (FieldInfo field in Fields(type))
                {
                    Push(field.GetValue(next.Value), next.Field + "." + field.Name);
                }
            }
        }

        return arrays;

        void Push(object? value, string field)
        {
            if (value != null)
            {
                left.Push((value, field));
            }
        }
    }

    private static IEnumerable<FieldInfo> Fields(Type type)
    {
        for (Type? t = type; t != null; t = t.BaseType)
        {
            foreach (FieldInfo field in t.GetFields(
                BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic
                | BindingFlags.DeclaredOnly))
            {
                yield return field;
            }
        }
    }

    // Elements of several octets may have been filled in either order.
    private static IEnumerable<byte[]> Readings(Array array)
    {
        byte[] octets = new byte[Buffer.ByteLength(array)];
        Buffer.BlockCopy(array, 0, octets, 0, octets.Length);
        yield return octets;
        int width = octets.Length == 0 ? 1 : octets.Length / array.Length;
        if (width > 1)
        {
            byte[] turned = (byte[])octets.Clone();
            for (int i = 0; i < turned.Length; i += width)
            {
                Array.Reverse(turned, i, width);
            }

            yield return turned;
        }
    }

    private static IEnumerable<byte[]> Pieces(byte[] secret)
    {
        for (int i = 0; i + PieceLength <= secret.Length; i += PieceLength)
        {
            yield return secret[i..(i + PieceLength)];
        }
    }
}
