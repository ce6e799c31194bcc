// What an MQTT client needs to know of its broker.

using System;

namespace nanoPptp.Telemetry.Mqtt
{
    /// <summary>The settings of one <see cref="MqttClient"/>, which copies them.</summary>
    public sealed class MqttSettings
    {
        /// <summary>Largest <see cref="InFlight"/>.</summary>
        public const int MaximumInFlight = 8;

        /// <summary>The client identifier: the broker knows our session by it. Brokers have to take
        /// 1 to 23 letters and digits, and most take anything. It may be empty only with
        /// <see cref="CleanSession"/>.</summary>
        public string ClientId = "";

        /// <summary>The user's name; null for none.</summary>
        public string UserName;

        /// <summary>The password, a secret; null for none. There is none without a name.</summary>
        public byte[] Password;

        /// <summary>Topic of the will, the message that the broker publishes when we vanish; null
        /// for none.</summary>
        public string WillTopic;

        /// <summary>The will's octets; null is none.</summary>
        public byte[] WillMessage;

        /// <summary>Quality of service of the will: 0 to 2.</summary>
        public int WillQos;

        /// <summary>Whether the broker keeps the will for later subscribers.</summary>
        public bool WillRetain;

        /// <summary>Whether each connection begins with nothing, on both sides. Otherwise the
        /// broker keeps the subscription and what comes for it while we are away.</summary>
        public bool CleanSession;

        /// <summary>Longest silence of ours, seconds: 0 (any) to 65,535.</summary>
        public int KeepAliveS = 60;

        /// <summary>Messages at QoS 1 that may wait for their acknowledgment: 1 to 8.</summary>
        public int InFlight = 4;

        /// <summary>How long the broker may take for an answer, milliseconds: 1 to 2^30.</summary>
        public int AnswerMs = 20000;

        /// <summary>The topic filter of messages to us; null for none.</summary>
        public string CommandTopic;

        /// <summary>Quality of service at which we want them: 0 or 1.</summary>
        public int CommandQos = 1;

        /// <summary>Whether the numbers are in their ranges; the texts are judged when they are
        /// encoded.</summary>
        /// <exception cref="ArgumentException">One is not.</exception>
        internal void Check()
        {
            bool isGood = ClientId != null
                && (ClientId.Length > 0 || CleanSession)
                && (Password == null || UserName != null)
                && (Password == null || Password.Length <= MqttText.MaximumLength)
                && (WillMessage == null || WillTopic != null)
                && (WillMessage == null || WillMessage.Length <= MqttText.MaximumLength)
                && WillQos >= 0 && WillQos <= 2
                && KeepAliveS >= 0 && KeepAliveS <= 65535
                && InFlight >= 1 && InFlight <= MaximumInFlight
                && AnswerMs >= 1 && AnswerMs <= 1 << 30
                && CommandQos >= 0 && CommandQos <= 1;
            if (!isGood)
            {
                throw new ArgumentException();
            }
        }
    }
}
