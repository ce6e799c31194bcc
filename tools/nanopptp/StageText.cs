// What the stage in which a tunnel ended tells about its end.

using nanoPptp.Client;

namespace nanoPptp.Tool;

/// <summary>Words for stages.</summary>
internal static class StageText
{
    /// <summary>When it happened.</summary>
    public static string During(Stage reached)
    {
        return reached switch
        {
            Stage.Tcp or Stage.Control => "before the control connection stood",
            Stage.Call => "before the call stood",
            Stage.Lcp => "during LCP",
            Stage.Authentication => "during authentication",
            Stage.Ccp => "during the negotiation of encryption (CCP)",
            Stage.Ipcp => "during the negotiation of addresses (IPCP)",
            Stage.Up => "while the tunnel was up",
            _ => "",
        };
    }

    /// <summary>Why a hub closes the TCP connection in this stage.</summary>
    public static string WhyClosed(Stage reached)
    {
        return reached switch
        {
            Stage.Tcp or Stage.Control =>
                "The hub's pool is exhausted (pptpd: remoteip, connections; it then hangs up"
                + " without an answer, and Windows shows error 721), it does not accept this"
                + " client's address, or it is no PPTP server.",
            Stage.Lcp =>
                "PPP on the hub gave up: a wrong setting, no free address; or a NAT without PPTP"
                + " support on the way told the hub that GRE (IP protocol 47) is unreachable.",
            Stage.Up =>
                "The server was restarted, an administrator hung up, or a device on the way ended"
                + " the connection.",
            _ => "PPP on the hub gave up: a wrong setting, or no free address.",
        };
    }

    /// <summary>Why a hub ends LCP in this stage.</summary>
    public static string WhyTerminated(Stage reached)
    {
        return reached switch
        {
            Stage.Lcp or Stage.Authentication =>
                "The hub demands something else, such as another authentication, or refuses the"
                + " user.",
            Stage.Ccp =>
                "The two sides demand different encryption (pppd: MPPE required but peer"
                + " negotiation failed): the hub perhaps MPPE-40 or stateful MPPE.",
            Stage.Ipcp => "The hub has no address for this user.",
            _ =>
                "An administrator hung up, an idle or session limit is over, or the server was"
                + " stopped.",
        };
    }
}
