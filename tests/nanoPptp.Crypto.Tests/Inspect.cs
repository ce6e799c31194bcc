// What the public surface does not show: octets left in fields, and allocations.

using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using Xunit;

namespace nanoPptp.Crypto.Tests;

/// <summary>Looks into objects of the library.</summary>
internal static class Inspect
{
    /// <summary>All instance fields of an object and of the library's objects it owns.</summary>
    public static IEnumerable<(string Name, object Value)> Fields(object owner)
    {
        foreach (FieldInfo field in owner.GetType().GetFields(
            BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
        {
            object value = field.GetValue(owner)!;
            if (value.GetType().Assembly == typeof(Sha1).Assembly)
            {
                foreach ((string name, object inner) in Fields(value))
                {
                    yield return ($"{field.Name}.{name}", inner);
                }
            }
            else
            {
                yield return (field.Name, value);
            }
        }
    }

    /// <summary>Names of the fields that hold something else than zero.</summary>
    public static string[] NonZeroFields(object owner)
    {
        return Fields(owner)
            .Where(field => field.Value switch
            {
                byte[] octets => octets.Any(octet => octet != 0),
                int[] words => words.Any(word => word != 0),
                int number => number != 0,
                _ => throw new NotSupportedException(field.Name),
            })
            .Select(field => field.Name)
            .ToArray();
    }

    public static void SetField(object owner, string name, object value)
    {
        FieldInfo? field = owner.GetType().GetField(
            name, BindingFlags.Instance | BindingFlags.NonPublic);
        Assert.NotNull(field);
        field.SetValue(owner, value);
    }

    /// <summary>Runs an action often and asserts that it allocates nothing.</summary>
    public static void AssertAllocatesNothing(Action action)
    {
        // The first run may initialise types.
        action();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            action();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
