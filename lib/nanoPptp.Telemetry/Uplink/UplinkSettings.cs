// What both ways to the hub's application can be set to.

namespace nanoPptp.Telemetry.Uplink
{
    /// <summary>Settings of an <see cref="Uplink"/>; read when it is made.</summary>
    public class UplinkSettings
    {
        /// <summary>Octets that a pack may have, 64 to 1400. A pack is never longer than what fits
        /// into one packet of the tunnel either.</summary>
        public int PackCapacity = 1024;

        /// <summary>How long readings that do not fill a pack wait for others while a pack is under
        /// way, milliseconds. 0 sends each at once.</summary>
        public int GatherMs = 1000;

        /// <summary>The longest pause between two attempts, milliseconds. A CoAP server
        /// that asks for a longer one gets it, up to about an hour.</summary>
        public int LongestPauseMs = 60000;
    }
}
