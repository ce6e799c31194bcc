// Figures go to the output of the test that measures them, one line each.

using Xunit;

namespace DeviceSurface.Support;

internal static class Figures
{
    internal static void Print(string line)
    {
        TestContext.Current.TestOutputHelper!.WriteLine(line);
    }

    internal static void Print(string what, double instructions)
    {
        Print($"{instructions,12:#,0.##} IL instructions: {what}");
    }
}
