// Against libcoap, an independent implementation: our requests to its coap-server, the requests of
// its coap-client to us, over UDP on the loopback.

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Tasks;
using nanoPptp.Telemetry.Coap;
using nanoPptp.Telemetry.Senml;
using nanoPptp.Telemetry.Tests.Senml;
using Xunit;

namespace nanoPptp.Telemetry.Tests.Coap;

public sealed class ServerTests : IDisposable
{
    private const int Loopback = 0x7F000001;

    private readonly List<Process> _processes = [];
    private readonly Socket _socket =
        new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);

    private readonly CoapEndpoint _endpoint = new(new CoapSettings { AckTimeoutMs = 500 }, 1000);
    private readonly byte[] _octets = new byte[2000];
    private readonly byte[] _status = new byte[512];
    private int _statusLength;
    private int _asked;

    public ServerTests()
    {
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        byte[] entropy = new byte[32];
        new Random(1).NextBytes(entropy);
        _endpoint.Start(entropy, 0, entropy.Length, Environment.TickCount);
    }

    public void Dispose()
    {
        _socket.Dispose();
        foreach (Process process in _processes)
        {
            if (!process.HasExited)
            {
                process.Kill();
                process.WaitForExit(5000);
            }

            process.Dispose();
        }
    }

    [Fact]
    public async Task A_pack_posted_to_coap_server_is_what_coap_client_gets_from_it()
    {
        int port = await StartServer();
        var target = new CoapTarget(Loopback, port, "plant/readings", null, null);
        byte[] pack = Pack();
        Assert.Equal(CoapEvent.Delivered, await Post(target, pack));
        Assert.Equal(0x41, _endpoint.Code);
        Assert.Equal(CoapEvent.Delivered, await Post(target, pack));
        Assert.Equal(0x44, _endpoint.Code);
        Assert.Equal(0, _endpoint.Counters.Retransmissions);
        string file = Path.GetTempFileName();
        await Client($"-o {file} coap://127.0.0.1:{port}/plant/readings");
        Assert.Equal(pack, File.ReadAllBytes(file));
        Assert.Equal(3, SenmlReader.Read(File.ReadAllBytes(file)).Count);
        File.Delete(file);
    }

    [Fact]
    public async Task Query_host_and_many_posts_one_after_the_other()
    {
        int port = await StartServer();
        var target = new CoapTarget(Loopback, port, "plant", "sensor=7&x", "hub.example");
        byte[] pack = Pack();
        for (int i = 0; i < 200; i++)
        {
            Assert.Equal(CoapEvent.Delivered, await Post(target, pack));
        }

        Assert.Equal(200, _endpoint.Counters.Delivered);
        Assert.Equal(0, _endpoint.Counters.Unmatched);
    }

    [Fact]
    public async Task What_coap_server_does_not_allow_is_refused()
    {
        int port = await StartServer();
        var target = new CoapTarget(Loopback, port, "async", null, null);
        Assert.Equal(CoapEvent.Refused, await Post(target, Pack()));
        Assert.Equal(0x85, _endpoint.Code);
    }

    [Fact]
    public async Task RFC_7252_5_2_2_A_separate_response_of_coap_server()
    {
        int port = await StartServer();
        var target = new CoapTarget(Loopback, port, "async", "1", null);
        Assert.True(_endpoint.Request(CoapMessage.CodeGet, target, -1, _octets, 0, 0, 1));
        Assert.Equal(CoapEvent.Delivered, await Finish());
        Assert.Equal(0x45, _endpoint.Code);
        Assert.Equal(1, _endpoint.Counters.Promised);
        Assert.Equal(0, _endpoint.Counters.Retransmissions);
        Assert.Equal(0, _endpoint.Counters.ResetsSent);
    }

    [Fact]
    public async Task Requests_get_through_to_a_coap_server_that_loses_datagrams()
    {
        // Its second, fourth and sixth datagram are not sent; the first one answers a ping.
        int port = await StartServer("-l", "2,4,6");
        var target = new CoapTarget(Loopback, port, "plant", null, null);
        for (int i = 0; i < 5; i++)
        {
            Assert.Equal(CoapEvent.Delivered, await Post(target, Pack()));
        }

        Assert.InRange(_endpoint.Counters.Retransmissions, 1, 6);
    }

    [Fact]
    public async Task A_port_where_nothing_listens_times_out_in_the_end()
    {
        using var silent = new Socket(
            AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        silent.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        int port = ((IPEndPoint)silent.LocalEndPoint!).Port;
        var endpoint = new CoapEndpoint(
            new CoapSettings { AckTimeoutMs = 20, MaxRetransmit = 3 }, 10);
        endpoint.Start([1, 2, 3], 0, 3, Environment.TickCount);
        var target = new CoapTarget(Loopback, port, null, null, null);
        Assert.True(endpoint.Post(target, -1, [], 0, 0, 1, Environment.TickCount));
        Assert.Equal(CoapEvent.TimedOut, await Run(endpoint, () => false));
        Assert.Equal(3, endpoint.Counters.Retransmissions);
        byte[] first = new byte[20];
        Assert.Equal(8, silent.Receive(first));
        for (int i = 0; i < 3; i++)
        {
            byte[] again = new byte[20];
            Assert.Equal(8, silent.Receive(again));
            Assert.Equal(first, again);
        }

        Assert.Equal(0, silent.Available);
    }

    [Fact]
    public async Task Coap_client_gets_our_status_and_the_list_of_links()
    {
        Pack().CopyTo(_status, 0);
        _statusLength = Pack().Length;
        int port = ((IPEndPoint)_socket.LocalEndPoint!).Port;
        string file = Path.GetTempFileName();
        Task<string> client = Client($"-o {file} coap://127.0.0.1:{port}/status");
        await Run(_endpoint, () => client.IsCompleted);
        await client;
        Assert.Equal(Pack(), File.ReadAllBytes(file));
        File.Delete(file);

        Assert.Contains("</status>;ct=112", await Get(port, "/.well-known/core"));
        Assert.Contains("4.04", await Get(port, "/nothing"));
        Assert.Contains("4.06", await Get(port, "/status -A 50"));
        Assert.Contains("4.05", await Get(port, "/status -m delete"));
        int asked = _asked;
        await Get(port, "/status -N");
        Assert.Equal(asked + 1, _asked);
        Assert.Equal(0, _endpoint.Counters.Malformed);
    }

    private static byte[] Pack()
    {
        byte[] b = new byte[300];
        byte[] entry = new byte[100];
        var pack = new SenmlPack(Encoding.ASCII.GetBytes("urn:dev:x:"), false);
        pack.Begin(b, 0, 300);
        for (int i = 1; i <= 3; i++)
        {
            int length = SenmlEntry.Write(
                entry, 0, 100, 1_784_371_200_000 + i, [(byte)'t'], null, 200 + i, -1);
            Assert.True(pack.Add(entry, 0, length, i));
        }

        return b[..pack.End()];
    }

    private async Task<string> Get(int port, string rest)
    {
        int space = rest.IndexOf(' ');
        string path = space < 0 ? rest : rest[..space];
        string options = space < 0 ? "" : rest[space..];
        Task<string> client = Client($"{options} coap://127.0.0.1:{port}{path}");
        await Run(_endpoint, () => client.IsCompleted);
        return await client;
    }

    private async Task<CoapEvent> Post(CoapTarget target, byte[] pack)
    {
        Assert.True(_endpoint.Post(
            target, SenmlPack.ContentFormat, pack, 0, pack.Length, 1, Environment.TickCount));
        return await Finish();
    }

    private Task<CoapEvent> Finish() => Run(_endpoint, () => false);

    /// <summary>Moves datagrams until the request ends or something else is done.</summary>
    private async Task<CoapEvent> Run(CoapEndpoint endpoint, Func<bool> isDone)
    {
        var watch = Stopwatch.StartNew();
        while (!isDone())
        {
            Assert.InRange(watch.ElapsedMilliseconds, 0, 30_000);
            int now = Environment.TickCount;
            CoapEvent happened = endpoint.Poll(now);
            if (happened == CoapEvent.StatusAsked)
            {
                _asked++;
                Assert.True(endpoint.Respond(0x45, 112, _status, 0, _statusLength));
            }
            else if (happened != CoapEvent.None)
            {
                return happened;
            }

            int length = endpoint.Output(_octets, 0, _octets.Length, now);
            if (length > 0)
            {
                uint address = (uint)IPAddress.HostToNetworkOrder(endpoint.OutputAddress);
                _socket.SendTo(
                    _octets,
                    length,
                    SocketFlags.None,
                    new IPEndPoint(new IPAddress(address), endpoint.OutputPort));
            }
            else if (_socket.Poll(10_000, SelectMode.SelectRead))
            {
                EndPoint from = new IPEndPoint(IPAddress.Any, 0);
                length = _socket.ReceiveFrom(_octets, ref from);
                int port = ((IPEndPoint)from).Port;
                endpoint.Input(_octets, 0, length, Loopback, port, Environment.TickCount);
            }
            else
            {
                await Task.Yield();
            }
        }

        return CoapEvent.None;
    }

    /// <summary>Starts coap-server on a free port; it creates what is put or posted.</summary>
    private async Task<int> StartServer(params string[] options)
    {
        int port = FreePort();
        string[] arguments = ["-A", "127.0.0.1", "-p", $"{port}", "-d", "10", .. options];
        Process server = Start("coap-server", string.Join(' ', arguments));
        for (int i = 0; i < 100; i++)
        {
            Assert.False(server.HasExited);
            if (IsAwake(port))
            {
                return port;
            }

            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        throw new TimeoutException("coap-server does not listen");
    }

    private async Task<string> Client(string arguments)
    {
        Process client = Start("coap-client", "-B 10 " + arguments);
        Task<string> output = client.StandardOutput.ReadToEndAsync(
            TestContext.Current.CancellationToken);
        string error = await client.StandardError.ReadToEndAsync(
            TestContext.Current.CancellationToken);
        await client.WaitForExitAsync(TestContext.Current.CancellationToken);
        return await output + error;
    }

    private Process Start(string program, string arguments)
    {
        var start = new ProcessStartInfo(Find(program), arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        Process process = Process.Start(start)!;
        _processes.Add(process);
        return process;
    }

    /// <summary>The program in Debian's flavours; skips where there is none, but never where
    /// everything must run.</summary>
    private static string Find(string program)
    {
        string? found = new[] { $"{program}-notls", program, $"{program}-openssl" }
            .SelectMany(name => new[] { $"/usr/bin/{name}", $"/usr/local/bin/{name}" })
            .FirstOrDefault(File.Exists);
        if (found == null && Environment.GetEnvironmentVariable("CI") != "true")
        {
            Assert.Skip($"{program} is not installed (Debian: libcoap3-bin)");
        }

        return found ?? throw new FileNotFoundException($"{program} (Debian: libcoap3-bin)");
    }

    private static int FreePort()
    {
        using var socket = new Socket(
            AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    /// <summary>Whether a ping is answered.</summary>
    private static bool IsAwake(int port)
    {
        using var socket = new Socket(
            AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            socket.Connect(new IPEndPoint(IPAddress.Loopback, port));
            socket.Send(new CoapDatagram(CoapType.Con, 0, 1, []).ToOctets());
            return socket.Poll(50_000, SelectMode.SelectRead)
                && socket.Receive(new byte[20]) == 4;
        }
        catch (SocketException)
        {
            // Nobody listens yet.
            return false;
        }
    }
}
