// The viewers that follow the run by server-sent events (HTML, "Server-sent events"). There is one
// frame, the newest; each viewer remembers which frame it was sent and gets the difference when it
// has taken that. So a slow viewer skips frames, and nothing is queued for anyone.

using System;
using System.Collections.Generic;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;

namespace Simulator.Web;

/// <summary>Sends frames to viewers.</summary>
internal sealed class LiveFeed
{
    /// <summary>The media type of server-sent events.</summary>
    public const string ContentType = "text/event-stream";

    private static readonly byte[] s_retry = Encoding.ASCII.GetBytes("retry: 2000\n\n");
    private static readonly byte[] s_heartbeat = Encoding.ASCII.GetBytes(":\n\n");
    private static readonly byte[] s_end = Encoding.ASCII.GetBytes("event: end\ndata:\n\n");

    private readonly Lock _lock = new();
    private readonly List<Task> _viewers = [];
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private LiveFrame? _newest;
    private bool _isOver;

    /// <summary>Whether anyone looks.</summary>
    public bool HasViewers
    {
        get
        {
            lock (_lock)
            {
                return _viewers.Count > 0;
            }
        }
    }

    /// <summary>Shows a frame to all viewers.</summary>
    /// <param name="frame">The frame.</param>
    public void Show(LiveFrame frame) => Turn(frame, isOver: false);

    /// <summary>Shows the last frame; viewers leave when they have it.</summary>
    /// <param name="frame">The frame.</param>
    public void End(LiveFrame frame) => Turn(frame, isOver: true);

    /// <summary>Waits until all viewers have left, but not for long.</summary>
    /// <param name="timeout">The limit.</param>
    public async Task WaitForViewersAsync(TimeSpan timeout)
    {
        Task[] viewers;
        lock (_lock)
        {
            viewers = [.. _viewers];
        }

        await Task.WhenAny(Task.WhenAll(viewers), Task.Delay(timeout));
    }

    /// <summary>Serves one viewer until it or the page ends.</summary>
    /// <param name="context">Its request.</param>
    /// <param name="options">The limits.</param>
    /// <param name="present">Makes the frame to begin with.</param>
    public async Task ServeAsync(
        HttpContext context, LivePageOptions options, Func<LiveFrame> present)
    {
        var left = new TaskCompletionSource();
        lock (_lock)
        {
            if (_isOver || _viewers.Count >= options.MaximumViewerCount)
            {
                context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                return;
            }

            _viewers.Add(left.Task);
        }

        try
        {
            context.Response.ContentType = ContentType;
            await FollowAsync(context, options, present);
        }
        finally
        {
            lock (_lock)
            {
                _viewers.Remove(left.Task);
            }

            left.SetResult();
        }
    }

    private async Task FollowAsync(
        HttpContext context, LivePageOptions options, Func<LiveFrame> present)
    {
        // First the promise of the next frame, then the present: nothing falls between them.
        (_, Task next, bool isOver) = Newest();
        LiveFrame seen = present();
        bool isThere = await Send(s_retry) && await Send(seen.UpdateFrom(null));
        while (isThere && !isOver)
        {
            using var heartbeat =
                CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
            Task pause = Task.Delay(options.HeartbeatInterval, heartbeat.Token);
            bool isNews = await Task.WhenAny(next, pause) == next;
            await heartbeat.CancelAsync();
            if (context.RequestAborted.IsCancellationRequested)
            {
                return;
            }

            if (!isNews)
            {
                isThere = await Send(s_heartbeat);
                continue;
            }

            (LiveFrame? frame, next, isOver) = Newest();
            isThere = await Send(frame!.UpdateFrom(seen));
            seen = frame;
        }

        if (isThere)
        {
            await Send(s_end);
        }

        async Task<bool> Send(byte[]? octets) => octets is null
            || await BoundedWriter.WriteAsync(context, octets, options.WriteTimeout);
    }

    private (LiveFrame? Frame, Task Next, bool IsOver) Newest()
    {
        lock (_lock)
        {
            return (_newest, _next.Task, _isOver);
        }
    }

    private void Turn(LiveFrame frame, bool isOver)
    {
        TaskCompletionSource turned;
        lock (_lock)
        {
            _newest = frame;
            _isOver = isOver;
            turned = _next;
            _next = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        turned.SetResult();
    }
}
