// "nanopptp netcheck" against a real hub: what it sees on the way, and its verdict.

using System;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using Xunit;

namespace Interop.Tests;

[Collection(HubCollection.Name)]
public sealed class NetcheckTests : HubTest
{
    public NetcheckTests(Hub hub)
        : base(hub)
    {
    }

    [Fact]
    public async Task A_good_way_is_checked_to_its_end()
    {
        await using NanoPptp tool = NanoPptp.Check(
            Hub.Peers,
            "--hub", Guest.Address, "--user", Hub.User, "--password-file", Hub.PasswordFile);
        JsonElement verdict = await tool.VerdictAsync(expectedExitCode: 0);

        Assert.Equal("way-is-good", verdict.GetProperty("code").GetString());
        Assert.Equal(
            [
                "name", "socket", "tcp", "control", "call", "gre", "lcp", "auth", "encryption",
                "address", "ping", "mtu", "nat",
            ],
            tool.Named("step").Select(Name));
        Assert.All(
            tool.Named("step").Where(step => Name(step) != "nat"),
            step => Assert.Equal("ok", step.GetProperty("result").GetString()));
        Assert.Equal("linux", Step(tool, "control").GetProperty("vendor").GetString());
        Assert.Equal(1400, Step(tool, "mtu").GetProperty("mtu").GetInt32());
    }

    [Fact]
    public async Task Without_a_user_nobody_logs_in()
    {
        LogTail pppd = Guest.PppdLog;
        await using NanoPptp tool = NanoPptp.Check(Hub.Peers, "--hub", Guest.Address);
        await tool.VerdictAsync(expectedExitCode: 0);

        Assert.Equal("lcp", Name(tool.Named("step").Last(step => Name(step) != "nat")));
        await pppd.WaitForTextAsync("rcvd [LCP TermReq ");
        Assert.DoesNotContain("CHAP Response", pppd.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_password_is_the_hubs_own_number_and_name()
    {
        string file = await Hub.Peers.WriteFileAsync("wrong-for-check", "not the password");
        await using NanoPptp tool = NanoPptp.Check(
            Hub.Peers, "--hub", Guest.Address, "--user", Hub.User, "--password-file", file);
        JsonElement verdict = await tool.VerdictAsync(expectedExitCode: 15);

        Assert.Equal("authentication-failed", verdict.GetProperty("code").GetString());
        Assert.Equal(691, verdict.GetProperty("error").GetInt32());
        Assert.Equal("failed", Step(tool, "auth").GetProperty("result").GetString());
    }

    [Fact]
    public async Task Where_no_hub_listens_the_first_step_says_so()
    {
        await using NanoPptp tool = NanoPptp.Check(Hub.Peers, "--hub", "10.99.0.1");
        JsonElement verdict = await tool.VerdictAsync(expectedExitCode: 10);

        Assert.Equal("failed", Step(tool, "tcp").GetProperty("result").GetString());
        Assert.Contains(
            "1723", verdict.GetProperty("sentence").GetString(), StringComparison.Ordinal);
    }

    private static string? Name(JsonElement step) => step.GetProperty("step").GetString();

    private static JsonElement Step(NanoPptp tool, string name) =>
        tool.Named("step").Single(step => Name(step) == name);
}
