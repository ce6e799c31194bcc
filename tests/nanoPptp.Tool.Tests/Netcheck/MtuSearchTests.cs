// The search finds the longest packet that passes, whatever that is.

using System.Collections.Generic;
using nanoPptp.Tool.Netcheck;
using Xunit;

namespace nanoPptp.Tool.Tests.Netcheck;

public sealed class MtuSearchTests
{
    private const int Lowest = 576;
    private const int Highest = 1400;

    [Fact]
    public void Whatever_passes_is_found_in_few_probes()
    {
        for (int limit = Lowest; limit < Highest - MtuSearch.HubRoom; limit++)
        {
            MtuSearch search = new(Lowest, Highest);
            int probes = 0;
            for (; !search.IsDone; probes++)
            {
                Assert.InRange(search.Length, Lowest, Highest);
                Answer(search, search.Length <= limit);
            }

            Assert.Equal(limit, search.Longest);
            Assert.Equal(limit + 1, search.ShortestLost);
            Assert.False(search.IsGood);
            Assert.InRange(probes, 1, 36);
        }
    }

    [Fact]
    public void What_passes_at_once_needs_one_probe()
    {
        MtuSearch search = new(Lowest, Highest);
        search.Passed();

        Assert.True(search.IsDone);
        Assert.True(search.IsGood);
        Assert.Equal(Highest, search.Longest);
    }

    [Theory]
    [InlineData(Highest - 1)]
    [InlineData(Highest - MtuSearch.HubRoom)]
    public void What_a_hub_keeps_for_MPPE_is_no_black_hole(int limit)
    {
        MtuSearch search = new(Lowest, Highest);
        int probes = 0;
        for (; !search.IsDone; probes++)
        {
            Answer(search, search.Length <= limit);
        }

        Assert.True(search.IsGood);
        Assert.Equal(Highest - MtuSearch.HubRoom, search.Longest);
        Assert.Equal(4, probes);
    }

    [Fact]
    public void A_path_that_takes_nothing_is_given_up_at_the_lowest()
    {
        MtuSearch search = new(Lowest, Highest);
        List<int> tried = [];
        while (!search.IsDone)
        {
            tried.Add(search.Length);
            search.Lost();
        }

        const int Likely = Highest - MtuSearch.HubRoom;
        Assert.Equal(
            [Highest, Highest, Highest, Likely, Likely, Likely, Lowest, Lowest, Lowest], tried);
        Assert.False(search.IsGood);
        Assert.Equal(0, search.Longest);
        Assert.Equal(Lowest, search.ShortestLost);
    }

    [Fact]
    public void A_packet_that_is_lost_once_does_not_decide()
    {
        MtuSearch search = new(Lowest, Highest);
        search.Lost();
        search.Lost();
        search.Passed();

        Assert.True(search.IsDone);
        Assert.Equal(Highest, search.Longest);
    }

    [Fact]
    public void A_tunnel_of_the_lowest_length_is_no_special_case()
    {
        foreach (bool passes in new[] { true, false })
        {
            MtuSearch search = new(Lowest, Lowest);
            while (!search.IsDone)
            {
                Answer(search, passes);
            }

            Assert.Equal(passes ? Lowest : 0, search.Longest);
        }
    }

    private static void Answer(MtuSearch search, bool passes)
    {
        if (passes)
        {
            search.Passed();
        }
        else
        {
            search.Lost();
        }
    }
}
