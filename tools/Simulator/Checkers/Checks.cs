// What every run is checked for, whatever its scenario expects.

using System.Collections.Generic;

namespace Simulator.Checkers;

/// <summary>The checks by name.</summary>
public static class Checks
{
    /// <summary>Nothing is thrown.</summary>
    public const string NoException = "no-exception";

    /// <summary>Nothing is allocated after Open.</summary>
    public const string NoAllocation = "no-allocation";

    /// <summary>One round gives a bounded number of outputs.</summary>
    public const string BoundedWork = "bounded-work";

    /// <summary>Every received packet is counted in exactly one fate.</summary>
    public const string FatesAddUp = "fates-add-up";

    /// <summary>Octets behind a received packet are not written.</summary>
    public const string GuardsIntact = "guards-intact";

    /// <summary>No IP packet leaves without encryption.</summary>
    public const string NeverInClear = "never-in-clear";

    /// <summary>Nothing arrives that was not sent, octet for octet.</summary>
    public const string OnlyWhatWasSent = "only-what-was-sent";

    /// <summary>Nothing arrives twice.</summary>
    public const string NoDuplicates = "no-duplicates";

    /// <summary>Nothing arrives after what was sent later.</summary>
    public const string InOrder = "in-order";

    /// <summary>What the library says about the end of a tunnel is explained by what was wrong.
    /// </summary>
    public const string TrueDiagnosis = "true-diagnosis";

    /// <summary>No hub is asked for more than it is good for.</summary>
    public const string HubLimit = "hub-limit";

    /// <summary>When the weather has cleared, every sensor that dials again delivers again.</summary>
    public const string ComesBack = "comes-back";

    /// <summary>What counts as delivered at the sensor is stored at the plant.</summary>
    public const string AcknowledgedMeansStored = "acknowledged-means-stored";

    /// <summary>Every reading that a queue took is stored once, but for those that are excused: given
    /// up by a full queue and counted, or younger than the flush interval when the power went.
    /// </summary>
    public const string NoGapNoDuplicate = "no-gap-no-duplicate";

    /// <summary>Readings of a sensor arrive in the order of their numbers, the first time.</summary>
    public const string OrderKept = "order-kept";

    /// <summary>What the library holds does not grow from the first minute to the end.</summary>
    public const string MemoryStays = "memory-stays";

    /// <summary>What the scenario expects; not one of <see cref="All"/>.</summary>
    public const string Expectation = "expectation";

    /// <summary>Those that every run is checked for.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        NoException, NoAllocation, BoundedWork, FatesAddUp, GuardsIntact, NeverInClear,
        OnlyWhatWasSent, NoDuplicates, InOrder, TrueDiagnosis, HubLimit, ComesBack,
        AcknowledgedMeansStored, NoGapNoDuplicate, OrderKept, MemoryStays,
    ];
}
