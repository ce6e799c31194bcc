// Every check is shown a source that breaks its rule, and must name the method that does; beside it
// lies a source that comes close and is allowed.

using System;
using System.Collections.Generic;
using System.Linq;
using DeviceSurface.Support;
using Microsoft.CodeAnalysis;
using Xunit;

namespace DeviceSurface.Checks;

public sealed class CheckProofs
{
    private const StringComparison Ordinal = StringComparison.Ordinal;

    [Fact]
    public void A_generic_class_is_found()
    {
        Expect("Box", new GenericsCheck(), "public class Box<T> { public T Value; }", "Box`1");
    }

    [Fact]
    public void A_generic_method_and_its_call_are_found()
    {
        const string Source =
            "public class C { T Same<T>(T x) { return x; } int M() { return Same<int>(1); } }";

        Expect("C.Same", new GenericsCheck(), Source, "generic definition");
        Expect("C.M", new GenericsCheck(), Source, "generic method");
    }

    [Fact]
    public void A_multi_dimensional_array_is_found_and_a_jagged_one_is_not()
    {
        const string Source =
            """
            public class C
            {
                int[,] _field;
                int Local(int n) { int[,] a = new int[n, n]; return a[0, 0]; }
                int[][] Jagged() { return new int[2][]; }
            }
            """;

        Expect("C._field", new MultiDimensionalArraysCheck(), Source, "multi-dimensional");
        Expect("C.Local", new MultiDimensionalArraysCheck(), Source, "multi-dimensional");
        ExpectNothing("C.Jagged", new MultiDimensionalArraysCheck(), Source);
    }

    [Fact]
    public void Pointers_are_found_and_references_are_not()
    {
        const string Source =
            """
            public unsafe class C
            {
                int Fixed(byte[] b) { fixed (byte* p = b) { return *p; } }
                int Stack() { byte* p = stackalloc byte[4]; return p[0]; }
                int Reference(byte[] b) { ref byte p = ref b[0]; return p; }
            }
            """;

        Expect("C.Fixed", new PointersCheck(), Source, "pointer type");
        Expect("C.Stack", new PointersCheck(), Source, "stackalloc");
        ExpectNothing("C.Reference", new PointersCheck(), Source);
    }

    [Fact]
    public void A_delegate_is_found_as_a_definition_a_call_and_a_lambda()
    {
        const string Source =
            """
            public delegate void Handler();
            public class C
            {
                void Call(Handler h) { h(); }
                void Lambda() { System.Action a = () => { }; a(); }
                void Plain() { Plain(); }
            }
            """;

        Expect("Handler", new DelegatesCheck(), Source, "delegate System.MulticastDelegate");
        Expect("C.Call", new DelegatesCheck(), Source, "delegate Handler");
        Expect("C.Lambda", new DelegatesCheck(), Source, "method as a value");
        ExpectNothing("C.Plain", new DelegatesCheck(), Source);
    }

    [Fact]
    public void A_try_in_an_instance_method_is_found_and_in_a_static_one_is_not()
    {
        const string Source =
            """
            public class C
            {
                int Catch() { try { return Plain(); } catch (System.Exception) { return 0; } }
                int Finally() { try { return Plain(); } finally { Plain(); } }
                static int Static() { try { return 1; } catch (System.Exception) { return 0; } }
                void Using(System.IDisposable d) { using (d) { } }
                int Plain() { return 1; }
            }
            """;

        Expect("C.Catch", new InstanceHandlersCheck(), Source, "Catch");
        Expect("C.Finally", new InstanceHandlersCheck(), Source, "Finally");
        Expect("C.Using", new InstanceHandlersCheck(), Source, "Finally");
        ExpectNothing("C.Static", new InstanceHandlersCheck(), Source);
        ExpectNothing("C.Plain", new InstanceHandlersCheck(), Source);
    }

    [Fact]
    public void A_lock_is_found()
    {
        const string Source =
            "public class C { static void M(object o) { lock (o) { N(); } } static void N() { } }";

        Expect("C.M", new LocksCheck(), Source, "System.Threading.Monitor.Enter");
        ExpectNothing("C.N", new LocksCheck(), Source);
    }

