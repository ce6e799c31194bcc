// What the E= number of an MS-CHAPv2 Failure means (RFC 2759 s.6).

using System.Collections.Generic;
using System.Linq;

namespace nanoPptp.Tool;

/// <summary>One error number of MS-CHAPv2.</summary>
/// <param name="Number">The number behind E=.</param>
/// <param name="Name">Its name in the RFC.</param>
/// <param name="Cause">Its likely cause.</param>
/// <param name="NextStep">What to do.</param>
internal sealed record ChapError(int Number, string Name, string Cause, string NextStep)
{
    private static readonly ChapError s_other = new(
        0,
        "",
        "The user name or the password is wrong, or the account may not log on.",
        "Check both, and read the hub's log at this time.");

    /// <summary>The numbers that the RFC names.</summary>
    public static IReadOnlyList<ChapError> Rows { get; } =
    [
        Named(
            646,
            "ERROR_RESTRICTED_LOGON_HOURS",
            "the account may not log on at this hour.",
            "Change the account's logon hours, or try at another time."),
        Named(
            647,
            "ERROR_ACCT_DISABLED",
            "the account is disabled.",
            "Have the account enabled."),
        Named(
            648,
            "ERROR_PASSWD_EXPIRED",
            "the password has expired.",
            "Set a new password on the hub, and one that does not expire for a device."),
        Named(
            649,
            "ERROR_NO_DIALIN_PERMISSION",
            "the account may not dial in.",
            "Allow dial-in (remote access, VPN) for this account or its group."),
        Named(
            691,
            "ERROR_AUTHENTICATION_FAILURE",
            "the user name or the password is wrong, or the domain is missing or not wanted.",
            "Check the user name (also as DOMAIN\\user) and the password file; Windows shows the"
                + " same number."),
        Named(
            709,
            "ERROR_CHANGING_PASSWORD",
            "the password could not be changed.",
            "Set the password on the hub."),
    ];

    /// <summary>The row of a number; one for all others when it has none.</summary>
    public static ChapError Of(int number)
    {
        return Rows.FirstOrDefault(row => row.Number == number) ?? s_other;
    }

    private static ChapError Named(int number, string name, string cause, string nextStep)
    {
        return new ChapError(number, name, $"{name}: {cause}", nextStep);
    }
}
