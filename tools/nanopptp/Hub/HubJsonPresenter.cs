// JSON Lines for scripts: one object a line on standard output, and nothing else there.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Net;
using System.Text;
using System.Text.Json;
using nanoPptp.Tool.Hub.Configuration;
using nanoPptp.Tool.Streams;
using Simulator.Hub;

namespace nanoPptp.Tool.Hub;

/// <summary>Shows a hub as JSON Lines.</summary>
internal sealed class HubJsonPresenter : IHubPresenter
{
    private readonly TextWriter _output;
    private readonly TimeProvider _time;
    private readonly JsonLine _line = new();
    private readonly Utf8JsonWriter _json;

    public HubJsonPresenter(TextWriter output, TimeProvider? time = null)
    {
        _output = output;
        _time = time ?? TimeProvider.System;
        _json = _line.Json;
    }

    public int RefreshMs => 0;

    public void Listening(HubPlan plan, IPEndPoint place, string? tun)
    {
        HubSettings settings = plan.Settings;
        Begin("listening");
        _json.WriteString("address", place.Address.ToString());
        _json.WriteNumber("port", place.Port);
        _json.WriteString("tunnelAddress", Ipv4Address.ToText(settings.TunnelAddress));
        _json.WriteString("clients", AddressList.Describe(settings.ClientAddresses));
        _json.WriteStartArray("authentication");
        foreach (string method in HubWords.Authentications(settings))
        {
            _json.WriteStringValue(method);
        }

        _json.WriteEndArray();
        _json.WriteString("encryption", HubWords.Encryption(settings));
        if (tun is not null)
        {
            _json.WriteString("tun", tun);
        }

        End();
    }

    public void Connected(IPEndPoint outer)
    {
        Begin("connected");
        _json.WriteString("outer", outer.ToString());
        End();
    }

    public void Rejected(IPEndPoint outer)
    {
        Begin("rejected");
        _json.WriteString("outer", outer.ToString());
        _json.WriteString("sentence", HubTextPresenter.Full);
        End();
    }

    public void LocalLimit(IPEndPoint outer, IPAddress local, int most)
    {
        Begin("local-limit");
        _json.WriteString("outer", outer.ToString());
        _json.WriteString("local", local.ToString());
        _json.WriteString("sentence", HubWords.LocalLimit(local, most));
        End();
    }

    public void Authenticated(IPEndPoint outer, AuthenticationOutcome outcome)
    {
        Begin(outcome.IsAccepted ? "authenticated" : "refused");
        _json.WriteString("outer", outer.ToString());
        _json.WriteString("user", outcome.User);
        _json.WriteString("method", outcome.Method);
        if (outcome.Error is { } error)
        {
            _json.WriteNumber("error", error);
        }

        End();
    }

    public void Up(SessionFacts facts, int mtu)
    {
        Begin("up");
        WriteSession(facts);
        _json.WriteString("encryption", facts.Encryption);
        _json.WriteNumber("mtu", mtu);
        End();
    }

    public void Read(Reading reading)
    {
        _line.Begin();
        _json.WriteString("event", "reading");
        reading.WriteTo(_json);
        End();
    }

    public void Down(SessionFacts facts, HubEnd reason, TimeSpan? uptime)
    {
        Begin("down");
        WriteSession(facts);
        _json.WriteString("reason", HubWords.CodeOf(reason));
        _json.WriteString("sentence", HubWords.SentenceOf(reason, facts.HangUpCause));
        if (uptime is { } up)
        {
            _json.WriteNumber("upMs", (long)up.TotalMilliseconds);
        }

        _json.WriteNumber("packetsIn", facts.PacketsIn);
        _json.WriteNumber("octetsIn", facts.OctetsIn);
        _json.WriteNumber("packetsOut", facts.PacketsOut);
        _json.WriteNumber("octetsOut", facts.OctetsOut);
        End();
    }

    public void Disconnected(IPEndPoint outer)
    {
        Begin("disconnected");
        _json.WriteString("outer", outer.ToString());
        End();
    }

    public void Refresh(IReadOnlyList<SessionFacts> sessions, long nowMs)
    {
    }

    public void Stopping()
    {
        Begin("stopping");
        End();
    }

    public void Ended(RunEnd end)
    {
        Begin("end");
        _line.WriteExplanation(end.ExitCode, end.Explanation);
        _line.WriteCounters(end.Counters);
        End();
    }

    public void Dispose()
    {
        _line.Dispose();
    }

    private void WriteSession(SessionFacts facts)
    {
        _json.WriteString("outer", facts.Outer.ToString());
        _json.WriteString("user", facts.User);
        if (facts.Inner is { } inner)
        {
            _json.WriteString("inner", inner.ToString());
        }
    }

    private void Begin(string name)
    {
        _line.Begin();
        _json.WriteString("event", name);
        _json.WriteString(
            "time",
            _time.GetUtcNow().ToString(Reading.TimeFormat, CultureInfo.InvariantCulture));
    }

    private void End()
    {
        _output.WriteLine(Encoding.UTF8.GetString(_line.End()));
        _output.Flush();
    }
}
