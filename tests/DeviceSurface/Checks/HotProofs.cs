// The hot list's checks, each shown code that breaks its rule and code that does not.

using System;
using System.Collections.Generic;
using System.Linq;
using DeviceSurface.Support;
using Xunit;

namespace DeviceSurface.Checks;

public sealed class HotProofs
{
    private const string Source =
        """
        using System;

        namespace Wire
        {
            public struct Pair { public int A; public int B; }

            public enum Kind : byte { One, Two }

            public abstract class Base { public abstract int Turn(int x); }

            public sealed class Derived : Base
            {
                public override int Turn(int x) { return new byte[x].Length; }
            }

            public interface ITurn { int Twist(int x); }

            public sealed class Twister : ITurn
            {
                int ITurn.Twist(int x) { object o = x; return o.GetHashCode(); }
            }

            public static class Ring
            {
                public sealed class Slot
                {
                    private int _at;
                    public int At { get { return _at; } set { _at = value; } }
                    public int Field;
                    public int Next { get { return _at + 1; } }
                    public bool IsFirst { get { return _at == 0; } }
                    public int Again { get { return At; } }
                    public int Read() { return At; }
                    public void Write() { At = 1; }
                    public int ReadNext() { return Next; }
                    public bool ReadFirst() { return IsFirst; }
                    public int ReadAgain() { return Again; }
                    public int ReadField() { return Field; }
                }
            }

            public static class Hot
            {
                public static int Flat(byte[] b, Kind kind)
                {
                    int sum = (int)kind;
                    for (int i = 0; i < b.Length; i++) { sum += b[i]; }
                    return sum;
                }

                public static byte[] Array(int n) { return new byte[n]; }
                public static object Make() { return new object(); }
                public static object Box(int x) { return x; }
                public static string Text() { return "text"; }
                public static int Throw(int x)
                {
                    if (x < 0) { throw new InvalidOperationException(); }
                    return x;
                }

                public static int Local(int x) { Pair p; p.A = x; p.B = x; Use(ref p); return p.A; }
                public static void Use(ref Pair p) { p.A++; }
                public static int Parameter(Pair p) { return p.A; }

                public static int Deep(int x) { return Middle(x); }
                private static int Middle(int x) { return x == 0 ? 0 : Bottom(x); }
                private static int Bottom(int x) { return new int[x].Length; }
                public static int Loop(int x) { return x == 0 ? 0 : Loop(x - 1); }

                public static int Virtual(Base b) { return b.Turn(3); }
                public static int Interface(ITurn t) { return t.Twist(3); }

                public static void Move(byte[] b)
                {
                    System.Array.Copy(b, 0, b, 1, 2);
                    System.Array.Clear(b, 0, 1);
                }

                public static int Length(string s) { return s.Length; }

                public static int Try(int x) { try { return Loop(x); } finally { Loop(1); } }
                public static int Overload(int x) { return x; }
                public static int Overload(byte[] x) { return new int[1].Length; }
            }
        }
        """;

    [Fact]
    public void The_list_is_read_from_its_blocks()
    {
        const string Page =
            """
            # Layers
            ```csharp
            Not.Hot.Code
            ```
            ```hot-list
            # Receive
            Wire.Hot.Flat

            Wire.Hot.Loop
            cold Wire.Hot.Throw
            ```
            Text.
            ```hot-list
              Wire.Hot.Move
            ```
            """;

        foreach (string page in new[] { Page, Page.ReplaceLineEndings("\r\n") })
        {
            HotList list = HotList.Read(page);
            Assert.Equal(["Wire.Hot.Flat", "Wire.Hot.Loop", "Wire.Hot.Move"], list.Hot);
            Assert.Equal(["Wire.Hot.Throw"], list.Cold);
        }
    }

    [Theory]
    [InlineData("No block at all.")]
    [InlineData("```hot-list\nWire.Hot.Flat\n")]
    public void A_page_without_a_closed_block_is_refused(string page)
    {
        Assert.Throws<FormatException>(() => HotList.Read(page));
    }

    [Fact]
    public void A_name_that_no_method_bears_is_found()
    {
        IReadOnlyList<string> found = Found(
            list => new HotNamesCheck(list),
            "Wire.Hot.Flat", "Wire.Hot.Flatt", "Wire.Ring.Slot.Read", "Wire.Ring.Slot..ctor");

        Assert.StartsWith("Wire.Hot.Flatt", Assert.Single(found), StringComparison.Ordinal);
    }

    [Fact]
    public void A_mark_that_nothing_needs_is_found()
    {
        List<string> found = Found(
            list => new HotNamesCheck(list),
            "Wire.Hot.Deep", "cold Wire.Hot.Bottom", "cold Wire.Hot.Box", "cold Wire.Hot.Boxx",
            "Wire.Hot.Throw", "cold Wire.Hot.Throw");

        Assert.Equal(
            [
                "Wire.Hot.Boxx: no method has this name",
                "Wire.Hot.Box: marked cold, but no hot code calls it",
                "Wire.Hot.Throw: marked cold, but no hot code calls it",
                "Wire.Hot.Throw: both hot and cold",
            ],
            found);
    }

