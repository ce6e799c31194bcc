// One target in one job: draws inputs, runs them, keeps what did something new, and looks into what
// broke. Everything follows from the seed, the target and the job's number.

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Threading;

namespace nanoPptp.Fuzz.Engine;

/// <summary>Runs inputs of one target, one after the other.</summary>
internal sealed class Worker
{
    private const int MaximumCorpus = 2048;
    private const int MinimizingRuns = 3000;

    private readonly TargetRow _row;
    private readonly ulong _seed;
    private readonly int _job;
    private readonly Action<Finding> _found;
    private readonly Random64 _random;
    private readonly Mutator _mutator;
    private readonly IReadOnlyList<byte[]> _seeds;
    private readonly List<byte[]> _corpus = [];
    private readonly HashSet<string> _kinds = [];
    private FuzzTarget _target;
    private byte[]? _running;
    private long _startedMs;

    /// <summary>Makes a worker.</summary>
    /// <param name="row">What to run.</param>
    /// <param name="seed">The seed of the whole campaign.</param>
    /// <param name="job">Which job it works for.</param>
    /// <param name="seeds">Inputs to begin with.</param>
    /// <param name="found">Hears of the first finding of each kind, minimised.</param>
    internal Worker(
        TargetRow row,
        ulong seed,
        int job,
        IReadOnlyList<byte[]> seeds,
        Action<Finding> found)
    {
        _row = row;
        _seed = seed;
        _job = job;
        _seeds = seeds;
        _found = found;
        _random = Random64.Stream(seed, row.Name, job);
        _target = row.Make();
        _mutator = new Mutator(_random, _target.MaximumLength);
    }

    internal string Name => _row.Name;

    /// <summary>Inputs that were run; those of the minimiser do not count.</summary>
    internal long InputCount { get; private set; }

    /// <summary>Inputs that broke something.</summary>
    internal long FailureCount { get; private set; }

    internal int CorpusCount => _corpus.Count;

    internal Feedback Feedback { get; } = new();

    internal long ElapsedTicks { get; private set; }

    /// <summary>A number that depends on every input that was run, in order.</summary>
    internal ulong Digest { get; private set; } = 0xCBF29CE484222325;

    /// <summary>The input that has been running for too long; null while all is well. Any thread
    /// may ask.</summary>
    internal Finding? FindHang(long nowMs, long limitMs)
    {
        byte[]? running = Volatile.Read(ref _running);
        if (running == null || nowMs - Volatile.Read(ref _startedMs) < limitMs)
        {
            return null;
        }

        return Describe(running, OracleKinds.Hang, $"an input did not end within {limitMs} ms")
            with
        { FoundLength = running.Length };
    }

    /// <summary>Runs some inputs.</summary>
    internal void Run(long count, Func<bool> mustStop)
    {
        long startedAt = Stopwatch.GetTimestamp();
        for (long i = 0; i < count && !mustStop(); i++)
        {
            RunOne(Draw());
        }

        ElapsedTicks += Stopwatch.GetTimestamp() - startedAt;
    }

    private byte[] Draw()
    {
        if (InputCount < _seeds.Count)
        {
            return _seeds[(int)InputCount];
        }

        if (_corpus.Count == 0 || _random.OneIn(8))
        {
            return _target.Generate(_random);
        }

        // Half of the time one of the newest, which lead on to where nobody was yet.
        int first = _random.OneIn(2) ? _corpus.Count * 3 / 4 : 0;
        byte[] parent = _corpus[_random.Next(first, _corpus.Count)];
        return _mutator.Mutate(parent, _corpus);
    }

    private void RunOne(byte[] input)
    {
        InputCount++;
        Digest = (Digest ^ (uint)input.Length) * 0x100000001B3;
        foreach (byte octet in input)
        {
            Digest = (Digest ^ octet) * 0x100000001B3;
        }

        Exception? broken = Try(input);
        if (broken != null)
        {
            FailureCount++;
            LookInto(input, broken);
            _target = _row.Make();
            return;
        }

        if (Feedback.TakeNew())
        {
            Keep(input);
        }
    }

    private void Keep(byte[] input)
    {
        if (_corpus.Count < MaximumCorpus)
        {
            _corpus.Add(input);
        }
        else
        {
            _corpus[_random.Next(MaximumCorpus)] = input;
        }
    }

    // An allocation counts when it happens again: static tables and the like are made once.
    private Exception? Try(byte[] input)
    {
        for (int i = 0; ; i++)
        {
            Exception? broken = TryOnce(input);
            if (i == 2 || broken is not OracleException { Kind: OracleKinds.Allocation })
            {
                return broken;
            }

            _target = _row.Make();
        }
    }

    private Exception? TryOnce(byte[] input)
    {
        Volatile.Write(ref _startedMs, Environment.TickCount64);
        Volatile.Write(ref _running, input);
        try
        {
            _target.Run(input, Feedback);
            return null;
        }
#pragma warning disable CA1031 // Whatever is thrown is what is looked for.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return exception;
        }
        finally
        {
            Volatile.Write(ref _running, null);
        }
    }

    private void LookInto(byte[] input, Exception broken)
    {
        string kind = Finding.KindOf(broken);
        if (!_kinds.Add(kind))
        {
            return;
        }

        var minimizer = new Minimizer(
            candidate =>
            {
                _target = _row.Make();
                Exception? again = Try(candidate);
                return again != null && Finding.KindOf(again) == kind;
            },
            MinimizingRuns);
        byte[] smallest = minimizer.Minimize(input);
        _target = _row.Make();
        Exception told = Try(smallest) ?? broken;
        _found(Describe(smallest, kind, told.Message) with { FoundLength = input.Length });
    }

    private Finding Describe(byte[] input, string kind, string message) => new()
    {
        Target = _row.Name,
        Input = input,
        Kind = kind,
        Message = message,
        Seed = _seed,
        Job = _job,
        Number = InputCount,
    };
}

/// <summary>A target by its name.</summary>
/// <param name="Name">What --target takes.</param>
/// <param name="Weight">Its share of the inputs.</param>
/// <param name="Make">Makes one.</param>
internal sealed record TargetRow(string Name, int Weight, Func<FuzzTarget> Make);
