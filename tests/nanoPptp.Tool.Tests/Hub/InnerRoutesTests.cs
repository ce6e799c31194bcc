// Where packets for an address go when several sessions have it.

using nanoPptp.Tool.Hub;
using Xunit;

namespace nanoPptp.Tool.Tests.Hub;

public sealed class InnerRoutesTests
{
    private const uint Address = 7;

    private readonly InnerRoutes<string> _routes = new();

    [Fact]
    public void An_address_leads_to_its_session_as_long_as_that_is_up()
    {
        _routes.Add(Address, "first");
        _routes.Add(Address + 1, "second");
        Assert.Equal("first", SessionAt(Address));
        Assert.Equal("second", SessionAt(Address + 1));
        _routes.Remove(Address, "first");
        Assert.Null(SessionAt(Address));
        Assert.Equal("second", SessionAt(Address + 1));
    }

    [Fact]
    public void A_session_that_was_not_up_takes_nothing_along()
    {
        _routes.Add(Address, "first");
        _routes.Remove(Address, "another");
        _routes.Remove(Address + 1, "first");
        Assert.Equal("first", SessionAt(Address));
    }

    [Fact]
    public void Of_several_sessions_the_last_one_up_counts_and_then_the_one_before()
    {
        foreach (string session in (string[])["first", "second", "third", "fourth"])
        {
            _routes.Add(Address, session);
            _routes.Add(Address + 1, session + " too");
            Assert.Equal(session, SessionAt(Address));
        }

        _routes.Remove(Address, "second");
        Assert.Equal("fourth", SessionAt(Address));
        _routes.Remove(Address, "fourth");
        Assert.Equal("third", SessionAt(Address));
        _routes.Remove(Address, "third");
        Assert.Equal("first", SessionAt(Address));
        _routes.Remove(Address, "first");
        Assert.Null(SessionAt(Address));
        Assert.Equal("fourth too", SessionAt(Address + 1));
    }

    private string? SessionAt(uint address)
    {
        return _routes.TryGet(address, out string? session) ? session : null;
    }
}
