// The options about readings: what they mean, and what is said when they do not fit together.

using System;
using System.Collections.Generic;
using System.CommandLine;
using System.IO;
using System.Net;
using System.Text;
using nanoPptp.Telemetry.Queue;
using nanoPptp.Tool.Connect;
using nanoPptp.Tool.Telemetry;
using nanoPptp.Tool.Tests.Connect;
using Xunit;

namespace nanoPptp.Tool.Tests.Telemetry;

public sealed class TelemetryOptionsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Without_a_target_there_is_nothing_to_deliver()
    {
        Assert.Null(Read());
    }

    [Fact]
    public void A_broker_needs_an_address_a_topic_and_something_to_deliver()
    {
        TelemetryOptions options = Read("--mqtt", "10.98.0.1", "--topic", "plant/p1", "--csv", Csv())!;
        Assert.Equal(new IPEndPoint(IPAddress.Parse("10.98.0.1"), 1883), options.Mqtt!.Address);
        Assert.Equal("plant/p1", options.Mqtt.Topic);
        Assert.Equal(1, options.Mqtt.Qos);
        Assert.Equal("plantsensor1", options.Mqtt.ClientId);
        Assert.Null(options.Mqtt.UserName);
        Assert.Null(options.Mqtt.Password);
        Assert.False(options.Mqtt.IsClean);
        Assert.Null(options.Coap);
        Assert.Equal("plantsensor1/", options.BaseName);
        Assert.Equal(1, options.Pace);
        Assert.Null(options.JournalFolder);
        Assert.Equal(8192, options.Queue.Capacity);
        Assert.Equal(10000, options.Queue.FlushIntervalMs);
        Assert.Equal(OverflowPolicy.OldestGoes, options.Queue.Overflow);
        Assert.Null(options.HealthMs);
        Assert.Equal(215, Assert.Single(options.Readings).Mantissa);
    }

    [Fact]
    public void Everything_can_be_said()
    {
        string password = _folder.WriteSecret("broker", "geheim\n");
        TelemetryOptions options = Read(
            "--mqtt", "10.98.0.1:8883", "--topic", "t", "--qos", "0", "--mqtt-user", "u",
            "--mqtt-password-file", password, "--client-id", "pump-1", "--clean", "--journal", "j",
            "--base-name", "urn:dev:mac:0024befffe804ff1:", "--queue-octets", "4096",
            "--flush-interval", "500", "--overflow", "newest", "--health", "60",
            "--commands", "plant/+/commands/#")!;
        Assert.Equal(8883, options.Mqtt!.Address.Port);
        Assert.Equal(0, options.Mqtt.Qos);
        Assert.Equal("u", options.Mqtt.UserName);
        Assert.Equal("geheim"u8, options.Mqtt.Password!);
        Assert.Equal("pump-1", options.Mqtt.ClientId);
        Assert.True(options.Mqtt.IsClean);
        Assert.Equal("plant/+/commands/#", options.Mqtt.CommandTopic);
        Assert.Equal("j", options.JournalFolder);
        Assert.Empty(options.Readings);
        Assert.Equal("urn:dev:mac:0024befffe804ff1:", options.BaseName);
        Assert.Equal(4096, options.Queue.Capacity);
        Assert.Equal(500, options.Queue.FlushIntervalMs);
        Assert.Equal(OverflowPolicy.NewestGoes, options.Queue.Overflow);
        Assert.Equal(60_000, options.HealthMs);
    }

    [Theory]
    [InlineData("coap://10.98.0.1", "10.98.0.1:5683", "", null)]
    [InlineData("coap://10.98.0.1/", "10.98.0.1:5683", "", null)]
    [InlineData("COAP://10.98.0.1:5684/a/b", "10.98.0.1:5684", "a/b", null)]
    [InlineData("coap://10.98.0.1/a%20b/%C3%BC?k=v&x", "10.98.0.1:5683", "a b/ü", "k=v&x")]
    [InlineData("coap://10.98.0.1/50%25/%2525", "10.98.0.1:5683", "50%/%25", null)]
    [InlineData("coap://10.98.0.1?d=p%3D1", "10.98.0.1:5683", "", "d=p=1")]
    public void A_URI_is_taken_apart(string uri, string address, string path, string? query)
    {
        TelemetryOptions options = Read("--coap", uri, "--csv", Csv(), "--pace", "0")!;
        Assert.Equal(new CoapUri(IPEndPoint.Parse(address), path, query), options.Coap);
        Assert.Equal(0, options.Pace);
        Assert.Null(options.Mqtt);
    }

    [Theory]
    [InlineData("coaps://10.98.0.1/")]
    [InlineData("10.98.0.1/a")]
    [InlineData("coap://hub/a")]
    [InlineData("coap://10.98.1/a")]
    [InlineData("coap://u@10.98.0.1/a")]
    [InlineData("coap://[::1]/a")]
    [InlineData("coap://10.98.0.1:0/a")]
    [InlineData("coap://10.98.0.1:65536/a")]
    [InlineData("coap://10.98.0.1/a#b")]
    [InlineData("coap://10.98.0.1/a%2Fb")]
    [InlineData("coap://10.98.0.1/a?b%26c")]
    [InlineData("coap://10.98.0.1/a%2")]
    [InlineData("coap://10.98.0.1/a b")]
    [InlineData("coap://10.98.0.1/%FF")]
    [InlineData("coap://10.98.0.1/a?%25%C3")]
    public void What_is_no_CoAP_URI_is_refused(string uri)
    {
        Assert.Contains(
            Complaints("--coap", uri, "--journal", "j"),
            one => one.StartsWith("--coap '", StringComparison.Ordinal) && one.Contains("such as"));
    }

    [Theory]
    [InlineData("a/../b")]
    [InlineData("%2E")]
    [InlineData("TOO-LONG")]
    public void What_CoAP_cannot_say_is_refused_before_the_hub_is_called(string path)
    {
        string uri = "coap://10.98.0.1/" + path.Replace("TOO-LONG", new string('x', 256));
        Assert.Contains(
            Complaints("--coap", uri, "--journal", "j"),
            one => one.Contains("255 octets together", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("--mqtt", "u:Xyzzy@10.98.0.1", "'...@10.98.0.1'")]
    [InlineData("--coap", "coap://u:Xy@zzy@10.98.0.1/a", "'...@10.98.0.1/a'")]
    public void A_password_in_an_address_is_not_repeated(
        string option, string address, string expected)
    {
        IReadOnlyList<string> complaints =
            Complaints(option, address, "--topic", "t", "--journal", "j");
        Assert.Contains(complaints, one => one.StartsWith($"{option} {expected}: give"));
        Assert.DoesNotContain(
            complaints, one => one.Contains("zzy") || one.Contains("u:", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("--topic needs --mqtt or --coap.", "--topic", "t")]
    [InlineData("--csv needs --mqtt or --coap.", "--csv", "f")]
    [InlineData("--overflow needs --mqtt or --coap.", "--overflow", "oldest")]
    [InlineData("Give either --mqtt or --coap.", "--mqtt", "10.0.0.1", "--coap", "coap://10.0.0.1")]
    [InlineData("there is nothing to deliver.", "--coap", "coap://10.0.0.1")]
    [InlineData("--udp sends datagrams of its own", "--coap", "coap://10.0.0.1", "--udp", "10.0.0.1:7")]
    [InlineData("--mqtt needs --topic.", "--mqtt", "10.0.0.1", "--csv", "f")]
    [InlineData("--mqtt 'hub': give an IPv4", "--mqtt", "hub", "--topic", "t")]
    [InlineData("--mqtt '10.0.0.1:x': give", "--mqtt", "10.0.0.1:x", "--topic", "t")]
    [InlineData("may not hold + or #", "--mqtt", "10.0.0.1", "--topic", "a/#")]
    [InlineData("--topic needs 1 to 255", "--mqtt", "10.0.0.1", "--topic", "")]
    [InlineData("--qos needs 0 or 1.", "--mqtt", "10.0.0.1", "--qos", "2")]
    [InlineData("--qos needs --mqtt.", "--coap", "coap://10.0.0.1", "--qos", "1")]
    [InlineData("--clean needs --mqtt.", "--coap", "coap://10.0.0.1", "--clean")]
    [InlineData("needs --mqtt-user.", "--mqtt", "10.0.0.1", "--mqtt-password-file", "f")]
    [InlineData("--mqtt-user needs a name.", "--mqtt", "10.0.0.1", "--mqtt-user", "")]
    [InlineData("--client-id needs 1 to 64", "--mqtt", "10.0.0.1", "--client-id", "a b")]
    [InlineData("--pace needs --csv.", "--coap", "coap://10.0.0.1", "--pace", "2")]
    [InlineData("--pace needs 0 to 1000000.", "--coap", "coap://10.0.0.1", "--csv", "f", "--pace", "-1")]
    [InlineData("--base-name needs 1 to 63", "--coap", "coap://10.0.0.1", "--base-name", "a b")]
    [InlineData("--queue-octets needs 1024", "--coap", "coap://10.0.0.1", "--queue-octets", "9")]
    [InlineData("--flush-interval needs --journal.", "--coap", "coap://10.0.0.1", "--flush-interval", "50")]
    [InlineData("--commands needs --mqtt.", "--coap", "coap://10.0.0.1", "--commands", "c")]
    [InlineData("--commands needs 1", "--mqtt", "10.0.0.1", "--topic", "t", "--commands", "a/#/b")]
    [InlineData("--commands needs 1", "--mqtt", "10.0.0.1", "--topic", "t", "--commands", "a+")]
    [InlineData("--commands needs 1", "--mqtt", "10.0.0.1", "--topic", "t", "--commands", "")]
    [InlineData("--health needs 1", "--coap", "coap://10.0.0.1", "--health", "0")]
    [InlineData("--flush-interval needs 10", "--coap", "coap://10.0.0.1", "--flush-interval", "5")]
    [InlineData("--overflow 'none': give oldest", "--coap", "coap://10.0.0.1", "--overflow", "none")]
    [InlineData("--journal needs the name", "--coap", "coap://10.0.0.1", "--journal", "-")]
    [InlineData("--csv needs the name", "--coap", "coap://10.0.0.1", "--csv", "")]
    [InlineData("write over the file of --csv", "--coap", "coap://10.0.0.1", "--csv", "f", "--pcap", "./f")]
    public void What_does_not_fit_together_is_said(string expected, params string[] arguments)
    {
        Assert.Contains(
            Complaints(arguments), one => one.Contains(expected, StringComparison.Ordinal));
    }

    [Fact]
    public void Standard_input_is_one_file_only()
    {
        ConnectArguments arguments = Parse(
            out ParseResult parsed,
            ["--password-file", "-", "--coap", "coap://10.0.0.1", "--csv", "-"]);
        Assert.Contains(
            "Standard input (-) can be one of the files only.", arguments.Check(parsed));
    }

    [Fact]
    public void A_user_without_letters_needs_names_of_its_own()
    {
        ConnectArguments arguments = new();
        Command command = new("connect");
        arguments.AddTo(command);
        ParseResult parsed = command.Parse(
            ["--hub", "192.0.2.1", "--user", "ü", "--password-file", "f", "--mqtt", "10.0.0.1"]);
        IReadOnlyList<string> complaints = arguments.Check(parsed);
        Assert.Contains(complaints, one => one.StartsWith("--mqtt needs --client-id"));
        Assert.Contains(complaints, one => one.StartsWith("--mqtt and --coap need --base-name"));
    }

    [Fact]
    public void A_byte_order_mark_is_no_part_of_the_first_column()
    {
        File.WriteAllText(_folder["bom"], "\uFEFFtime,name,value\n1772409600,t,2\n", Encoding.UTF8);
        TelemetryOptions options = Read("--coap", "coap://10.0.0.1", "--csv", _folder["bom"])!;
        Assert.Equal([new CsvReading(1772409600000, "t", 2, 0, null)], options.Readings);
    }

    [Fact]
    public void A_file_that_is_missing_or_no_text_says_so()
    {
        ToolFailureException missing = Assert.Throws<ToolFailureException>(
            () => Read("--coap", "coap://10.0.0.1", "--csv", _folder["none"]));
        Assert.Contains("does not exist", missing.Explanation.Sentence);
        File.WriteAllBytes(_folder["binary"], [0x74, 0xFF, 0xFE]);
        ToolFailureException binary = Assert.Throws<ToolFailureException>(
            () => Read("--coap", "coap://10.0.0.1", "--csv", _folder["binary"]));
        Assert.Contains("UTF-8", binary.Explanation.Sentence);
    }

    private string Csv() => _folder.WriteSecret("r.csv", "time,name,value,unit\n1772409600,t,21.5,Cel\n");

    private static ConnectArguments Parse(out ParseResult parsed, params string[] arguments)
    {
        ConnectArguments all = new();
        Command command = new("connect");
        all.AddTo(command);
        parsed = command.Parse(
            ["--hub", "192.0.2.1", "--user", "plant\\sensor1", .. arguments]);
        Assert.Empty(parsed.Errors);
        return all;
    }

    private IReadOnlyList<string> Complaints(params string[] arguments)
    {
        string password = _folder.WriteSecret("password", Session.Password);
        ConnectArguments all =
            Parse(out ParseResult parsed, ["--password-file", password, .. arguments]);
        return all.Check(parsed);
    }

    private TelemetryOptions? Read(params string[] arguments)
    {
        string password = _folder.WriteSecret("password", Session.Password);
        ConnectArguments all =
            Parse(out ParseResult parsed, ["--password-file", password, .. arguments]);
        Assert.Empty(all.Check(parsed));
        using StringWriter output = new();
        ConnectOptions options =
            all.Read(parsed, new InputFiles(ToolRun.TerminalOf(output, output)));
        options.Settings.Wipe();
        return options.Telemetry;
    }
}
