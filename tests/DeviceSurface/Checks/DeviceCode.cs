// The assemblies under examination with everything they may refer to, and what the checks share for
// walking through their IL.

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using DeviceSurface.Counting;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace DeviceSurface.Checks;

/// <summary>Our device builds and the reference signatures.</summary>
internal sealed class DeviceCode : IDisposable
{
    private readonly Resolver _resolver;

    private DeviceCode(IEnumerable<byte[]> images)
    {
        _resolver = new Resolver();
        ReaderParameters parameters = new() { AssemblyResolver = _resolver };
        References = [.. DeviceAssemblies.ReferencePaths.Select(
            path => _resolver.Add(AssemblyDefinition.ReadAssembly(path, parameters)))];
        Assemblies = [.. images.Select(image => _resolver.Add(
            AssemblyDefinition.ReadAssembly(new MemoryStream(image), parameters)))];
    }

    /// <summary>The assemblies that are examined.</summary>
    internal IReadOnlyList<AssemblyDefinition> Assemblies { get; }

    /// <summary>The assemblies that they may use besides each other.</summary>
    internal IReadOnlyList<AssemblyDefinition> References { get; }

    internal IEnumerable<TypeDefinition> Types =>
        Assemblies.SelectMany(assembly => assembly.MainModule.GetTypes());

    internal IEnumerable<MethodDefinition> Methods => Types.SelectMany(type => type.Methods);

    /// <summary>Methods that have IL.</summary>
    internal IEnumerable<MethodDefinition> Bodies => Methods.Where(method => method.HasBody);

    /// <summary>Reads the device builds of our libraries.</summary>
    internal static DeviceCode OfLibraries()
    {
        return new DeviceCode(DeviceAssemblies.Paths.Select(File.ReadAllBytes));
    }

    internal static DeviceCode Of(params byte[][] images)
    {
        return new DeviceCode(images);
    }

    /// <summary>The definition of a method when it lies in an examined assembly.</summary>
    internal MethodDefinition? Own(MethodReference reference)
    {
        return Assemblies.Any(one => one.Name.Name == ScopeOf(reference.DeclaringType))
            ? reference.Resolve()
            : null;
    }

    public void Dispose()
    {
        _resolver.Dispose();
    }

    private static string ScopeOf(TypeReference type)
    {
        return type.GetElementType().Scope switch
        {
            ModuleDefinition module => module.Assembly.Name.Name,
            IMetadataScope scope => scope.Name,
        };
    }

    private sealed class Resolver : BaseAssemblyResolver
    {
        private readonly Dictionary<string, AssemblyDefinition> _known = [];

        internal AssemblyDefinition Add(AssemblyDefinition assembly)
        {
            _known.Add(assembly.Name.Name, assembly);
            return assembly;
        }

        public override AssemblyDefinition Resolve(
            AssemblyNameReference name, ReaderParameters parameters)
        {
            return _known.TryGetValue(name.Name, out AssemblyDefinition? assembly)
                ? assembly
                : throw new AssemblyResolutionException(name);
        }

        protected override void Dispose(bool disposing)
        {
            foreach (AssemblyDefinition assembly in _known.Values)
            {
                assembly.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}

/// <summary>Something a check objects to.</summary>
/// <param name="Where">The method, type or assembly, named as in the hot list.</param>
/// <param name="What">What it does that it should not.</param>
internal sealed record Finding(string Where, string What)
{
    public override string ToString()
    {
        return $"{Where}: {What}";
    }
}

/// <summary>One limit of the interpreter or rule of the hot list.</summary>
internal interface ICheck
{
    IEnumerable<Finding> Examine(DeviceCode code);
}

/// <summary>Names and IL properties that several checks need.</summary>
internal static class Il
{
    /// <summary>The name by which the hot list and the findings call a method.</summary>
    internal static string NameOf(MethodReference method)
    {
        return $"{NameOf(method.DeclaringType)}.{method.Name}";
    }

    internal static string NameOf(TypeReference type)
    {
        return type.FullName.Replace('/', '.');
    }

    internal static string Describe(Instruction instruction)
    {
        string operand = instruction.Operand switch
        {
            MethodReference method => " " + NameOf(method),
            TypeReference type => " " + NameOf(type),
            string => " \"...\"",
            _ => string.Empty,
        };
        return $"{instruction.OpCode.Name}{operand} at IL_{instruction.Offset:X4}";
    }

    internal static bool IsStruct(TypeReference type)
    {
        return type.IsValueType && !type.IsPrimitive && type.MetadataType != MetadataType.Void
            && type is not GenericParameter && type.Resolve() is { IsEnum: false };
    }
}
