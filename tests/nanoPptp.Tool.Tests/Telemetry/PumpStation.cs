// The generator of tools/nanopptp/Telemetry/data/pump-station.csv: a day of a waste water pump
// station, invented. Whole numbers only, so that every machine makes the same file.
//
//   flow        l/s   follows the town's day: least at 4, most at 8 and at 20 o'clock
//   pressure    bar   falls a little with the flow
//   bearing     Cel   temperature of the pump's bearing, follows the load slowly
//   motor       A     follows the flow
//
// A reading of each every six minutes. At 14:00 the bearing begins to fail: it gets hot, the motor
// draws more, the flow falls. At 15:00 the protection trips; from eleven minutes before, the station
// measures every minute. At 15:42 the pump runs again.

using System;
using System.Globalization;
using System.Text;

namespace nanoPptp.Tool.Tests.Telemetry;

/// <summary>Makes readings.</summary>
internal static class PumpStation
{
    public const string FileName = "pump-station.csv";

    private const int StepMinutes = 6;
    private const int FailureBegins = 14 * 60;
    private const int Trip = 15 * 60;
    private const int Restart = (15 * 60) + 42;
    private const uint Seed = 20260302;

    // Flow at each full hour, tenths of l/s.
    private static readonly int[] s_flow =
    [
        240, 205, 180, 168, 160, 190, 290, 420, 480, 455, 410, 385,
        395, 400, 375, 350, 345, 370, 420, 470, 492, 440, 360, 290,
    ];

    private static uint s_state;

    /// <summary>The file.</summary>
    public static string Make()
    {
        s_state = Seed;
        var csv = new StringBuilder("time,name,value,unit\n");
        int bearing = 4100;
        for (int minute = 0; minute < 24 * 60; minute++)
        {
            bool runs = minute is < Trip or >= Restart;
            int failure = minute is >= FailureBegins and < Trip ? minute - FailureBegins : 0;
            int flow = Flow(minute) - (failure * failure / 40) + Noise(4);
            flow = runs ? flow : 0;

            // The bearing follows its load: a quarter of an hour for most of the way, and longer
            // when nothing flows that could cool it.
            int load = runs ? 3100 + (flow * 4) + (failure * 75) : 2100;
            bearing += ((load - bearing) / (runs ? 12 : 40)) + Noise(8);
            bool isWatched = minute is >= Trip - 11 and < Trip;
            if (minute % StepMinutes != 0 && !isWatched)
            {
                continue;
            }

            string time = DateTime.UnixEpoch.AddSeconds(1772409600 + (60L * minute))
                .ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
            int pressure = runs ? 412 - (flow / 9) + Noise(2) : 188;
            int motor = runs ? 96 + (flow / 4) + (failure * 2) + Noise(2) : 0;
            csv.Append(CultureInfo.InvariantCulture, $"{time},flow,{Tenths(flow)},l/s\n");
            csv.Append(
                CultureInfo.InvariantCulture,
                $"{time},pressure,{pressure / 100}.{pressure % 100:D2},bar\n");
            csv.Append(
                CultureInfo.InvariantCulture,
                $"{time},bearing,{bearing / 100}.{bearing % 100:D2},Cel\n");
            csv.Append(CultureInfo.InvariantCulture, $"{time},motor,{Tenths(motor)},A\n");
        }

        return csv.ToString();
    }

    private static int Flow(int minute)
    {
        int hour = minute / 60;
        int part = minute % 60;
        return ((s_flow[hour] * (60 - part)) + (s_flow[(hour + 1) % 24] * part)) / 60;
    }

    private static string Tenths(int value) =>
        string.Create(CultureInfo.InvariantCulture, $"{value / 10}.{value % 10}");

    // xorshift (Marsaglia 2003).
    private static int Noise(int most)
    {
        s_state ^= s_state << 13;
        s_state ^= s_state >> 17;
        s_state ^= s_state << 5;
        return (int)(s_state % (uint)((2 * most) + 1)) - most;
    }
}
