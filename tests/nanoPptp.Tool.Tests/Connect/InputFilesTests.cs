// Secrets and messages come from files. What is wrong with one is said; what is in one is not.

using System;
using System.IO;
using System.Linq;
using System.Runtime.Versioning;
using System.Text;
using nanoPptp.Auth;
using nanoPptp.Client;
using nanoPptp.Tool.Connect;
using Xunit;

namespace nanoPptp.Tool.Tests.Connect;

public sealed class InputFilesTests : IDisposable
{
    private const string Secret = "Sésame ouvre-toi, la porte";

    private readonly TemporaryFolder _folder = new();
    private readonly StringWriter _errors = new();

    [Theory]
    [InlineData(Secret)]
    [InlineData(Secret + "\n")]
    [InlineData(Secret + "\r\n")]
    public void A_password_may_end_with_one_end_of_line(string content)
    {
        Assert.Equal(HashOf(Secret), ReadPassword(content).NtHash);
        Assert.Empty(_errors.ToString());
    }

    [Fact]
    public void Blanks_and_a_second_end_of_line_belong_to_the_password()
    {
        Assert.Equal(HashOf(" a \n"), ReadPassword(" a \n\n").NtHash);
    }

    [Fact]
    public void A_byte_order_mark_is_not_part_of_a_secret()
    {
        const string Mark = "\uFEFF";

        Assert.Equal(HashOf(Secret), ReadPassword(Mark + Secret + "\r\n").NtHash);
        Assert.Equal(HashOf("a" + Mark), ReadPassword(Mark + "a" + Mark).NtHash);
        string longest = new('€', 256);
        Assert.Equal(HashOf(longest), ReadPassword(Mark + longest + "\r\n").NtHash);
        AssertUnreadable("is empty", () => ReadPassword(Mark));

        PptpSettings settings = new();
        NewFiles().ReadNtHash(
            _folder.WriteSecret("hash", Mark + Convert.ToHexString(HashOf(Secret))), settings);
        Assert.Equal(HashOf(Secret), settings.NtHash);
    }

