// Readings through a whole tunnel: file, queue, journal, CoAP, tool's loop, raw GRE. The server is
// written by hand here, octet by octet (RFC 7252 s.3).

using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Runtime.Versioning;
using System.Text;
using System.Text.Json;
using System.Threading.Tasks;
using nanoPptp.Telemetry.Queue;
using nanoPptp.Telemetry.Uplink;
using nanoPptp.Tool.Connect;
using nanoPptp.Tool.Telemetry;
using nanoPptp.Tool.Tests.Connect;
using Xunit;

namespace nanoPptp.Tool.Tests.Telemetry;

[SupportedOSPlatform("linux")]
public sealed class TelemetryWorkTests : IDisposable
{
    private const int CoapPort = 5683;
    private const int Changed = 0x44;
    private const int NotFound = 0x84;

    private readonly TemporaryFolder _folder = new();
    private readonly List<byte[]> _posts = [];

    public TelemetryWorkTests()
    {
        RawSockets.Require();
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_day_of_a_pump_station_arrives_and_the_session_ends()
    {
        using LoopbackHub hub = new() { Answer = (port, octets) => Serve(port, octets, Changed) };
        JsonElement delivery = await Run(hub, Options(PumpStation.Make()));

        Assert.Equal(1000, delivery.GetProperty("delivered").GetInt32());
        Assert.Equal(1000, delivery.GetProperty("queued").GetInt32());
        Assert.Equal(0, delivery.GetProperty("waiting").GetInt32());
        Assert.Equal(0, delivery.GetProperty("dropped").GetInt32());
        Assert.Equal(0, delivery.GetProperty("refusals").GetInt32());
        Assert.True(delivery.GetProperty("medianMs").GetDouble() >= 0);
        Assert.True(
            delivery.GetProperty("worstMs").GetDouble()
                >= delivery.GetProperty("medianMs").GetDouble());
        Assert.InRange(delivery.GetProperty("octetsPerReading").GetDouble(), 15, 80);
        Assert.False(delivery.TryGetProperty("unanswered", out _));

        // The memory of the tunnel, into which messages point, is not telemetry's.
        Assert.InRange(delivery.GetProperty("ramOctets").GetInt32(), 16_000, 22_000);
        Assert.False(delivery.TryGetProperty("flashWrites", out _));
        Assert.InRange(_posts.Count, 10, 100);
        Assert.All(_posts, post => Assert.Contains("sensor1/", Encoding.Latin1.GetString(post)));
        Assert.Contains("pumps", Encoding.Latin1.GetString(_posts[0]));
    }

    [Fact]
    public async Task The_tunnels_own_health_goes_with_the_readings()
    {
        using LoopbackHub hub = new() { Answer = (port, octets) => Serve(port, octets, Changed) };
        TelemetryOptions options = Options(Lines(3)) with { HealthMs = 60_000 };
        JsonElement delivery = await Run(hub, options);

        // What a PC has of memory is left out.
        Assert.Equal(
            3 + Health.ValueCount - 1, delivery.GetProperty("delivered").GetInt32());
        string all = string.Concat(_posts.Select(Encoding.Latin1.GetString));
        foreach (string name in (string[])["dials", "gre-sent", "queue-depth"])
        {
            Assert.Contains(name, all, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("free-octets", all, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_nobody_acknowledged_comes_back_from_the_journal_with_its_numbers()
    {
        TelemetryOptions options = Options(Lines(20)) with { JournalFolder = _folder["journal"] };
        using (LoopbackHub deaf = new() { Answer = (_, _) => [] })
        {
            JsonElement first = await Run(deaf, options, TimeSpan.FromSeconds(1));
            Assert.Equal(0, first.GetProperty("delivered").GetInt32());
            Assert.Equal(20, first.GetProperty("waiting").GetInt32());
            Assert.True(first.GetProperty("flashWrites").GetInt32() > 0);
            Assert.False(first.TryGetProperty("octetsPerReading", out _));
            Assert.Equal("10.98.0.1:5683", first.GetProperty("unanswered").GetString());
        }

        using LoopbackHub hub = new() { Answer = (port, octets) => Serve(port, octets, Changed) };
        using Session session = Session.Start(
            hub.Options() with { Telemetry = options with { Readings = [] } });
        JsonElement second = (await session.EndAsync(ExitCode.Ok)).GetProperty("delivery");
        Assert.Equal(20, second.GetProperty("restored").GetInt32());
        Assert.Equal(20, second.GetProperty("delivered").GetInt32());
        Assert.Equal(0, second.GetProperty("waiting").GetInt32());
        JsonElement[] ranges =
        [
            .. session.Events.Where(e => e.GetProperty("event").GetString() == "delivered"),
        ];
        Assert.Equal(1, ranges[0].GetProperty("first").GetInt32());
        Assert.Equal(20, ranges[^1].GetProperty("last").GetInt32());

        // And they do not come a third time.
        using Session third = Session.Start(
            hub.Options() with { Telemetry = options with { Readings = [] } });
        JsonElement nothing = (await third.EndAsync(ExitCode.Ok)).GetProperty("delivery");
        Assert.Equal(0, nothing.GetProperty("restored").GetInt32());
    }

    [Fact]
    public async Task What_no_pack_can_carry_is_told_as_dropped()
    {
        TelemetryOptions options = Options(Lines(2)) with { JournalFolder = _folder["journal"] };
        using (FileJournalStore store = new(
            _folder["journal"], options.Queue.LeastFileCapacity, options.BaseName))
        {
            // No reading begins like this.
            ReadingQueue queue = new(options.Queue, store);
            Assert.Equal(1, queue.Add([0xFF, 0xFF, 0xFF], 0, 3, 0));
            Assert.True(queue.Flush(0));
        }

        using LoopbackHub hub = new() { Answer = (port, octets) => Serve(port, octets, Changed) };
        JsonElement delivery = await Run(hub, options);
        Assert.Equal(1, delivery.GetProperty("restored").GetInt32());
        Assert.Equal(2, delivery.GetProperty("delivered").GetInt32());
        Assert.Equal(1, delivery.GetProperty("dropped").GetInt32());
        Assert.Equal(0, delivery.GetProperty("waiting").GetInt32());
    }

    [Fact]
    public async Task A_journal_that_is_damaged_is_told_of()
    {
        TelemetryOptions options = Options(Lines(2)) with { JournalFolder = _folder["journal"] };
        using LoopbackHub hub = new() { Answer = (port, octets) => Serve(port, octets, Changed) };
        JsonElement whole = await Run(hub, options);
        Assert.Equal(0, whole.GetProperty("tornRecords").GetInt32());
        Assert.DoesNotContain(
            new DeliverySummary { FlashReadings = 1 }.Lines(), line => line.Contains("nobody can"));

        await File.AppendAllTextAsync(
            Path.Combine(_folder["journal"], "journal-0"),
            "no record of a journal",
            TestContext.Current.CancellationToken);
        JsonElement damaged = await Run(hub, options);
        Assert.Equal(1, damaged.GetProperty("tornRecords").GetInt32());
        Assert.Contains(
            new DeliverySummary { TornRecords = 1 }.Lines(), line => line.Contains("nobody can"));
    }

    [Fact]
    public async Task A_server_that_refuses_is_told_of_and_the_readings_stay()
    {
        using LoopbackHub hub = new() { Answer = (port, octets) => Serve(port, octets, NotFound) };
        using Session session = Session.Start(hub.Options() with
        {
            Telemetry = Options(Lines(3)),
            Duration = TimeSpan.FromSeconds(1),
        });
        JsonElement end = await session.EndAsync(ExitCode.Ok);
        JsonElement refused = await session.WaitForAsync("application");
        Assert.Equal("refused", refused.GetProperty("state").GetString());
        Assert.Equal(NotFound, refused.GetProperty("number").GetInt32());
        JsonElement delivery = end.GetProperty("delivery");
        Assert.Equal(3, delivery.GetProperty("waiting").GetInt32());
        Assert.Equal(1, delivery.GetProperty("refusals").GetInt32());
        Assert.False(delivery.TryGetProperty("unanswered", out _));
    }

    [Fact]
    public async Task A_server_that_never_answers_is_told_of_while_it_is_waited_for()
    {
        using LoopbackHub deaf = new() { Answer = (_, _) => [] };
        using Session session = Session.Start(
            deaf.Options() with { Telemetry = Options(Lines(3)) });
        JsonElement silent = await session.WaitForAsync("application");
        Assert.Equal("silent", silent.GetProperty("state").GetString());
        session.Interruption.Interrupt();
        JsonElement end = await session.EndAsync(ExitCode.Ok);
        Assert.Equal(3, end.GetProperty("delivery").GetProperty("waiting").GetInt32());
    }

    [Fact]
    public async Task A_reading_that_waits_is_journaled_while_the_session_lasts()
    {
        using LoopbackHub deaf = new() { Answer = (_, _) => [] };
        TelemetryOptions options = Options(Lines(5)) with { JournalFolder = _folder["journal"] };
        options.Queue.FlushIntervalMs = 50;
        using Session session = Session.Start(deaf.Options() with { Telemetry = options });
        JsonElement journaled = await session.WaitForAsync("journaled");
        Assert.Equal(6, journaled.GetProperty("next").GetInt32());
        Assert.True(new FileInfo(Path.Combine(_folder["journal"], "journal-0")).Length > 100);

        // In the meantime nobody else may have the folder.
        using Session other = Session.Start(deaf.Options() with { Telemetry = options });
        JsonElement end = await other.EndAsync(ExitCode.FileUnreadable);
        Assert.Contains("another process", end.GetProperty("sentence").GetString());
        await session.WaitForAsync("up");
        session.Interruption.Interrupt();
        await session.EndAsync(ExitCode.Ok);
    }

    [Fact]
    public async Task Without_a_hub_readings_are_queued_at_their_times_and_kept()
    {
        TelemetryOptions options =
            Options(Lines(4)) with { JournalFolder = _folder["journal"], Pace = 10 };
        ConnectOptions connect = Session.OptionsOf("127.0.0.1", 1) with
        {
            Telemetry = options,
            Redial = new nanoPptp.Client.RedialSettings(),
            Duration = TimeSpan.FromSeconds(1.5),
        };
        using Session session = Session.Start(connect);
        JsonElement end = await session.EndAsync(ExitCode.HubUnreachable);
        JsonElement delivery = end.GetProperty("delivery");
        Assert.Equal(4, delivery.GetProperty("queued").GetInt32());
        Assert.Equal(4, delivery.GetProperty("waiting").GetInt32());
        Assert.True(delivery.GetProperty("flashWrites").GetInt32() > 0);
    }

    private static string Lines(int count)
    {
        StringBuilder csv = new("time,name,value,unit\n");
        for (int i = 0; i < count; i++)
        {
            csv.Append(
                CultureInfo.InvariantCulture, $"{1772409600 + i},level,{i}.5,m\n");
        }

        return csv.ToString();
    }

    private static TelemetryOptions Options(string csv)
    {
        using StringReader text = new(csv);
        return new TelemetryOptions
        {
            Coap = CoapUri.Parse("coap://10.98.0.1/pumps"),
            Readings = ReadingFile.Read(text, "csv"),
            Pace = 0,
            BaseName = "sensor1/",
            Queue = new ReadingQueueSettings(),
        };
    }

    private static async Task<JsonElement> Run(
        LoopbackHub hub, TelemetryOptions options, TimeSpan? duration = null)
    {
        using Session session = Session.Start(
            hub.Options() with { Telemetry = options, Duration = duration });
        return (await session.EndAsync(ExitCode.Ok)).GetProperty("delivery");
    }

    /// <summary>Acknowledges a confirmable POST with a piggybacked answer.</summary>
    private byte[]? Serve(int port, byte[] message, int code)
    {
        if (port != CoapPort)
        {
            return null;
        }

        int tokenLength = message[0] & 15;
        Assert.Equal(0x40, message[0] & 0xF0);
        Assert.Equal(2, message[1]);
        _posts.Add(message);
        return
        [
            (byte)(0x60 | tokenLength), (byte)code, message[2], message[3],
            .. message.AsSpan(4, tokenLength),
        ];
    }
}
