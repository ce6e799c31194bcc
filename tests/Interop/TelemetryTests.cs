// Readings through the tunnel: what is sent is what arrives.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Threading.Tasks;
using Xunit;

namespace Interop.Tests;

[Collection(HubCollection.Name)]
public sealed class TelemetryTests : HubTest
{
    public TelemetryTests(Hub hub)
        : base(hub)
    {
    }

    [Fact]
    public async Task Readings_arrive_octet_for_octet()
    {
        const string Message = """{"u":"°C","v":21.5}""";
        byte[] expected = Encoding.UTF8.GetBytes(Message);
        LogTail sink = Guest.Sink;

        await using NanoPptp tool = Hub.Connect(
            "--udp", Hub.Sink, "--message", Message, "--count", "10", "--interval", "20");
        JsonElement up = await tool.WaitForAsync("up");
        await tool.EndAsync(expectedExitCode: 0);

        Datagram[] arrived = Datagram.ReadAll(await sink.WaitForLinesAsync(10));
        Assert.Equal(10, arrived.Length);
        Assert.All(arrived, datagram => Assert.Equal(expected, datagram.Octets));
        string? local = up.GetProperty("local").GetString();
        Assert.All(arrived, datagram => Assert.Equal(local, datagram.SourceAddress));

        JsonElement[] sent =
            [.. tool.Events.Where(next => next.GetProperty("event").GetString() == "sent")];
        Assert.Equal(
            Enumerable.Range(1, 10), sent.Select(next => next.GetProperty("sequence").GetInt32()));
        Assert.All(
            sent, next => Assert.Equal(expected.Length, next.GetProperty("octets").GetInt32()));
    }

    [Fact]
    public async Task Five_hundred_datagrams_of_1_to_1300_octets_all_arrive_in_order()
    {
        const int Count = 500;
        const int LongestOctets = 1300;
        Random random = new(1300);
        List<string> messages = [];
        for (int i = 0; i < Count; i++)
        {
            // All lengths differ, so no two messages are equal.
            int octets = 1 + (i * (LongestOctets - 1) / (Count - 1));
            messages.Add(string.Create(octets, random, FillWithPrintableCharacters));
        }

        Assert.Equal(1, messages[0].Length);
        Assert.Equal(LongestOctets, messages[^1].Length);
        string lines = string.Join('\n', messages) + '\n';
        string file = await Hub.Peers.WriteFileAsync("messages", lines);
        LogTail sink = Guest.Sink;

        await using NanoPptp tool = Hub.Connect(
            "--udp", Hub.Sink, "--message-file", file, "--interval", "5",
            "--count", Count.ToString(CultureInfo.InvariantCulture));
        await tool.EndAsync(expectedExitCode: 0);

        Datagram[] arrived = Datagram.ReadAll(await sink.WaitForLinesAsync(Count));
        Assert.Equal(
            messages, arrived.Select(datagram => Encoding.ASCII.GetString(datagram.Octets)));
    }

    [Fact]
    public async Task The_hub_pings_the_sensor_through_the_tunnel()
    {
        await using NanoPptp tool = Hub.Connect();
        JsonElement up = await tool.WaitForAsync("up");
        string local = up.GetProperty("local").GetString() ?? "";

        Assert.Equal(10, await Guest.PingAsync(local, 10));
        Assert.Equal(5, await Guest.PingAsync(local, 5, octets: 1300));
        await tool.InterruptAsync();
        await tool.EndAsync(expectedExitCode: 0);
    }

    private static void FillWithPrintableCharacters(Span<char> text, Random random)
    {
        for (int i = 0; i < text.Length; i++)
        {
            text[i] = (char)random.Next('!', '~' + 1);
        }
    }
}
