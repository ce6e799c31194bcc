// The settings of redialling: defaults, ranges, and that they are copied.

using System;
using nanoPptp.Client;
using nanoPptp.Memory;
using Xunit;

namespace nanoPptp.Tests.Client;

public sealed class RedialSettingsTests
{
    private readonly RedialSettings _settings = new();

    [Theory]
    [InlineData(FailureClass.Lost, 0, 2, 2 * 60)]
    [InlineData(FailureClass.Unreachable, 0, 5, 5 * 60)]
    [InlineData(FailureClass.Busy, 0, 10, 5 * 60)]
    [InlineData(FailureClass.Negotiation, 0, 10, 10 * 60)]
    [InlineData(FailureClass.Policy, 30, 5 * 60, 60 * 60)]
    [InlineData(FailureClass.Authentication, 60, 5 * 60, 4 * 60 * 60)]
    public void Every_class_has_its_pace(FailureClass c, int minimum, int first, int maximum)
    {
        Assert.Equal(minimum * 1000, _settings.MinimumMs(c));
        Assert.Equal(first * 1000, _settings.FirstMs(c));
        Assert.Equal(maximum * 1000, _settings.MaximumMs(c));
    }

    [Fact]
    public void The_slower_a_class_is_the_later_it_stands()
    {
        for (FailureClass c = FailureClass.Unreachable; c <= FailureClass.Authentication; c++)
        {
            Assert.True(_settings.MinimumMs(c) >= _settings.MinimumMs(c - 1));
            Assert.True(_settings.FirstMs(c) >= _settings.FirstMs(c - 1));
            Assert.True(_settings.MaximumMs(c) >= _settings.MaximumMs(c - 1));
        }
    }

    [Fact]
    public void A_pace_is_kept()
    {
        _settings.SetPace(FailureClass.Busy, 1, 2, 3);
        Assert.Equal(1, _settings.MinimumMs(FailureClass.Busy));
        Assert.Equal(2, _settings.FirstMs(FailureClass.Busy));
        Assert.Equal(3, _settings.MaximumMs(FailureClass.Busy));
        Assert.Equal(5000, _settings.FirstMs(FailureClass.Unreachable));
        Assert.Equal(10000, _settings.FirstMs(FailureClass.Negotiation));
    }

    [Theory]
    [InlineData(-1, 0, 0, false)]
    [InlineData(0, -1, 0, false)]
    [InlineData(0, 2, 1, false)]
    [InlineData(0, 0, -1, false)]
    [InlineData(0, 0, 0, true)]
    [InlineData(0, 1 << 30, 1 << 30, true)]
    [InlineData(1, 1 << 30, 1 << 30, false)]
    [InlineData(1 << 30, 0, 0, true)]
    [InlineData((1 << 30) + 1, 0, 0, false)]
    [InlineData(0, 0, (1 << 30) + 1, false)]
    [InlineData(int.MaxValue, int.MaxValue, int.MaxValue, false)]
    [InlineData(int.MinValue, 0, 0, false)]
    public void A_pace_has_its_range(int minimumMs, int firstMs, int maximumMs, bool isValid)
    {
        Exception? refusal = Record.Exception(
            () => _settings.SetPace(FailureClass.Policy, minimumMs, firstMs, maximumMs));
        Assert.Equal(isValid, refusal is null);
        Assert.True(isValid || refusal is ArgumentException);
        Assert.Equal(isValid ? minimumMs : 30000, _settings.MinimumMs(FailureClass.Policy));
    }

    [Theory]
    [InlineData(FailureClass.None)]
    [InlineData((FailureClass)7)]
    [InlineData((FailureClass)255)]
    public void There_is_no_pace_for_what_is_no_failure(FailureClass c)
    {
        Assert.Throws<ArgumentException>(() => _settings.SetPace(c, 0, 0, 0));
        Assert.Throws<ArgumentException>(() => _settings.MinimumMs(c));
        Assert.Throws<ArgumentException>(() => _settings.FirstMs(c));
        Assert.Throws<ArgumentException>(() => _settings.MaximumMs(c));
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(8, true)]
    [InlineData(9, false)]
    [InlineData(-1, false)]
    public void There_are_one_to_eight_hubs(int count, bool isValid)
    {
        _settings.HubCount = count;
        AssertTaken(isValid);
    }

    [Theory]
    [InlineData(-1, false)]
    [InlineData(0, true)]
    [InlineData(1 << 30, true)]
    [InlineData((1 << 30) + 1, false)]
    [InlineData(int.MinValue, false)]
    public void Times_have_their_range(int ms, bool isValid)
    {
        _settings.FirstDialMs = ms;
        AssertTaken(isValid);
        _settings.FirstDialMs = 0;
        _settings.IdleMs = ms;
        AssertTaken(isValid);
        _settings.IdleMs = 0;
        _settings.SessionMs = ms;
        AssertTaken(isValid);
        _settings.SessionMs = 0;
        _settings.SettledMs = ms;
        AssertTaken(isValid);
    }

    [Fact]
    public void What_is_changed_later_changes_nothing()
    {
        var rig = new RedialRig(_settings) { Answers = _ => null };
        _settings.HubCount = 8;
        _settings.FirstDialMs = 1 << 30;
        for (FailureClass c = FailureClass.Lost; c <= FailureClass.Authentication; c++)
        {
            _settings.SetPace(c, Limits.LongestPauseMs, 0, 0);
        }

        rig.Start();
        Assert.Equal(new RedialRig.Dialled(0, 0, 0), Assert.Single(rig.Dials));
        Assert.Equal(0, rig.NextDial(5000).Hub);
    }

    private void AssertTaken(bool isValid)
    {
        Exception? refusal = Record.Exception(() => new Redialer(new PptpClient(), _settings));
        Assert.Equal(isValid, refusal is null);
        Assert.True(isValid || refusal is ArgumentException);
    }
}
