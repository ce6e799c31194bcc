// Compiles small sources as the device builds are compiled: C# 9, optimized, against the reference
// signatures alone. The proofs of the checks use it for their bad examples.

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using DeviceSurface.Counting;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Xunit;

namespace DeviceSurface.Support;

internal static class DeviceCompiler
{
    /// <summary>Compiles a source that must compile.</summary>
    internal static byte[] Compile(
        string source,
        string assemblyName = "Example",
        OptimizationLevel optimization = OptimizationLevel.Release,
        params string[] references)
    {
        using MemoryStream image = new();
        IReadOnlyList<Diagnostic> errors = Emit(
            Describe(
                source,
                assemblyName,
                DeviceAssemblies.ReferencePaths.Concat(references),
                optimization),
            image);
        Expect.None(errors);
        return image.ToArray();
    }

    /// <summary>Compiles a source that must not compile.</summary>
    /// <returns>The compiler's error codes, each once, in order.</returns>
    internal static IReadOnlyList<string> Errors(string source)
    {
        using MemoryStream image = new();
        IReadOnlyList<Diagnostic> errors = Emit(
            Describe(
                source, "Example", DeviceAssemblies.ReferencePaths, OptimizationLevel.Release),
            image);
        return [.. errors.Select(error => error.Id).Distinct().Order(StringComparer.Ordinal)];
    }

    /// <summary>Compiles a source for the desktop, as benches and simulators are.</summary>
    internal static byte[] CompileForDesktop(
        string source, string assemblyName, params string[] references)
    {
        string platform = (string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!;
        IEnumerable<string> all = platform.Split(Path.PathSeparator).Concat(references);
        using MemoryStream image = new();
        IReadOnlyList<Diagnostic> errors = Emit(
            Describe(source, assemblyName, all, OptimizationLevel.Release), image);
        Expect.None(errors);
        return image.ToArray();
    }

    private static CSharpCompilation Describe(
        string source,
        string assemblyName,
        IEnumerable<string> references,
        OptimizationLevel optimization)
    {
        return CSharpCompilation.Create(
            assemblyName,
            [CSharpSyntaxTree.ParseText(
                source,
                new CSharpParseOptions(LanguageVersion.CSharp9),
                cancellationToken: TestContext.Current.CancellationToken)],
            references.Select(path => MetadataReference.CreateFromFile(path)),
            new CSharpCompilationOptions(
                OutputKind.DynamicallyLinkedLibrary,
                optimizationLevel: optimization,
                allowUnsafe: true,
                deterministic: true));
    }

    private static List<Diagnostic> Emit(CSharpCompilation compilation, Stream image)
    {
        return [.. compilation
            .Emit(image, cancellationToken: TestContext.Current.CancellationToken)
            .Diagnostics.Where(one => one.Severity == DiagnosticSeverity.Error)];
    }
}
