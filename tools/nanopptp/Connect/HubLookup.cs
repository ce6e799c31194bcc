// From the hub's name to its address, within a bounded time.

using System;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;

namespace nanoPptp.Tool.Connect;

/// <summary>Asks the name servers for the hub.</summary>
internal static class HubLookup
{
    private const int ResolveMs = 10000;

    /// <summary>Finds the hub's IPv4 address.</summary>
    /// <param name="hub">Its name or address.</param>
    /// <param name="cancellation">Ctrl-C.</param>
    /// <returns>Null when it was cancelled.</returns>
    /// <exception cref="ToolFailureException">The name has no address that is good for a hub.
    /// </exception>
    public static IPAddress? Resolve(string hub, CancellationToken cancellation)
    {
        if (IPAddress.TryParse(hub, out IPAddress? address))
        {
            return address;
        }

        using CancellationTokenSource limit =
            CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(ResolveMs);
        try
        {
            Task<IPAddress[]> lookup =
                Dns.GetHostAddressesAsync(hub, AddressFamily.InterNetwork, limit.Token);
            IPAddress[] found = lookup.GetAwaiter().GetResult();
            if (found.Length == 0)
            {
                throw ConnectFailures.NameUnknown(hub, "the name server gave none");
            }

            return HubName.WhyNoHost(found[0]) is { } why
                ? throw ConnectFailures.NameUnknown(
                    hub, $"the name server gave {found[0]}, which is {why}")
                : found[0];
        }
        catch (SocketException e)
        {
            throw ConnectFailures.NameUnknown(hub, e.Message);
        }
        catch (ArgumentException)
        {
            throw ConnectFailures.NameUnknown(hub, "it is no valid name");
        }
        catch (OperationCanceledException)
        {
            return cancellation.IsCancellationRequested
                ? null
                : throw ConnectFailures.NameUnknown(hub, "no name server answered in 10 s");
        }
    }
}
