// The files that a run writes.

using System;
using System.IO;
using System.Runtime.Versioning;
using nanoPptp.Tool.Streams;
using Xunit;

namespace nanoPptp.Tool.Tests.Streams;

[Collection(FullDisk.Collection)]
public sealed class FilesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void A_capture_is_for_its_owner_only()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such file modes");
        new CaptureFile(_folder["a.pcapng"], "test").Dispose();

        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite,
            File.GetUnixFileMode(_folder["a.pcapng"]));
    }

    [Fact]
    public void A_file_that_cannot_be_opened_is_named_with_what_it_is()
    {
        string path = _folder["no/such/folder"];
        ToolFailureException made = Assert.Throws<ToolFailureException>(
            () => Files.CreatePrivate("capture file", path));
        ToolFailureException opened = Assert.Throws<ToolFailureException>(
            () => Files.Append("readings file", path));

        Assert.Equal(ExitCode.FileUnreadable, made.ExitCode);
        Assert.Equal(
            $"The capture file ({path}) cannot be written.", made.Explanation.Sentence);
        Assert.Equal(
            $"The readings file ({path}) cannot be written.", opened.Explanation.Sentence);
    }

    [Fact]
    public void A_sink_takes_everything_and_remembers_its_first_failure()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "there is no /dev/full here");
        using FileSink sink = Files.Append("readings file", "/dev/full");
        Assert.Null(sink.Failure);

        sink.Write("one"u8);
        ToolFailureException? first = sink.Failure;
        sink.Write("two"u8);

        Assert.Equal(
            "The readings file (/dev/full) cannot be written: No space left on device.",
            first?.Explanation.Sentence);
        Assert.Same(first, sink.Failure);
    }

    public void Dispose() => _folder.Dispose();
}
