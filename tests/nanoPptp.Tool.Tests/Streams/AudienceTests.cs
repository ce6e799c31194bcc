// Who watches a run is told until the output is lost, and the run learns it when it asks.

using System.Collections.Generic;
using System.IO;
using nanoPptp.Tool.Streams;
using Xunit;

namespace nanoPptp.Tool.Tests.Streams;

public sealed class AudienceTests
{
    private readonly List<string> _heard = [];
    private readonly Audience<List<string>> _audience;

    public AudienceTests()
    {
        _audience = new Audience<List<string>>(_heard);
    }

    [Fact]
    public void News_are_kept_in_their_order_until_they_are_told()
    {
        _audience.Note(heard => heard.Add("one"));
        _audience.Note(heard => heard.Add("two"));
        Assert.True(_audience.HasNews);
        Assert.Empty(_heard);

        _audience.TellNews();
        _audience.TellNews();
        Assert.Equal(["one", "two"], _heard);
        Assert.False(_audience.HasNews);
        _audience.ThrowIfLost();
    }

    [Fact]
    public void Nothing_is_told_any_more_when_the_output_is_lost()
    {
        IOException lost = new("full");
        _audience.Note(heard => heard.Add("one"));
        _audience.Note(_ => throw lost);
        _audience.Note(heard => heard.Add("two"));
        _audience.TellNews();
        _audience.Tell(heard => heard.Add("three"));

        Assert.Equal(["one"], _heard);
        Assert.True(_audience.IsLost);
        Assert.Same(lost, Assert.Throws<IOException>(_audience.ThrowIfLost));
    }
}
