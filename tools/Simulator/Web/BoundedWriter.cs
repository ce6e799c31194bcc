// Writing to a viewer that may have stopped reading.

using System;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;

namespace Simulator.Web;

/// <summary>Writes with a limit of time.</summary>
internal static class BoundedWriter
{
    /// <summary>Writes octets; drops the connection when they are not taken in time.</summary>
    /// <param name="context">Whose connection.</param>
    /// <param name="octets">The octets.</param>
    /// <param name="timeout">The limit.</param>
    /// <returns>False when the connection is gone.</returns>
    public static async Task<bool> WriteAsync(
        HttpContext context, ReadOnlyMemory<byte> octets, TimeSpan timeout)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        limit.CancelAfter(timeout);
        try
        {
            await context.Response.Body.WriteAsync(octets, limit.Token);
            await context.Response.Body.FlushAsync(limit.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            context.Abort();
            return false;
        }
    }
}
