// The folder of captures, the list in the tests and the README's table have to say the same,
// number for number.

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using nanoPptp.Wire;
using Xunit;

namespace nanoPptp.Tests.Captures;

public class CaptureCatalogTests
{
    [Fact]
    public void Every_capture_on_disk_is_tested_and_described()
    {
        string[] onDisk = [.. CaptureCatalog.NamesOnDisk()];

        Assert.NotEmpty(onDisk);
        Assert.Equal(onDisk, CaptureCatalog.Names.Order(StringComparer.Ordinal));
        Assert.Equal(onDisk, Table().Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_other_file_belongs_to_a_capture()
    {
        foreach (string path in Directory.GetFiles(CaptureCatalog.PathOf("")))
        {
            string file = Path.GetFileName(path);
            Assert.True(
                file == "README.md" || CaptureCatalog.Names.Any(
                    name => file.StartsWith(name + ".", StringComparison.Ordinal)),
                file);
        }
    }

    [Theory]
    [MemberData(nameof(CaptureCatalog.OnDisk), MemberType = typeof(CaptureCatalog))]
    public void The_table_gives_the_numbers_of_the_file(string name)
    {
        var capture = Capture.Load(name);
        GrePacket[] gre = [.. capture.GrePackets];
        string[] result = capture.Lines(".result");
        var counted = new Dictionary<string, string>
        {
            ["exit"] = result.Length == 0 ? "" : result[^1]["exit code ".Length..],
            ["packets"] = Text(capture.Packets.Count),
            ["TCP"] = Text(Count(capture, CapturedPacket.Tcp)),
            ["control"] = Text(capture.Conversations.Sum(one =>
                TcpConversation.Messages(one.FromClient).Count
                    + TcpConversation.Messages(one.FromHub).Count)),
            ["GRE"] = Text(gre.Length),
            ["acks"] = Text(gre.Count(packet => packet.Sequence == null)),
            ["lost"] = $"{Missing(capture, false)}/{Missing(capture, true)}",
            ["MPPE"] = Text(gre.Count(packet => packet.Protocol == PppFrame.Mppe)),
            ["echoes"] = Text(Count(gre, PppFrame.Lcp, PppPacket.EchoRequest))
                + "/" + Text(Count(gre, PppFrame.Lcp, PppPacket.EchoReply)),
            ["resets"] = Text(Count(gre, PppFrame.Ccp, 14)),
            ["ICMP"] = Text(Count(capture, CapturedPacket.Icmp)),
        };

        IReadOnlyDictionary<string, string> row = Table()[name];

        Assert.Equal(
            counted.Keys.Order(StringComparer.Ordinal),
            row.Keys.Except(["capture", "what happens"]).Order(StringComparer.Ordinal));
        foreach ((string column, string value) in counted)
        {
            Assert.Equal($"{column} {value}", $"{column} {row[column]}");
        }
    }

    [Theory]
    [MemberData(nameof(CaptureCatalog.OnDisk), MemberType = typeof(CaptureCatalog))]
    public void The_list_says_what_the_two_ends_agreed_on(string name)
    {
        var capture = Capture.Load(name);
        CaptureEntry entry = CaptureCatalog.Entry(name);

        foreach (CapturedCall call in capture.Calls)
        {
            Assert.Equal(entry.Auth, AgreedAuthentication(call));
            Assert.Equal(entry.Data, AgreedData(call));
        }
    }

    private static AuthKind AgreedAuthentication(CapturedCall call)
    {
        byte[] packet = call.From(hub: false)
            .Where(one => one.Protocol == PppFrame.Lcp
                && one.Information[0] == PppPacket.ConfigureAck)
            .Select(one => one.Information)
            .First();
        (int at, int length) = PppdText.Options(packet)
            .Single(one => packet[one.Offset] == ConfigureOption.AuthenticationProtocol);
        return ConfigureOption.Value(packet, at, length - ConfigureOption.HeaderLength) switch
        {
            0xC023 => AuthKind.Pap,
            0xC22305 => AuthKind.ChapMd5,
            0xC22380 => AuthKind.MsChapV1,
            0xC22381 => AuthKind.MsChapV2,
            int other => throw new FormatException($"authentication {other:x}"),
        };
    }

    private static DataKind AgreedData(CapturedCall call)
    {
        if (call.Packets.Exists(one => one.Protocol == PppFrame.Ipv4))
        {
            return DataKind.Clear;
        }

        if (!call.Packets.Exists(one => one.Protocol == PppFrame.Mppe))
        {
            return DataKind.None;
        }

        // What both ends acknowledged, and keys of MS-CHAPv2 to go with it.
        int[] bits = [.. call.Packets
            .Where(one => one.Protocol == PppFrame.Ccp
                && one.Information[0] == PppPacket.ConfigureAck)
            .Select(one => ConfigureOption.Value(one.Information, PppPacket.HeaderLength, 4))
            .Distinct()];
        return bits is [0x01000040] && AgreedAuthentication(call) == AuthKind.MsChapV2
            ? DataKind.Mppe128Stateless
            : DataKind.OtherMppe;
    }

    private static Dictionary<string, IReadOnlyDictionary<string, string>> Table()
    {
        string[][] rows = [.. File.ReadAllLines(CaptureCatalog.PathOf("README.md"))
            .SkipWhile(line => !line.StartsWith("| capture |", StringComparison.Ordinal))
            .TakeWhile(line => line.StartsWith('|'))
            .Select(line => line.Trim('|').Split('|').Select(cell => cell.Trim()).ToArray())];
        return rows.Skip(2).ToDictionary(
            row => row[0],
            IReadOnlyDictionary<string, string> (row) =>
                rows[0].Zip(row).ToDictionary(pair => pair.First, pair => pair.Second));
    }

    private static int Count(Capture capture, int protocol)
    {
        return capture.Packets.Count(packet => packet.Protocol == protocol);
    }

    private static int Count(GrePacket[] packets, int protocol, int code)
    {
        return packets.Count(
            packet => packet.Protocol == protocol && packet.Information[0] == code);
    }

    private static long Missing(Capture capture, bool hub)
    {
        return capture.Calls.Sum(call => Sequences.Missing(call.From(hub)));
    }

    private static string Text(int number)
    {
        return FormattableString.Invariant($"{number}");
    }
}
