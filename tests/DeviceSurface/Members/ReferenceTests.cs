// Keeps the reference signatures honest: what they declare must be in the list of facts, and what
// would make the compiler choose another member must not be missing.

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using DeviceSurface.Counting;
using DeviceSurface.Support;
using Mono.Cecil;
using Xunit;

namespace DeviceSurface.Members;

public sealed class ReferenceTests
{
    private const string RealLibraryVariable = "NANOPPTP_CORELIBRARY";

    private static readonly string s_factsPath =
        Path.Combine(AppContext.BaseDirectory, "corelibrary-1.17.members.txt");

    private static readonly string[] s_overridable = ["ToString", "Equals", "GetHashCode"];

    [Fact]
    public void Every_declared_member_exists_in_CoreLibrary()
    {
        using AssemblyDefinition reference = ReadReference();

        Expect.None(Invented(reference));
    }

    [Fact]
    public void A_declared_member_that_CoreLibrary_lacks_is_found()
    {
        using AssemblyDefinition reference = ReadReference();
        TypeDefinition text = reference.MainModule.GetType("System.String");
        text.Methods.Single(one => one.Name == "ToLower").Name = "ToLowerInvariant";

        Assert.Equal(
            "System.String: method System.String ToLowerInvariant()",
            Assert.Single(Invented(reference)));
    }

    [Fact]
    public void A_declared_constant_with_another_value_is_found()
    {
        using AssemblyDefinition reference = ReadReference();
        TypeDefinition number = reference.MainModule.GetType("System.Int32");
        number.Fields.Single(one => one.Name == "MaxValue").Constant = 7;

        Assert.Equal(
            "System.Int32: const field System.Int32 MaxValue = 7",
            Assert.Single(Invented(reference)));
    }

    [Fact]
    public void Every_overload_of_a_declared_name_is_declared()
    {
        using AssemblyDefinition reference = ReadReference();

        Expect.None(MissingOverloads(reference));
    }

    [Fact]
    public void A_missing_overload_is_found()
    {
        using AssemblyDefinition reference = ReadReference();
        TypeDefinition text = reference.MainModule.GetType("System.String");
        text.Methods.Remove(text.Methods.First(
            one => one.Name == "Concat" && one.Parameters.Count == 4));

        string missing = Assert.Single(MissingOverloads(reference));
        Assert.Contains(" Concat(", missing, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_override_in_a_declared_type_is_declared()
    {
        using AssemblyDefinition reference = ReadReference();

        Expect.None(MissingOverrides(reference));
    }

    [Fact]
    public void A_missing_override_is_found()
    {
        using AssemblyDefinition reference = ReadReference();
        TypeDefinition number = reference.MainModule.GetType("System.Boolean");
        number.Methods.Remove(number.Methods.Single(one => one.Name == "ToString"));

        Assert.Equal(
            "System.Boolean: override method System.String ToString()",
            Assert.Single(MissingOverrides(reference)));
    }

    [Fact]
    public void No_generic_type_or_method_is_declared()
    {
        using AssemblyDefinition reference = ReadReference();

        Expect.None(MemberList.Of(reference)
            .Where(line => line.Contains('`') || line.Contains('<')));
    }

    [Fact]
    public void The_reference_bears_the_name_and_version_of_the_board_s_mscorlib()
    {
        using AssemblyDefinition reference = ReadReference();

        Assert.Equal("mscorlib", reference.Name.Name);
        Assert.Equal(new Version(1, 17, 11, 0), reference.Name.Version);
    }

    // Explicit: it runs when somebody asks for it, who then names the file.
    [Fact(Explicit = true)]
    public void The_facts_are_those_of_a_real_CoreLibrary()
    {
        string? path = Environment.GetEnvironmentVariable(RealLibraryVariable);
        Assert.False(
            string.IsNullOrEmpty(path), $"{RealLibraryVariable} does not name an mscorlib.dll.");
        using AssemblyDefinition real = AssemblyDefinition.ReadAssembly(path);
        SortedSet<string> lines = MemberList.Of(real);
        string actualPath = s_factsPath + ".actual";
        File.WriteAllLines(actualPath, lines);

        Assert.True(lines.SetEquals(ReadFacts()), $"The list differs; compare with {actualPath}.");
    }

    private static List<string> Invented(AssemblyDefinition reference)
    {
        return [.. MemberList.Of(reference).Except(ReadFacts())];
    }

    private static List<string> MissingOverloads(AssemblyDefinition reference)
    {
        SortedSet<string> declared = MemberList.Of(reference);
        HashSet<string?> groups = [.. declared.Select(MemberList.OverloadGroup)];
        return [.. ReadFacts().Except(declared).Where(line =>
            MemberList.OverloadGroup(line) is string group && groups.Contains(group))];
    }

    // Without its override of ToString, a value type would be boxed to call it, and the code
    // examined would not be the board's.
    private static List<string> MissingOverrides(AssemblyDefinition reference)
    {
        SortedSet<string> declared = MemberList.Of(reference);
        HashSet<string> types = [.. declared.Select(TypeOf)];
        return [.. ReadFacts().Except(declared).Where(line =>
            line.Contains(": override method ", StringComparison.Ordinal)
            && types.Contains(TypeOf(line))
            && s_overridable.Any(
                name => MemberList.OverloadGroup(line) == $"{TypeOf(line)}::{name}"))];
    }

    private static AssemblyDefinition ReadReference()
    {
        string path = DeviceAssemblies.ReferencePaths.Single(
            one => Path.GetFileName(one) == "mscorlib.dll");
        return AssemblyDefinition.ReadAssembly(
            path, new ReaderParameters(ReadingMode.Immediate) { InMemory = true });
    }

    private static SortedSet<string> ReadFacts()
    {
        IEnumerable<string> lines = File.ReadLines(s_factsPath)
            .Where(line => line.Length > 0 && line[0] != '#');
        return new SortedSet<string>(lines, StringComparer.Ordinal);
    }

    private static string TypeOf(string line)
    {
        return line[..line.IndexOf(": ", StringComparison.Ordinal)];
    }
}
