// The whole client under a script of operations. A profile leads to a stage first and then mixes
// the operations that matter there; at the end the tunnel is closed, and some scripts demand that
// the same client comes up again with a hub that is well.

using System.Collections.Generic;
using nanoPptp.Client;
using nanoPptp.Fuzz.Engine;
using nanoPptp.Fuzz.World;

namespace nanoPptp.Fuzz.Targets;

/// <summary>What a script of the client is about.</summary>
/// <param name="Name">The target's name.</param>
/// <param name="Stage">Where it begins; Closing lets the script choose.</param>
/// <param name="Operations">The operations, by the octet that stands for each. At most 64; new ones
/// go to the end, so that old scripts keep their meaning.</param>
internal sealed record ClientProfile(
    string Name, Stage Stage, IReadOnlyList<Operation> Operations)
{
    internal static IReadOnlyList<ClientProfile> All { get; } =
    [
        new("client", Stage.Closing, [.. System.Enum.GetValues<Operation>()]),
        new(
            "client-control",
            Stage.Control,
            [
                Operation.SplitControl, Operation.MutateControl, Operation.ForgeControl,
                Operation.RawControl, Operation.Step, Operation.Advance, Operation.ForgeControl,
                Operation.TrickleSocket, Operation.BlockSocket, Operation.JumpClock,
                Operation.CloseClient, Operation.Carry, Operation.Reopen,
                Operation.FloodControl,
            ]),
        new(
            "client-lcp",
            Stage.Lcp,
            [
                Operation.ForgePpp, Operation.AnswerPpp, Operation.MutateGre, Operation.Step,
                Operation.DropGre, Operation.DuplicateGre, Operation.SwapGre, Operation.Advance,
                Operation.Wait, Operation.GreWithoutPoll, Operation.Carry, Operation.ForgePpp,
                Operation.CloseClient, Operation.FloodPpp, Operation.TickWithoutPoll,
            ]),
        new(
            "client-authentication",
            Stage.Authentication,
            [
                Operation.MutateGre, Operation.ForgePpp, Operation.Step, Operation.DropGre,
                Operation.DuplicateGre, Operation.TruncateGre, Operation.Advance,
                Operation.ForgePpp, Operation.Carry, Operation.ReplayGre, Operation.StepMany,
            ]),
        new(
            "client-ccp",
            Stage.Ccp,
            [
                Operation.ForgePpp, Operation.AnswerPpp, Operation.MutateGre, Operation.Step,
                Operation.DropGre, Operation.SwapGre, Operation.Advance, Operation.ForgePpp,
                Operation.Carry, Operation.ReplayGre, Operation.ForgeMppe, Operation.Wait,
                Operation.FloodPpp, Operation.TickWithoutPoll,
            ]),
        new(
            "client-ipcp",
            Stage.Ipcp,
            [
                Operation.ForgePpp, Operation.AnswerPpp, Operation.MutateGre, Operation.Step,
                Operation.DropGre, Operation.SwapGre, Operation.Advance, Operation.ForgePpp,
                Operation.Carry, Operation.ReplayGre, Operation.HubSends, Operation.Wait,
                Operation.FloodPpp, Operation.TickWithoutPoll,
            ]),
        new(
            "client-gre",
            Stage.Up,
            [
                Operation.HubSendsMany, Operation.Step, Operation.DropGre, Operation.DuplicateGre,
                Operation.SwapGre, Operation.RenumberGre, Operation.ReplayGre,
                Operation.ForgeAcknowledgment, Operation.RawGre, Operation.TruncateGre,
                Operation.GreWithoutPoll, Operation.ClientSends, Operation.Carry, Operation.Advance,
                Operation.HubSends, Operation.LendSlot, Operation.ForgePpp, Operation.ExpectIp,
                Operation.WatchData,
            ]),
        new(
            "client-mppe",
            Stage.Up,
            [
                Operation.HubSends, Operation.MutateGre, Operation.ForgeMppe, Operation.Step,
                Operation.DropGre, Operation.SwapGre, Operation.RenumberGre, Operation.HubSendsRaw,
                Operation.HubSendsMany, Operation.ClientSends, Operation.Carry, Operation.Advance,
                Operation.GreWithoutPoll, Operation.ClientSendsRaw, Operation.EndpointSends,
            ]),
    ];
}

/// <summary>Fuzzes the client.</summary>
internal sealed class ClientTarget(ClientProfile profile, Sabotage sabotage = Sabotage.None)
    : FuzzTarget
{
    private const int MaximumOperations = 40;
    private const int Head = 5;

    private static readonly int[] s_clocks = [0, int.MaxValue - 5000, -3000, 0x40000000];

    internal override int MaximumLength => 512;

    internal override void Run(byte[] input, Feedback feedback)
    {
        var script = new Script(input);
        int baseMs = script.Pick(s_clocks);
        int hub = script.Byte();
        int end = script.Byte();
        int stage = script.Byte() % (int)Stage.Closing;

        // Half of the tunnels have the default settings.
        byte switches = script.Byte();
        var world = new World.World(
            hub < 128 && profile.Stage != Stage.Closing ? 0 : hub,
            switches < 128 ? (byte)0 : switches,
            baseMs,
            feedback,
            sabotage);
        world.Meter.Reset();
        if (profile.Stage != Stage.Closing)
        {
            world.Reach(profile.Stage);
        }
        else if (stage != (int)Stage.Closed)
        {
            world.Reach((Stage)stage);
        }

        for (int i = 0; i < MaximumOperations && !script.IsAtEnd; i++)
        {
            int number = script.Byte() % 64;
            world.Operate(
                number < profile.Operations.Count ? profile.Operations[number] : Operation.Step,
                script);
        }

        world.End((end & 1) != 0, (end & 2) != 0);
        if ((end & 0x0C) == 0)
        {
            world.DemandRecovery();
        }
    }

    internal override byte[] Generate(Random64 random)
    {
        byte[] input = random.Octets(Head + random.Next(120));
        for (int i = Head; i < input.Length; i++)
        {
            input[i] = random.OneIn(2) ? (byte)random.Next(profile.Operations.Count) : input[i];
        }

        return input;
    }
}
