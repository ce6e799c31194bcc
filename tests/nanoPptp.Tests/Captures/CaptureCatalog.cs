// Which captures there are, and how far the tests go with each of them. A capture on disk that is
// not listed here, or not in the README, fails a test: none may lie there unread.

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Xunit;

namespace nanoPptp.Tests.Captures;

/// <summary>What the frames with data of a capture are.</summary>
internal enum DataKind
{
    /// <summary>There are none: the link never came up.</summary>
    None,

    /// <summary>IPv4 as it is.</summary>
    Clear,

    /// <summary>What the library speaks: every frame is decrypted.</summary>
    Mppe128Stateless,

    /// <summary>MPPE that the library refuses: the frames are only counted.</summary>
    OtherMppe,
}

/// <summary>How the client proved who it is.</summary>
internal enum AuthKind
{
    Pap,
    ChapMd5,
    MsChapV1,
    MsChapV2,
}

/// <summary>A capture as the tests know it.</summary>
internal sealed record CaptureEntry(
    string Name, AuthKind Auth, DataKind Data, bool HasWrongPassword = false, bool Loses = false)
{
    /// <summary>What the client's password was. The hub's was always the right one.</summary>
    public string Password => HasWrongPassword ? "wrong-s3cret" : "s3cret";
}

/// <summary>The list of captures.</summary>
internal static class CaptureCatalog
{
    private static readonly CaptureEntry[] s_entries =
    [
        new("chap-md5", AuthKind.ChapMd5, DataKind.Clear),
        new("idle-timeout", AuthKind.MsChapV2, DataKind.Mppe128Stateless),
        new("lcp-echo", AuthKind.MsChapV2, DataKind.Mppe128Stateless),
        new("lcp-echo-dead-peer", AuthKind.MsChapV2, DataKind.Mppe128Stateless, Loses: true),
        new("loss5", AuthKind.MsChapV2, DataKind.Mppe128Stateless, Loses: true),
        new("loss5-stateful", AuthKind.MsChapV2, DataKind.OtherMppe, Loses: true),
        new("mppe128-stateful", AuthKind.MsChapV2, DataKind.OtherMppe),
        new("mppe128-stateless", AuthKind.MsChapV2, DataKind.Mppe128Stateless),
        new("mppe40-stateful", AuthKind.MsChapV2, DataKind.OtherMppe),
        new("mppe40-stateless", AuthKind.MsChapV2, DataKind.OtherMppe),
        new("mschapv1-mppe128", AuthKind.MsChapV1, DataKind.OtherMppe),
        new("mschapv2-nomppe", AuthKind.MsChapV2, DataKind.Clear),
        new("nat-inside", AuthKind.MsChapV2, DataKind.Mppe128Stateless),
        new("nat-outside", AuthKind.MsChapV2, DataKind.Mppe128Stateless),
        new("pap", AuthKind.Pap, DataKind.Clear),
        new("pool-exhausted", AuthKind.MsChapV2, DataKind.Mppe128Stateless),
        new("reorder", AuthKind.MsChapV2, DataKind.Mppe128Stateless),
        new("server-refuses-mppe", AuthKind.MsChapV2, DataKind.None),
        new("server-requires-mppe", AuthKind.MsChapV2, DataKind.None),
        new("terminate-by-client", AuthKind.MsChapV2, DataKind.Mppe128Stateless),
        new("terminate-by-server", AuthKind.MsChapV2, DataKind.Mppe128Stateless),
        new("two-clients", AuthKind.MsChapV2, DataKind.Mppe128Stateless),
        new("udp-traffic", AuthKind.MsChapV2, DataKind.Mppe128Stateless),
        new("wrong-password", AuthKind.MsChapV2, DataKind.None, HasWrongPassword: true),
        new("wrong-password-chap-md5", AuthKind.ChapMd5, DataKind.None, HasWrongPassword: true),
        new("wrong-password-pap", AuthKind.Pap, DataKind.None, HasWrongPassword: true),
    ];

    /// <summary>Every capture on disk, listed or not.</summary>
    public static TheoryData<string> OnDisk => [.. NamesOnDisk()];

    /// <summary>Those with MS-CHAPv2.</summary>
    public static TheoryData<string> MsChapV2 => Select(entry => entry.Auth == AuthKind.MsChapV2);

    /// <summary>Those whose frames the library decrypts.</summary>
    public static TheoryData<string> Decrypted =>
        Select(entry => entry.Data == DataKind.Mppe128Stateless);

    /// <summary>Those whose IP packets travel in clear.</summary>
    public static TheoryData<string> Clear => Select(entry => entry.Data == DataKind.Clear);

    /// <summary>Those with a debug log of either end.</summary>
    public static TheoryData<string> Logged =>
        Select(entry => File.Exists(PathOf(entry.Name + ".hub.log")));

    public static IEnumerable<string> Names => s_entries.Select(entry => entry.Name);

    public static CaptureEntry Entry(string name)
    {
        return s_entries.Single(entry => entry.Name == name);
    }

    public static IEnumerable<string> NamesOnDisk()
    {
        return Directory.GetFiles(PathOf(""), "*.pcap*")
            .Select(path => Path.GetFileNameWithoutExtension(path))
            .Order(StringComparer.Ordinal);
    }

    /// <summary>The path of a file in the folder of captures beside the test program.</summary>
    public static string PathOf(string fileName)
    {
        return Path.Combine(AppContext.BaseDirectory, "Captures", fileName);
    }

    private static TheoryData<string> Select(Func<CaptureEntry, bool> wanted)
    {
        return [.. s_entries.Where(wanted).Select(entry => entry.Name)];
    }
}
