// The names of a run: what the scenario reader takes for a name, the run must find.

using System.Collections.Generic;
using Simulator.World;
using Xunit;

namespace Simulator.Tests.World;

public class NamesTests
{
    private readonly Names _names = new();

    public NamesTests()
    {
        _names.Add("pump", 3);
        _names.Add("valve", 1);
        _names.Add("tank", 2);
    }

    [Fact]
    public void Members_are_numbered_and_a_group_of_one_is_not()
    {
        Assert.Equal(["pump-1", "pump-2", "pump-3", "valve", "tank-1", "tank-2"], _names.All);
    }

    [Fact]
    public void A_member_is_found_by_its_name_and_a_group_by_its_own()
    {
        Assert.Equal([1], _names.Find("pump-2")!);
        Assert.Equal([3], _names.Find("valve")!);
        Assert.Equal(new HashSet<int> { 4, 5 }, _names.Find("tank"));
        Assert.Equal(new HashSet<int> { 0, 1, 2 }, _names.Find("pump"));
    }

    [Fact]
    public void No_name_stands_for_all()
    {
        Assert.Null(_names.Find(null));
    }

    [Theory]
    [InlineData("pump-4")]
    [InlineData("pump-0")]
    [InlineData("valve-1")]
    [InlineData("")]
    public void Nothing_else_is_a_name(string name)
    {
        Assert.Contains(
            $"'{name}'", Assert.Throws<KeyNotFoundException>(() => _names.Find(name)).Message);
    }

    [Fact]
    public void Every_member_has_the_name_that_its_number_says()
    {
        for (int number = 0; number < _names.All.Count; number++)
        {
            Assert.Equal([number], _names.Find(_names.All[number])!);
        }
    }
}
