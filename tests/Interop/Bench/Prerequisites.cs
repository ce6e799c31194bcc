// What happens to a test on a machine that lacks something it needs.

using System;
using Xunit;

namespace Interop.Tests;

internal static class Prerequisites
{
    /// <summary>
    /// Given what is missing, skips the test that calls this, or fails it if the environment
    /// variable NANOPPTP_INTEROP is "required". Null is nothing missing.
    /// </summary>
    public static void Require(string? missing)
    {
        if (missing is null)
        {
            return;
        }

        if (Environment.GetEnvironmentVariable("NANOPPTP_INTEROP") == "required")
        {
            Assert.Fail(missing);
        }

        Assert.Skip(missing);
    }
}
