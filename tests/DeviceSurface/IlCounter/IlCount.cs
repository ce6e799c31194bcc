// The answer of a measurement: a sum, and where it comes from.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;

namespace DeviceSurface.Counting;

/// <summary>IL instructions executed during one measurement.</summary>
public sealed class IlCount
{
    internal IlCount(IReadOnlyList<MethodShare> byMethod)
    {
        ByMethod = byMethod;
        Instructions = byMethod.Sum(share => share.Instructions);
    }

    /// <summary>All IL instructions executed in instrumented code.</summary>
    public long Instructions { get; }

    /// <summary>The methods that executed any, the greatest share first; what a method calls counts
    /// for the callee.</summary>
    public IReadOnlyList<MethodShare> ByMethod { get; }

    /// <summary>Instructions executed in the methods of one type.</summary>
    /// <param name="typeName">Full name of the type.</param>
    /// <returns>The sum of their shares.</returns>
    public long InType(string typeName)
    {
        return ByMethod.Where(share => share.TypeName == typeName).Sum(share => share.Instructions);
    }

    /// <summary>Prints the sum and the greatest shares, a line each.</summary>
    /// <param name="methodCount">How many methods to name.</param>
    /// <returns>Text of several lines.</returns>
    public string ToTable(int methodCount)
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"{Instructions,12:N0} IL instructions");
        foreach (MethodShare share in ByMethod.Take(methodCount))
        {
            double percent = 100.0 * share.Instructions / Math.Max(1, Instructions);
            text.AppendLine();
            text.Append(
                CultureInfo.InvariantCulture,
                $"{share.Instructions,12:N0} {percent,5:F1} % {share.TypeName}.{share.MethodName}");
        }

        return text.ToString();
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        return Instructions.ToString("N0", CultureInfo.InvariantCulture) + " IL";
    }
}

/// <summary>What one method executed itself, without its callees.</summary>
/// <param name="TypeName">Full name of the declaring type, nested types with a slash.</param>
/// <param name="MethodName">Name of the method; all overloads of a name have shares of their own.
/// </param>
/// <param name="Instructions">IL instructions executed.</param>
public sealed record MethodShare(string TypeName, string MethodName, long Instructions);
