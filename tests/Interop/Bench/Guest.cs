// A machine of the bench: commands run in it and the files it writes.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Xunit;

namespace Interop.Tests;

/// <summary>A guest with a real PPTP server or client.</summary>
internal sealed class Guest
{
    private readonly Peers _peers;
    private readonly string _name;

    public Guest(Peers peers, string name, string address)
    {
        _peers = peers;
        _name = name;
        Address = address;
    }

    public string Address { get; }

    /// <summary>What pppd has logged from now on.</summary>
    public LogTail PppdLog => new(PathOf("pppd.log"));

    /// <summary>What pptpd and everything else that uses syslog has logged from now on.</summary>
    public LogTail SystemLog => new(PathOf("syslog.log"));

    /// <summary>The tunnels that come up and go down from now on.</summary>
    public LogTail Events => new(PathOf("events.log"));

    /// <summary>The datagrams that reach port 9 behind the tunnel from now on.</summary>
    public LogTail Sink => new(PathOf("sink.log"));

    /// <summary>What a file of the guest's output folder gets from now on, or all it has.</summary>
    public LogTail TailOf(string file, bool fromStart = false) => new(PathOf(file), fromStart);

    /// <summary>Runs a shell command in the guest; returns what it printed and its code.</summary>
    public Task<CommandResult> ExecuteAsync(string command) =>
        _peers.RunAsync("exec", _name, command);

    /// <summary>The server hangs up all tunnels, as it does for an administrator.</summary>
    public async Task HangUpAllTunnelsAsync()
    {
        CommandResult result = await ExecuteAsync(
            "for file in /run/ppp*.pid; do kill -TERM $(head -n 1 $file); done");
        Assert.True(result.ExitCode == 0, result.Output);
    }

    /// <summary>How many segments the guest's kernel has sent more than once.</summary>
    public async Task<long> CountRetransmissionsAsync()
    {
        CommandResult result = await ExecuteAsync("grep ^Tcp: /proc/net/snmp");
        Assert.True(result.ExitCode == 0, result.Output);
        return Peers.ReadCounter(result.Output, "RetransSegs");
    }

    /// <summary>
    /// Makes the line to the guest a bad one, both ways, with arguments of netem, or with none a
    /// good one again. See Guest/netem.sh.
    /// </summary>
    public async Task SetLineAsync(string netem)
    {
        CommandResult result = await ExecuteAsync($"/guest/netem.sh {netem}");
        Assert.True(result.ExitCode == 0, result.Output);
    }

    /// <summary>Pings from the guest and returns how many answers came.</summary>
    public async Task<int> PingAsync(string address, int count, int octets = 56)
    {
        CommandResult result = await ExecuteAsync(string.Create(
            CultureInfo.InvariantCulture, $"ping -n -c {count} -i 0.1 -W 1 -s {octets} {address}"));
        const string After = " packets transmitted, ";
        int start = result.Output.IndexOf(After, StringComparison.Ordinal);
        Assert.True(start >= 0, result.Output + result.Errors);
        string rest = result.Output[(start + After.Length)..];
        return int.Parse(rest.Split(' ')[0], CultureInfo.InvariantCulture);
    }

    /// <summary>
    /// Waits until the server has no call left, so that no test finds the end of the call of
    /// another one in the logs.
    /// </summary>
    public async Task WaitUntilIdleAsync()
    {
        CommandResult result = await ExecuteAsync(
            """
            for _ in $(seq 200); do
              grep -qxE 'pppd|pptpctrl' /proc/[0-9]*/comm 2>/dev/null || exit 0
              sleep 0.05
            done
            exit 1
            """);
        Assert.True(result.ExitCode == 0, $"The hub still has a call: {result.Output}");
    }

    /// <summary>The last lines of the logs, for whoever wants to know why a test failed.</summary>
    public string DescribeLogs()
    {
        List<string> text = [];
        string[] logs = Directory.Exists(PathOf(""))
            ? [.. Directory.GetFiles(PathOf(""), "pppd*.log"), PathOf("syslog.log")]
            : [];
        foreach (string log in logs.Where(File.Exists))
        {
            string[] lines = File.ReadAllLines(log);
            text.Add($"--- {_name} {Path.GetFileName(log)}");
            text.AddRange(lines[Math.Max(0, lines.Length - 40)..]);
        }

        return string.Join('\n', text);
    }

    private string PathOf(string file) => Path.Combine(_peers.Folder, _name, "out", file);
}
