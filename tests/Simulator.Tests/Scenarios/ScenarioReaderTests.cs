// Scenario files: what is read, and what is refused where and with which words.

using System;
using System.IO;
using System.Linq;
using System.Text;
using nanoPptp.Diagnostics;
using Simulator.Scenarios;
using Simulator.World;
using Xunit;

namespace Simulator.Tests.Scenarios;

public class ScenarioReaderTests
{
    [Fact]
    public void Every_key_is_read()
    {
        Scenario expected = new()
        {
            Name = "everything",
            About = "Every key: once.",
            Seed = ulong.MaxValue,
            ForMs = 180_000,
            ClockMs = int.MaxValue - 4_999,
            Hubs =
            [
                new HubPlan
                {
                    Name = "north",
                    Replicas = 2,
                    Connections = 100,
                    DialsPerSecond = 300,
                    SaysBusy = true,
                },
                new HubPlan { Name = "south" },
            ],
            Sensors =
            [
                new SensorPlan
                {
                    Name = "pump",
                    Replicas = 3,
                    ReadingIntervalMs = 2_000,
                    ReadingLength = 64,
                    FirstDialMs = 10_000,
                    Redials = false,
                    HangUpAtMs = 50_000,
                    LostPaceMs = 60_000,
                    IdleMs = 5_000,
                    SessionMs = 3_600_000,
                },
                new SensorPlan { Name = "valve" },
            ],
            Faults =
            [
                new Fault
                {
                    Kind = FaultKind.BurstLoss,
                    AtMs = 1_500,
                    ForMs = 20_000,
                    Direction = Direction.ToSensor,
                    Sensor = "pump-3",
                    Hub = "north-1",
                    Share = 5_000,
                    Count = 5,
                },
                new Fault { Kind = FaultKind.Corrupt, Packet = 17 },
                new Fault { Kind = FaultKind.MtuBlackHole, Length = 576, Sensor = "valve" },
                new Fault { Kind = FaultKind.HubSlow, DelayMs = 250, Hub = "south" },
            ],
            Expectations =
            [
                new Expectation { WithinMs = 5_000, Hub = "north", Share = 950_000 },
                new Expectation { Kind = ExpectationKind.Down, AtMs = 30_000, Sensor = "pump" },
                new Expectation
                {
                    Kind = ExpectationKind.Diagnosis,
                    Reason = Reason.ControlClosed,
                },
                new Expectation { Kind = ExpectationKind.Delivered },
            ],
        };
        const string Text = """
            # The order of keys does not matter.
            timeline:
              - {expect: up, within: 5s, hub: north, share: 0.95}
              - hub: north-1
                sensor: pump-3
                direction: to-sensor
                for: 20s
                count: 5
                share: 0.5 %
                fault: burst-loss
                at: 1.5s
              - at: 30s
                expect: down
                sensor: pump
              - fault: corrupt
                packet: 17
              - expect: diagnosis
                reason: ControlClosed
              - fault: mtu-black-hole
                length: 576
                sensor: valve
              - expect: delivered
              - fault: hub-slow
                delay: 250ms
                hub: south
            name: everything
            about: >
              Every key:
              once.
            seed: 18446744073709551615
            for: 3m
            clock: wrap - 5s
            hubs:
              - name: north
                replicas: 2
                connections: 100
                dials-per-second: 300
                when-full: busy
              - name: "south"
                when-full: reset
            sensors:
            - name: pump
              replicas: 3
              reading-interval: 2s
              reading-length: 64
              first-dial: 10s
              redial: no
              hang-up: 50s
              lost-pace: 60s
              idle: 5s
              session: 1h
            - name: valve
              redial: yes
            """;
        SameScenario.Assert(expected, ScenarioReader.Read(Text, "everything.yaml"), Text);
        SameScenario.Assert(
            expected,
            ScenarioReader.Read('\uFEFF' + Text.ReplaceLineEndings("\r\n"), "everything.yaml"),
            "with a byte order mark and CRLF");
    }

    [Fact]
    public void A_name_is_enough()
    {
        SameScenario.Assert(
            new Scenario { Name = "least" }, ScenarioReader.Read("name: least", "f"), "least");
    }

