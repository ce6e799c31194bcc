// The options of "connect" about dialling again.

using System.Collections.Generic;
using System.CommandLine;
using nanoPptp.Client;
using nanoPptp.Memory;

namespace nanoPptp.Tool.Connect;

/// <content>--redial and --redial-max.</content>
internal sealed partial class ConnectArguments
{
    private const int SecondMs = 1000;

    private void CheckRedial(ParseResult parsed, List<string> complaints)
    {
        if (parsed.GetValue(_redialMax) is not { } seconds)
        {
            return;
        }

        if (!parsed.GetValue(_redial))
        {
            complaints.Add("--redial-max needs --redial.");
        }

        if (seconds is not (> 0 and <= Limits.LongestPauseMs / SecondMs))
        {
            complaints.Add(
                $"--redial-max needs more than 0 and up to {Limits.LongestPauseMs / SecondMs}"
                + " seconds.");
        }
    }

    private RedialSettings? ReadRedial(ParseResult parsed)
    {
        if (!parsed.GetValue(_redial))
        {
            return null;
        }

        RedialSettings settings = new();
        if (parsed.GetValue(_redialMax) is { } seconds)
        {
            int maximumMs = int.Max((int)(seconds * SecondMs), 1);
            for (FailureClass c = FailureClass.Lost; c < FailureClass.Policy; c++)
            {
                Cap(settings, c, maximumMs);
            }
        }

        return settings;
    }

    /// <summary>Makes all pauses of a class at most so long.</summary>
    private static void Cap(RedialSettings settings, FailureClass c, int maximumMs)
    {
        int minimumMs = int.Min(settings.MinimumMs(c), maximumMs);
        int spreadMs = int.Min(settings.MaximumMs(c), maximumMs - minimumMs);
        settings.SetPace(c, minimumMs, int.Min(settings.FirstMs(c), spreadMs), spreadMs);
    }
}
