// The part of a log file that is written after a moment.

using System;
using System.Diagnostics;
using System.IO;
using System.Threading.Tasks;
using Xunit;

namespace Interop.Tests;

/// <summary>What a log file gets after this object was made, or all it has.</summary>
internal sealed class LogTail
{
    private const int PollMs = 20;

    private readonly string _path;
    private readonly long _start;

    public LogTail(string path, bool fromStart = false)
    {
        _path = path;
        FileInfo file = new(path);
        _start = !fromStart && file.Exists ? file.Length : 0;
    }

    public string Text
    {
        get
        {
            if (!File.Exists(_path))
            {
                return "";
            }

            using FileStream file = new(_path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            file.Position = _start;
            using StreamReader reader = new(file);
            return reader.ReadToEnd();
        }
    }

    /// <summary>The lines that are complete.</summary>
    public string[] Lines
    {
        get
        {
            string text = Text;
            return text[..(text.LastIndexOf('\n') + 1)]
                .Split('\n', StringSplitOptions.RemoveEmptyEntries);
        }
    }

    /// <summary>Waits until the log has this text; fails with what it has instead.</summary>
    public async Task WaitForTextAsync(string text, int limitSeconds = 5)
    {
        bool found = await PollAsync(
            () => Text.Contains(text, StringComparison.Ordinal), limitSeconds);
        Assert.True(found, $"\"{text}\" is not in the log after {limitSeconds} s:\n{Text}");
    }

    /// <summary>Waits until the log has that many lines and returns those it has.</summary>
    public async Task<string[]> WaitForLinesAsync(int count, int limitSeconds = 5)
    {
        await PollAsync(() => Lines.Length >= count, limitSeconds);
        return Lines;
    }

    private static async Task<bool> PollAsync(Func<bool> condition, int limitSeconds)
    {
        Stopwatch watch = Stopwatch.StartNew();
        while (!condition())
        {
            if (watch.Elapsed.TotalSeconds > limitSeconds)
            {
                return false;
            }

            await Task.Delay(PollMs, TestContext.Current.CancellationToken);
        }

        return true;
    }
}
