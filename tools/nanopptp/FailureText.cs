// A row of the table of failures, and the blanks that are filled in its texts.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text.RegularExpressions;
using nanoPptp.Client;
using nanoPptp.Diagnostics;

namespace nanoPptp.Tool;

/// <summary>What is known of one failure besides its kind.</summary>
/// <param name="Detail">The number that goes with it.</param>
/// <param name="Reached">The stage in which it happened.</param>
/// <param name="Said">What the peer or the system said about it, made printable; or empty.</param>
internal sealed record FailureFacts(int Detail, Stage Reached, string Said);

/// <summary>One way to fail, in words. A blank in a text, such as {said}, is filled in from the
/// facts.</summary>
/// <param name="Code">Its name for scripts, in kebab case; never changes.</param>
/// <param name="Reason">The library's reason; <see cref="Reason.None"/> for what only the tool can
/// see.</param>
/// <param name="ExitCode">What the process ends with when the tunnel was not up yet.</param>
/// <param name="Sentence">What happened.</param>
/// <param name="Cause">Its likely cause; empty when the sentence says it.</param>
/// <param name="NextStep">What to do; empty when there is nothing to do.</param>
internal sealed partial record FailureText(
    string Code,
    Reason Reason,
    ExitCode ExitCode,
    string Sentence,
    string Cause,
    string NextStep)
{
    private static readonly Dictionary<string, Func<FailureFacts, string>> s_blanks = new()
    {
        // " (connection refused)", or nothing.
        ["said"] = facts => facts.Said.Length == 0 ? "" : $" ({facts.Said})",

        // ": peer not responding", or nothing.
        ["text"] = facts => facts.Said.Length == 0 ? "" : $": {facts.Said}",
        ["during"] = facts => StageText.During(facts.Reached),
        ["why-closed"] = facts => StageText.WhyClosed(facts.Reached),
        ["why-terminated"] = facts => StageText.WhyTerminated(facts.Reached),
        ["start-result"] = facts => RfcWords.StartResult(facts.Detail >> 8) + ErrorOf(facts),
        ["call-result"] = facts => RfcWords.CallResult(facts.Detail >> 8) + ErrorOf(facts),
        ["stop-reason"] = facts => RfcWords.StopReason(facts.Detail),
        ["disconnect-result"] = facts => RfcWords.DisconnectResult(facts.Detail),
        ["version"] = facts => string.Create(
            CultureInfo.InvariantCulture, $"{facts.Detail >> 8}.{facts.Detail & 0xFF}"),
        ["method"] = facts => RfcWords.Method(facts.Detail),
        ["method-option"] = OptionOf,
        ["proof"] = facts => facts.Detail == 0
            ? "with a wrong authenticator response"
            : "without an authenticator response, S=..."
                + (facts.Said.Length == 0 ? "" : $" ({facts.Said})"),
        ["keys-proof"] = facts => facts.Detail == 0
            ? "what the hub encrypts does not decrypt"
            : "the hub rejects protocols that were never sent (LCP Protocol-Reject, the last one of"
                + string.Create(CultureInfo.InvariantCulture, $" {facts.Detail:x4}), because it")
                + " decrypts with another key",
        ["mtu"] = facts => facts.Detail.ToString(CultureInfo.InvariantCulture),
        ["refusal"] = RefusalOf,
        ["chap-cause"] = facts => ChapError.Of(facts.Detail).Cause,
        ["chap-step"] = facts => ChapError.Of(facts.Detail).NextStep,
    };

    /// <summary>The explanation of one failure.</summary>
    public Explanation Fill(FailureFacts facts)
    {
        return new Explanation(
            Code, Fill(Sentence, facts), Fill(Cause, facts), Fill(NextStep, facts));
    }

    // One pass: braces in what the peer said stay what they are.
    private static string Fill(string text, FailureFacts facts)
    {
        return Blank().Replace(text, match => s_blanks[match.Groups[1].Value](facts));
    }

    private static string ErrorOf(FailureFacts facts)
    {
        int code = facts.Detail & 0xFF;
        return code == 0 ? "" : $", error: {RfcWords.GeneralError(code)}";
    }

    private static string RefusalOf(FailureFacts facts)
    {
        string number = string.Create(CultureInfo.InvariantCulture, $"E={facts.Detail}");
        if (facts.Detail == 0)
        {
            // PAP and CHAP-MD5 have no numbers.
            return facts.Said.Length == 0 ? "no error number" : facts.Said;
        }

        return facts.Said.Contains(number, StringComparison.Ordinal)
            ? facts.Said
            : number + (facts.Said.Length == 0 ? "" : $" ({facts.Said})");
    }

    private static string OptionOf(FailureFacts facts)
    {
        string option = facts.Detail switch
        {
            RfcWords.Pap => "--allow-pap",
            RfcWords.ChapMd5 => "--allow-chap-md5",
            _ => "",
        };
        return option.Length == 0
            ? ""
            : $" On a private network only: --encryption clear {option}.";
    }

    [GeneratedRegex(@"\{([a-z-]+)\}")]
    private static partial Regex Blank();
}
