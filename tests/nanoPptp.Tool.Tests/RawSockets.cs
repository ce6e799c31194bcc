// Most of "connect" needs a raw socket, and that needs root or CAP_NET_RAW on Linux.

using System;
using System.Net;
using nanoPptp.Tool.Sockets;
using Xunit;

namespace nanoPptp.Tool.Tests;

/// <summary>Skips a test aloud where raw sockets may not be opened.</summary>
internal static class RawSockets
{
    public static bool AreAllowed { get; } = Try();

    public static void Require()
    {
        Assert.SkipUnless(
            AreAllowed, "raw sockets need Linux and root or CAP_NET_RAW: this test did not run");
    }

    private static bool Try()
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        try
        {
            using GreSocket socket = GreSocket.ConnectTo(IPAddress.Loopback);
            return true;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }
}
