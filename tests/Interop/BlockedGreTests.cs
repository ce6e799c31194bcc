// A firewall that lets TCP port 1723 pass but not protocol 47: the classic way not to get a tunnel.

using System;
using System.Threading.Tasks;
using Xunit;

namespace Interop.Tests;

[Collection(OwnGuestCollection.Name)]
public sealed class BlockedGreTests : HubTest, IClassFixture<LonelyHub>
{
    public BlockedGreTests(LonelyHub hub)
        : base(hub)
    {
    }

    [Fact]
    public async Task Blocked_GRE_is_exit_code_13()
    {
        CommandResult drop = await Hub.Peers.RunAsync("gre", "drop", "hub");
        Assert.True(drop.ExitCode == 0, drop.Output + drop.Errors);
        LogTail pppd = Guest.PppdLog;
        LogTail system = Guest.SystemLog;

        await using NanoPptp tool = Hub.Connect();
        await tool.EndAsync(expectedExitCode: 13);

        // The call was made and pppd has spoken, but heard nothing.
        Assert.Contains("Starting call", system.Text, StringComparison.Ordinal);
        Assert.Contains("sent [LCP ConfReq", pppd.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("rcvd [", pppd.Text, StringComparison.Ordinal);
    }
}
