// The journal on a real file system.

using System;
using System.IO;
using System.Runtime.Versioning;
using nanoPptp.Telemetry.Queue;
using nanoPptp.Tool.Telemetry;
using Xunit;

namespace nanoPptp.Tool.Tests.Telemetry;

[SupportedOSPlatform("linux")]
public sealed class FileJournalStoreTests : IDisposable
{
    private const string Name = "sensor1/";

    private readonly TemporaryFolder _folder = new();

    private string Journal => _folder["journal"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Readings_come_back_from_the_folder_with_their_numbers()
    {
        ReadingQueueSettings settings = new() { Capacity = 2000 };
        int next = 0;
        for (int run = 0; run < 5; run++)
        {
            using FileJournalStore store = new(Journal, settings.LeastFileCapacity, Name);
            ReadingQueue queue = new(settings, store);
            Assert.True(queue.Restore(0));
            Assert.Equal(10 * run, queue.Count);
            for (int i = 0; i < 10; i++)
            {
                next++;
                Assert.Equal(next, queue.Add([1, 2, 3], 0, 3, 0));
            }

            Assert.True(queue.Flush(0));
            Assert.Null(store.LastFailure);
        }
    }

    [Fact]
    public void Only_the_owner_may_use_a_folder_that_was_made()
    {
        using (new FileJournalStore(Path.Combine(Journal, "deeper"), 1000, Name))
        {
        }

        const UnixFileMode Owner =
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        string deeper = Path.Combine(Journal, "deeper");
        Assert.Equal(Owner, File.GetUnixFileMode(deeper));
        foreach (string name in new[] { "journal-0", "journal-1", "lock" })
        {
            Assert.Equal(
                UnixFileMode.UserRead | UnixFileMode.UserWrite,
                File.GetUnixFileMode(Path.Combine(deeper, name)));
        }
    }

    [Fact]
    public void Two_cannot_share_a_folder_and_the_second_says_so()
    {
        using (new FileJournalStore(Journal, 1000, Name))
        {
            ToolFailureException failure = Assert.Throws<ToolFailureException>(
                () => new FileJournalStore(Journal, 1000, Name));
            Assert.Equal(ExitCode.FileUnreadable, failure.ExitCode);
            Assert.Contains("is used by another process", failure.Explanation.Sentence);
            Assert.Contains(Journal, failure.Explanation.Sentence);
        }

        using FileJournalStore after = new(Journal, 1000, Name);
        Assert.Equal(0, after.Length(1));
    }

    [Fact]
    public void A_journal_stays_with_its_base_name()
    {
        // Nothing is in it yet: anybody may have it.
        new FileJournalStore(Journal, 1000, "a name that is longer/").Dispose();
        using (FileJournalStore store = new(Journal, 1000, Name))
        {
            Assert.True(store.Append(0, [1, 2], 0, 2));
        }

        ToolFailureException failure = Assert.Throws<ToolFailureException>(
            () => new FileJournalStore(Journal, 1000, "other/"));
        Assert.Equal(ExitCode.FileUnreadable, failure.ExitCode);
        Assert.Contains("the base name 'sensor1/'", failure.Explanation.Sentence);
        using FileJournalStore again = new(Journal, 1000, Name);
        Assert.Equal(2, again.Length(0));
    }

    [Fact]
    public void A_journal_without_a_name_gets_one()
    {
        Directory.CreateDirectory(Journal);
        File.WriteAllBytes(Path.Combine(Journal, "journal-0"), [1, 2]);
        new FileJournalStore(Journal, 1000, Name).Dispose();
        Assert.Throws<ToolFailureException>(() => new FileJournalStore(Journal, 1000, "other/"));
    }

    [Fact]
    public void A_folder_that_is_a_file_says_so()
    {
        File.WriteAllText(Journal, "");
        ToolFailureException failure =
            Assert.Throws<ToolFailureException>(() => new FileJournalStore(Journal, 1000, Name));
        Assert.Contains("journal", failure.Explanation.Sentence);
        Assert.Contains("cannot be used", failure.Explanation.Sentence);
    }

    [Fact]
    public void Octets_are_appended_read_and_erased()
    {
        using FileJournalStore store = new(Journal, 1000, Name);
        byte[] b = [1, 2, 3, 4, 5];
        Assert.Equal(2, store.FileCount);
        Assert.Equal(64 * 1024, store.FileCapacity);
        Assert.True(store.Append(1, b, 1, 3));
        Assert.True(store.Append(1, b, 0, 2));
        Assert.Equal(5, store.Length(1));
        Assert.Equal(0, store.Length(0));
        byte[] read = new byte[10];
        Assert.Equal(3, store.Read(1, 2, read, 4, 5));
        Assert.Equal([0, 0, 0, 0, 4, 1, 2, 0, 0, 0], read);
        Assert.Equal([2, 3, 4, 1, 2], File.ReadAllBytes(Path.Combine(Journal, "journal-1")));
        Assert.True(store.Erase(1));
        Assert.Equal(0, store.Length(1));
        Assert.Equal(0, store.Read(1, 0, read, 0, 5));
    }

    [Fact]
    public void A_full_disk_is_a_value_and_its_words_are_kept()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "there is no /dev/full here");
        Directory.CreateDirectory(Journal);
        File.CreateSymbolicLink(Path.Combine(Journal, "journal-0"), "/dev/full");
        using FileJournalStore store = new(Journal, 1000, Name);
        Assert.False(store.Append(0, [1, 2], 0, 2));
        Assert.NotNull(store.LastFailure);
    }

    [Theory]
    [InlineData(1000, 64 * 1024)]
    [InlineData(50_000, 200_000)]
    [InlineData(800_000, 1024 * 1024)]
    public void A_file_holds_several_full_queues(int least, int expected)
    {
        using FileJournalStore store = new(Journal, least, Name);
        Assert.Equal(expected, store.FileCapacity);
    }

    [Fact]
    public void The_largest_queue_has_a_journal()
    {
        ReadingQueueSettings settings =
            new() { Capacity = ReadingQueueSettings.LargestCapacity };
        using FileJournalStore store = new(Journal, settings.LeastFileCapacity, Name);
        Assert.Equal(0, new ReadingQueue(settings, store).Count);
    }
}
