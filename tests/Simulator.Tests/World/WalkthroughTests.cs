// The first thing that people run, run by the tests.

using System;
using System.Collections.Generic;
using System.Linq;
using nanoPptp.Diagnostics;
using Simulator.World;
using Xunit;

namespace Simulator.Tests.World;

public class WalkthroughTests
{
    public WalkthroughTests() => Invariant.Throws = true;

    [Fact]
    public void Ten_readings_arrive_through_the_encrypted_tunnel()
    {
        var lines = new List<string>();
        var walkthrough = new Walkthrough(1, lines.Add);

        Assert.True(walkthrough.Run());

        Assert.Equal(Walkthrough.ReadingCount, walkthrough.Received.Count);
        Assert.Contains("MPPE 128-bit stateless", lines[^1], StringComparison.Ordinal);
        foreach (string message in new[]
        {
            "Start-Control-Connection-Request", "Outgoing-Call-Reply", "Set-Link-Info",
            "LCP Configure-Ack", "CHAP Challenge", "CHAP Success", "CCP Configure-Ack",
            "IPCP Configure-Nak", "MPPE count 9 A D", "LCP Terminate-Ack", "Call-Clear-Request",
            "Call-Disconnect-Notify", "Stop-Control-Connection-Reply", "TCP close",
        })
        {
            Assert.Contains(lines, line => line.Contains(message, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void The_same_seed_gives_the_same_ladder_and_another_seed_another()
    {
        Assert.Equal(Ladder(3), Ladder(3));
        Assert.NotEqual(Ladder(3), Ladder(4));
    }

    [Fact]
    public void Readings_never_pass_in_clear_and_the_password_is_never_shown()
    {
        var lines = new List<string>();
        var walkthrough = new Walkthrough(5, lines.Add);
        string password = walkthrough.Password;
        Assert.True(walkthrough.Run());
        Assert.DoesNotContain(lines, line => line.Contains(password, StringComparison.Ordinal));
        Assert.DoesNotContain(
            lines,
            line => line.Contains("->|", StringComparison.Ordinal)
                && (line.Contains("pressure", StringComparison.Ordinal)
                    || line.Contains("IPv4", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_wrong_password_is_reported_as_a_failure()
    {
        var lines = new List<string>();
        var walkthrough = new Walkthrough(6, lines.Add) { Password = "another" };
        Assert.False(walkthrough.Run());
        Assert.Contains("AuthenticationFailed", lines[^1], StringComparison.Ordinal);
        Assert.StartsWith("FAILED: 0 of 10", lines[^1], StringComparison.Ordinal);
    }

    private static List<string> Ladder(ulong seed)
    {
        var lines = new List<string>();
        var walkthrough = new Walkthrough(seed, lines.Add);
        Assert.True(walkthrough.Run());
        return [.. lines.Where(line => line.Length > 0)];
    }
}
