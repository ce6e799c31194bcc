// Whether data really flows: against the independent hub, whose data path dies while its LCP lives.

using System;
using System.Collections.Generic;
using nanoPptp.Client;
using nanoPptp.Diagnostics;
using nanoPptp.Telemetry.Ip;
using Simulator.Hub;
using Simulator.World;
using Xunit;

namespace nanoPptp.Telemetry.Tests.Ip;

public sealed class DataWatchTests : HubObserver, IDisposable
{
    private readonly SmallWorld _world;
    private readonly HubSettings _settings =
        new() { Users = new Dictionary<string, string> { ["u"] = "p" } };
    private HubSession? _session;

    public DataWatchTests()
    {
        var settings = new PptpSettings { UserName = "u", DeadPeerMs = 30_000 };
        settings.SetPassword("p");
        _world = new SmallWorld(7, _settings, settings, this, watchesData: true);
        _world.Sensor.Start();
        Assert.True(_world.Clock.Run(5_000_000, () => Client.Stage == Stage.Up));
    }

    private PptpClient Client => _world.Sensor.Client;

    private IpCounters Counters => _world.Sensor.Endpoint.Counters;

    public override void SessionUp(HubSession session, long nowMs) => _session = session;

    [Fact]
    public void An_idle_tunnel_is_asked_every_third_of_the_time_and_stays()
    {
        Pass(302_000);
        Assert.Equal(Stage.Up, Client.Stage);
        Assert.Equal(30, Counters.EchoReplies);
        Assert.Equal(30, Counters.EchoSent);
    }

    [Fact]
    public void Data_that_comes_puts_the_question_off()
    {
        for (int i = 0; i < 60; i++)
        {
            Pass(9_000);
            _world.Hub.Input(hub => hub.SendUdp(_session!, 7, 9, [1], _world.Clock.NowMs));
        }

        Assert.Equal(0, Counters.EchoSent);
        Assert.Equal(Stage.Up, Client.Stage);
    }

    [Fact]
    public void C47_A_data_path_that_dies_while_LCP_is_answered_ends_the_tunnel_in_time()
    {
        Pass(15_000);
        Assert.Equal(1, Counters.EchoReplies);
        AnswerPings(false);
        long quietMs = 5_000;
        while (Client.Stage == Stage.Up)
        {
            Pass(10);
            quietMs += 10;
            Assert.InRange(quietMs, 0, 30_100);
        }

        Assert.Equal(Reason.DataTimeout, Client.Diagnosis.Reason);
        Assert.InRange(quietMs, 29_500, 30_100);
        Assert.Equal(1 + 4, Counters.EchoSent);
    }

    [Fact]
    public void An_answer_to_any_of_the_questions_is_enough()
    {
        Pass(15_000);
        for (int i = 0; i < 10; i++)
        {
            AnswerPings(false);
            Pass(17_000);
            AnswerPings(true);
            Pass(8_000);
        }

        Assert.Equal(Stage.Up, Client.Stage);
    }

    [Fact]
    public void A_hub_that_never_answered_a_ping_keeps_its_tunnel_and_its_peace()
    {
        AnswerPings(false);
        Pass(600_000);
        Assert.Equal(Stage.Up, Client.Stage);
        Assert.Equal(DataWatch.TrialCount, Counters.EchoSent);
    }

    public void Dispose() => _world.Dispose();

    private void Pass(int ms) => _world.Advance(ms * 1000L);

    private void AnswerPings(bool answers) => _world.Hub.Input(hub => hub.Reconfigure(
        _settings with { AnswersPings = answers }, _world.Clock.NowMs));
}
