// Why a session ended, and what the hub demands, in words.

using System.Collections.Generic;
using System.Linq;
using System.Net;
using Simulator.Hub;

namespace nanoPptp.Tool.Hub;

/// <summary>Words for people, and names for scripts.</summary>
internal static class HubWords
{
    /// <summary>A name in kebab case that does not change: ClientTerminated is
    /// "client-terminated".</summary>
    public static string CodeOf(HubEnd reason)
    {
        return Words.Separate(reason.ToString(), '-');
    }

    /// <summary>A counter's name: GreLate is "greLate".</summary>
    public static string CounterOf(HubNote note)
    {
        string name = note.ToString();
        return char.ToLowerInvariant(name[0]) + name[1..];
    }

    /// <summary>Why a session ended.</summary>
    /// <param name="reason">The first cause.</param>
    /// <param name="hangUpCause">Why this side hung up; empty when it did not.</param>
    public static string SentenceOf(HubEnd reason, string hangUpCause)
    {
        return reason switch
        {
            HubEnd.ClientTerminated => "the client hung up (LCP Terminate-Request)",
            HubEnd.CallCleared => "the client hung up (Call-Clear-Request)",
            HubEnd.ControlStopped => "the client hung up (Stop-Control-Connection-Request)",
            HubEnd.TcpClosed => "the client's TCP connection ended without a word",
            HubEnd.ControlTimeout => "the client no longer answers on the control connection",
            HubEnd.ControlBroken => "what came on TCP is no PPTP",
            HubEnd.LcpFailed =>
                "LCP did not come up: GRE does not pass, or the two demand different things",
            HubEnd.AuthenticationFailed => "authentication failed: unknown user or wrong password",
            HubEnd.EncryptionFailed => "the client does not take the encryption that is demanded",
            HubEnd.IpcpFailed => "IPCP did not come up, or was ended",
            HubEnd.AddressRefused =>
                "the user may not have the address that is left for it (secrets file, behind the"
                + " secret)",
            HubEnd.EchoLost => "LCP Echo-Requests were not answered: the client or the way is gone",
            HubEnd.Renegotiated => "the client negotiates anew",
            HubEnd.HungUp => hangUpCause.Length > 0 ? hangUpCause : "this hub hung up",
            HubEnd.HubStopped => "this hub stopped",
            _ => Words.Separate(reason.ToString(), ' '),
        };
    }

    /// <summary>Why a client was turned away that called one address of ours too many.</summary>
    public static string LocalLimit(IPAddress local, int most)
    {
        return $"turned away: it called {local}, and clients called {most} other addresses of this"
            + " machine before, which is the limit; others are turned away without a word"
            + " (--listen ADDRESS answers on one alone)";
    }

    /// <summary>"MS-CHAPv2, CHAP-MD5".</summary>
    public static IEnumerable<string> Authentications(HubSettings settings)
    {
        return settings.Authentications.Select(method => method switch
        {
            HubAuthentication.MsChapV2 => "MS-CHAPv2",
            HubAuthentication.ChapMd5 => "CHAP-MD5",
            HubAuthentication.Pap => "PAP",
            _ => "none",
        });
    }

    /// <summary>"MPPE 128-bit or 40-bit stateless", or "none".</summary>
    public static string Encryption(HubSettings settings)
    {
        if (settings.Encryption == HubEncryption.Refused)
        {
            return "none";
        }

        (MppeStrengths Strength, string Bits)[] all =
        [
            (MppeStrengths.Bits128, "128-bit"),
            (MppeStrengths.Bits56, "56-bit"),
            (MppeStrengths.Bits40, "40-bit"),
        ];
        string strengths = string.Join(
            " or ",
            all.Where(row => settings.MppeStrengths.HasFlag(row.Strength)).Select(row => row.Bits));
        string word = settings.Encryption == HubEncryption.AllowMppe ? ", or none" : "";
        return $"MPPE {strengths} stateless{word}";
    }
}
