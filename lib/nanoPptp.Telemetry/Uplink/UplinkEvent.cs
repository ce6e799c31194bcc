// What an uplink tells whoever drives it.

namespace nanoPptp.Telemetry.Uplink
{
    /// <summary>What came of <see cref="Uplink.Poll"/>.</summary>
    public enum UplinkEvent : byte
    {
        /// <summary>Nothing more for now.</summary>
        Nothing,

        /// <summary>A packet waits in the client: poll the client, then the uplink again.</summary>
        Packet,

        /// <summary>Readings were acknowledged by the application at the hub:
        /// <see cref="Uplink.FirstDelivered"/> to <see cref="Uplink.LastDelivered"/>.</summary>
        Delivered,

        /// <summary>The application at the hub is there: the broker accepted the connection.
        /// </summary>
        Connected,

        /// <summary>The connection to it is over; the next one is made by itself.</summary>
        Lost,

        /// <summary>It refuses what we ask; <see cref="Uplink.Code"/> tells with which number. It is
        /// asked again, less and less often.</summary>
        Refused,

        /// <summary>It sent a command: <see cref="MqttUplink.Mqtt"/> has topic and payload until
        /// the next Poll.</summary>
        Command,
    }
}
