// JSON Lines for scripts: one object a line on standard output, and nothing else there.

using System;
using System.IO;
using System.Net;
using System.Text;
using System.Text.Json;
using nanoPptp.Client;
using nanoPptp.Telemetry.Uplink;
using nanoPptp.Tool.Streams;

namespace nanoPptp.Tool.Connect;

/// <summary>Shows a session as JSON Lines.</summary>
internal sealed class JsonPresenter : IPresenter
{
    private readonly TextWriter _output;
    private readonly JsonLine _line = new();
    private readonly Utf8JsonWriter _json;

    public JsonPresenter(TextWriter output)
    {
        _output = output;
        _json = _line.Json;
    }

    public int RefreshMs => 0;

    /// <summary>The name of a stage, for scripts.</summary>
    public static string NameOf(Stage stage)
    {
        return stage switch
        {
            Stage.Tcp => "tcp",
            Stage.Control => "control",
            Stage.Call => "call",
            Stage.Lcp => "lcp",
            Stage.Authentication => "auth",
            Stage.Ccp => "ccp",
            Stage.Ipcp => "ipcp",
            Stage.Up => "up",
            _ => "closed",
        };
    }

    public void Connecting(string hub, IPAddress address, string userName)
    {
        // An empty line's worth of work now is work saved while the hub waits for an answer.
        Begin("connecting");
        _json.WriteNumber("atMs", 0.0);
        _line.End();
    }

    public void Passed(Stage stage, double atMs, double tookMs)
    {
        Begin("stage");
        _json.WriteString("stage", NameOf(stage));
        WriteMs("atMs", atMs);
        WriteMs("tookMs", tookMs);
        End();
    }

    public void Up(TunnelFacts facts, double atMs)
    {
        Begin("up");
        _json.WriteString("hub", facts.Hub.ToString());
        _json.WriteString("local", facts.Local.ToString());
        _json.WriteString("peer", facts.Peer?.ToString());
        _json.WriteNumber("mtu", facts.Mtu);
        _json.WriteString("mppe", facts.Encryption);
        WriteMs("atMs", atMs);
        End();
    }

    public void Refresh(TimeSpan uptime)
    {
    }

    public void Sent(int sequence, int octets)
    {
        Begin("sent");
        _json.WriteNumber("sequence", sequence);
        _json.WriteNumber("octets", octets);
        End();
    }

    public void Received(IPEndPoint source, int destinationPort, ReadOnlySpan<byte> payload)
    {
        Begin("received");
        _json.WriteString("source", source.ToString());
        _json.WriteNumber("destinationPort", destinationPort);
        _json.WriteNumber("octets", payload.Length);
        _json.WriteString("hex", Convert.ToHexStringLower(payload));
        End();
    }

    public void Delivered(int firstSequence, int lastSequence)
    {
        Begin("delivered");
        _json.WriteNumber("first", firstSequence);
        _json.WriteNumber("last", lastSequence);
        End();
    }

    public void Command(string topic, ReadOnlySpan<byte> payload)
    {
        Begin("command");
        _json.WriteString("topic", topic);
        _json.WriteNumber("octets", payload.Length);
        _json.WriteString("hex", Convert.ToHexStringLower(payload));
        End();
    }

    public void Journaled(int nextSequence)
    {
        Begin("journaled");
        _json.WriteNumber("next", nextSequence);
        End();
    }

    public void Application(UplinkEvent happened, int code)
    {
        Begin("application");
        _json.WriteString("state", happened switch
        {
            UplinkEvent.Connected => "connected",
            UplinkEvent.Lost => "lost",
            UplinkEvent.Nothing => "silent",
            _ => "refused",
        });
        if (happened == UplinkEvent.Refused)
        {
            _json.WriteNumber("number", code);
        }

        End();
    }

    public void FragmentDropped()
    {
        // The last line counts them: innerFragments.
    }

    public void HangingUp()
    {
    }

    public void Redialing(RunEnd end, TimeSpan? uptime, int attempt, int pauseMs)
    {
        Begin("redial");
        _json.WriteNumber("attempt", attempt);
        _json.WriteNumber("pauseMs", pauseMs);
        _line.WriteExplanation(end.ExitCode, end.Explanation);
        if (uptime is { } up)
        {
            WriteMs("upMs", up.TotalMilliseconds);
        }

        End();
    }

    public void Dispose()
    {
        _line.Dispose();
    }

    public void Ended(RunEnd end, TimeSpan? uptime)
    {
        Begin("end");
        _line.WriteExplanation(end.ExitCode, end.Explanation);
        if (uptime is { } up)
        {
            WriteMs("upMs", up.TotalMilliseconds);
        }

        _line.WriteCounters(end.Counters);
        end.Delivery?.WriteTo(_json);
        End();
    }

    private void Begin(string name)
    {
        _line.Begin();
        _json.WriteString("event", name);
    }

    private void End()
    {
        _output.WriteLine(Encoding.UTF8.GetString(_line.End()));
        _output.Flush();
    }

    private void WriteMs(string name, double ms)
    {
        _json.WriteNumber(name, Math.Round(ms, 3));
    }
}
