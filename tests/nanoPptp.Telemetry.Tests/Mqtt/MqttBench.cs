// A client on a scripted stream, with words for what tests do with them.

using System;
using System.Collections.Generic;
using System.Globalization;
using nanoPptp.Telemetry.Mqtt;
using Xunit;

namespace nanoPptp.Telemetry.Tests.Mqtt;

internal sealed class MqttBench
{
    public static readonly byte[] Topic = "t"u8.ToArray();

    public MqttBench(MqttSettings? settings = null, int inputCapacity = 512)
    {
        Client = new MqttClient(settings ?? Settings(), Stream, inputCapacity);
    }

    public ScriptedStream Stream { get; } = new();

    public MqttClient Client { get; }

    public int NowMs { get; set; } = 1000;

    public static MqttSettings Settings() => new() { ClientId = "c" };

    /// <summary>Octets from their notation, spaces apart.</summary>
    public static byte[] Octets(string notation) =>
        Convert.FromHexString(notation.Replace(" ", "", StringComparison.Ordinal));

    /// <summary>A PUBLISH of one octet to "t" as it has to look.</summary>
    public static string Publish(int identifier, int payload, bool isDuplicate = false) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{(isDuplicate ? "3A" : "32")}06000174{identifier:X4}{payload:X2}");

    /// <summary>Connects; the stream is new, and CONNECT was looked at elsewhere.</summary>
    public void Connect(bool isSessionPresent = false)
    {
        Start();
        Feed(isSessionPresent ? "20 02 01 00" : "20 02 00 00");
        Expect(MqttEvent.Connected);
    }

    public void Start()
    {
        Stream.Open();
        Client.Start(NowMs);
        Stream.TakeSent();
    }

    public void Feed(string notation) => Stream.Feed(Octets(notation));

    public MqttEvent Poll() => Client.Poll(NowMs);

    /// <summary>Polls until None, and demands exactly these events.</summary>
    public void Expect(params MqttEvent[] expected)
    {
        var happened = new List<MqttEvent>();
        for (MqttEvent one = Poll(); one != MqttEvent.None; one = Poll())
        {
            happened.Add(one);
            Assert.True(happened.Count < 100);
        }

        Assert.Equal(expected, happened);
    }

    /// <summary>Demands that the client has failed, aborted the stream and is silent.</summary>
    public void ExpectFailure(MqttFailure failure)
    {
        Expect(MqttEvent.Failed);
        Assert.Equal(failure, Client.Failure);
        Assert.True(Stream.IsAborted);
        Assert.False(Client.IsConnected);
        Assert.Equal(int.MaxValue, Client.NextDeadlineMs(NowMs));
    }

    public bool Publish(int tag) =>
        Client.Publish(Topic, [(byte)tag], 0, 1, 1, tag, NowMs);

    public bool Resend(int tag) => Client.Resend(Topic, [(byte)tag], 0, 1, NowMs);

    /// <summary>What was sent since the last look.</summary>
    public string Sent() => Convert.ToHexString(Stream.TakeSent());

    /// <summary>Demands these octets and no more.</summary>
    public void ExpectSent(string notation) =>
        Assert.Equal(notation.Replace(" ", "", StringComparison.Ordinal), Sent());

    /// <summary>Lets time pass in steps of a tick at a time.</summary>
    public void Pass(int ms, int stepMs = 1)
    {
        for (int passed = 0; passed < ms; passed += stepMs)
        {
            NowMs = unchecked(NowMs + stepMs);
            Client.Tick(NowMs);
        }
    }
}