    [Theory]
    [InlineData("nmae: x", 1, 1, "unknown key 'nmae'; did you mean 'name'?")]
    [InlineData(
        "x: 1",
        1, 1,
        "unknown key 'x'; known: name, about, seed, for, clock, plant, hubs, sensors, timeline")]
    [InlineData("name: x\nname: y", 2, 1, "'name' comes a second time, first in line 1")]
    [InlineData("name:", 1, 1, "name: a value is missing: letters, digits, hyphens; 1 to 40")]
    [InlineData("name: [a]", 1, 7,
        "name: one value is expected: letters, digits, hyphens; 1 to 40")]
    [InlineData("name: a b", 1, 7,
        "name: 'a b' is no name: letters, digits, hyphens; 1 to 40, and no hyphen first")]
    [InlineData("about: \"a\\nb\"", 1, 8,
        "about: 'a?b' is not one line, up to 200 characters, all of them printable")]
    [InlineData("seed: -1", 1, 7,
        "seed: '-1' is no seed: write 0 to 18446744073709551615")]
    [InlineData("for: 1.5x", 1, 6,
        "for: '1.5x' is no duration: write 500ms, 30s, 10m, 1h")]
    [InlineData("for: 25h", 1, 6, "for: '25h' is out of range: 1ms to 24h")]
    [InlineData("for: 0s", 1, 6, "for: '0s' is out of range: 1ms to 24h")]
    [InlineData("clock: 5000", 1, 8, "clock: '5000' is no clock: write 5s, -5s (before it passes 0)"
        + " or wrap - 5s (before its sign turns)")]
    [InlineData("hubs: 3", 1, 7, "hubs: a list is expected, each entry with a hyphen")]
    [InlineData("hubs: []", 1, 1, "hubs: at least one is needed")]
    [InlineData("hubs:\n  - hub", 2, 5, "hubs: an entry has keys, as in '- name: value'")]
    [InlineData("hubs:\n  - replica: 2", 2, 5,
        "unknown key 'replica'; did you mean 'replicas'?")]
    [InlineData("hubs:\n  - replicas: 9", 2, 15, "replicas: '9' is out of range: 1 to 8")]
    [InlineData("hubs:\n  - replicas: 8\n  - name: b", 1, 1, "hubs: 9 are too many: 8 at most")]
    [InlineData("hubs:\n  - replicas: two", 2, 15,
        "replicas: 'two' is no whole number: write 1 to 8")]
    [InlineData("hubs:\n  - connections: 1.5", 2, 18,
        "connections: '1.5' is no whole number: write 1 to 100000")]
    [InlineData("hubs:\n  - when-full: bussy", 2, 16,
        "when-full: 'bussy' is unknown; did you mean 'busy'?")]
    [InlineData("hubs:\n  - name: a\n  - name: a", 1, 1, "hubs: two groups are called 'a'")]
    [InlineData("sensors:\n  - name: a\n    replicas: 2\n  - name: a-2", 1, 1,
        "sensors: 'a-2' is also a member of the group 'a'")]
    [InlineData("sensors:\n  - replicas: 100000\n  - name: b", 1, 1,
        "sensors: 100001 are too many: 100000 at most")]
    [InlineData("sensors:\n  - redial: maybe", 2, 13, "redial: 'maybe' is neither yes nor no")]
    [InlineData("sensors:\n  - reading-length: 15", 2, 21,
        "reading-length: '15' is out of range: 16 to 1372")]
    [InlineData("sensors:\n  - reading_length: 32", 2, 5,
        "unknown key 'reading_length'; did you mean 'reading-length'?")]
    public void What_is_wrong_is_told_with_its_place(
        string text, int line, int column, string error)
    {
        AssertError(text, line, column, error);
    }