    [Fact]
    public void Checked_arithmetic_is_found()
    {
        const string Source =
            """
            public class C
            {
                int Add(int x) { return checked(x + 1); }
                byte Convert(int x) { return checked((byte)x); }
                int Plain(int x) { return x + 1; }
            }
            """;

        Expect("C.Add", new CheckedArithmeticCheck(), Source, "add.ovf");
        Expect("C.Convert", new CheckedArithmeticCheck(), Source, "conv.ovf.u1");
        ExpectNothing("C.Plain", new CheckedArithmeticCheck(), Source);
    }

    [Theory]
    [InlineData(255, false)]
    [InlineData(256, true)]
    public void Locals_beyond_255_are_found(int count, bool isFound)
    {
        // Passed by reference, so that the compiler cannot do without any of them.
        IEnumerable<int> all = Enumerable.Range(0, count);
        string locals = string.Concat(all.Select(i => $"int v{i} = 0; N(ref v{i}); "));
        string source = $"public class C {{ static void M() {{ {locals} }} "
            + "static void N(ref int x) { x = 1; } }";

        ExpectIf(isFound, "C.M", new MethodLimitsCheck(), source, "256 locals");
    }

    [Theory]
    [InlineData(255, false)]
    [InlineData(256, true)]
    public void Arguments_and_a_stack_beyond_255_are_found(int count, bool isFound)
    {
        IEnumerable<int> all = Enumerable.Range(0, count);
        string parameters = string.Join(", ", all.Select(i => $"int p{i}"));
        string arguments = string.Join(", ", all.Select(_ => "1"));
        string source = $"public class C {{ static void N({parameters}) {{ }} "
            + $"static void M() {{ N({arguments}); }} }}";

        ExpectIf(isFound, "C.N", new MethodLimitsCheck(), source, "256 arguments");
        ExpectIf(isFound, "C.M", new MethodLimitsCheck(), source, "256 slots");
    }

    [Theory]
    [InlineData(255, false)]
    [InlineData(256, true)]
    public void A_switch_beyond_255_cases_is_found(int count, bool isFound)
    {
        string cases = string.Concat(
            Enumerable.Range(0, count).Select(i => $"case {i}: return {(i * 7919) % 1009}; "));
        string source =
            $"class C {{ static int M(int x) {{ switch (x) {{ {cases} default: return 0; }} }} }}";

        ExpectIf(isFound, "C.M", new MethodLimitsCheck(), source, "256 cases");
    }

    [Theory]
    [InlineData(40000, false)]
    [InlineData(40001, true)]
    public void An_initializer_beyond_40000_octets_is_found(int length, bool isFound)
    {
        string octets = string.Join(", ", Enumerable.Range(0, length).Select(i => i % 251));
        string source = $"public static class C {{ static readonly byte[] s_t = {{ {octets} }}; }}";

        ExpectIf(isFound, "C..cctor", new InitializersCheck(), source, "40001 octets");
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(70, true)]
    public void An_assembly_beyond_65535_octets_is_found(int methodCount, bool isFound)
    {
        // Each x += 100; is ldarg.0 ldc.i4.s add starg.s: 1 + 2 + 1 + 2 octets; 160 of them, 960.
        string body = string.Concat(Enumerable.Repeat("x += 100; ", 160));
        string methods = string.Concat(Enumerable.Range(0, methodCount)
            .Select(i => $"public static int M{i}(int x) {{ {body} return x; }} "));
        string source = $"public static class C {{ {methods} }}";

        using DeviceCode code = DeviceCode.Of(DeviceCompiler.Compile(source));
        Assert.Equal(methodCount * 962, DeviceSize.Of(code.Assemblies[0]));
        ExpectIf(isFound, "Example", new AssemblySizeCheck(), source, "octets of byte code");
    }

    [Fact]
    public void The_size_on_the_board_counts_tokens_switches_and_handlers_in_its_own_way()
    {
        const string Source =
            """
            public static class C
            {
                public static int Call(int x) { return Call(x); }
                public static int Switch(int x)
                {
                    switch (x) { case 0: return 5; case 1: return 9; case 2: return 7; }
                    return 8;
                }
                public static void Try() { try { Call(1); } catch (System.Exception) { } }
            }
            """;
        using DeviceCode code = DeviceCode.Of(DeviceCompiler.Compile(Source));

        // ldarg.0, call with a two-octet token, ret.
        Assert.Equal(1 + 3 + 1, SizeOf("C.Call"));
        // ldarg.0, switch with one octet for the count and three targets of two, br.s, then a
        // constant (ldc.i4.s has two octets) and ret for each of the four ways.
        Assert.Equal(1 + (1 + 1 + 6) + 2 + 2 + 3 + 2 + 2, SizeOf("C.Switch"));
        // ldc.i4.1 call pop leave.s | pop leave.s | ret, and one handler.
        Assert.Equal(1 + 3 + 1 + 2 + 1 + 2 + 1 + 12 + 1, SizeOf("C.Try"));

        int SizeOf(string name)
        {
            return DeviceSize.Of(code.Methods.Single(method => Il.NameOf(method) == name));
        }
    }

