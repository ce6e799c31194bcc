// The TCP connection alone.

using System;
using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Threading;
using System.Threading.Tasks;
using nanoPptp.Tool.Connect;
using Xunit;

namespace nanoPptp.Tool.Tests.Connect;

[SupportedOSPlatform("linux")]
public sealed class ControlSocketTests
{
    public ControlSocketTests()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "\"connect\" runs on Linux only");
    }

    [Fact]
    public async Task What_a_hub_sends_without_end_is_not_read_to_its_end()
    {
        const int Reads = 64;
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        using ControlSocket control = ControlSocket.Connect((IPEndPoint)listener.LocalEndpoint);
        using Socket hub = await listener.AcceptSocketAsync(cancellation);
        Assert.True(control.FinishConnect());

        // Pieces far smaller than what the system holds ready: there is always one more.
        byte[] scratch = new byte[16];
        await hub.SendAsync(new byte[64 * 1024], SocketFlags.None, cancellation);
        Assert.Equal(Reads * scratch.Length, control.Discard(scratch));
        Assert.Equal(scratch.Length, control.Receive(scratch));
    }
}
