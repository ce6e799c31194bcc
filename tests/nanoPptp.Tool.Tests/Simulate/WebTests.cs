// The live page of a run.

using System;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Text.Json;
using System.Threading.Tasks;
using Xunit;

namespace nanoPptp.Tool.Tests.Simulate;

public sealed class WebTests : IDisposable
{
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(20) };
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task It_stays_after_the_run_until_Ctrl_C_and_says_so(bool json)
    {
        string[] more = json ? ["--json"] : [];
        using var process = ToolProcess.Simulate(["--scenario", "ok", "--web", .. more]);
        await process.UntilAsync(one => Told(one, json).Contains(
            "the live page stays until Ctrl-C", StringComparison.Ordinal) ? "" : null);
        string address = AddressOf(process, json)!;

        using HttpResponseMessage page = await GetAsync(address);
        using JsonDocument run = JsonDocument.Parse(await TextAsync($"{address}run.json"));
        process.Interrupt();
        ToolRun end = await process.EndAsync();

        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.StartsWith("http://127.0.0.1:", address, StringComparison.Ordinal);
        Assert.Equal("passed", run.RootElement.GetProperty("verdict").GetString());
        Assert.Equal(ExitCode.Ok, end.ExitCode);
        if (json)
        {
            Assert.Equal("run", end.Events()[0].GetProperty("type").GetString());
        }
        else
        {
            Assert.Empty(end.Errors);
        }
    }

    [Fact]
    public async Task It_is_served_while_the_run_goes_on()
    {
        using var process = ToolProcess.Simulate("--for", "24h", "--loss", "20%", "--web");
        string address = await process.UntilAsync(one => AddressOf(one, json: false));

        string page = await TextAsync(address);
        long first = await NowUsAsync(address, "running");
        long second = first;
        while (second == first)
        {
            second = await NowUsAsync(address, "running");
        }

        process.Interrupt();
        ToolRun end = await process.EndAsync();

        Assert.Contains("<html", page, StringComparison.Ordinal);
        Assert.True(second > first);
        Assert.Equal(ExitCode.Interrupted, end.ExitCode);
        Assert.Contains("\nINTERRUPTED: ", end.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Looking_at_another_sensor_leaves_the_captures_alone()
    {
        using var process = ToolProcess.Simulate(
            "--sensors", "3", "--for", "24h", "--loss", "20%", "--web", "--pcap",
            "--out", _folder["out"]);
        string address = await process.UntilAsync(one => AddressOf(one, json: false));
        await NowUsAsync(address, "running");

        await TextAsync($"{address}?sensor=sensor-2");
        string followed = "";
        while (followed != "sensor-2")
        {
            using JsonDocument run = JsonDocument.Parse(await TextAsync($"{address}run.json"));
            followed = run.RootElement.GetProperty("ladderSensor").GetString()!;
        }

        process.Interrupt();
        ToolRun end = await process.EndAsync();

        Assert.Equal(ExitCode.Interrupted, end.ExitCode);
        Assert.Empty(end.Errors);
        Assert.All(
            Directory.GetFiles(_folder["out"], "*.pcapng"),
            path => Assert.True(new FileInfo(path).Length > 4096));
        Assert.Equal(3, Directory.GetFiles(_folder["out"], "*.pcapng").Length);
    }

    public void Dispose()
    {
        _http.Dispose();
        _folder.Dispose();
    }

    private static string Told(ToolProcess process, bool json) =>
        json ? process.Errors : process.Output;

    private static string? AddressOf(ToolProcess process, bool json)
    {
        const string Begin = "live page: ";
        string? line = Told(process, json).Split('\n').SkipLast(1)
            .FirstOrDefault(line => line.Contains(Begin, StringComparison.Ordinal));
        return line?[(line.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length)..];
    }

    // Before the first second of a run the page has nothing to show.
    private async Task<long> NowUsAsync(string address, string verdict)
    {
        while (true)
        {
            using JsonDocument run = JsonDocument.Parse(await TextAsync($"{address}run.json"));
            Assert.Equal(verdict, run.RootElement.GetProperty("verdict").GetString());
            long nowUs = run.RootElement.GetProperty("nowUs").GetInt64();
            if (nowUs > 0)
            {
                return nowUs;
            }

            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    private Task<HttpResponseMessage> GetAsync(string address) =>
        _http.GetAsync(new Uri(address), TestContext.Current.CancellationToken);

    private Task<string> TextAsync(string address) =>
        _http.GetStringAsync(new Uri(address), TestContext.Current.CancellationToken);
}
