// One run of peers.sh: a network namespace, and the guests in it.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading.Tasks;

namespace Interop.Tests;

/// <summary>
/// A network namespace with real PPTP peers in it. Its name holds the pid of this process, so that
/// runs side by side do not meet, and its state names this process as the owner, so that the next
/// run removes what a killed one left.
/// </summary>
internal sealed class Peers : IAsyncDisposable
{
    /// <summary>A guest ends by itself after this time, whatever became of the tests.</summary>
    public const int UsualLifetimeSeconds = 600;

    /// <summary>The plant's machine, in a network of its own behind the hubs.</summary>
    public const string PlantAddress = "10.96.0.2";

    private static readonly string s_script = Path.Combine(AppContext.BaseDirectory, "peers.sh");

    private readonly Dictionary<string, string> _environment;
    private readonly string _run;

    public Peers(string label, int lifetimeSeconds = UsualLifetimeSeconds)
    {
        string owner = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        _run = $"{owner}-{label}";
        _environment = new Dictionary<string, string>
        {
            ["PEERS_RUN"] = _run,
            ["PEERS_OWNER"] = owner,
            ["PEERS_LIFETIME"] = lifetimeSeconds.ToString(CultureInfo.InvariantCulture),
        };
    }

    public string NetworkNamespace => $"nanopptp-{_run}";

    /// <summary>The namespace of a machine behind the router that "peers.sh nat" makes.</summary>
    public string Behind(int machine) => string.Create(
        CultureInfo.InvariantCulture, $"{NetworkNamespace}.{machine}");

    /// <summary>The folder of this run, for root only; it ends with the run.</summary>
    public string Folder => $"/run/nanopptp/{_run}";

    /// <summary>Says in one sentence what is missing here for a guest; null if nothing.</summary>
    /// <param name="programs">What is needed besides.</param>
    public static async Task<string?> FindMissingAsync(params IEnumerable<string> programs)
    {
        if (!OperatingSystem.IsLinux())
        {
            return "The guests need Linux.";
        }

        CommandResult result = await Command.RunAsync(s_script, ["check", .. programs]);
        return result.ExitCode == 0 ? null : (result.Output + result.Errors).Trim();
    }

    /// <summary>Boots a server with settings of Guest/listen.sh (HUB_..., PEERS_...).</summary>
    public Task<Guest> StartHubAsync(
        string name = "hub",
        string address = "10.99.0.2",
        IReadOnlyDictionary<string, string>? settings = null) =>
        StartAsync("hub", name, address, settings);

    /// <summary>Boots a client with settings of Guest/client.sh (CLIENT_..., PEERS_...).</summary>
    public Task<Guest> StartClientAsync(
        string name = "client",
        string address = "10.99.0.3",
        IReadOnlyDictionary<string, string>? settings = null) =>
        StartAsync("client", name, address, settings);

    /// <summary>Starts the machine behind the hubs.</summary>
    public Task<Guest> StartPlantAsync() => StartAsync("plant", "plant", PlantAddress, null);

    /// <summary>
    /// The octets of all IP packets that the namespace has sent and got: the tool's packets to the
    /// hub, TCP and GRE, and the hub's.
    /// </summary>
    public async Task<long> CountIpOctetsAsync()
    {
        CommandResult result = await RunAsync("inside", "grep", "^IpExt:", "/proc/net/netstat");
        return ReadCounter(result.Output, "InOctets") + ReadCounter(result.Output, "OutOctets");
    }

    /// <summary>Reads two lines of the kernel: names, and the numbers below them.</summary>
    public static long ReadCounter(string lines, string name)
    {
        string[][] rows = [.. lines.Split('\n').Take(2).Select(line => line.Split(' '))];
        return long.Parse(rows[1][Array.IndexOf(rows[0], name)], CultureInfo.InvariantCulture);
    }

    public Task<CommandResult> RunAsync(params IEnumerable<string> arguments) =>
        Command.RunAsync(s_script, arguments, _environment);

    /// <summary>Writes a file only root can read, for secrets and long messages.</summary>
    public async Task<string> WriteFileAsync(string name, string text)
    {
        string path = Path.Combine(Folder, name);
        FileStreamOptions options = new()
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        await using StreamWriter writer = new(path, options);
        await writer.WriteAsync(text);
        return path;
    }

    public async ValueTask DisposeAsync()
    {
        CommandResult result = await RunAsync("stop");
        if (result.ExitCode != 0)
        {
            throw new InvalidOperationException($"peers.sh stop: {result.Errors}");
        }
    }

    private async Task<Guest> StartAsync(
        string role, string name, string address, IReadOnlyDictionary<string, string>? settings)
    {
        Dictionary<string, string> environment = new(_environment);
        foreach ((string key, string value) in settings ?? new Dictionary<string, string>())
        {
            environment[key] = value;
        }

        CommandResult result = await Command.RunAsync(
            s_script, ["start", role, name, address], environment);
        return result.ExitCode == 0
            ? new Guest(this, name, address)
            : throw new InvalidOperationException(result.Output + result.Errors);
    }
}
