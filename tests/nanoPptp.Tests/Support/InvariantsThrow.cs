// A broken invariant is a defect of the library: in this assembly it throws where it happens.

using System.Runtime.CompilerServices;
using nanoPptp.Diagnostics;

namespace nanoPptp.Tests.Support;

internal static class InvariantsThrow
{
    [ModuleInitializer]
    internal static void Initialize()
    {
        Invariant.Throws = true;
    }
}
