// The ends of "hub" that are not its user's wish.

using System.Net;
using System.Net.Sockets;
using nanoPptp.Tool.Sockets;

namespace nanoPptp.Tool.Hub;

/// <summary>Explanations with what the system said.</summary>
internal static class HubFailures
{
    /// <summary>This process may not open a raw socket.</summary>
    public static ToolFailureException NoRawSocket()
    {
        return ToolFailureException.NoRawSocket(
            "Run it with sudo, or after: sudo setcap cap_net_raw,cap_net_admin+ep"
            + $" {ToolFailureException.ProgramPath}");
    }

    /// <summary>This process may not make a TUN device, or there is none.</summary>
    /// <param name="name">The device's name; empty when it has none yet.</param>
    /// <param name="error">Of the system.</param>
    /// <param name="what">What could not be done.</param>
    public static ToolFailureException NoTun(string name, int error, string what)
    {
        string device = name.Length == 0 ? "a TUN device" : $"the TUN device {name}";
        if (error is Libc.OperationNotPermitted or Libc.PermissionDenied)
        {
            return new ToolFailureException(
                ExitCode.NoPermission,
                new Explanation(
                    "no-permission",
                    $"This process may not {what} {device}.",
                    "Linux lets only root and processes with CAP_NET_ADMIN do so.",
                    $"Run it with sudo, or after: sudo setcap cap_net_raw,cap_net_admin+ep"
                    + $" {ToolFailureException.ProgramPath}; or leave --tun out."));
        }

        (string cause, string next) = error switch
        {
            Libc.NoSuchFile => (
                "There is no /dev/net/tun: the kernel has no TUN, or the module is not loaded.",
                "sudo modprobe tun; in a container pass --device /dev/net/tun."),
            Libc.Busy => (
                "Another program has it.", "Give another name with --tun NAME."),
            _ => ("", "Give another name with --tun NAME, or leave --tun out."),
        };
        return new ToolFailureException(
            ExitCode.CannotListen,
            new Explanation(
                "no-tun", $"Cannot {what} {device} (error {error} of the system).", cause, next));
    }

    /// <summary>The TCP port cannot be listened on.</summary>
    public static ToolFailureException CannotListen(IPEndPoint place, SocketError error)
    {
        (string what, string cause, string next) = error switch
        {
            SocketError.AddressAlreadyInUse => (
                "is in use",
                "Another hub listens there, such as pptpd.",
                $"See who: ss -ltnp 'sport = :{place.Port}'; stop it (systemctl stop pptpd), or"
                + " give another --listen ADDRESS."),
            SocketError.AddressNotAvailable => (
                "is no address of this machine",
                "",
                "Give one of those that \"ip -4 address\" shows, or no --listen (pptpd.conf:"
                + " listen) for all."),
            SocketError.AccessDenied => (
                "may not be used by this process",
                "Ports below 1024 are for root.",
                "Take a port from 1024 on, or run it with sudo."),
            _ => ($"cannot be listened on ({error})", "", "Give another --listen or --port."),
        };
        return new ToolFailureException(
            error == SocketError.AccessDenied ? ExitCode.NoPermission : ExitCode.CannotListen,
            new Explanation("cannot-listen", $"TCP {place} {what}.", cause, next));
    }
}
