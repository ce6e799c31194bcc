// What the way through a broker can be set to.

using nanoPptp.Telemetry.Mqtt;

namespace nanoPptp.Telemetry.Uplink
{
    /// <summary>Settings of a <see cref="MqttUplink"/>; read when it is made.</summary>
    public sealed class MqttUplinkSettings : UplinkSettings
    {
        /// <summary>The registered port of MQTT over TCP.</summary>
        public const int DefaultPort = 1883;

        /// <summary>The broker's address behind the tunnel, first octet most significant.</summary>
        public int Address;

        /// <summary>Its port: 1 to 65535.</summary>
        public int Port = DefaultPort;

        /// <summary>Where the readings are published: 1 to 255 octets of UTF-8 without wildcards.
        /// </summary>
        public string Topic;

        /// <summary>Quality of service: 1, a pack is delivered when the broker says so; or 0, it is
        /// delivered when the broker's TCP has it, which a broker that dies then may lose.</summary>
        public int Qos = 1;

        /// <summary>Octets of TCP's ring for what is sent, at least the length of two packs.
        /// </summary>
        public int SendCapacity = 4096;

        /// <summary>Octets of TCP's ring for what is received.</summary>
        public int ReceiveCapacity = 1024;

        /// <summary>Octets of the longest packet that the broker may send us, commands included.
        /// </summary>
        public int InputCapacity = 512;

        /// <summary>The client's own settings: identifier, credentials, will, session.</summary>
        public MqttSettings Mqtt = new MqttSettings();
    }
}
