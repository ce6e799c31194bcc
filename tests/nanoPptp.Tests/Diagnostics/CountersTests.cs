// Counts of every reason, and the sum of fates.

using System;
using System.Collections.Generic;
using System.Linq;
using nanoPptp.Diagnostics;
using Xunit;

namespace nanoPptp.Tests.Diagnostics;

public sealed class CountersTests
{
    // What can become of a received GRE packet, and nothing else.
    private static readonly HashSet<Reason> s_fates =
    [
        Reason.GreBadHeader, Reason.GreWrongCall, Reason.GreLate, Reason.GreEarly,
        Reason.GreAcknowledgment, Reason.PppBadFrame, Reason.PppWrongPhase,
        Reason.PppUnknownProtocol, Reason.PppNegotiated, Reason.PppDiscarded, Reason.MppeBadFrame,
        Reason.MppeLate, Reason.MppeBadProtocol, Reason.MppeClearData, Reason.BadIpHeader,
        Reason.GreJump,
        Reason.PppRateLimited,
        Reason.MppeJump,
        Reason.IpDelivered,
    ];

    [Fact]
    public void Every_reason_has_a_counter_of_its_own()
    {
        var counters = new Counters();
        Reason[] reasons = Enum.GetValues<Reason>();
        for (int i = 0; i < reasons.Length; i++)
        {
            for (int n = 0; n <= i; n++)
            {
                counters.Count(reasons[i]);
            }
        }

        for (int i = 0; i < reasons.Length; i++)
        {
            Assert.Equal(i + 1, counters.Get(reasons[i]));
        }
    }

    [Fact]
    public void There_are_as_many_counters_as_the_greatest_reason_needs()
    {
        Assert.Equal(Counters.ReasonCount, Enum.GetValues<Reason>().Max(r => (int)r) + 1);
    }

    [Fact]
    public void Only_fates_add_up_to_the_sum_of_fates()
    {
        foreach (Reason reason in Enum.GetValues<Reason>())
        {
            var counters = new Counters();
            counters.Count(reason);
            Assert.Equal(s_fates.Contains(reason) ? 1 : 0, counters.SumOfFates());
        }
    }
}