    [Fact]
    public void Hot_code_ends_where_the_list_says_cold()
    {
        Assert.Empty(Found(
            list => new HotAllocationsCheck(list), "Wire.Hot.Deep", "cold Wire.Hot.Bottom"));
    }

    [Theory]
    [InlineData("Wire.Hot.Array", "newarr System.Byte")]
    [InlineData("Wire.Hot.Make", "newobj System.Object..ctor")]
    [InlineData("Wire.Hot.Box", "box System.Int32")]
    [InlineData("Wire.Hot.Text", "ldstr")]
    [InlineData("Wire.Hot.Overload", "newarr System.Int32")]
    public void An_allocation_is_found(string name, string what)
    {
        string finding = Assert.Single(Found(list => new HotAllocationsCheck(list), name));

        Assert.StartsWith(name + ": allocates: " + what, finding, StringComparison.Ordinal);
    }

    [Fact]
    public void An_allocation_below_a_listed_method_is_found_and_told_with_its_path()
    {
        string finding = Assert.Single(
            Found(list => new HotAllocationsCheck(list), "Wire.Hot.Deep"));

        Assert.StartsWith("Wire.Hot.Bottom: ", finding, StringComparison.Ordinal);
        Assert.EndsWith(
            "(reached by Wire.Hot.Deep -> Wire.Hot.Middle -> Wire.Hot.Bottom)",
            finding,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Wire.Hot.Virtual", "Wire.Derived.Turn: allocates: newarr")]
    [InlineData("Wire.Hot.Interface", "Wire.Twister.Wire.ITurn.Twist: allocates: box")]
    public void An_allocation_in_an_override_is_found(string name, string start)
    {
        string finding = Assert.Single(Found(list => new HotAllocationsCheck(list), name));

        Assert.StartsWith(start, finding, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Wire.Hot.Flat")]
    [InlineData("Wire.Hot.Throw")]
    [InlineData("Wire.Hot.Loop")]
    [InlineData("Wire.Hot.Move")]
    public void What_allocates_nothing_that_stays_is_allowed(string name)
    {
        Assert.Empty(Found(list => new HotAllocationsCheck(list), name));
    }

    [Fact]
    public void Struct_locals_and_parameters_are_found_and_enumerations_are_not()
    {
        IReadOnlyList<string> found = Found(
            list => new HotStructsCheck(list),
            "Wire.Hot.Local", "Wire.Hot.Parameter", "Wire.Hot.Flat");

        Assert.Equal(
            [
                "Wire.Hot.Local: struct local of type Wire.Pair",
                "Wire.Hot.Parameter: struct parameter of type Wire.Pair",
            ],
            found.Where(one => !one.Contains("reached by", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_call_into_the_core_library_is_found_unless_it_copies_or_clears()
    {
        string finding = Assert.Single(Found(
            list => new HotLibraryCallsCheck(list),
            "Wire.Hot.Length", "Wire.Hot.Move", "Wire.Hot.Flat", "Wire.Hot.Throw"));

        Assert.StartsWith("Wire.Hot.Length: ", finding, StringComparison.Ordinal);
        Assert.Contains("System.String.get_Length", finding, StringComparison.Ordinal);
    }

    [Fact]
    public void A_try_block_is_found()
    {
        string finding = Assert.Single(
            Found(list => new HotHandlersCheck(list), "Wire.Hot.Try", "Wire.Hot.Loop"));

        Assert.StartsWith("Wire.Hot.Try: try block", finding, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ReadNext", "get_Next")]
    [InlineData("ReadFirst", "get_IsFirst")]
    [InlineData("ReadAgain", "get_Again")]
    public void A_property_with_logic_is_found(string method, string property)
    {
        string name = "Wire.Ring.Slot." + method;

        string finding = Assert.Single(Found(list => new HotPropertiesCheck(list), name));

        Assert.StartsWith(name + ": ", finding, StringComparison.Ordinal);
        Assert.Contains("Wire.Ring.Slot." + property, finding, StringComparison.Ordinal);
    }

    [Fact]
    public void A_property_that_is_a_field_and_a_field_are_allowed()
    {
        Assert.Empty(Found(
            list => new HotPropertiesCheck(list),
            "Wire.Ring.Slot.Read", "Wire.Ring.Slot.Write", "Wire.Ring.Slot.ReadField"));
    }

    private static List<string> Found(
        Func<HotList, ICheck> create, params string[] names)
    {
        string[] block = ["```hot-list", .. names, "```"];
        HotList list = HotList.Read(string.Join('\n', block));
        using DeviceCode code = DeviceCode.Of(DeviceCompiler.Compile(Source));
        return [.. create(list).Examine(code).Select(finding => finding.ToString())];
    }
}
