// Settings out of range are refused; passwords stay out of texts.

using System;
using Simulator.Hub;
using Xunit;

namespace Simulator.Tests.Hub;

public class HubSettingsTests
{
    [Fact]
    public void Settings_out_of_range_are_refused()
    {
        HubSettings good = HubBench.Settings();
        foreach (HubSettings bad in (HubSettings[])
            [
                good with { ClientAddresses = [] },
                good with { ClientAddresses = [new(100, 99)] },
                good with { ClientAddresses = [new(100, 109), new(109, 119)] },
                good with { ClientAddresses = [new(100, 109), new(90, 100)] },
                good with { ClientAddresses = [new(100, 109), new(200, 209), new(101, 102)] },
                good with { RestartTimerMs = 0 },
                good with { StartTimeoutMs = 0 },
                good with { GreAckDelayMs = -1 },
                good with { LcpEchoIntervalMs = -1 },
                good with { ControlEchoIntervalMs = -1 },
                good with { ControlEchoTimeoutMs = 0 },
                good with { ChapRechallengeIntervalMs = -1 },
                good with { MaximumConfigureCount = 0 },
                good with { MaximumTerminateCount = 0 },
                good with { MaximumFailureCount = 0 },
                good with { LcpEchoFailureCount = 0 },
                good with { CallIdStep = 0 },
                good with { Mtu = 127 },
                good with { Mru = 1501 },
                good with { StartResult = 0 },
                good with { Authentications = [] },
                good with { Authentications = [(HubAuthentication)9] },
                good with { Authentications = [HubAuthentication.Pap, HubAuthentication.Pap] },
                good with { Authentications = [HubAuthentication.None, HubAuthentication.Pap] },
                good with { Encryption = (HubEncryption)9 },
                good with { MppeStrengths = MppeStrengths.None },
                good with { MppeStrengths = (MppeStrengths)8 },
            ])
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => new HubBench(bad));
        }
    }

    [Fact]
    public void The_text_of_settings_holds_no_password()
    {
        Assert.DoesNotContain(
            HubBench.Password, HubBench.Settings().ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_time_must_not_run_backwards()
    {
        var bench = new HubBench();
        bench.Hub.Tick(2_000);
        bench.Hub.Tick(2_000);
        Assert.Throws<ArgumentOutOfRangeException>(() => bench.Hub.Tick(1_999));
    }
}
