// What the tests of delivery have in common: a sensor that replays a file of readings, and the
// count of what reached the plant.

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using Xunit;

namespace Interop.Tests;

/// <summary>Tests of readings that are acknowledged by a broker or a server.</summary>
public abstract class DeliveryTest : HubTest
{
    /// <summary>RFC 9039, with the enterprise number for documentation.</summary>
    private protected const string BaseName = "urn:dev:ops:32473-interop:";

    private readonly ITestOutputHelper _output;
    private readonly string _topic;

    protected DeliveryTest(TelemetryHub hub, ITestOutputHelper output)
        : base(hub)
    {
        ArgumentNullException.ThrowIfNull(hub);
        TelemetryHub = hub;
        _output = output;
        // Each test has its own topic: what another one left in the brokers is not counted.
        _topic = $"plant/{Guid.NewGuid():N}";
    }

    private protected TelemetryHub TelemetryHub { get; }

    /// <summary>The sensor: our user, the readings of a file, a broker.</summary>
    private protected NanoPptp Publish(
        string hubAddress,
        Broker broker,
        ReadingFile file,
        int limitSeconds,
        IEnumerable<string>? arguments = null,
        string? passwordFile = null) =>
        NanoPptp.ConnectFrom(
            Hub.Peers.NetworkNamespace,
            [
                .. Hub.ArgumentsFor(hubAddress), .. ArgumentsFor(file),
                "--mqtt", broker.Address, "--topic", _topic, "--client-id", _topic[^8..],
                "--mqtt-user", Hub.User,
                "--mqtt-password-file", passwordFile ?? Hub.PasswordFile,
                .. arguments ?? [],
            ],
            limitSeconds);

    /// <summary>What the sensor is told about its readings and the tunnel.</summary>
    private protected static string[] ArgumentsFor(ReadingFile file) =>
    [
        "--csv", file.Path, "--base-name", BaseName, "--queue-octets", "131072",
        "--redial", "--redial-max", "1",
    ];

    /// <summary>What came to the test's topic.</summary>
    private protected Delivery Deliver(LogTail messages) => new(
        BaseName,
        Arrival.ReadMessages(messages.Lines).Where(arrival => arrival.Topic == _topic));

    /// <summary>Waits for so many rows at the plant; fails if the sensor ends before.</summary>
    private protected async Task WaitForRowsAsync(
        LogTail messages, int count, Task<JsonElement> end, int limitSeconds)
    {
        const int PollMs = 50;
        Stopwatch watch = Stopwatch.StartNew();
        int arrived;
        while ((arrived = Deliver(messages).RowCount) < count)
        {
            if (end.IsCompleted)
            {
                await end;
                Assert.True(Deliver(messages).RowCount >= count, "The sensor ended too early.");
                return;
            }

            Assert.True(
                watch.Elapsed.TotalSeconds < limitSeconds,
                $"{arrived} and not {count} rows arrived within {limitSeconds} s.");
            await Task.Delay(PollMs, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Prints the figures, and what the sensor says of its own.</summary>
    private protected void Report(
        string title, Delivery delivery, int count, long ipOctets, long retransmissions,
        NanoPptp tool)
    {
        _output.WriteLine($"{title}: {delivery.Describe(count, ipOctets, retransmissions)}");
        foreach (IGrouping<string?, JsonElement> redials in tool.Named("redial").GroupBy(
            redial => redial.GetProperty("code").GetString()))
        {
            int pauseMs = redials.Max(redial => redial.GetProperty("pauseMs").GetInt32());
            _output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"  dialled again {redials.Count()} times: {redials.Key}, paused {pauseMs} ms"));
        }

        _output.WriteLine($"the sensor: {tool.Events[^1].GetRawText()}");
    }

    private protected void Print(string line) => _output.WriteLine(line);

    private protected static string Text(int number) =>
        number.ToString(CultureInfo.InvariantCulture);
}