    [Theory]
    [InlineData("{at: 30s}", 5, "an entry of the timeline needs 'fault' or 'expect'")]
    [InlineData("{fault: loss, share: 5%, expect: up}", 5,
        "an entry of the timeline needs 'fault' or 'expect', not both")]
    [InlineData("{fault: los, share: 5%}", 13,
        "fault: 'los' is unknown; did you mean 'loss'?")]
    [InlineData("{fault: GreBlocked}", 13,
        "fault: 'GreBlocked' is unknown; did you mean 'gre-blocked'?")]
    [InlineData("{fault: los, within: 5s}", 18, "a fault has no 'within'")]
    [InlineData("{fault: loss}", 6, "loss needs 'share' or 'packet'")]
    [InlineData("{fault: loss, share: 5%, packet: 1}", 6,
        "loss needs 'share' or 'packet', not both")]
    [InlineData("{fault: loss, share: 5 %%}", 26,
        "share: '5 %%' is no share: write 5% or 0.05")]
    [InlineData("{fault: loss, share: 0%}", 26,
        "share: '0%' is out of range: 0.0001% to 100%")]
    [InlineData("{fault: delay}", 6, "delay needs 'delay'")]
    [InlineData("{fault: delay, delay: 11m}", 27, "delay: '11m' is out of range: 1ms to 10m")]
    [InlineData("{fault: gre-blocked, share: 5%}", 26,
        "gre-blocked has no 'share'; it takes at, direction, sensor, hub, for")]
    [InlineData("{fault: tcp-reset, for: 5s}", 24,
        "tcp-reset happens in a moment: it has no 'for'")]
    [InlineData("{fault: hub-killed, sensor: pump}", 25,
        "hub-killed has no 'sensor'; it takes at, hub, for")]
    [InlineData("{fault: hub-killed, at: 1m}", 25,
        "at: 1m is not before the end of the run, which is at 1m")]
    [InlineData("{fault: hub-killed, at: -1s}", 29,
        "at: '-1s' is no duration: write 500ms, 30s, 10m, 1h")]
    [InlineData("{fault: hub-killed, hub: hub-3}", 30,
        "hub: there is no 'hub-3'; there are 'hub-1' to 'hub-2'")]
    [InlineData("{fault: hub-killed, hub: hbu-2}", 30,
        "hub: there is no 'hbu-2'; did you mean 'hub-2'?")]
    [InlineData("{fault: gre-blocked, sensor: pomp}", 34,
        "sensor: there is no 'pomp'; did you mean 'pump'?")]
    [InlineData("{fault: gre-blocked, sensor: pump-1}", 34,
        "sensor: there is no 'pump-1'; did you mean 'pump'?")]
    [InlineData("{fault: gre-blocked, direction: up}", 37,
        "direction: 'up' is unknown; known: to-hub, to-sensor")]
    [InlineData("{expect: upp}", 14, "expect: 'upp' is unknown; did you mean 'up'?")]
    [InlineData("{expect: down, hub: hub-1}", 20, "expect: down has no 'hub'")]
    [InlineData("{expect: up, reason: LcpTimeout}", 18, "expect: up has no 'reason'")]
    [InlineData("{expect: up, for: 5s}", 18, "expect: up has no 'for'")]
    [InlineData("{expect: diagnosis}", 6, "expect: diagnosis needs 'reason'")]
    [InlineData("{expect: delivered, within: 2s}", 25, "expect: delivered needs more than 2s")]
    [InlineData("{expect: diagnosis, reason: control-closed}", 33,
        "reason: 'control-closed' is unknown; did you mean 'ControlClosed'?")]
    [InlineData("{expect: diagnosis, reason: None}", 33,
        "reason: 'None' is unknown; known: NeedMore, Truncated, BadLength, ")]
    [InlineData("{expect: diagnosis, reason: 18}", 33,
        "reason: '18' is unknown; known: NeedMore, Truncated, BadLength, ")]
    [InlineData("{expect: up, within: 0s}", 26, "within: '0s' is out of range: 1ms to 24h")]
    public void What_is_wrong_in_the_timeline_is_told_with_its_place(
        string entry, int column, string error)
    {
        const string Top = "hubs: [{replicas: 2}]\nsensors: [{name: pump}]\ntimeline:\n  - ";
        AssertError(Top + entry, 4, column, error);
    }

