// What the way to a CoAP server can be set to.

using nanoPptp.Telemetry.Coap;

namespace nanoPptp.Telemetry.Uplink
{
    /// <summary>Settings of a <see cref="CoapUplink"/>; read when it is made.</summary>
    public sealed class CoapUplinkSettings : UplinkSettings
    {
        /// <summary>Where the readings are posted.</summary>
        public CoapTarget Target;

        /// <summary>The endpoint's own settings: time-outs, port, path of the status.</summary>
        public CoapSettings Coap = new CoapSettings();
    }
}
