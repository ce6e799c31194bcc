// Counts executed IL instructions, exactly and without a board. The interpreter charges by the
// instruction, so this number ranks shapes of hot code; it is the same on every machine and every
// run.

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using Mono.Cecil;

namespace DeviceSurface.Counting;

/// <summary> Loads instrumented copies of device builds and measures what they execute. Counting
/// follows basic blocks: a block counts whole when it is entered, so an exception in the middle of
/// one counts the rest of that block too. What runs in the core library (Array.Copy) is one call
/// instruction. One thread at a time may run instrumented code. </summary>
public sealed class IlCounter : IDisposable
{
    private readonly DeviceContext _context = new();
    private readonly List<Assembly> _assemblies = [];
    private readonly List<(string TypeName, string MethodName)> _names = [];
    private readonly int _firstNumber;

    private IlCounter(IEnumerable<string> paths, IReadOnlyList<string> friends)
    {
        List<ModuleDefinition> modules =
            [.. paths.Select(path => ModuleDefinition.ReadModule(path))];
        try
        {
            List<Instrumenter> instrumenters = [.. modules.Select(m => new Instrumenter(m))];
            _names.AddRange(instrumenters
                .SelectMany(instrumenter => instrumenter.Methods)
                .Select(method => (method.DeclaringType.FullName, method.Name)));
            _firstNumber = IlTally.Reserve(_names.Count);
            int number = _firstNumber;
            for (int i = 0; i < modules.Count; i++)
            {
                instrumenters[i].Run(number, friends);
                number += instrumenters[i].Methods.Count;
                using MemoryStream image = new();
                modules[i].Write(image);
                image.Position = 0;
                _context.Provide(modules[i].Assembly.Name.Name, image);
            }

            _assemblies.AddRange(modules
                .Select(module => new AssemblyName(module.Assembly.Name.Name))
                .Select(_context.LoadFromAssemblyName));
        }
        finally
        {
            modules.ForEach(module => module.Dispose());
        }

        StaticConstructors = Measure(RunStaticConstructors);
    }

    /// <summary>What all static constructors cost. They run when the counter is loaded, as the
    /// board runs them before Main, and never inside a measurement.</summary>
    public IlCount StaticConstructors { get; }

    /// <summary>Instruments and loads assemblies.</summary>
    /// <param name="paths">Device builds; each may refer to the others and to mscorlib.</param>
    /// <param name="friends">Names of assemblies that may use their internals.</param>
    /// <returns>A counter over their code.</returns>
    public static IlCounter Load(IEnumerable<string> paths, params string[] friends)
    {
        ArgumentNullException.ThrowIfNull(paths);
        return new IlCounter(paths, friends);
    }

    /// <summary>Instruments and loads all device builds of our libraries.</summary>
    /// <param name="friends">Names of assemblies that may use their internals.</param>
    /// <returns>A counter over their code.</returns>
    public static IlCounter LoadDevice(params string[] friends)
    {
        return Load(DeviceAssemblies.Paths, friends);
    }

    /// <summary>Runs something and counts the instructions that it executes in instrumented code.
    /// </summary>
    /// <param name="run">What to run; its own code is desktop code and not counted.</param>
    /// <returns>The instructions executed meanwhile.</returns>
    public IlCount Measure(Action run)
    {
        ArgumentNullException.ThrowIfNull(run);
        long[] before = IlTally.Copy(_firstNumber, _names.Count);
        run();
        long[] after = IlTally.Copy(_firstNumber, _names.Count);
        IEnumerable<MethodShare> shares = _names
            .Select((name, i) => new MethodShare(
                name.TypeName, name.MethodName, after[i] - before[i]))
            .Where(share => share.Instructions != 0)
            .OrderByDescending(share => share.Instructions);
        return new IlCount([.. shares]);
    }

    /// <summary>Finds an instrumented type, public or not.</summary>
    /// <param name="fullName">Namespace and name.</param>
    /// <returns>The type, or null when no instrumented assembly has it.</returns>
    public Type? FindType(string fullName)
    {
        return _assemblies.Select(one => one.GetType(fullName)).FirstOrDefault(one => one != null);
    }

    /// <summary>Makes an object of an instrumented type, public or not.</summary>
    /// <param name="typeName">Namespace and name of the type.</param>
    /// <param name="arguments">Arguments of its constructor.</param>
    /// <returns>The object.</returns>
    public object New(string typeName, params object?[] arguments)
    {
        const BindingFlags Any =
            BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;
        return Activator.CreateInstance(RequireType(typeName), Any, null, arguments, null)!;
    }

