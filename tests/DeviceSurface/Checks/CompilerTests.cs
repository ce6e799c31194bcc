// What the reference signatures alone keep out: the compiler refuses it.

using DeviceSurface.Support;
using Xunit;

namespace DeviceSurface.Checks;

public sealed class CompilerTests
{
    private const string NoSuchType = "CS0246";
    private const string NoSuchMember = "CS1061";
    private const string NotInType = "CS0117";
    private const string NoSuchName = "CS0103";
    private const string NotDefined = "CS0518";
    private const string NoSuchNamespace = "CS0234";
    private const string RuntimeLacksFeature = "CS8701";

    [Theory]
    [InlineData("using System.Collections.Generic; class C { List<int> _list; }", NoSuchNamespace)]
    [InlineData("class C { long M() { return System.Environment.TickCount64; } }", NoSuchNamespace)]
    [InlineData("class C { string M(string s) { return s.Replace('a', 'b'); } }", NoSuchMember)]
    [InlineData("class C { void M(byte[] b) { System.Array.Fill(b, (byte)1); } }", NotInType)]
    [InlineData("class C { void M(byte[] b) { System.Array.Reverse(b); } }", NotInType)]
    [InlineData("class C { void M(System.Span<byte> b) { } }", NoSuchNamespace)]
    [InlineData("class C { System.Func<int> _f; }", NoSuchNamespace)]
    [InlineData("class C { System.DateTime M() { return System.DateTime.Now; } }", NotInType)]
    [InlineData("class C { bool M(char c) { return char.IsDigit(c); } }", NotInType)]
    [InlineData("class C { int M() { return Stopwatch.StartNew().Elapsed; } }", NoSuchName)]
    [InlineData("class C { int? M() { return null; } }", NotDefined)]
    [InlineData("class C { decimal M() { return 1m; } }", NotDefined)]
    [InlineData("class C { volatile int _i; }", NotDefined)]
    [InlineData("class C { (int, int) M() { return (1, 2); } }", "CS8179")]
    [InlineData("interface I { int M() { return 1; } }", RuntimeLacksFeature)]
    [InlineData("class C { void M() { throw new System.OverflowException(); } }", NoSuchNamespace)]
    [InlineData("class C : System.Diagnostics.Stopwatch { }", NoSuchNamespace)]
    [InlineData("class C : Missing { }", NoSuchType)]
    public void What_the_board_lacks_does_not_compile(string source, string code)
    {
        Assert.Contains(code, DeviceCompiler.Errors(source));
    }

    [Fact]
    public void What_the_board_has_compiles()
    {
        DeviceCompiler.Compile(
            """
            using System;
            using System.Collections;
            using System.Threading;

            public delegate void Handler(object sender, EventArgs e);

            public enum Kind : byte { A, B }

            public sealed class Sample : IDisposable
            {
                private static readonly byte[] s_table = { 1, 2, 3, 4, 5, 6, 7, 8, 9 };
                private static readonly uint[] s_words = { 1, 2, 3, 4, 5, 6, 7, 8, 9 };
                private readonly object _gate = new object();

                public event Handler Changed { add { } remove { } }

                public string Name { get; set; }

                public int this[int index] { get { return s_table[index]; } }

                public static int Sum(params int[] terms)
                {
                    int sum = 0;
                    foreach (int term in terms)
                    {
                        sum += term;
                    }

                    return sum;
                }

                public string Describe(Kind kind)
                {
                    switch (Name)
                    {
                        case "one": return "1";
                        case "two": return "2";
                        case "three": return "3";
                        case "four": return "4";
                        case "five": return "5";
                        case "six": return "6";
                        case "seven": return "7";
                        default: return $"{Name} {kind} {s_words[1]}" + (int)kind;
                    }
                }

                public void Dispose()
                {
                    lock (_gate)
                    {
                        Array.Copy(s_table, 0, s_table, 1, 2);
                        Thread.Sleep(TimeSpan.FromMilliseconds(1));
                    }

                    foreach (object item in new ArrayList())
                    {
                        using (item as IDisposable)
                        {
                        }
                    }
                }
            }
            """);
    }
}
