// Sessions without encryption: the library opens none, but their IP packets are those of the
// encrypted ones, and the IPv4 gate that judges decrypted frames has to pass them.

using System.Collections.Generic;
using System.Linq;
using nanoPptp.Wire;
using Xunit;

namespace nanoPptp.Tests.Captures;

public class ClearCaptureTests
{
    [Theory]
    [MemberData(nameof(CaptureCatalog.Clear), MemberType = typeof(CaptureCatalog))]
    public void Every_packet_in_clear_is_the_one_that_was_sent(string name)
    {
        var capture = Capture.Load(name);
        CapturedCall call = Assert.Single(capture.Calls);

        List<InnerPacket> fromClient = Packets(call, hub: false);
        List<InnerPacket> fromHub = Packets(call, hub: true);

        KnownTraffic.CheckCall(fromClient, fromHub, capture.Lines(".result"));
        Assert.Equal(3, KnownTraffic.CheckSink(fromClient, capture.Lines(".sink.log")));
    }

    private static List<InnerPacket> Packets(CapturedCall call, bool hub)
    {
        return [.. call.From(hub)
            .Where(packet => packet.Protocol == PppFrame.Ipv4)
            .Select(packet => KnownTraffic.CheckPacket(packet.Information, hub, "10.98.0.100"))];
    }
}
