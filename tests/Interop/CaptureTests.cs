// The capture the tool writes, read by someone else's dissector.

using System;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Xunit;

namespace Interop.Tests;

[Collection(HubCollection.Name)]
public sealed class CaptureTests : HubTest
{
    public CaptureTests(Hub hub)
        : base(hub)
    {
        bool found = (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(':')
            .Any(folder => File.Exists(Path.Combine(folder, "tshark")));
        Prerequisites.Require(
            found ? null : "tshark is missing: apt-get install --no-install-recommends tshark");
    }

    [Fact]
    public async Task Tshark_decodes_every_packet_of_the_capture()
    {
        string file = Path.Combine(Hub.Peers.Folder, "session.pcapng");
        await using NanoPptp tool = Hub.Connect(
            "--udp", Hub.Sink, "--message", "a reading", "--count", "3", "--interval", "20",
            "--pcap", file);
        await tool.EndAsync(expectedExitCode: 0);

        string[] packets = await ReadAsync(file, "-T", "fields", "-e", "frame.protocols");
        string[] protocols = [.. packets.SelectMany(packet => packet.Split(':')).Distinct()];
        string[] expected = ["pptp", "gre", "ppp", "lcp", "chap", "ccp", "ipcp", "comp_data"];
        Assert.Empty(expected.Except(protocols));

        // 0x00800000 is the severity "error" of tshark's own remarks.
        string[] malformed = await ReadAsync(
            file, "-Y", "_ws.malformed || _ws.expert.severity == 0x800000");
        Assert.Empty(malformed);
    }

    private static async Task<string[]> ReadAsync(string file, params string[] arguments)
    {
        CommandResult result = await Command.RunAsync("tshark", ["-n", "-r", file, .. arguments]);
        Assert.True(result.ExitCode == 0, result.Errors);
        return result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