    [Theory]
    [InlineData("", 1, 1, "the file is empty: a scenario has at least a name")]
    [InlineData("# nothing\n", 1, 1, "the file is empty: a scenario has at least a name")]
    [InlineData("---\n...\n", 1, 1, "the file is empty: a scenario has at least a name")]
    [InlineData("- a", 1, 1, "a scenario has keys, as in 'name: value'")]
    [InlineData("hello", 1, 1, "a scenario has keys, as in 'name: value'")]
    [InlineData("name: x\n---\nname: y", 2, 1,
        "a second document begins: one file is one scenario")]
    [InlineData("name: x\n\tabout: y", 2, 1, "a tab: write blanks")]
    [InlineData("name: x # \t", 1, 11, "a tab: write blanks")]
    [InlineData("name: &a x", 1, 7,
        "anchors (&) and tags (!) are not read here: quote text that begins so")]
    [InlineData("name: !str x", 1, 7,
        "anchors (&) and tags (!) are not read here: quote text that begins so")]
    [InlineData("name: *x", 1, 7, "aliases (*) are not read here: write it out")]
    [InlineData("<<: {name: x}", 1, 1, "unknown key '<<'; known: name, about")]
    [InlineData("? [a]\n: b", 1, 3, "a key is one word")]
    [InlineData("name: [[[[[[[[x]]]]]]]]", 1, 14,
        "nested deeper than anything in a scenario")]
    [InlineData("name: 'x", 1, 7, "no YAML: While scanning a quoted scalar")]
    [InlineData("name: x: y", 1, 8, "no YAML: While scanning a plain scalar value")]
    [InlineData("name: \"\\ud83c\"", 1, 7, "no YAML: While scanning a quoted scalar")]
    [InlineData(": {\n??\n", 2, 1, "no YAML from here on")]
    [InlineData("hubs:\n  - : a\n", 3, 2, "no YAML from here on")]
    public void What_is_no_single_plain_document_is_refused(
        string text, int line, int column, string error)
    {
        AssertError(text, line, column, error);
    }

    [Fact]
    public void All_mistakes_are_told_at_once_in_the_order_of_the_file()
    {
        const string Text = """
            name: two words
            for: 1 hour
            sensors:
              - name: pump
                replicas: 0
                colour: red
            timeline:
              - fault: delay
                share: 5%
                sensor: nobody
              - expect: up
                at: 2m
                within: soon
            """;
        ScenarioException e = Assert.Throws<ScenarioException>(
            () => ScenarioReader.Read(Text, "many.yaml"));
        Assert.Equal(
            [(1, 7), (2, 6), (5, 15), (6, 5), (8, 5), (9, 5), (12, 5), (13, 13)],
            e.Errors.Select(error => (error.Line, error.Column)));
        Assert.All(e.Errors, error => Assert.Equal("many.yaml", error.File));
        Assert.StartsWith("many.yaml:1:7: name: 'two words' is no name: ", e.Message);
        Assert.Equal(8, e.Message.Split('\n').Length);
    }

    [Fact]
    public void A_message_lists_the_first_twenty_and_counts_the_rest()
    {
        string text = string.Concat(Enumerable.Range(0, 30).Select(i => $"key{i}: 1\n"));
        ScenarioException e = Assert.Throws<ScenarioException>(
            () => ScenarioReader.Read(text, "f"));
        Assert.Equal(30, e.Errors.Count);
        Assert.EndsWith("\nand 10 more", e.Message);
        Assert.Equal(21, e.Message.Split('\n').Length);
    }

    [Fact]
    public void Reading_ends_at_the_thousandth_error()
    {
        string text = string.Concat(Enumerable.Range(0, 50_000).Select(i => $"key{i}: 1\n"));
        ScenarioException e = Assert.Throws<ScenarioException>(
            () => ScenarioReader.Read(text, "f"));
        Assert.Equal(1_000, e.Errors.Count);
    }

    [Fact]
    public void Messages_quote_nothing_that_a_terminal_would_obey_and_not_much()
    {
        AssertError(
            "for: \"\\e[2J\\u202e" + new string('x', 100_000) + "\"", 1, 6,
            $"for: '?[2J?{new string('x', 35)}...' is no duration");
    }

