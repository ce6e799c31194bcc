// What an MQTT client tells its application.

namespace nanoPptp.Telemetry.Mqtt
{
    /// <summary>What <see cref="MqttClient.Poll"/> returns.</summary>
    public enum MqttEvent : byte
    {
        /// <summary>Nothing more at present.</summary>
        None,

        /// <summary>The broker has accepted us. What <see cref="MqttClient.ResendTag"/> names is to
        /// be sent again before anything new.</summary>
        Connected,

        /// <summary>The broker has refused us, with <see cref="MqttClient.ReturnCode"/> 1 to 5; the
        /// stream is being closed.</summary>
        Refused,

        /// <summary>The broker has what was published under <see cref="MqttClient.Tag"/>.</summary>
        Acknowledged,

        /// <summary>A message has come.</summary>
        Message,

        /// <summary>The broker has taken the subscription.</summary>
        Subscribed,

        /// <summary>The broker has refused the subscription; everything else goes on.</summary>
        SubscriptionRefused,

        /// <summary>The connection has ended: <see cref="MqttClient.Failure"/> says why. The stream
        /// was aborted; what is in flight is kept for the next one.</summary>
        Failed,
    }
}
