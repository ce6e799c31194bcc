// What --udp sends.

using System.Linq;
using System.Text;
using nanoPptp.Tool.Connect;
using Xunit;

namespace nanoPptp.Tool.Tests.Connect;

public sealed class DatagramsTests
{
    [Fact]
    public void A_text_carries_its_number()
    {
        Datagrams datagrams = Datagrams.OfText("""{"n":{n},"again":{n}}""", 12);

        Assert.Equal(12, datagrams.Count);
        Assert.Equal("""{"n":1,"again":1}""", Text(datagrams, 1));
        Assert.Equal("""{"n":12,"again":12}""", Text(datagrams, 12));
        Assert.Equal(19, datagrams.LongestLength);
    }

    [Fact]
    public void Length_is_counted_in_octets()
    {
        Assert.Equal(5, Datagrams.OfText("21 °", 1).LongestLength);
        Assert.Equal(0, Datagrams.OfText("", 3).LongestLength);
    }

    [Fact]
    public void Lines_are_sent_in_turn_and_as_they_are()
    {
        byte[][] lines = ["a{n}"u8.ToArray(), [], "ccc"u8.ToArray()];

        Assert.Equal(3, Datagrams.OfLines(lines, null).Count);
        Datagrams datagrams = Datagrams.OfLines(lines, 5);
        Assert.Equal(
            ["a{n}", "", "ccc", "a{n}", ""],
            Enumerable.Range(1, 5).Select(i => Text(datagrams, i)));
        Assert.Equal(4, datagrams.LongestLength);
        Assert.Equal(4, Datagrams.OfLines(lines, 1).LongestLength);
    }

    private static string Text(Datagrams datagrams, int sequence) =>
        Encoding.UTF8.GetString(datagrams.Get(sequence));
}