    /// <summary>Binds a static method of an instrumented type, public or not, to a delegate, so
    /// that a measured loop calls it without reflection.</summary>
    /// <typeparam name="TDelegate">A delegate type with the method's parameters.</typeparam>
    /// <param name="typeName">Namespace and name of the type.</param>
    /// <param name="methodName">Name of the method; the delegate picks the overload.</param>
    /// <returns>The bound delegate.</returns>
    public TDelegate Bind<TDelegate>(string typeName, string methodName)
        where TDelegate : Delegate
    {
        return Bind<TDelegate>(RequireType(typeName), null, methodName);
    }

    /// <summary>Binds a method of an object made by <see cref="New"/> to a delegate.</summary>
    /// <typeparam name="TDelegate">A delegate type with the method's parameters.</typeparam>
    /// <param name="target">The object.</param>
    /// <param name="methodName">Name of the method; the delegate picks the overload.</param>
    /// <returns>The bound delegate.</returns>
    public TDelegate Bind<TDelegate>(object target, string methodName)
        where TDelegate : Delegate
    {
        ArgumentNullException.ThrowIfNull(target);
        if (!_assemblies.Contains(target.GetType().Assembly))
        {
            throw new ArgumentException("The object was not made by this counter.", nameof(target));
        }

        return Bind<TDelegate>(target.GetType(), target, methodName);
    }

    /// <summary> Loads desktop assemblies that were compiled against the desktop builds of our
    /// libraries, so that they use the instrumented ones instead: a bench or a simulator runs
    /// unchanged and counted. List every assembly that refers to our libraries, or its types meet
    /// the desktop builds. </summary>
    /// <param name="paths">Paths of the assemblies, in any order.</param>
    /// <returns>The loaded assemblies in the same order. Their types are not those of the caller's
    /// own copy, so talk to them by delegates over types of the core library.</returns>
    public IReadOnlyList<Assembly> LoadGuests(params string[] paths)
    {
        foreach (string path in paths)
        {
            using MemoryStream image = new(File.ReadAllBytes(path));
            _context.Provide(AssemblyName.GetAssemblyName(path).Name!, image);
        }

        return [.. paths.Select(
            path => _context.LoadFromAssemblyName(
                new AssemblyName(AssemblyName.GetAssemblyName(path).Name!)))];
    }

    /// <summary>Releases the loaded assemblies.</summary>
    public void Dispose()
    {
        _context.Unload();
    }

    private static TDelegate Bind<TDelegate>(Type type, object? target, string methodName)
        where TDelegate : Delegate
    {
        BindingFlags flags = BindingFlags.Public | BindingFlags.NonPublic
            | (target == null ? BindingFlags.Static : BindingFlags.Instance);
        Type[] parameters = [.. typeof(TDelegate).GetMethod("Invoke")!
            .GetParameters().Select(parameter => parameter.ParameterType)];
        MethodInfo method = type.GetMethod(methodName, flags, parameters)
            ?? throw new MissingMethodException(type.FullName, methodName);
        return method.CreateDelegate<TDelegate>(target);
    }

    private Type RequireType(string fullName)
    {
        return FindType(fullName)
            ?? throw new TypeLoadException($"No instrumented assembly has {fullName}.");
    }

    private void RunStaticConstructors()
    {
        foreach (Type type in _assemblies.SelectMany(assembly => assembly.GetTypes()))
        {
            RuntimeHelpers.RunClassConstructor(type.TypeHandle);
        }
    }

    /// <summary>Keeps instrumented copies apart from the desktop builds of the same
    /// names.</summary>
    private sealed class DeviceContext : AssemblyLoadContext
    {
        private readonly Dictionary<string, byte[]> _images = [];

        internal DeviceContext()
            : base("IlCounter", isCollectible: true)
        {
        }

        internal void Provide(string name, MemoryStream image)
        {
            _images[name] = image.ToArray();
        }

        protected override Assembly? Load(AssemblyName assemblyName)
        {
            if (assemblyName.Name == typeof(IlTally).Assembly.GetName().Name)
            {
                return typeof(IlTally).Assembly;
            }

            if (!_images.TryGetValue(assemblyName.Name!, out byte[]? bytes))
            {
                return null;
            }

            using MemoryStream image = new(bytes);
            return LoadFromStream(image);
        }
    }
}