    [Fact]
    public void A_password_of_256_characters_is_the_longest()
    {
        string longest = new('€', 256);

        Assert.Equal(HashOf(longest), ReadPassword(longest + "\n").NtHash);
        AssertUnreadable("longer than 256", () => ReadPassword(new string('x', 257)));
        AssertUnreadable("too long", () => ReadPassword(new string('x', 5000)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_password_that_has_to_be_kept_has_128_octets_at_most(bool pap)
    {
        PptpSettings settings = new() { AllowPap = pap, AllowChapMd5 = !pap };
        NewFiles().ReadPassword(
            _folder.WriteSecret("password", new string('x', 128) + "\n"), settings);
        Assert.Contains(settings.NtHash, octet => octet != 0);
        AssertUnreadable("longer than 128 octets", () => NewFiles().ReadPassword(
            _folder.WriteSecret("password", new string('\u20AC', 43)), settings));
    }

    [Fact]
    public void Reading_a_password_leaves_literals_alone()
    {
        // The string that is overwritten is the reader's own.
        ReadPassword(Secret);
        Assert.Equal("Sésame ouvre-toi, la porte", string.Concat("Sésame ouvre", "-toi, la porte"));
        Assert.Equal(string.Empty, new string([]));
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(19, true)]
    [InlineData(20, false)]
    [InlineData(256, false)]
    public void G01_G02_A_short_password_gives_a_warning_that_does_not_hold_it(
        int length, bool warns)
    {
        // Characters are counted and not octets.
        string password = new('é', length);
        Assert.Equal(HashOf(password), ReadPassword(password + "\n").NtHash);
        string said = _errors.ToString();
        Assert.Equal(warns, said.Contains("warning: the password is shorter than 20"));
        Assert.Equal(warns, said.Length > 0);
        Assert.DoesNotContain(password, said, StringComparison.Ordinal);
    }

    [Fact]
    public void A_password_comes_from_standard_input_too()
    {
        PptpSettings settings = new();
        new InputFiles(ToolRun.TerminalOf(_errors, _errors, Secret + "\n"))
            .ReadPassword("-", settings);

        Assert.Equal(HashOf(Secret), settings.NtHash);
    }

    [Fact]
    public void An_NT_hash_is_32_hexadecimal_digits()
    {
        byte[] hash = HashOf(Secret);
        string path = _folder.WriteSecret("hash", Convert.ToHexString(hash) + "\n");
        PptpSettings settings = new();
        NewFiles().ReadNtHash(path, settings);
        Assert.Equal(hash, settings.NtHash);

        string[] wrong = ["c0ffee", new string('g', 32), new string('1', 33), "hunter2"];
        foreach (string bad in wrong)
        {
            string badPath = _folder.WriteSecret("bad", bad);
            ToolFailureException failure = AssertUnreadable(
                "32 hexadecimal digits", () => NewFiles().ReadNtHash(badPath, settings));
            Assert.DoesNotContain(bad, failure.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_file_that_is_missing_empty_or_no_text_says_so()
    {
        AssertUnreadable(
            "does not exist", () => NewFiles().ReadPassword(_folder["none"], new PptpSettings()));
        AssertUnreadable(
            "folder", () => NewFiles().ReadPassword(_folder.Path, new PptpSettings()));
        AssertUnreadable("is empty", () => ReadPassword(""));
        AssertUnreadable("is empty", () => ReadPassword("\n"));
        File.WriteAllBytes(_folder["binary"], [0x70, 0xFF, 0xFE]);
        AssertUnreadable(
            "UTF-8", () => NewFiles().ReadPassword(_folder["binary"], new PptpSettings()));
    }

    [Theory]
    [UnsupportedOSPlatform("windows")]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.OtherWrite)]
    public void A_secret_that_others_may_use_gives_a_warning(UnixFileMode others)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such file modes");
        string path = _folder.WriteSecret("open", Secret);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | others);
        NewFiles().ReadPassword(path, new PptpSettings());

        Assert.Contains("warning", _errors.ToString(), StringComparison.Ordinal);
        Assert.Contains($"chmod 600 {path}", _errors.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Each_line_is_a_datagram()
    {
        string path = _folder.WriteSecret("lines", "one\r\n\nthree\nfour");

        Assert.Equal(
            ["one", "", "three", "four"],
            NewFiles().ReadLines(path).Select(Encoding.UTF8.GetString));
        AssertUnreadable("is empty", () => NewFiles().ReadLines(_folder.WriteSecret("e", "")));
        AssertUnreadable("does not exist", () => NewFiles().ReadLines(_folder["none"]));
    }

    [Fact]
    public void Messages_without_end_are_not_read_to_their_end()
    {
        using EndlessStream endless = new();
        InputFiles files = new(new Terminal
        {
            Output = _errors,
            Error = _errors,
            OpenInput = () => endless,
        });

        AssertUnreadable("longer than 64 MiB", () => files.ReadLines("-"));
        Assert.InRange(endless.Position, 64 << 20, 65 << 20);
    }

    [Theory]
    [InlineData("--password-file")]
    [InlineData("--nt-hash-file")]
    public void The_tool_ends_with_exit_code_4_if_a_secret_cannot_be_read(string option)
    {
        ToolRun run = ToolRun.Of(
            "connect", "--hub", "127.0.0.1", "--user", "u", option, _folder["none"]);

        Assert.Equal(ExitCode.FileUnreadable, run.ExitCode);
        Assert.Contains("does not exist", run.Errors, StringComparison.Ordinal);
        Assert.Contains(_folder["none"], run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void The_tool_ends_with_exit_code_4_if_the_messages_cannot_be_read()
    {
        ToolRun run = ToolRun.WithInput(
            Secret,
            "connect", "--json", "--hub", "127.0.0.1", "--user", "u", "--password-file", "-",
            "--udp", "10.98.0.1:9", "--message-file", _folder["none"]);

        Assert.Equal(ExitCode.FileUnreadable, run.ExitCode);
        Assert.Equal("file-unreadable", run.Events()[^1].GetProperty("code").GetString());
    }

    public void Dispose()
    {
        _folder.Dispose();
        _errors.Dispose();
    }

    private static byte[] HashOf(string password)
    {
        byte[] hash = new byte[NtHash.Length];
        NtHash.FromPassword(password, hash, 0);
        return hash;
    }

    private static ToolFailureException AssertUnreadable(string expected, Action read)
    {
        ToolFailureException failure = Assert.Throws<ToolFailureException>(read);
        Assert.Equal(ExitCode.FileUnreadable, failure.ExitCode);
        Assert.Contains(expected, failure.Explanation.Sentence, StringComparison.Ordinal);
        return failure;
    }

    private InputFiles NewFiles() => new(ToolRun.TerminalOf(_errors, _errors));

    private PptpSettings ReadPassword(string content)
    {
        PptpSettings settings = new();
        NewFiles().ReadPassword(_folder.WriteSecret("password", content), settings);
        return settings;
    }

    /// <summary>Far more octets than anybody may read, and then an end after all.</summary>
    private sealed class EndlessStream : Stream
    {
        private const long Enough = 96 << 20;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get; set; }

        public override int Read(byte[] buffer, int offset, int count)
        {
            int read = (int)Math.Min(count, Enough - Position);
            buffer.AsSpan(offset, read).Fill((byte)'x');
            Position += read;
            return read;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) =>
            throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) =>
            throw new NotSupportedException();
    }
}
