// Bugs for the checks to find. A check that has never caught anything proves nothing, so the tests plant
// these in a sensor's adapter, one at a time, and demand that the run fails with the right check.

namespace Simulator.Sensor;

/// <summary>A bug in the sensor's adapter; only tests plant one.</summary>
internal enum PlantedBug
{
    /// <summary>None.</summary>
    None,

    /// <summary>Each tenth reading is sent twice.</summary>
    SendsTwice,

    /// <summary>Each tenth reading is changed on its way into the tunnel.</summary>
    ChangesReading,

    /// <summary>Each tenth reading is sent after the one behind it.</summary>
    SwapsReadings,

    /// <summary>A datagram from the hub is given to the application twice.</summary>
    DeliversTwice,

    /// <summary>Work after Open allocates.</summary>
    Allocates,

    /// <summary>An octet behind a received packet is written.</summary>
    WritesBehind,

    /// <summary>An IP packet leaves without encryption.</summary>
    SendsInClear,

    /// <summary>A received packet is counted and not handed on.</summary>
    LosesCount,

    /// <summary>The output is polled again and again.</summary>
    WorksWithoutBound,

    /// <summary>No reading of the first session is sent.</summary>
    IgnoresReadings,

    /// <summary>A tunnel that was lost is never dialled again.</summary>
    NeverRedials,

    /// <summary>A tunnel that was lost is dialled again at once, by the whole fleet.</summary>
    RedialsAtOnce,

    /// <summary>Every trouble is called a refused password.</summary>
    BlamesPassword,

    /// <summary>Each tenth reading counts as delivered before it left.</summary>
    AcknowledgesUnstored,

    /// <summary>Each tenth reading is changed on its way into the queue.</summary>
    GarblesReading,

    /// <summary>What is on the medium is not read when power comes back.</summary>
    ForgetsJournal,

    /// <summary>The numbers of readings begin lower after each loss of power.</summary>
    CountsBackwards,

    /// <summary>A copy of every reading is kept.</summary>
    HoardsReadings,
}
