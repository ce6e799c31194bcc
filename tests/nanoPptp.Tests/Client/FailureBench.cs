// How a tunnel fails: every class of failure is named, the first cause stays, and the client leaves
// in order. What the tests of all classes share.

using System;
using System.Linq;
using nanoPptp.Client;
using nanoPptp.Diagnostics;
using Xunit;

namespace nanoPptp.Tests.Client;

/// <summary>A tunnel that is going to fail.</summary>
public abstract class FailureBench
{
    internal static readonly string[] OrderlyEnd =
        ["LCP Terminate-Request", "Call-Clear-Request", "Stop-Control-Connection-Request"];

    internal Tunnel Tunnel { get; } = new();

    internal ScriptedHub Hub => Tunnel.Hub;

    /// <summary>Dials until the hub falls silent in a stage.</summary>
    internal void Reach(Stage stage)
    {
        string? silent = stage switch
        {
            Stage.Control => "Start-Control-Connection-Request",
            Stage.Call => "Outgoing-Call-Request",
            Stage.Lcp => "LCP Configure-Request",
            Stage.Authentication => "CHAP Response",
            Stage.Ccp => "CCP Configure-Request",
            Stage.Ipcp => "IPCP Configure-Request",
            _ => null,
        };
        if (silent != null)
        {
            Hub.On.Remove(silent);
        }

        if (stage == Stage.Tcp)
        {
            Tunnel.Open();
            Tunnel.Pump();
        }
        else
        {
            Tunnel.Dial();
        }

        Assert.Equal(stage, Tunnel.Client.Stage);
    }

    /// <summary>This is the one trouble and the diagnosis.</summary>
    internal void AssertTrouble(Reason reason, int detail)
    {
        Assert.Equal([reason], Tunnel.Troubles);
        Assert.Equal(reason, Tunnel.Diagnosis.Reason);
        Assert.Equal(detail, Tunnel.Diagnosis.Detail);
        Assert.True(Tunnel.Count(reason) >= 1);
    }

    internal void AssertNothingWentInClear()
    {
        Assert.DoesNotContain(Hub.Log, name => name.StartsWith("0021", StringComparison.Ordinal));
        Assert.DoesNotContain(Stage.Up, Tunnel.Stages.SkipWhile(s => s != Stage.Closing));
    }
}
