// A further hub in a guest that runs already: one more pptpd, at an address of its own.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace Interop.Tests;

/// <summary>
/// A hub with settings of Guest/listen.sh that one test needs and the others do not. It takes some
/// tenths of a second; a guest of its own would take seconds. The services behind it are those of
/// the guest; its clients have a pool of their own.
/// </summary>
internal sealed class ExtraHub : IAsyncDisposable
{
    // Guests are below; each hub has this number in its outer address and in its pool.
    private const int FirstNumber = 20;

    private static int s_count = FirstNumber;

    private readonly Hub _bench;
    private readonly string _name;
    private readonly string _script;

    private ExtraHub(Hub bench, IReadOnlyDictionary<string, string> settings)
    {
        int number = Interlocked.Increment(ref s_count);
        _bench = bench;
        _name = string.Create(CultureInfo.InvariantCulture, $"hub{number}");
        Address = string.Create(CultureInfo.InvariantCulture, $"10.99.0.{number}");
        Pool = string.Create(CultureInfo.InvariantCulture, $"10.98.{number}");
        Dictionary<string, string> all = new(settings)
        {
            ["HUB_NAME"] = _name,
            ["HUB_ADDRESS"] = Address,
            ["HUB_LOG"] = $"/out/{LogFile}",
        };
        all.TryAdd("HUB_POOL", $"{Pool}.100-149");
        _script = string.Join('\n', all.Select(setting => $"{setting.Key}='{setting.Value}'"));
        _script = $". /etc/settings\n{_script}\n. /guest/listen.sh";
    }

    /// <summary>Where it listens.</summary>
    public string Address { get; }

    /// <summary>The first three octets of the addresses that it gives.</summary>
    public string Pool { get; }

    /// <summary>What its pppd has logged from now on.</summary>
    public LogTail PppdLog => _bench.Guest.TailOf(LogFile);

    private string LogFile => $"pppd-{_name}.log";

    /// <summary>Starts one in the guest that the tests share.</summary>
    public static async Task<ExtraHub> StartAsync(
        Hub bench, params (string Name, string Value)[] settings)
    {
        ExtraHub hub = new(bench, settings.ToDictionary(pair => pair.Name, pair => pair.Value));
        await hub.StartAgainAsync();
        return hub;
    }

    /// <summary>Dials it as the bench's user.</summary>
    public NanoPptp Connect(params IEnumerable<string> arguments) =>
        _bench.ConnectTo(Address, arguments);

    /// <summary>Starts it as it was started first.</summary>
    public async Task StartAgainAsync()
    {
        CommandResult result = await _bench.Guest.ExecuteAsync(_script);
        Assert.True(result.ExitCode == 0, $"{_name} does not listen: {result.Output}");
    }

    /// <summary>Kills its pptpd and every call of the guest: pppd has no last word.</summary>
    public async Task KillAsync()
    {
        CommandResult result = await _bench.Guest.ExecuteAsync(
            $"""
            kill -KILL $(cat /run/{_name}.pid)
            # Few programs, because each costs a guest time in which readings flow.
            grep -lsxE 'pppd|pptpctrl' /proc/[0-9]*/comm | cut -d / -f 3 | xargs -r kill -KILL
            """);
        Assert.True(result.ExitCode == 0, result.Output);
    }

    /// <summary>Ends its pptpd and every call of the guest as a shutdown does.</summary>
    public async Task ShutDownAsync()
    {
        CommandResult result = await _bench.Guest.ExecuteAsync(
            $"""
            kill $(cat /run/{_name}.pid)
            for file in /run/ppp*.pid; do
              [ ! -e $file ] || kill -TERM $(head -n 1 $file)
            done
            """);
        Assert.True(result.ExitCode == 0, result.Output);
    }

    public async ValueTask DisposeAsync()
    {
        await _bench.Guest.ExecuteAsync($"kill $(cat /run/{_name}.pid)");
    }
}
