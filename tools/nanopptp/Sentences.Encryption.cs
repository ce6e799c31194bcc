// What ends a tunnel for the sake of its encryption: CCP and MPPE.

using System.Globalization;
using nanoPptp.Diagnostics;

namespace nanoPptp.Tool;

/// <content>CCP and MPPE.</content>
internal static partial class Sentences
{
    private const string SwitchOn = "Switch MPPE-128 on at the hub (pppd: require-mppe-128)";

    private static (string Sentence, string Cause, string NextStep)? OfEncryption(
        Reason reason, int detail, string said)
    {
        switch (reason)
        {
            case Reason.EncryptionRefused:
                return (
                    "The hub refuses MPPE as it is demanded here (CCP), and nothing is sent in"
                    + " clear. pppd says 'MPPE required but peer negotiation failed' for it,"
                    + " Windows error 742.",
                    "Encryption is off on the hub, weaker than 128 bits, stateful only, or its"
                    + " kernel has no MPPE (module ppp_mppe).",
                    SwitchOn + "; or accept less with --encryption weak, or --stateful.");
            case Reason.CcpRejected:
                return (
                    "The hub does not know CCP (LCP Protocol-Reject of 80fd), so it has no MPPE at"
                    + " all, and nothing is sent in clear. Windows shows error 742 for it.",
                    "The hub runs without compression and encryption (pppd: noccp, or a kernel"
                    + " without ppp_mppe).",
                    SwitchOn + "; or, on a private network, do without it: --encryption clear.");
            case Reason.EncryptionDemanded:
                return (
                    $"The hub demands encryption, and --encryption clear refuses it{With(said)}."
                    + " pppd's words are 'MPPE required but peer negotiation failed', Windows error"
                    + " 741.",
                    "The hub is set to MPPE (pppd: require-mppe).",
                    "Leave --encryption clear away.");
            case Reason.KeysDisagree:
                string proof = detail == 0
                    ? "what the hub encrypts does not decrypt"
                    : "the hub rejects protocols that were never sent (LCP Protocol-Reject, the last"
                        + $" one of {detail.ToString("x4", CultureInfo.InvariantCulture)}), because"
                        + " it decrypts with another key";
                return (
                    $"MPPE keys disagree: {proof}. pppd's log has 'Unsupported protocol ..."
                    + " received' again and again.",
                    "The hub derives its keys from another password hash or another NT-Response,"
                    + " as a RADIUS server does that sends wrong MS-MPPE-Send-Key and"
                    + " MS-MPPE-Recv-Key.",
                    "Correct the keys at the hub or its RADIUS server; to connect again does not"
                    + " help.");
            case Reason.CcpTimeout:
                return (
                    "The hub did not answer about encryption (CCP: timeout sending"
                    + " Config-Requests).",
                    "Encryption is off on the hub, or GRE packets are lost.",
                    SwitchOn + ".");
            case Reason.EncryptionLost:
                return (
                    "The hub ended encryption (CCP), and nothing is sent in clear.",
                    "The hub lost MPPE synchronization or was told to change its settings.",
                    AskTheHub);
            default:
                return null;
        }
    }
}
