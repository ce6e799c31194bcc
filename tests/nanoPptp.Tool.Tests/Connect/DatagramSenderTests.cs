// The timetable of --udp, on the simulator's clock and through its hub.

using System.Collections.Generic;
using System.IO;
using System.Net;
using nanoPptp.Client;
using nanoPptp.Tool.Connect;
using nanoPptp.Tool.Streams;
using Simulator.Hub;
using Simulator.Sensor;
using Simulator.World;
using Xunit;

namespace nanoPptp.Tool.Tests.Connect;

public sealed class DatagramSenderTests
{
    private const int LongestMs = 1000;

    [Fact]
    public void A_datagram_that_the_tunnel_refuses_is_not_tried_again_at_once()
    {
        using StringWriter output = new();
        using JsonPresenter presenter = new(output);
        using SmallWorld world = Up(mtu: 600);
        SimulatedSensor sensor = world.Sensor;

        // 573 octets of payload do not fit into an MTU of 600.
        PptpSettings settings = new() { UserName = Session.User };
        ConnectOptions options = new()
        {
            Hub = "hub",
            Settings = settings,
            Target = IPEndPoint.Parse("10.98.0.1:9"),
            Datagrams = Datagrams.OfText(new string('x', 573), 1),
        };
        DatagramSender sender = new(
            options,
            sensor.Client,
            sensor.Endpoint,
            new Audience<IPresenter>(presenter),
            50000);
        sender.Start(0);

        // A hub that answers no pings gets its datagrams after a second.
        Assert.Equal(0, sender.NextDeadlineMs(LongestMs));
        Assert.False(sender.SendNext(LongestMs));
        int waitMs = sender.NextDeadlineMs(LongestMs);
        Assert.InRange(waitMs, 10, 1000);
        Assert.False(sender.SendNext(LongestMs + waitMs - 1));
        Assert.Equal(1, sender.NextDeadlineMs(LongestMs + waitMs - 1));
        Assert.Equal(0, sender.NextDeadlineMs(LongestMs + waitMs));
        Assert.Empty(output.ToString());
    }

    private static SmallWorld Up(int mtu)
    {
        const long LimitUs = 10_000_000;
        HubSettings hubSettings = new()
        {
            Users = new Dictionary<string, string> { [Session.User] = Session.Password },
        };
        PptpSettings settings = new() { UserName = Session.User, Mtu = mtu };
        settings.SetPassword(Session.Password);
        SmallWorld world = new(1, hubSettings, settings);
        world.Sensor.Start();
        Assert.True(world.Clock.Run(LimitUs, () => world.Sensor.Client.Stage == Stage.Up));
        return world;
    }
}
