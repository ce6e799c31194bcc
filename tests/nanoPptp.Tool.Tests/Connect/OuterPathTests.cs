// What two addresses tell about the way between them.

using System.Net;
using nanoPptp.Tool.Connect;
using Xunit;

namespace nanoPptp.Tool.Tests.Connect;

public sealed class OuterPathTests
{
    [Theory]
    [InlineData("192.168.1.20", "203.0.113.7", true)]
    [InlineData("10.1.2.3", "203.0.113.7", true)]
    [InlineData("172.16.0.1", "203.0.113.7", true)]
    [InlineData("172.31.255.255", "203.0.113.7", true)]
    [InlineData("100.64.0.1", "203.0.113.7", true)]
    [InlineData("169.254.3.4", "203.0.113.7", true)]
    [InlineData("172.15.0.1", "203.0.113.7", false)]
    [InlineData("172.32.0.1", "203.0.113.7", false)]
    [InlineData("100.63.0.1", "203.0.113.7", false)]
    [InlineData("100.128.0.1", "203.0.113.7", false)]
    [InlineData("198.51.100.4", "203.0.113.7", false)]
    [InlineData("198.51.100.4", "10.0.0.1", false)]
    [InlineData("192.168.1.20", "10.0.0.1", false)]
    [InlineData("127.0.0.1", "127.0.0.2", false)]
    public void A_private_address_reaches_a_public_one_through_a_NAT_only(
        string local, string hub, bool expected)
    {
        OuterPath path = new(IPAddress.Parse(local), IPAddress.Parse(hub));

        Assert.Equal(expected, path.HasNat);
        Assert.Contains(local, path.Describe(), System.StringComparison.Ordinal);
    }
}
