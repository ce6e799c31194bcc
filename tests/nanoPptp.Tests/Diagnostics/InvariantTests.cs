// Invariants throw here; on the device they only tell. The switch is one for the whole process, so
// these tests run while no other does.

using System;
using nanoPptp.Diagnostics;
using Xunit;

namespace nanoPptp.Tests.Diagnostics;

[Collection(nameof(InvariantsAlone))]
public sealed class InvariantTests
{
    [Fact]
    public void A_promise_that_holds_changes_nothing()
    {
        Assert.True(Invariant.Check(true));
    }

    [Fact]
    public void A_broken_promise_throws_in_tests()
    {
        Assert.True(Invariant.Throws);
        Assert.Throws<InvalidOperationException>(() => Invariant.Check(false));
    }

    [Fact]
    public void A_broken_promise_is_only_told_on_the_device()
    {
        Invariant.Throws = false;
        try
        {
            Assert.False(Invariant.Check(false));
        }
        finally
        {
            Invariant.Throws = true;
        }
    }
}

/// <summary>Tests that turn the throwing of invariants off run alone.</summary>
[CollectionDefinition(nameof(InvariantsAlone), DisableParallelization = true)]
public sealed class InvariantsAlone
{
}
