// What the GRE sockets of a run counted, one after the other.

using System.Runtime.Versioning;
using nanoPptp.Tool.Sockets;

namespace nanoPptp.Tool.Connect;

/// <summary>Sums over sockets.</summary>
[SupportedOSPlatform("linux")]
internal sealed class SocketCounts
{
    public int NetworkErrors { get; private set; }

    public int TooLong { get; private set; }

    public int NotSent { get; private set; }

    public int BadPackets { get; private set; }

    public int Strangers { get; private set; }

    /// <summary>Adds what a socket counted.</summary>
    public void Add(GreSocket socket)
    {
        NetworkErrors += socket.NetworkErrors;
        TooLong += socket.TooLong;
        NotSent += socket.NotSent;
        BadPackets += socket.BadPackets;
        Strangers += socket.Strangers;
    }

    /// <summary>Adds other sums.</summary>
    public void Add(SocketCounts other)
    {
        NetworkErrors += other.NetworkErrors;
        TooLong += other.TooLong;
        NotSent += other.NotSent;
        BadPackets += other.BadPackets;
        Strangers += other.Strangers;
    }
}
