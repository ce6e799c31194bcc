// How far the tunnel is.

namespace nanoPptp.Client
{
    /// <summary>The stages of a tunnel, in the order in which they are reached.</summary>
    public enum Stage : byte
    {
        /// <summary>Nothing is open. Output that is left is still to be polled and sent.</summary>
        Closed = 0,

        /// <summary>Waits for the adapter's TCP connection to port 1723.</summary>
        Tcp = 1,

        /// <summary>Waits for Start-Control-Connection-Reply.</summary>
        Control = 2,

        /// <summary>Waits for Outgoing-Call-Reply.</summary>
        Call = 3,

        /// <summary>Negotiates the link.</summary>
        Lcp = 4,

        /// <summary>Both sides prove that they know the password.</summary>
        Authentication = 5,

        /// <summary>Negotiates encryption.</summary>
        Ccp = 6,

        /// <summary>Negotiates addresses.</summary>
        Ipcp = 7,

        /// <summary>IP packets pass.</summary>
        Up = 8,

        /// <summary>Hangs up in order: LCP, call, control connection.</summary>
        Closing = 9,
    }
}
