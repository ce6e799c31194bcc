// The ends of "connect" that the tunnel's reason alone does not tell.

using System;
using System.Net.Sockets;
using nanoPptp.Client;
using nanoPptp.Diagnostics;

namespace nanoPptp.Tool.Connect;

/// <summary>Explanations with what the system and the hub said.</summary>
internal static class ConnectFailures
{
    /// <summary>The hub's name has no IPv4 address.</summary>
    public static ToolFailureException NameUnknown(string hub, string why)
    {
        FailureText text = FailureTexts.NameNotResolved;
        return new ToolFailureException(
            text.ExitCode, text.Fill(new FailureFacts(0, Stage.Tcp, $"{hub}, {why}")));
    }

    /// <summary>This process may not open a raw socket.</summary>
    public static ToolFailureException NotPermitted()
    {
        return ToolFailureException.NoRawSocket(
            "Run it with sudo; or as a systemd service with AmbientCapabilities=CAP_NET_RAW;"
            + " or start the program file itself, not \"dotnet\" with its .dll, after: sudo"
            + $" setcap cap_net_raw+ep {ToolFailureException.ProgramPath}");
    }

    /// <summary>The system knows no way to the hub's address.</summary>
    public static ToolFailureException NoRoute(SocketError error)
    {
        Explanation explanation = Sentences.Explain(
            Reason.HubUnreachable, 0, Stage.Tcp, DescribeConnect(error))!;
        return new ToolFailureException(ExitCode.HubUnreachable, explanation);
    }

    /// <summary>The tunnel is up, and the longest datagram does not fit.</summary>
    public static ToolFailureException MessageTooLong(int octets, int capacity, int mtu)
    {
        return new ToolFailureException(
            ExitCode.Usage,
            new Explanation(
                "message-too-long",
                $"The longest message has {octets} octets; {capacity} fit into the tunnel's MTU of"
                + $" {mtu}.",
                "",
                "Send shorter messages, or let the hub allow a larger MRU."));
    }

    /// <summary>Somebody pressed Ctrl-C, or the time was over.</summary>
    public static Explanation Interrupted(Stage reached, int count)
    {
        string where = reached == Stage.Up
            ? "while the tunnel was being closed"
            : $"before the tunnel was up (stage {JsonPresenter.NameOf(reached)})";
        return count == 0
            ? new Explanation("time-over", $"The time of --for was over {where}.", "", "")
            : new Explanation(
                "interrupted", $"Interrupted{(count > 1 ? " twice" : "")} {where}.", "", "");
    }

    /// <summary>What the hub or the system said about the end of a tunnel.</summary>
    public static string WhatWasSaid(
        Diagnosis diagnosis, SocketError control, SocketError gre)
    {
        return diagnosis.Reason switch
        {
            Reason.AuthenticationFailed or Reason.LcpTerminated or Reason.EncryptionRefused
                or Reason.HubNotAuthentic or Reason.EncryptionDemanded =>
                RfcWords.Printable(diagnosis.Octets.AsSpan(0, diagnosis.OctetsLength)),
            Reason.HubUnreachable => DescribeConnect(control),
            Reason.GreBlocked or Reason.LcpTimeout when gre != SocketError.Success =>
                gre switch
                {
                    SocketError.HostUnreachable => "ICMP: no route to host",
                    SocketError.ConnectionRefused => "ICMP: connection refused",
                    SocketError.ProtocolOption => "ICMP: protocol unreachable",
                    SocketError.AccessDenied => "refused by this system's firewall",
                    _ => gre.ToString(),
                },
            _ => "",
        };
    }

    /// <summary>The explanation of a tunnel's end.</summary>
    /// <param name="diagnosis">The first cause.</param>
    /// <param name="reached">The stage in which it happened.</param>
    /// <param name="said">What <see cref="WhatWasSaid"/> gave.</param>
    /// <param name="path">The two ends of the way.</param>
    /// <param name="tooLong">How often the way out was said to take shorter packets only.</param>
    public static Explanation Explain(
        Diagnosis diagnosis, Stage reached, string said, OuterPath path, int tooLong)
    {
        Explanation explanation =
            ExplainNat(diagnosis, reached, path)
            ?? Sentences.Explain(diagnosis.Reason, diagnosis.Detail, reached, said)
            ?? new Explanation(
                Sentences.CodeOf(diagnosis.Reason),
                $"The tunnel ended for a reason that should not end one: {diagnosis.Reason}.",
                "This is a defect of nanoPptp.",
                "Please report it.");
        return tooLong == 0
            ? explanation
            : explanation with
            {
                NextStep = (explanation.NextStep
                    + " The way to the hub does not take packets this long: try a smaller --mtu.")
                    .TrimStart(),
            };
    }

    private static Explanation? ExplainNat(Diagnosis diagnosis, Stage reached, OuterPath path)
    {
        return diagnosis.Reason == Reason.GreBlocked && path.HasNat
            ? FailureTexts.GreBlockedBehindNat.Fill(
                new FailureFacts(diagnosis.Detail, reached, path.Describe()))
            : null;
    }

    private static string DescribeConnect(SocketError error)
    {
        return error switch
        {
            SocketError.ConnectionRefused => "connection refused",
            SocketError.TimedOut => "no answer in 10 s",
            SocketError.HostUnreachable => "no route to host",
            SocketError.NetworkUnreachable => "network unreachable",
            SocketError.AccessDenied => "refused by this system",
            _ => error.ToString(),
        };
    }
}