    [Fact]
    public void A_foreign_assembly_and_an_undeclared_member_are_found()
    {
        byte[] desktop = DeviceCompiler.CompileForDesktop(
            "public class C { int M(string s) { return s.Replace('a', 'b').Length; } }", "Example");
        using DeviceCode code = DeviceCode.Of(desktop);

        List<Finding> found = [.. new ReferencesCheck().Examine(code)];
        Assert.Contains(found, one => one.What.StartsWith("refers to System.", Ordinal));
        Assert.Contains(found, one => one.What.Contains("String::Replace", Ordinal));
    }

    [Fact]
    public void A_member_that_only_the_name_of_mscorlib_promises_is_found()
    {
        // The same name, but not the declared surface: as when the board's library loses a member.
        byte[] image = DeviceCompiler.Compile(
            "public class C { void M() { System.GC.WaitForPendingFinalizers(); } }");
        using DeviceCode code = DeviceCode.Of(image);
        code.Assemblies[0].MainModule.GetMemberReferences()
            .Single(one => one.Name == "WaitForPendingFinalizers").Name = "Collect";

        Finding finding = Assert.Single(new ReferencesCheck().Examine(code));
        Assert.Contains("System.GC::Collect", finding.What, Ordinal);
    }

    [Fact]
    public void Code_compiled_without_optimization_is_found()
    {
        const string Source = "public class C { int M(int x) { int y = x; return y; } }";
        using DeviceCode debug = DeviceCode.Of(
            DeviceCompiler.Compile(Source, optimization: OptimizationLevel.Debug));

        Assert.Equal("C.M", new UnoptimizedCheck().Examine(debug).First().Where);
        ExpectNothing("C.M", new UnoptimizedCheck(), Source);
    }

    [Fact]
    public void A_room_that_knows_a_room_above_it_is_found_and_one_below_it_is_not()
    {
        const string Source =
            """
            namespace nanoPptp.Diagnostics { public class D { } }
            namespace nanoPptp.Gre { public class G { public static int F; } }
            namespace nanoPptp.Ppp
            {
                public class Local { int M() { object g = new nanoPptp.Gre.G(); return 1; } }
                public class Reads { int M() { return nanoPptp.Gre.G.F; } }
                public class Down { nanoPptp.Diagnostics.D _d; }
            }
            namespace nanoPptp.Unheard { public class U { } }
            """;
        const string What = "nanoPptp.Ppp may not know nanoPptp.Gre";

        Expect("nanoPptp.Ppp.Local", new LayersCheck(), Source, What);
        Expect("nanoPptp.Ppp.Reads", new LayersCheck(), Source, What);
        Expect("nanoPptp.Unheard.U", new LayersCheck(), Source, "not in the list of layers");
        ExpectNothing("nanoPptp.Ppp.Down", new LayersCheck(), Source);
    }

    private static void Expect(string where, ICheck check, string source, string what)
    {
        using DeviceCode code = DeviceCode.Of(DeviceCompiler.Compile(source));
        List<Finding> found = [.. check.Examine(code)];
        Assert.Contains(
            found,
            one => one.Where.StartsWith(where, Ordinal) && one.ToString().Contains(what, Ordinal));
    }

    private static void ExpectNothing(string where, ICheck check, string source)
    {
        using DeviceCode code = DeviceCode.Of(DeviceCompiler.Compile(source));
        Assert.DoesNotContain(check.Examine(code), one => one.Where.StartsWith(where, Ordinal));
    }

    private static void ExpectIf(
        bool isFound, string where, ICheck check, string source, string what)
    {
        if (isFound)
        {
            Expect(where, check, source, what);
        }
        else
        {
            ExpectNothing(where, check, source);
        }
    }
}