    [Fact]
    public void A_file_is_read_with_its_name_in_the_messages()
    {
        string path = Path.Combine(Path.GetTempPath(), $"scenario-{Guid.NewGuid()}.yaml");
        try
        {
            File.WriteAllText(path, "name: on-disk");
            Assert.Equal("on-disk", ScenarioReader.ReadFile(path).Name);
            Assert.Equal("on-disk", ShippedScenarios.Open(path).Name);
            File.WriteAllText(path, "nmae: on-disk");
            Assert.StartsWith($"{path}:1:1: unknown key 'nmae'", ErrorOfFile(path).Message);
            File.WriteAllBytes(path, [.. "name: "u8, 0xC3, 0x28]);
            Assert.Equal(
                $"{path}:1:1: not UTF-8: octet 6 and those behind it",
                ErrorOfFile(path).Message);
        }
        finally
        {
            File.Delete(path);
        }

        Assert.Throws<FileNotFoundException>(() => ScenarioReader.ReadFile(path));
    }

    [Fact]
    public void The_longest_file_is_read_and_one_octet_more_is_not()
    {
        const string Name = "name: long\n#";
        string longest = Name.PadRight(ScenarioReader.MaximumFileLength, 'x');
        Assert.Equal("long", ScenarioReader.Read(longest, "f").Name);
        AssertError(longest + 'x', 1, 1, "longer than 1048576 octets");

        string wide = Name.PadRight((ScenarioReader.MaximumFileLength / 2) + 7, 'é');
        Assert.True(Encoding.UTF8.GetByteCount(wide) > ScenarioReader.MaximumFileLength);
        AssertError(wide, 1, 1, "longer than 1048576 octets");

        string path = Path.Combine(Path.GetTempPath(), $"scenario-{Guid.NewGuid()}.yaml");
        try
        {
            File.WriteAllText(path, longest);
            Assert.Equal("long", ScenarioReader.ReadFile(path).Name);
            File.AppendAllText(path, "x");
            Assert.EndsWith("longer than 1048576 octets", ErrorOfFile(path).Message);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Damaged_files_are_read_or_refused_and_nothing_else()
    {
        string[] shipped = [.. ShippedScenarios.Names.Select(ShippedScenarios.ReadText)];
        Draw draw = new(3);
        int refused = 0;
        for (int i = 0; i < 3_000; i++)
        {
            StringBuilder text = new(draw.Of(shipped));
            long count = draw.Between(1, 4);
            for (long n = 0; n < count; n++)
            {
                Damage(text, draw);
            }

            try
            {
                ScenarioReader.Read(text.ToString(), "damaged");
            }
            catch (ScenarioException e)
            {
                refused++;
                Assert.NotEmpty(e.Errors);
                Assert.All(e.Errors, error => Assert.True(error.Line >= 1 && error.Column >= 1));
            }
        }

        Assert.InRange(refused, 1_000, 2_999);
    }

    private static void Damage(StringBuilder text, Draw draw)
    {
        const string Characters = "\n -:#[]{},&*!|>'\"%@`?~\\.<=a0\0\ud83c\u2028\x85\t";
        int at = (int)draw.Between(0, text.Length - 1);
        char c = Characters[(int)draw.Between(0, Characters.Length - 1)];
        switch (draw.Between(0, 3))
        {
            case 0:
                text[at] = c;
                break;
            case 1:
                text.Insert(at, c);
                break;
            case 2:
                text.Remove(at, (int)draw.Between(1, int.Min(20, text.Length - at)));
                text.Append(c);
                break;
            default:
                int length = (int)draw.Between(1, int.Min(40, text.Length - at));
                text.Insert((int)draw.Between(0, text.Length), text.ToString(at, length));
                break;
        }
    }

    private static ScenarioException ErrorOfFile(string path)
    {
        return Assert.Throws<ScenarioException>(() => ScenarioReader.ReadFile(path));
    }

    private static void AssertError(string text, int line, int column, string error)
    {
        ScenarioException e = Assert.Throws<ScenarioException>(
            () => ScenarioReader.Read(text, "f"));
        Assert.Contains(
            e.Errors,
            found => found.Line == line
                && found.Column == column
                && found.Text.StartsWith(error, StringComparison.Ordinal));
    }
}
