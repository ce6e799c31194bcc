// The counter against counts made by hand: IL written instruction by instruction, so that nobody
// needs to trust a compiler, and C# whose IL is well known.

using System;
using System.IO;
using System.Linq;
using System.Reflection;
using DeviceSurface.Support;
using Mono.Cecil;
using Mono.Cecil.Cil;
using Xunit;

namespace DeviceSurface.Counting;

public sealed class IlCounterTests : IDisposable
{
    private readonly string _folder =
        Directory.CreateTempSubdirectory("il-counter-").FullName;

    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData(0, 4)]
    [InlineData(1, 15)]
    [InlineData(1000, 11004)]
    public void A_loop_written_in_IL_counts_four_and_eleven_for_each_round(int n, long expected)
    {
        using IlCounter counter = IlCounter.Load([Save(BuildLoop())]);
        Func<int, int> sum = counter.Bind<Func<int, int>>("C", "Sum");

        int answer = 0;
        IlCount count = counter.Measure(() => answer = sum(n));

        Assert.Equal(n * (n + 1) / 2, answer);
        Assert.Equal(expected, count.Instructions);
    }

    [Theory]
    [InlineData(0, 7)]
    [InlineData(1, 14)]
    [InlineData(250, 1757)]
    public void An_empty_for_loop_counts_seven_for_each_round(int n, long expected)
    {
        // ldc.i4.0 stloc.0 br.s | ldloc.0 ldc.i4.1 add stloc.0 | ldloc.0 ldarg.0 blt.s | ret
        using IlCounter counter = Load(
            "public class C { static void M(int n) { for (int i = 0; i < n; i++) { } } }");
        Action<int> run = counter.Bind<Action<int>>("C", "M");

        Assert.Equal(expected, counter.Measure(() => run(n)).Instructions);
    }

    [Theory]
    [InlineData(0, 4)]
    [InlineData(1, 4)]
    [InlineData(2, 4)]
    [InlineData(9, 5)]
    public void A_switch_counts_only_the_way_taken(int x, long expected)
    {
        // ldarg.0 switch | (br.s for the rest) | ldc ret
        using IlCounter counter = Load(
            """
            public class C
            {
                static int M(int x)
                {
                    switch (x) { case 0: return 5; case 1: return 9; case 2: return 7; }
                    return 8;
                }
            }
            """);
        Func<int, int> run = counter.Bind<Func<int, int>>("C", "M");

        Assert.Equal(expected, counter.Measure(() => run(x)).Instructions);
    }

    [Theory]
    [InlineData(1, 6)]
    [InlineData(0, 10)]
    public void A_caught_exception_counts_the_throwing_block_and_the_handler(int x, long expected)
    {
        // ldarg brtrue, then either nop leave or newobj throw and pop ldc stloc leave; ldloc ret.
        using IlCounter counter = IlCounter.Load([Save(BuildCatch())]);
        Func<int, int> run = counter.Bind<Func<int, int>>("C", "Catch");

        int answer = -1;
        IlCount count = counter.Measure(() => answer = run(x));

        Assert.Equal(x == 0 ? 7 : 0, answer);
        Assert.Equal(expected, count.Instructions);
    }

    [Fact]
    public void Callees_count_for_themselves_and_across_assemblies()
    {
        const string Inner =
            "public class Inner { public static int Twice(int x) { return x + x; } }";
        string inner = Save(DeviceCompiler.Compile(Inner, "Inner"), "Inner");
        byte[] outer = DeviceCompiler.Compile(
            "public class Outer { static int Four(int x) { return Inner.Twice(Inner.Twice(x)); } }",
            "Outer",
            references: [inner]);
        using IlCounter counter = IlCounter.Load([Save(outer, "Outer"), inner]);
        Func<int, int> four = counter.Bind<Func<int, int>>("Outer", "Four");

        IlCount count = counter.Measure(() => four(3));

        // Outer: ldarg call call ret. Inner, twice: ldarg ldarg add ret.
        Assert.Equal(4 + (2 * 4), count.Instructions);
        Assert.Equal(
            [new MethodShare("Inner", "Twice", 8), new MethodShare("Outer", "Four", 4)],
            count.ByMethod);
        Assert.Equal(8, count.InType("Inner"));
    }

    [Fact]
    public void The_core_library_counts_as_the_call_alone()
    {
        // ldarg ldc ldarg ldc ldarg ldlen conv.i4 call ret
        using IlCounter counter = Load(
            """
            public class C
            {
                static void M(byte[] b) { System.Array.Copy(b, 0, b, 0, b.Length); }
            }
            """);
        Action<byte[]> run = counter.Bind<Action<byte[]>>("C", "M");

        Assert.Equal(9, counter.Measure(() => run(new byte[1000])).Instructions);
    }

    [Fact]
    public void Static_constructors_run_at_loading_and_never_within_a_measurement()
    {
        // The constructor: ldc newarr dup ldtoken call stsfld ret. The read: ldsfld ldarg ldelem
        // ret.
        using IlCounter counter = Load(
            """
            public class C
            {
                static readonly byte[] s_table = { 9, 8, 7, 6, 5, 4, 3, 2, 1 };
                static int M(int i) { return s_table[i]; }
            }
            """);
        Func<int, int> run = counter.Bind<Func<int, int>>("C", "M");

        Assert.Equal(7, counter.StaticConstructors.Instructions);
        Assert.Equal(4, counter.Measure(() => Assert.Equal(7, run(2))).Instructions);
    }

    [Fact]
    public void Internal_types_objects_and_library_types_of_any_home_are_reached()
    {
        // Console, Debug, ArrayList and Timeout live in different assemblies of the desktop.
        using IlCounter counter = Load(
            """
            using System;
            using System.Collections;
            using System.Threading;

            internal sealed class C
            {
                private readonly ArrayList _list = new ArrayList();
                private readonly int _step;

                private C(int step) { _step = step; }

                private int Add(int x)
                {
                    if (x == Timeout.Infinite) { Console.WriteLine("no"); Never(); }
                    _list.Add(x);
                    return _list.Count * _step;
                }

                private static void Never() { System.Diagnostics.Debugger.Break(); }
            }
            """);
        object target = counter.New("C", 10);
        Func<int, int> add = counter.Bind<Func<int, int>>(target, "Add");

        Assert.Equal(10, add(1));
        Assert.Equal(20, add(1));
        // ldarg ldc bne.un | ldarg ldfld ldarg box callvirt pop, ldarg ldfld callvirt ldarg ldfld
        // mul ret
        Assert.Equal(16, counter.Measure(() => add(1)).Instructions);
    }

    [Fact]
    public void A_guest_compiled_against_the_desktop_build_runs_counted_code()
    {
        const string Library =
            "[assembly: System.Runtime.CompilerServices.InternalsVisibleTo(\"Guest\")] "
            + "public class Library { internal int Twice(int x) { return x + x; } }";
        const string Version = "[assembly: System.Reflection.AssemblyVersion(\"0.1.0.0\")] ";
        string device = Save(DeviceCompiler.Compile(Library, "Library"), "Library");
        string desktop = Save(
            DeviceCompiler.CompileForDesktop(Version + Library, "Library"), "Library.desktop");
        string guest = Save(
            DeviceCompiler.CompileForDesktop(
                "public class Guest { static int Run(int x) { return new Library().Twice(x); } }",
                "Guest",
                desktop),
            "Guest");
        using IlCounter counter = IlCounter.Load([device], "Guest");
        Assembly loaded = counter.LoadGuests(guest).Single();
        MethodInfo method = loaded.GetType("Guest")!
            .GetMethod("Run", BindingFlags.Static | BindingFlags.NonPublic)!;
        Func<int, int> run = method.CreateDelegate<Func<int, int>>();

        int answer = 0;
        IlCount count = counter.Measure(() => answer = run(21));

        Assert.Equal(42, answer);
        // The constructor: ldarg call ret. Twice: ldarg ldarg add ret. The guest's own code is
        // free.
        Assert.Equal(3 + 4, count.Instructions);
    }

    [Fact]
    public void Two_counters_over_the_same_code_do_not_disturb_each_other()
    {
        const string Source = "public class C { static int M(int x) { return x; } }";
        using IlCounter one = Load(Source);
        using IlCounter two = Load(Source);
        Func<int, int> first = one.Bind<Func<int, int>>("C", "M");
        Func<int, int> second = two.Bind<Func<int, int>>("C", "M");

        Assert.Equal(2, one.Measure(() => { first(1); second(1); second(1); }).Instructions);
        Assert.Equal(4, two.Measure(() => { first(1); second(1); second(1); }).Instructions);
    }

    [Fact]
    public void An_object_of_another_home_and_a_missing_name_are_refused()
    {
        using IlCounter counter = Load("public class C { }");

        Assert.Throws<ArgumentException>(
            () => counter.Bind<Func<string>>(new object(), "ToString"));
        Assert.Throws<MissingMethodException>(() => counter.Bind<Action>("C", "Missing"));
        Assert.Throws<TypeLoadException>(() => counter.New("Missing"));
        Assert.Null(counter.FindType("Missing"));
    }

    // int Sum(int n) adds n, n - 1 ... 1: eleven instructions a round, and four for the last test
    // and the return.
    private static byte[] BuildLoop()
    {
        return Build("Sum", il =>
        {
            Instruction test = il.Create(OpCodes.Ldarg_0);
            Instruction end = il.Create(OpCodes.Ldloc_0);
            il.Body.Variables.Add(new VariableDefinition(il.Body.Method.Module.TypeSystem.Int32));
            il.Body.InitLocals = true;

            il.Append(test);
            il.Emit(OpCodes.Brfalse, end);
            il.Emit(OpCodes.Ldloc_0);
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Add);
            il.Emit(OpCodes.Stloc_0);
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Ldc_I4_1);
            il.Emit(OpCodes.Sub);
            il.Emit(OpCodes.Starg_S, il.Body.Method.Parameters[0]);
            il.Emit(OpCodes.Br, test);
            il.Append(end);
            il.Emit(OpCodes.Ret);
        });
    }

    private static byte[] BuildCatch()
    {
        return Build("Catch", il =>
        {
            ModuleDefinition module = il.Body.Method.Module;
            TypeReference exception = new(
                "System", "Exception", module, module.TypeSystem.CoreLibrary);
            MethodReference constructor = new(".ctor", module.TypeSystem.Void, exception)
            {
                HasThis = true,
            };
            il.Body.Variables.Add(new VariableDefinition(module.TypeSystem.Int32));
            il.Body.InitLocals = true;
            Instruction tryStart = il.Create(OpCodes.Ldarg_0);
            Instruction leave = il.Create(OpCodes.Nop);
            Instruction handler = il.Create(OpCodes.Pop);
            Instruction end = il.Create(OpCodes.Ldloc_0);

            il.Append(tryStart);
            il.Emit(OpCodes.Brtrue, leave);
            il.Emit(OpCodes.Newobj, constructor);
            il.Emit(OpCodes.Throw);
            il.Append(leave);
            il.Emit(OpCodes.Leave, end);
            il.Append(handler);
            il.Emit(OpCodes.Ldc_I4_7);
            il.Emit(OpCodes.Stloc_0);
            il.Emit(OpCodes.Leave, end);
            il.Append(end);
            il.Emit(OpCodes.Ret);
            il.Body.ExceptionHandlers.Add(new ExceptionHandler(ExceptionHandlerType.Catch)
            {
                CatchType = exception,
                TryStart = tryStart,
                TryEnd = handler,
                HandlerStart = handler,
                HandlerEnd = end,
            });
        });
    }

    private static byte[] Build(string methodName, Action<ILProcessor> write)
    {
        // An empty device assembly brings the right reference to the core library with it.
        byte[] empty = DeviceCompiler.Compile("public class C { }");
        using ModuleDefinition module = ModuleDefinition.ReadModule(new MemoryStream(empty));
        MethodDefinition method = new(
            methodName,
            Mono.Cecil.MethodAttributes.Public | Mono.Cecil.MethodAttributes.Static,
            module.TypeSystem.Int32);
        method.Parameters.Add(new ParameterDefinition(module.TypeSystem.Int32));
        module.GetType("C").Methods.Add(method);
        write(method.Body.GetILProcessor());
        using MemoryStream image = new();
        module.Write(image);
        return image.ToArray();
    }

    private IlCounter Load(string source)
    {
        return IlCounter.Load([Save(DeviceCompiler.Compile(source))]);
    }

    private string Save(byte[] image, string name = "Example")
    {
        string path = Path.Combine(_folder, name + ".dll");
        File.WriteAllBytes(path, image);
        return path;
    }
}
