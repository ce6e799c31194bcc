// The numbers of the reasons are part of what devices report: they stay apart, and so do the
// layers.

using System;
using System.Linq;
using nanoPptp.Diagnostics;
using Xunit;

namespace nanoPptp.Tests.Diagnostics;

public sealed class ReasonTests
{
    [Fact]
    public void No_two_reasons_share_a_number()
    {
        int[] numbers = Enum.GetNames<Reason>().Select(n => (int)Enum.Parse<Reason>(n)).ToArray();
        Assert.Equal(numbers.Length, numbers.Distinct().Count());
    }

    [Fact]
    public void None_is_zero_so_that_a_negated_reason_is_always_negative()
    {
        Assert.Equal(0, (int)Reason.None);
        Assert.All(
            Enum.GetValues<Reason>().Where(r => r != Reason.None), r => Assert.True(-(int)r < 0));
    }
}
