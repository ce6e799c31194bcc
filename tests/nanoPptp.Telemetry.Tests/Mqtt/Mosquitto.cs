// A broker that somebody else has written: Debian's mosquitto, one of its own for each test, on a
// free port of loopback. Its clients are the independent other ends.

using System;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using Xunit;

namespace nanoPptp.Telemetry.Tests.Mqtt;

internal sealed class Mosquitto : IDisposable
{
    private const int PatienceMs = 20_000;

    private static readonly string[] s_folders =
        ["/usr/sbin", .. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')];

    private readonly string _folder = Directory.CreateTempSubdirectory("mosquitto-").FullName;
    private Process? _broker;

    /// <summary>Starts a broker.</summary>
    /// <param name="password">The password of the user "sensor"; null lets everybody in.</param>
    public Mosquitto(string? password = null)
    {
        string[] programs = ["mosquitto", "mosquitto_passwd", "mosquitto_sub", "mosquitto_pub"];
        Require(programs.FirstOrDefault(one => PathOf(one) is null));
        Port = FreePort();
        string access = "allow_anonymous true";
        if (password is not null)
        {
            // The file is hashed in place: on a command line everybody could read the password.
            string file = Path.Combine(_folder, "users");
            File.WriteAllText(file, $"sensor:{password}\n");
            Run("mosquitto_passwd", "-U", file);
            access = $"allow_anonymous false\npassword_file {file}";
        }

        File.WriteAllText(
            Path.Combine(_folder, "broker.conf"),
            string.Create(
                CultureInfo.InvariantCulture,
                $"listener {Port} 127.0.0.1\n{access}\nuser {Environment.UserName}\n"));
        StartBroker();
    }

    public int Port { get; }

    /// <summary>Ends the broker and starts it again: it has forgotten everything.</summary>
    public void Restart()
    {
        End(_broker);
        StartBroker();
    }

    /// <summary>A subscriber of everything that prints "topic QoS retained payload".</summary>
    public Subscriber Subscribe() => new(this);

    /// <summary>Publishes a message to us.</summary>
    public void Publish(string topic, string payload, int qos, bool isRetained = false)
    {
        string[] arguments =
        [
            "-h", "127.0.0.1", "-p", PortText, "-t", topic, "-m", payload,
            "-q", qos.ToString(CultureInfo.InvariantCulture),
        ];
        Run("mosquitto_pub", isRetained ? [.. arguments, "-r"] : arguments);
    }

    public void Dispose()
    {
        End(_broker);
        Directory.Delete(_folder, recursive: true);
    }

    private string PortText => Port.ToString(CultureInfo.InvariantCulture);

    private static void Require(string? missing)
    {
        if (missing is null)
        {
            return;
        }

        string message = $"{missing} is missing: apt-get install --no-install-recommends "
            + "mosquitto mosquitto-clients";
        if (Environment.GetEnvironmentVariable("CI") == "true"
            || Environment.GetEnvironmentVariable("NANOPPTP_INTEROP") == "required")
        {
            Assert.Fail(message);
        }

        Assert.Skip(message);
    }

    private static string? PathOf(string program) => s_folders
        .Select(folder => Path.Combine(folder, program))
        .FirstOrDefault(File.Exists);

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static Process Start(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(PathOf(program)!, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return Process.Start(start)!;
    }

    private static void Run(string program, params string[] arguments)
    {
        using Process process = Start(program, arguments);
        try
        {
            Assert.True(process.WaitForExit(PatienceMs), $"{program} does not end");
            Assert.True(process.ExitCode == 0, process.StandardError.ReadToEnd());
        }
        finally
        {
            End(process);
        }
    }

    private static void End(Process? process)
    {
        if (process is { HasExited: false })
        {
            process.Kill();
            process.WaitForExit(PatienceMs);
        }
    }

    private void StartBroker()
    {
        _broker = Start("mosquitto", "-c", Path.Combine(_folder, "broker.conf"));
        _broker.OutputDataReceived += (_, _) => { };
        _broker.ErrorDataReceived += (_, _) => { };
        _broker.BeginOutputReadLine();
        _broker.BeginErrorReadLine();
        long until = Environment.TickCount64 + PatienceMs;
        while (true)
        {
            try
            {
                using var probe = new TcpClient();
                probe.Connect(IPAddress.Loopback, Port);
                return;
            }
            catch (SocketException)
            {
                if (_broker.HasExited || Environment.TickCount64 > until)
                {
                    Dispose();
                    Assert.Fail("the broker does not listen");
                }

                Thread.Sleep(20);
            }
        }
    }

    /// <summary>A subscriber of everything.</summary>
    internal sealed class Subscriber : IDisposable
    {
        private readonly Process _process;
        private readonly BlockingCollection<string> _lines = [];

        public Subscriber(Mosquitto broker)
        {
            // What the broker has kept comes first, and tells that it has the subscription.
            broker.Publish("ready", "r", 1, isRetained: true);
            _process = Start(
                "mosquitto_sub", "-h", "127.0.0.1", "-p", broker.PortText, "-q", "1",
                "-t", "#", "-F", "%t %q %r %x", "-W", "120");
            _process.OutputDataReceived += (_, line) => _lines.Add(line.Data ?? "(end)");
            _process.ErrorDataReceived += (_, _) => { };
            _process.BeginOutputReadLine();
            _process.BeginErrorReadLine();
            try
            {
                Expect("ready 1 1 72");
            }
            catch
            {
                Dispose();
                throw;
            }
        }

        /// <summary>Demands these messages, in this order.</summary>
        public void Expect(params string[] messages)
        {
            foreach (string message in messages)
            {
                Assert.True(_lines.TryTake(out string? line, PatienceMs), "no message in time");
                Assert.Equal(message, line);
            }
        }

        public void Dispose()
        {
            End(_process);
            _process.Dispose();
        }
    }
}
