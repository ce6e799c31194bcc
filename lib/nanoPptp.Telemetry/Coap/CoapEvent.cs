// What a CoAP endpoint has to tell.

namespace nanoPptp.Telemetry.Coap
{
    /// <summary>What has happened.</summary>
    public enum CoapEvent : byte
    {
        /// <summary>Nothing more.</summary>
        None,

        /// <summary>The request was answered with 2.xx: the server has what was posted.</summary>
        Delivered,

        /// <summary>The request was answered with 4.xx or 5.xx: see the code.</summary>
        Refused,

        /// <summary>No answer in the time for it. Whether the server has what was posted is not
        /// known.</summary>
        TimedOut,

        /// <summary>The server rejected the message: it has no CoAP there, or began anew.</summary>
        Reset,

        /// <summary>Somebody asks for our status: respond before the next Poll.</summary>
        StatusAsked,
    }
}
