// What a tunnel's end means, in words for people: what happened, the likely cause, the next step.
// The device has numbers only; they are looked up here. The words themselves are in FailureTexts.

using nanoPptp.Client;
using nanoPptp.Diagnostics;

namespace nanoPptp.Tool;

/// <summary>Sentences for every <see cref="Reason"/> that can end a tunnel.</summary>
internal static class Sentences
{
    /// <summary>The stable name of a reason: HubUnreachable is "hub-unreachable".</summary>
    public static string CodeOf(Reason reason)
    {
        return FailureTexts.Find(reason)?.Code ?? Words.Separate(reason.ToString(), '-');
    }

    /// <summary>Explains the end of a tunnel.</summary>
    /// <param name="reason">The first cause of trouble.</param>
    /// <param name="detail">The number that goes with it.</param>
    /// <param name="reached">The stage in which it happened.</param>
    /// <param name="said">What the peer or the system said about it, made printable; or empty.
    /// </param>
    /// <returns>Null when the reason does not end tunnels.</returns>
    public static Explanation? Explain(Reason reason, int detail, Stage reached, string said)
    {
        Explanation? explanation =
            FailureTexts.Find(reason)?.Fill(new FailureFacts(detail, reached, said));
        return explanation is not null && reason == Reason.AuthenticationFailed && detail != 0
            ? explanation with { Error = detail, ErrorName = ChapError.Of(detail).Name }
            : explanation;
    }
}
