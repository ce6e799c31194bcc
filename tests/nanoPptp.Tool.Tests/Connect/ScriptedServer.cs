// A TCP server that says what a test wants, whatever it hears.

using System;
using System.Collections.Generic;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;

namespace nanoPptp.Tool.Tests.Connect;

/// <summary>Takes one connection and answers each message with the next line of its script.
/// </summary>
internal sealed class ScriptedServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly Queue<Func<byte[], byte[]?>> _script;
    private readonly Task _run;

    /// <summary>Listens.</summary>
    /// <param name="script">For each message that comes: what to answer; null closes the
    /// connection. With an empty script it is closed as soon as it stands.</param>
    public ScriptedServer(params IEnumerable<Func<byte[], byte[]?>> script)
    {
        _script = new Queue<Func<byte[], byte[]?>>(script);
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _run = Task.Run(RunAsync);
    }

    public int Port { get; }

    /// <summary>Types of the control messages that came.</summary>
    public List<int> Types { get; } = [];

    /// <summary>Start-Control-Connection-Reply.</summary>
    public static byte[] StartReply(int result, int error)
    {
        byte[] message = Message(156, 2);
        message[12] = 1;
        message[14] = (byte)result;
        message[15] = (byte)error;
        return message;
    }

    /// <summary>Outgoing-Call-Reply to a request.</summary>
    public static byte[] CallReply(byte[] request, int result, int error)
    {
        byte[] message = Message(32, 8);
        message[13] = 77;
        message[14] = request[12];
        message[15] = request[13];
        message[16] = (byte)result;
        message[17] = (byte)error;
        message[25] = 3;
        return message;
    }

    /// <summary>A control message with a header and zeros.</summary>
    public static byte[] Message(int length, int type)
    {
        byte[] message = new byte[length];
        message[0] = (byte)(length >> 8);
        message[1] = (byte)length;
        message[3] = 1;
        message[4] = 0x1A;
        message[5] = 0x2B;
        message[6] = 0x3C;
        message[7] = 0x4D;
        message[9] = (byte)type;
        return message;
    }

    /// <summary>Waits until the client is gone.</summary>
    public Task EndAsync(CancellationToken cancellation) => _run.WaitAsync(cancellation);

    public void Dispose()
    {
        _end.Cancel();
        _listener.Dispose();
        _end.Dispose();
    }

    private async Task RunAsync()
    {
        using Socket client = await _listener.AcceptSocketAsync(_end.Token);
        if (_script.Count == 0)
        {
            return;
        }

        byte[] buffer = new byte[2048];
        int held = 0;
        while (true)
        {
            int length = await client.ReceiveAsync(
                buffer.AsMemory(held), SocketFlags.None, _end.Token);
            if (length == 0)
            {
                return;
            }

            held += length;
            for (int whole; held >= 2 && held >= (whole = (buffer[0] << 8) | buffer[1]);)
            {
                byte[] message = buffer[..whole];
                buffer.AsSpan(whole, held - whole).CopyTo(buffer);
                held -= whole;
                Types.Add(message[9]);
                if (_script.TryDequeue(out Func<byte[], byte[]?>? answer))
                {
                    if (answer(message) is not { } octets)
                    {
                        return;
                    }

                    await client.SendAsync(octets, SocketFlags.None, _end.Token);
                }
            }
        }
    }
}
