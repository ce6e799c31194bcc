// nanopptp simulate: a sensor and a hub in one process on a virtual clock.

using System.CommandLine;
using Simulator.World;

namespace nanoPptp.Tool.Simulate;

/// <summary>The verb <c>simulate</c>.</summary>
internal static class SimulateCommand
{
    /// <summary>Builds the verb.</summary>
    /// <param name="terminal">Where it writes.</param>
    /// <returns>The command.</returns>
    public static Command Create(Terminal terminal)
    {
        Option<ulong> seed = new("--seed")
        {
            Description = "Draws passwords, challenges and readings; the same seed gives the same run.",
            DefaultValueFactory = _ => 1,
            HelpName = "N",
        };
        Command command = new(
            "simulate",
            "Run a sensor and a hub in this process, without network and without root, and show "
                + "their conversation.")
        {
            seed,
        };
        command.SetAction(parsed => (int)Run(parsed.GetValue(seed), terminal));
        return command;
    }

    private static ExitCode Run(ulong seed, Terminal terminal)
    {
        // A defect of the library stops the simulation where it happens.
        Diagnostics.Invariant.Throws = true;
        return new Walkthrough(seed, terminal.Output.WriteLine).Run()
            ? ExitCode.Ok
            : ExitCode.InternalError;
    }
}
