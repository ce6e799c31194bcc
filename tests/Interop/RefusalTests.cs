// What the tool says when a hub does not let it in: one exit code and sentence for each reason.

using System;
using System.Diagnostics;
using System.Text.Json;
using System.Threading.Tasks;
using Xunit;

namespace Interop.Tests;

[Collection(HubCollection.Name)]
public sealed class RefusalTests : HubTest
{
    public RefusalTests(Hub hub)
        : base(hub)
    {
    }

    [Fact]
    public async Task A_wrong_password_is_exit_code_15_and_the_hubs_own_error_number()
    {
        const string Wrong = "not the password";
        string file = await Hub.Peers.WriteFileAsync("wrong-password", Wrong);
        LogTail pppd = Guest.PppdLog;

        await using NanoPptp tool = NanoPptp.Connect(
            Hub.Peers,
            "--hub", Guest.Address, "--user", Hub.User, "--password-file", file, "--for", "5");
        JsonElement end = await tool.EndAsync(expectedExitCode: 15);

        Assert.Contains(
            "E=691", end.GetProperty("sentence").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Wrong, await tool.DescribeAsync(), StringComparison.Ordinal);
        await pppd.WaitForTextAsync("failed CHAP authentication");
    }

    [Fact]
    public async Task An_address_without_a_hub_is_exit_code_10_at_once()
    {
        // The namespace's own address: nothing listens there.
        Stopwatch watch = Stopwatch.StartNew();
        await using NanoPptp tool = NanoPptp.Connect(
            Hub.Peers,
            "--hub", "10.99.0.1", "--user", Hub.User, "--password-file", Hub.PasswordFile);
        await tool.EndAsync(expectedExitCode: 10);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task A_hub_that_refuses_encryption_is_exit_code_16()
    {
        await using ExtraHub open = await ExtraHub.StartAsync(Hub, ("HUB_MPPE", "none"));

        await using NanoPptp tool = open.Connect();
        await tool.EndAsync(expectedExitCode: 16);
    }
}
