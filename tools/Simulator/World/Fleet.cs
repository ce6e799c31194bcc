// The sensors of a run and what is known of each: readings both ways, how often it dialled, when it was
// up, which faults befell the attempt that is going on.

using System.Collections.Generic;
using nanoPptp.Diagnostics;
using Simulator.Checkers;
using Simulator.Hub;
using Simulator.Scenarios;
using Simulator.Sensor;

namespace Simulator.World;

/// <summary>One sensor of the fleet.</summary>
internal sealed class FleetSensor(int number, string name, SensorPlan plan)
{
    public int Number { get; } = number;

    public string Name { get; } = name;

    public SensorPlan Plan { get; } = plan;

    public Readings ToHub { get; } = new(number, Direction.ToHub);

    public Readings ToSensor { get; } = new(number, Direction.ToSensor);

    /// <summary>Faults that were in force at some time since the attempt began.</summary>
    public HashSet<FaultKind> Suffered { get; } = [];

    public SimulatedSensor Sensor { get; set; } = null!;

    /// <summary>The session at the hub; null while there is none that is up.</summary>
    public HubSession? Session { get; set; }

    public int DialCount { get; set; }

    public int UpCount { get; set; }

    /// <summary>When it dialled last.</summary>
    public long LastDialUs { get; set; }

    public bool IsUp { get; set; }

    public long UpSinceUs { get; set; }

    public long UpTotalUs { get; set; }

    public bool HasEnded { get; set; }

    public Reason LastReason { get; set; }

    public int LastDetail { get; set; }

    /// <summary>When the reading that arrived last was sent; -1 when none did.</summary>
    public long LastDeliveredSentUs { get; set; } = -1;

    /// <summary>Readings sent in this session since the last answer.</summary>
    public int UnansweredCount { get; set; }

    /// <summary>When the last answer came, or else the tunnel.</summary>
    public long AnsweredUs { get; set; }

    /// <summary>The application gave this session up because no answer came.</summary>
    public bool HasComplained { get; set; }

    /// <summary>A reading waits for the tunnel.</summary>
    public bool HasWaiting { get; set; }

    /// <summary>What its queue owes to the plant; null when it has none.</summary>
    public DeliveryLedger? Ledger { get; set; }

    /// <summary>What a full queue has given up, as far as it was looked at.</summary>
    public int SeenDroppedCount { get; set; }

    /// <summary>The last number that has to be at the plant at the end.</summary>
    public int LastDue { get; set; }

    /// <summary>When its power went.</summary>
    public long CutAtMs { get; set; }

    /// <summary>What its uplinks had to send again before the power went last.</summary>
    public long RetransmissionCount { get; set; }

    /// <summary>What its library held after the first minute; 0 before.</summary>
    public long MinuteOctets { get; set; }

    /// <summary>It was told to hang up for good.</summary>
    public bool IsDismissed { get; set; }
}
