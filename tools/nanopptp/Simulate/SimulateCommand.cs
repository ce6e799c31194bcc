// nanopptp simulate: sensors and hubs in one process on a virtual clock.

using System;
using System.CommandLine;
using System.CommandLine.Help;
using System.Runtime.InteropServices;
using Simulator.Scenarios;
using Simulator.World;

namespace nanoPptp.Tool.Simulate;

/// <summary>The verb <c>simulate</c>.</summary>
internal static class SimulateCommand
{
    private const ulong DefaultSeed = 1;

    /// <summary>Builds the verb.</summary>
    /// <param name="terminal">Where it writes.</param>
    /// <returns>The command.</returns>
    public static Command Create(Terminal terminal)
    {
        SimulateArguments arguments = new();
        Command command = new(
            "simulate",
            "Run sensors and hubs in this process, without network and without root: one "
                + "conversation to look at, a scenario, a storm, or thousands of drawn worlds.");
        arguments.AddTo(command);

        // The tool's own help option is shown; this one, which is found first, has more to say.
        HelpOption help = new() { Hidden = true };
        help.Action = new SimulateHelp((HelpAction)help.Action!);
        command.Options.Add(help);
        command.SetAction(parsed => (int)Run(arguments, parsed, terminal));
        return command;
    }

    private static ExitCode Run(
        SimulateArguments arguments, ParseResult parsed, Terminal terminal)
    {
        if (arguments.WantsList(parsed))
        {
            return List(terminal, arguments.Output(parsed).IsJson);
        }

        if (arguments.WantsWalkthrough(parsed))
        {
            ulong seed = arguments.Seed(parsed) ?? DefaultSeed;
            return new Walkthrough(seed, terminal.Output.WriteLine).Run()
                ? ExitCode.Ok
                : ExitCode.SimulationFailed;
        }

        using Interruption interruption = new(
            PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP);
        interruption.Wakes(() => LeaveIfAskedTwice(interruption));
        try
        {
            return RunSimulation(arguments, parsed, terminal, interruption);
        }
        catch (ScenarioException e)
        {
            return Refuse(terminal, ExitCode.FileUnreadable, e.Message);
        }
        catch (ToolFailureException e)
        {
            Explanation told = e.Explanation;
            return Refuse(terminal, e.ExitCode, $"{told.Sentence}\n{told.NextStep}");
        }
    }

    private static ExitCode RunSimulation(
        SimulateArguments arguments,
        ParseResult parsed,
        Terminal terminal,
        Interruption interruption)
    {
        SimulateOutput output = arguments.Output(parsed);
        if (arguments.Seeds(parsed) is { } seeds)
        {
            var runs = new SeedRuns(terminal, interruption, output)
            {
                Seeds = seeds,
                ForMs = arguments.ForMs(parsed) ?? SeedRuns.DefaultForMs,
                StopAfter = arguments.StopAfter(parsed),
                Jobs = arguments.Jobs(parsed),
            };
            return runs.Run(FolderOf(output));
        }

        if (arguments.WantsSweep(parsed))
        {
            var sweep = new SweepRun(terminal, interruption, output)
            {
                Seed = arguments.Seed(parsed) ?? DefaultSeed,
            };
            return sweep.Run(FolderOf(output));
        }

        Scenario scenario = arguments.Scenario(parsed);
        ulong seed = arguments.Seed(parsed) ?? scenario.Seed ?? DefaultSeed;
        string command = RepeatCommand.Of(parsed, seed);
        using var run = new ScenarioRun(terminal, interruption, FolderOf(output), output);
        return run.Run(scenario, seed, command);
    }

    private static ReportFolder? FolderOf(SimulateOutput output) =>
        output.Folder is null ? null : new ReportFolder(output.Folder);

    // The first Ctrl-C ends the run at its next second, with its reports; a second of a large fleet
    // takes long.
    private static void LeaveIfAskedTwice(Interruption interruption)
    {
        if (interruption.Count > 1)
        {
            Environment.Exit((int)ExitCode.Interrupted);
        }
    }

    private static ExitCode List(Terminal terminal, bool isJson)
    {
        foreach (string name in ShippedScenarios.Names)
        {
            string about = ShippedScenarios.Read(name).About;
            if (isJson)
            {
                BatchJson.WriteScenario(terminal.Output, name, about);
            }
            else
            {
                terminal.Output.WriteLine($"{name,-22} {about}");
            }
        }

        return ExitCode.Ok;
    }

    private static ExitCode Refuse(Terminal terminal, ExitCode exitCode, string message)
    {
        foreach (string line in message.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            terminal.Error.WriteLine($"nanopptp: {line}");
        }

        return exitCode;
    }
}
