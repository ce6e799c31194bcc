// What may stand behind --hub, and what a name server may give for it.

using System.Net;
using nanoPptp.Tool.Connect;
using Xunit;

namespace nanoPptp.Tool.Tests.Connect;

public sealed class HubNameTests
{
    [Theory]
    [InlineData("192.0.2.1")]
    [InlineData("127.0.0.1")]
    [InlineData("240.0.0.1")]
    [InlineData("hub")]
    [InlineData("hub.example.")]
    [InlineData("hub-1.plant_2.example")]
    [InlineData("3.hub.example")]
    [InlineData("übung.example")]
    public void Names_and_dotted_quads_are_hubs(string hub)
    {
        Assert.Null(HubName.Check(hub));
    }

    [Theory]
    [InlineData("0.1.2.3")]
    [InlineData("224.0.0.0")]
    [InlineData("239.255.255.255")]
    [InlineData("255.255.255.255")]
    public void Addresses_that_no_host_has_are_refused_from_a_name_server_too(string address)
    {
        Assert.NotNull(HubName.WhyNoHost(IPAddress.Parse(address)));
        Assert.Matches(@"^--hub .*\.$", HubName.Check(address));
    }
}
