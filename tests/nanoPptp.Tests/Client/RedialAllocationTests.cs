// The redialer allocates in its constructor and never again: thousands of failures, and sessions
// that come, idle, grow old and fall. Only its own calls are measured.

using System;
using System.Linq;
using System.Runtime.CompilerServices;
using nanoPptp.Client;
using nanoPptp.Crypto;
using nanoPptp.Tests.Support;
using Xunit;

namespace nanoPptp.Tests.Client;

[Collection(nameof(RedialAlone))]
public sealed class RedialAllocationTests
{
    private const int CycleCount = 20000;

    private static object? s_planted;

    private readonly Tunnel _tunnel = new();
    private readonly Redialer _redialer;
    private readonly byte[] _entropy = Octets.Filled(32, 0x77);
    private long _allocated;
    private int _dials;

    public RedialAllocationTests()
    {
        var settings = new RedialSettings { HubCount = 3, IdleMs = 100000, SessionMs = 150000 };
        _redialer = new Redialer(_tunnel.Client, settings);
        foreach (Type type in typeof(PptpClient).Assembly.GetTypes()
            .Concat(typeof(Rc4).Assembly.GetTypes()))
        {
            RuntimeHelpers.RunClassConstructor(type.TypeHandle);
        }
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(CycleCount / 2)]
    public void Thousands_of_cycles_allocate_nothing_and_one_object_would_be_noticed(int plantAt)
    {
        Cycles(200, -1);
        _allocated = 0;
        Cycles(CycleCount, plantAt);
        Assert.Equal(plantAt < 0 ? 0 : 3 * IntPtr.Size, _allocated);
        Assert.True(_dials > CycleCount / 2);
        Assert.Equal(_dials, _redialer.AttemptCount);
    }

    [Fact]
    public void Sessions_allocate_nothing()
    {
        Cycles(200, -1);
        _allocated = 0;
        Tunnel tunnel = _tunnel;
        int sessions = 0;
        int hangUps = 0;
        for (int i = 0; i < 3000; i++)
        {
            tunnel.Pump();
            tunnel.Client.Tick(tunnel.NowMs);
            tunnel.Pump();
            long before = GC.GetAllocatedBytesForCurrentThread();
            Stage stage = tunnel.Client.Stage;
            RedialOrder order = _redialer.Tick(tunnel.NowMs);
            int waitMs = _redialer.NextDeadlineMs(tunnel.NowMs);
            if (i % 7 == 0)
            {
                _redialer.Wanted(tunnel.NowMs);
            }

            _allocated += GC.GetAllocatedBytesForCurrentThread() - before;
            hangUps += stage == Stage.Up && tunnel.Client.Stage != Stage.Up ? 1 : 0;
            if (order == RedialOrder.Dial)
            {
                sessions++;
                tunnel = tunnel.With(new ScriptedHub());
                tunnel.Dial();
            }
            else if (i % 50 == 49)
            {
                tunnel.Client.ControlClosed(tunnel.NowMs);
            }
            else
            {
                tunnel.Skip(Math.Min(waitMs, tunnel.Client.NextDeadlineMs(tunnel.NowMs)));
            }
        }

        Assert.Equal(0, _allocated);
        Assert.True(sessions > 100, sessions.ToString());
        Assert.True(hangUps > 50, hangUps.ToString());
    }

    private void Cycles(int count, int plantAt)
    {
        PptpClient client = _tunnel.Client;
        for (int i = 0; i < count; i++)
        {
            int nowMs = _tunnel.NowMs;
            long before = GC.GetAllocatedBytesForCurrentThread();
            if (i == plantAt)
            {
                s_planted = new object();
                GC.KeepAlive(s_planted);
            }

            if (_redialer.IsStopped)
            {
                _redialer.Start(_entropy, 0, 32, nowMs);
            }

            RedialOrder order = _redialer.Tick(nowMs);
            if (order == RedialOrder.Dial)
            {
                _dials++;
                if (i % 3 != 0)
                {
                    _redialer.DialFailed(nowMs);
                }
            }

            _redialer.Wanted(nowMs);
            if (i % 1000 == 999)
            {
                _redialer.Stop(nowMs);
            }

            int waitMs = _redialer.NextDeadlineMs(nowMs);
            _allocated += GC.GetAllocatedBytesForCurrentThread() - before;
            if (order == RedialOrder.Dial && i % 3 == 0)
            {
                _tunnel.Open();
                client.ControlClosed(nowMs);
                _tunnel.Pump();
            }

            // To the end of any pause, or nearly.
            _tunnel.Skip(i % 5 == 0 ? waitMs : Math.Max(waitMs, _redialer.WaitMs));
        }
    }
}
