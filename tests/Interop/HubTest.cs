// What every test with a hub does before and after.

using System;
using System.Threading.Tasks;
using Xunit;

namespace Interop.Tests;

/// <summary>Waits for a hub without calls first, and shows its logs when the test failed.</summary>
public abstract class HubTest : IAsyncLifetime
{
    protected HubTest(Hub hub)
    {
        ArgumentNullException.ThrowIfNull(hub);
        hub.Require();
        Hub = hub;
    }

    protected Hub Hub { get; }

    private protected Guest Guest => Hub.Guest;

    public async ValueTask InitializeAsync() => await Guest.WaitUntilIdleAsync();

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (TestContext.Current.TestState?.Result == TestResult.Failed)
        {
            TestContext.Current.TestOutputHelper?.WriteLine(Guest.DescribeLogs());
        }

        return ValueTask.CompletedTask;
    }
}
