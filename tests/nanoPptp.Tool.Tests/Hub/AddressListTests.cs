// Lists of addresses, as pptpd.conf has them.

using System;
using System.Collections.Generic;
using System.Linq;
using nanoPptp.Tool.Hub.Configuration;
using Simulator.Hub;
using Xunit;

namespace nanoPptp.Tool.Tests.Hub;

public sealed class AddressListTests
{
    [Theory]
    [InlineData("10.98.0.1", "10.98.0.1")]
    [InlineData("10.98.0.254-255", "10.98.0.254 10.98.0.255")]
    [InlineData("10.98.0.100-102,10.98.0.245", "10.98.0.100 10.98.0.101 10.98.0.102 10.98.0.245")]
    [InlineData("10.98.0-1.7", "10.98.0.7 10.98.1.7")]
    [InlineData("10.98.0.9,10.98.0.8-9", "10.98.0.9 10.98.0.8")]
    public void A_list_holds_addresses_and_ranges_each_address_once(string list, string expected)
    {
        Assert.Null(AddressList.Read(list, out IReadOnlyList<uint> addresses));
        Assert.Equal(expected.Split(' '), addresses.Select(Ipv4Address.ToText));
    }

    [Theory]
    [InlineData("", "neither blanks nor empty places")]
    [InlineData("10.98.0.1,", "neither blanks nor empty places")]
    [InlineData("10.98.0.1, 10.98.0.2", "neither blanks nor empty places")]
    [InlineData("10.98.0", "no IPv4 address")]
    [InlineData("10.98.0.256", "no IPv4 address")]
    [InlineData("10.98.0.x", "no IPv4 address")]
    [InlineData("10.98.0.1-2-3", "no IPv4 address")]
    [InlineData("10.98.0.-1", "no IPv4 address")]
    [InlineData("10.98.0.0001", "no IPv4 address")]
    [InlineData("10.98.0.1-10.98.0.9", "no IPv4 address")]
    [InlineData("10.98.0.234-8", "not 234-8")]
    [InlineData("10.0-255.0-255.0-255", "more than 65536")]
    public void What_is_wrong_with_a_list_is_said(string list, string expected)
    {
        Assert.Contains(expected, AddressList.Read(list, out _), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("10.98.0.245,10.98.0.100-103", "10.98.0.245,10.98.0.100-103")]
    [InlineData("10.98.0.100,10.98.0.101,10.98.0.103", "10.98.0.100-101,10.98.0.103")]
    [InlineData("10.98.0.101,10.98.0.100", "10.98.0.101,10.98.0.100")]
    [InlineData("10.98.0.0-255,10.98.1.0-1", "10.98.0.0-10.98.1.1")]
    [InlineData("10.98.0-2.7", "10.98.0.7,10.98.1.7,10.98.2.7")]
    [InlineData("255.255.255.255,0.0.0.0", "255.255.255.255,0.0.0.0")]
    public void Addresses_that_follow_each_other_are_one_range(string list, string expected)
    {
        Assert.Null(AddressList.Read(list, out IReadOnlyList<uint> addresses));
        Assert.Equal(expected, AddressList.Describe(AddressList.RangesOf(addresses)));
    }

    [Fact]
    public void Of_very_many_ranges_some_are_told_and_the_rest_is_counted()
    {
        Assert.Null(AddressList.Read("10.98.0-9.7", out IReadOnlyList<uint> addresses));
        IReadOnlyList<HubAddressRange> ranges = AddressList.RangesOf(addresses);

        Assert.Equal(
            "10.98.0.7,10.98.1.7 and 8 more ranges", AddressList.Describe(ranges, most: 2));
        Assert.EndsWith(",10.98.9.7", AddressList.Describe(ranges, 10), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("10.98.0.0-127", "10.98.0.0/25")]
    [InlineData("10.98.0.64-127,10.98.0.0-63", "10.98.0.0/25")]
    [InlineData("10.98.0.0-3,10.98.0.8", "10.98.0.0/30 10.98.0.8/32", "10.98.0.2", "10.98.0.8")]
    [InlineData("10.98.0.0-2", "10.98.0.0/30 10.98.7.7/32", "10.98.7.7", "10.98.0.3")]
    [InlineData("10.98.0.8", "10.98.0.8/32 10.98.7.6/31", "10.98.7.7", "10.98.7.6")]
    [InlineData("255.255.255.254-255", "10.98.7.7/32 255.255.255.254/31", "10.98.7.7")]
    public void Clients_are_in_the_hubs_ranges_and_at_the_addresses_of_users(
        string list, string expected, params string[] own)
    {
        Assert.Null(AddressList.Read(list, out IReadOnlyList<uint> addresses));
        HubSettings settings = new()
        {
            ClientAddresses = AddressList.RangesOf(addresses),
            UserAddresses = own.ToDictionary(
                text => text,
                text => new HubUserAddresses(new HubAddressRule(Ipv4Address.Parse(text), 32, true))),
        };

        Assert.Equal(
            expected.Split(' '),
            AddressList.NetworksOf(settings)
                .Select(row => $"{Ipv4Address.ToText(row.Address)}/{row.PrefixLength}"));
    }

    [Theory]
    [InlineData("10.98.0.100", "10.98.0.100", "10.98.0.100")]
    [InlineData("10.98.0.100", "10.98.0.199", "10.98.0.100-199")]
    [InlineData("10.98.0.200", "10.98.1.9", "10.98.0.200-10.98.1.9")]
    public void A_range_is_told_as_people_write_it(string first, string last, string expected)
    {
        Assert.Equal(
            expected, AddressList.Describe(Ipv4Address.Parse(first), Ipv4Address.Parse(last)));
    }

    [Theory]
    [InlineData("10.98.0.0", "10.98.0.255", "10.98.0.0/24")]
    [InlineData("10.98.0.7", "10.98.0.7", "10.98.0.7/32")]
    [InlineData("10.98.0.1", "10.98.0.6", "10.98.0.1/32 10.98.0.2/31 10.98.0.4/31 10.98.0.6/32")]
    [InlineData("255.255.255.254", "255.255.255.255", "255.255.255.254/31")]
    [InlineData("0.0.0.0", "255.255.255.255", "0.0.0.0/0")]
    public void Networks_hold_exactly_the_range(string first, string last, string expected)
    {
        Assert.Equal(
            expected.Split(' '),
            AddressList.Networks(Ipv4Address.Parse(first), Ipv4Address.Parse(last))
                .Select(row => $"{Ipv4Address.ToText(row.Address)}/{row.PrefixLength}"));
    }
}
