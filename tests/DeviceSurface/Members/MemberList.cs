// A public surface as text, one line for each fact, so that two assemblies can be compared member
// by member and a list can be kept under review. Every line begins with the type it tells about.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Mono.Cecil;

namespace DeviceSurface.Members;

/// <summary>Writes down what other assemblies can see of an assembly.</summary>
internal static class MemberList
{
    internal static SortedSet<string> Of(AssemblyDefinition assembly)
    {
        SortedSet<string> lines = new(StringComparer.Ordinal);
        foreach (TypeDefinition type in assembly.MainModule.GetTypes().Where(IsVisible))
        {
            lines.UnionWith(Facts(type).Select(fact => $"{type.FullName}: {fact}"));
        }

        return lines;
    }

    /// <summary>The part of a line that overloads share: the type, the kind and the name.</summary>
    /// <param name="line">A line of the list.</param>
    /// <returns>Null for lines that tell about no method.</returns>
    internal static string? OverloadGroup(string line)
    {
        int open = line.IndexOf('(', StringComparison.Ordinal);
        if (open < 0 || !line.Contains(" method ", StringComparison.Ordinal))
        {
            return null;
        }

        string type = line[..line.IndexOf(": ", StringComparison.Ordinal)];
        string name = line[(line.LastIndexOf(' ', open) + 1)..open];
        return $"{type}::{name}";
    }

    private static IEnumerable<string> Facts(TypeDefinition type)
    {
        yield return Kind(type);
        foreach (InterfaceImplementation one in type.Interfaces.Where(
            one => one.InterfaceType.Resolve() is not { IsNotPublic: true }))
        {
            yield return $"implements {one.InterfaceType.FullName}";
        }

        CustomAttribute? usage = Attribute(type, "System.AttributeUsageAttribute");
        if (usage != null)
        {
            IEnumerable<string> named = usage.Properties
                .OrderBy(property => property.Name, StringComparer.Ordinal)
                .Select(property => $", {property.Name} = {property.Argument.Value}");
            yield return $"usage {usage.ConstructorArguments[0].Value}{string.Concat(named)}";
        }

        foreach (FieldDefinition field in type.Fields.Where(
            field => field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly))
        {
            yield return Describe(field);
        }

        foreach (MethodDefinition method in type.Methods.Where(IsVisible))
        {
            yield return Describe(method);
        }

        foreach (PropertyDefinition property in type.Properties)
        {
            if (IsVisible(property.GetMethod) || IsVisible(property.SetMethod))
            {
                string get = IsVisible(property.GetMethod) ? " get" : string.Empty;
                string set = IsVisible(property.SetMethod) ? " set" : string.Empty;
                yield return $"property {property.PropertyType.FullName} {property.Name}"
                    + $"({Describe(property.Parameters)}){get}{set}";
            }
        }

        foreach (EventDefinition one in type.Events.Where(one => IsVisible(one.AddMethod)))
        {
            yield return $"event {one.EventType.FullName} {one.Name}";
        }
    }

    private static string Kind(TypeDefinition type)
    {
        if (type.IsInterface)
        {
            return "interface";
        }

        if (type.IsEnum)
        {
            return $"enum of {type.Fields.Single(field => !field.IsStatic).FieldType.FullName}";
        }

        if (type.IsValueType)
        {
            return "struct";
        }

        string modifier = (type.IsAbstract, type.IsSealed) switch
        {
            (true, true) => "static ",
            (true, false) => "abstract ",
            (false, true) => "sealed ",
            _ => string.Empty,
        };
        string derives = type.BaseType == null ? string.Empty : $" from {type.BaseType.FullName}";
        return $"{modifier}class{derives}";
    }

    private static string Describe(FieldDefinition field)
    {
        string access = field.IsPublic ? string.Empty : "protected ";
        string type = field.FieldType.FullName;
        if (field.IsLiteral)
        {
            return $"{access}const field {type} {field.Name} = {Literal(field.Constant)}";
        }

        string shared = field.IsStatic ? "static " : string.Empty;
        string fixedValue = field.IsInitOnly ? "readonly " : string.Empty;
        return $"{access}{shared}{fixedValue}field {type} {field.Name}";
    }

    private static string Describe(MethodDefinition method)
    {
        string access = method.IsPublic ? string.Empty : "protected ";
        string shared = method.IsStatic ? "static " : string.Empty;
        string form = method switch
        {
            { DeclaringType.IsInterface: true } => string.Empty,
            { IsAbstract: true } => "abstract ",
            { IsVirtual: true, IsReuseSlot: true } => "override ",
            { IsVirtual: true, IsFinal: false } => "virtual ",
            _ => string.Empty,
        };
        string generic = method.HasGenericParameters
            ? $"<{string.Join(", ", method.GenericParameters.Select(one => one.Name))}>"
            : string.Empty;
        string when = string.Concat(method.CustomAttributes
            .Where(one => one.AttributeType.Name == "ConditionalAttribute")
            .Select(one => $" when {one.ConstructorArguments[0].Value}"));
        return $"{access}{shared}{form}method {method.ReturnType.FullName} {method.Name}{generic}"
            + $"({Describe(method.Parameters)}){when}";
    }

    private static string Describe(IEnumerable<ParameterDefinition> parameters)
    {
        return string.Join(", ", parameters.Select(parameter =>
        {
            string way = parameter.IsOut ? "out " : string.Empty;
            string many = Attribute(parameter, "System.ParamArrayAttribute") == null
                ? string.Empty
                : "params ";
            string preset = parameter.HasConstant
                ? $" = {Literal(parameter.Constant)}"
                : string.Empty;
            return $"{way}{many}{parameter.ParameterType.FullName}{preset}";
        }));
    }

    private static string Literal(object? value)
    {
        return value switch
        {
            null => "null",
            string text => $"\"{text}\"",
            char character => ((int)character).ToString(CultureInfo.InvariantCulture),
            IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
            _ => value.ToString()!,
        };
    }

    private static CustomAttribute? Attribute(ICustomAttributeProvider provider, string name)
    {
        return provider.CustomAttributes.FirstOrDefault(one => one.AttributeType.FullName == name);
    }

    private static bool IsVisible(TypeDefinition type)
    {
        return type.IsPublic
            || ((type.IsNestedPublic || type.IsNestedFamily || type.IsNestedFamilyOrAssembly)
                && IsVisible(type.DeclaringType));
    }

    private static bool IsVisible(MethodDefinition? method)
    {
        return method is { IsPublic: true } or { IsFamily: true } or { IsFamilyOrAssembly: true };
    }
}
