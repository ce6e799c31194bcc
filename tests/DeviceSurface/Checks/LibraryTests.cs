// The examination of our own device builds.

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using DeviceSurface.Counting;
using DeviceSurface.Support;
using Mono.Cecil;
using Xunit;

namespace DeviceSurface.Checks;

public sealed class LibraryTests
{
    private const int PrintedMethodCount = 8;

    private static readonly Dictionary<string, ICheck> s_checks = new ICheck[]
    {
        new AssemblySizeCheck(),
        new CheckedArithmeticCheck(),
        new DelegatesCheck(),
        new GenericsCheck(),
        new InitializersCheck(),
        new InstanceHandlersCheck(),
        new LayersCheck(),
        new LocksCheck(),
        new MethodLimitsCheck(),
        new MultiDimensionalArraysCheck(),
        new PointersCheck(),
        new ReferencesCheck(),
        new UnoptimizedCheck(),
    }.ToDictionary(check => check.GetType().Name);

    private static readonly Dictionary<string, Func<HotList, ICheck>> s_hotChecks = new()
    {
        [nameof(HotNamesCheck)] = list => new HotNamesCheck(list),
        [nameof(HotAllocationsCheck)] = list => new HotAllocationsCheck(list),
        [nameof(HotStructsCheck)] = list => new HotStructsCheck(list),
        [nameof(HotLibraryCallsCheck)] = list => new HotLibraryCallsCheck(list),
        [nameof(HotHandlersCheck)] = list => new HotHandlersCheck(list),
        [nameof(HotPropertiesCheck)] = list => new HotPropertiesCheck(list),
    };

    public static TheoryData<string> CheckNames => [.. s_checks.Keys];

    public static TheoryData<string> HotCheckNames => [.. s_hotChecks.Keys];

    [Theory]
    [MemberData(nameof(CheckNames))]
    public void The_device_builds_pass(string checkName)
    {
        using DeviceCode code = DeviceCode.OfLibraries();

        Expect.None(s_checks[checkName].Examine(code));
    }

    [Theory]
    [MemberData(nameof(HotCheckNames))]
    public void The_hot_list_passes(string checkName)
    {
        string path = Path.Combine(AppContext.BaseDirectory, "ARCHITECTURE.md");
        HotList list = HotList.Read(File.ReadAllText(path));
        using DeviceCode code = DeviceCode.OfLibraries();

        Expect.None(s_hotChecks[checkName](list).Examine(code));
    }

    [Fact]
    public void Every_library_of_the_board_has_a_device_build()
    {
        IEnumerable<string> names =
            DeviceAssemblies.Paths.Select(Path.GetFileNameWithoutExtension)!;

        Assert.Superset(
            new HashSet<string> { "nanoPptp", "nanoPptp.Crypto", "nanoPptp.Telemetry" },
            names.ToHashSet());
    }

    [Fact]
    public void Sizes_are_printed()
    {
        using DeviceCode code = DeviceCode.OfLibraries();
        foreach (AssemblyDefinition assembly in code.Assemblies)
        {
            List<MethodDefinition> methods = [.. assembly.MainModule.GetTypes()
                .SelectMany(type => type.Methods)
                .Where(method => method.HasBody)
                .OrderByDescending(DeviceSize.Of)];
            int desktop = methods.Sum(method => method.Body.CodeSize);
            int device = methods.Sum(DeviceSize.Of);
            Figures.Print(
                $"{assembly.Name.Name}: {device:N0} octets of byte code on the board "
                + $"({100.0 * device / AssemblySizeCheck.Limit:F1} % of the limit), "
                + $"{desktop:N0} octets of IL here, {methods.Count} methods");
            foreach (MethodDefinition method in methods.Take(PrintedMethodCount))
            {
                Figures.Print(
                    $"{DeviceSize.Of(method),8:N0} {Il.NameOf(method)}, "
                    + $"{method.Body.Variables.Count} locals");
            }

            Assert.Equal(DeviceSize.Of(assembly), device);
        }
    }
}
