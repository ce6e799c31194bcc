// Readings to an MQTT broker. The TCP connection may outlive a tunnel: when the next tunnel has the
// same inner address, it goes on where it stopped. When it is lost, the next one resends what the
// broker has not acknowledged, with the same packet identifiers, before anything new.

using System;
using nanoPptp.Client;
using nanoPptp.Telemetry.Ip;
using nanoPptp.Telemetry.Mqtt;
using nanoPptp.Telemetry.Queue;
using nanoPptp.Telemetry.Senml;
using nanoPptp.Telemetry.Tcp;
using nanoPptp.Wire;

namespace nanoPptp.Telemetry.Uplink
{
    /// <summary>An <see cref="Uplink"/> through a broker (MQTT 3.1.1).</summary>
    public sealed class MqttUplink : Uplink
    {
        private const int SlotCount = 8;
        private const int LongestTopic = 255;
        private const int RefusedPauseMs = 15000;
        private const int SettledMs = 10000;

        private readonly MqttUplinkSettings _settings;
        private readonly TcpConnection _tcp;
        private readonly MqttClient _mqtt;
        private readonly byte[] _topic;
        private readonly int[] _firsts = new int[SlotCount];
        private readonly int[] _lasts = new int[SlotCount];
        private bool _isRunning;
        private bool _isConnected;
        private int _connectedSinceMs;

        /// <summary>Makes an uplink. The connection is attached to the endpoint.</summary>
        /// <param name="client">The tunnel.</param>
        /// <param name="endpoint">Its inner end, with room for a TCP connection.</param>
        /// <param name="queue">Where the readings come from.</param>
        /// <param name="pack">How they are packed.</param>
        /// <param name="settings">Broker, topic, session.</param>
        /// <exception cref="ArgumentException">The topic is not one, the quality of service not 0
        /// or 1, the ring for what is sent shorter than a pack with all around it, or the endpoint
        /// has no room.</exception>
        public MqttUplink(
            PptpClient client,
            IpEndpoint endpoint,
            ReadingQueue queue,
            SenmlPack pack,
            MqttUplinkSettings settings)
            : base(client, endpoint, queue, pack, settings)
        {
            _settings = settings;
            _topic = Utf8.Octets(settings.Topic, 0, settings.Topic.Length);
            _tcp = new TcpConnection(settings.SendCapacity, settings.ReceiveCapacity);
            _mqtt = new MqttClient(settings.Mqtt, _tcp, settings.InputCapacity);
            if (_topic.Length > LongestTopic || !MqttText.IsTopicName(_topic, 0, _topic.Length)
                || settings.Qos < 0 || settings.Qos > 1
                || settings.SendCapacity < MostPack(settings) || !endpoint.Attach(_tcp))
            {
                throw new ArgumentException();
            }
        }

        /// <summary>The client, for its counters and for the commands of the broker.</summary>
        public MqttClient Mqtt
        {
            get { return _mqtt; }
        }

        /// <summary>The connection, for its counters.</summary>
        public TcpConnection Tcp
        {
            get { return _tcp; }
        }

        /// <inheritdoc/>
        public override bool IsConnected
        {
            get { return _isConnected; }
        }

        /// <inheritdoc/>
        public override bool IsStopped
        {
            get { return IsStopping && (_tcp.IsOver || !IsUp); }
        }

        /// <inheritdoc/>
        public override int PacksUnderWay
        {
            get
            {
                int count = 0;
                for (int slot = 0; slot < SlotCount; slot++)
                {
                    if (_firsts[slot] != 0)
                    {
                        count++;
                    }
                }

                return count;
            }
        }

        private protected override void Begin(int nowMs)
        {
        }

        private protected override void End(int nowMs)
        {
            if (_isRunning)
            {
                _mqtt.Disconnect(nowMs);
            }
            else
            {
                _tcp.Abort(nowMs);
            }
        }

        private protected override void TunnelChanged(int nowMs)
        {
            // The endpoint has dropped the connection if its address is gone; else it goes on, and
            // the broker's answers have their whole time again.
            if (IsUp)
            {
                _mqtt.Resume(nowMs);
            }
        }

        private protected override UplinkEvent Step(int nowMs)
        {
            if (_tcp.IsOver)
            {
                return _isRunning ? Lose(nowMs) : Connect(nowMs);
            }

            if (!_isRunning)
            {
                if (!_tcp.IsOpen)
                {
                    return UplinkEvent.Nothing;
                }

                _isRunning = true;
                _mqtt.Start(nowMs);
            }

            UplinkEvent happened = Listen(nowMs);
            if (happened != UplinkEvent.Nothing)
            {
                return happened;
            }

            if (_isConnected && !IsStopping)
            {
                HandOver(nowMs);
            }

            // Answers that wait in the stream were heard first: they are not missing.
            if (IsUp)
            {
                _mqtt.Tick(nowMs);
            }

            return UplinkEvent.Nothing;
        }

        private protected override bool Output(int nowMs)
        {
            return Endpoint.Output(nowMs);
        }

        private protected override int StepDeadlineMs(int nowMs)
        {
            if (_tcp.IsOver)
            {
                bool mayConnect = IsUp && !IsStopping;
                return _isRunning ? 0 : mayConnect ? PauseLeftMs(nowMs) : int.MaxValue;
            }

            int waitMs = Endpoint.NextDeadlineMs(nowMs);
            if (IsUp && _isRunning)
            {
                waitMs = Sooner(waitMs, _mqtt.NextDeadlineMs(nowMs));
                if (!IsStopping && PackCapacityNow() >= 0)
                {
                    waitMs = Sooner(waitMs, GatherLeftMs(nowMs));
                }
            }

            return waitMs;
        }

        private UplinkEvent Connect(int nowMs)
        {
            if (!IsStopping && IsUp && PauseLeftMs(nowMs) == 0)
            {
                _tcp.Connect(
                    Client.LocalAddress,
                    DrawPort(),
                    _settings.Address,
                    _settings.Port,
                    Client.Mtu,
                    DrawInt32(),
                    nowMs);

                // If it comes to nothing, the next attempt is later.
                BeginPause(0, nowMs);
            }

            return UplinkEvent.Nothing;
        }

        private UplinkEvent Lose(int nowMs)
        {
            _isRunning = false;
            _mqtt.Stop();
            if (_settings.Mqtt.CleanSession || _settings.Qos == 0)
            {
                ForgetSlots();
            }

            bool wasConnected = _isConnected;
            _isConnected = false;
            if (!wasConnected || IsStopping)
            {
                return UplinkEvent.Nothing;
            }

            // Two sensors with one client identifier throw each other out for ever: only a session
            // that stood is followed by another one soon.
            if (nowMs - _connectedSinceMs >= SettledMs)
            {
                ForgetPauses();
            }

            BeginPause(0, nowMs);
            Counters.Losses++;
            return UplinkEvent.Lost;
        }

        // What was under way is handed over anew, as if it never had been.
        private void ForgetSlots()
        {
            for (int slot = 0; slot < SlotCount; slot++)
            {
                if (_firsts[slot] != 0)
                {
                    GoBackTo(_firsts[slot]);
                    _firsts[slot] = 0;
                }
            }
        }

        private UplinkEvent Listen(int nowMs)
        {
            MqttEvent heard;
            do
            {
                heard = _mqtt.Poll(nowMs);
            }
            while (heard == MqttEvent.Subscribed || heard == MqttEvent.SubscriptionRefused);
            switch (heard)
            {
                case MqttEvent.Connected:
                    _isConnected = true;
                    Counters.Connections++;
                    _connectedSinceMs = nowMs;
                    return UplinkEvent.Connected;
                case MqttEvent.Refused:
                    Code = _mqtt.ReturnCode;
                    Counters.Refusals++;
                    _tcp.Abort(nowMs);
                    BeginPause(RefusedPauseMs, nowMs);
                    return UplinkEvent.Refused;
                case MqttEvent.Acknowledged:
                    return Free(_mqtt.Tag);
                case MqttEvent.Message:
                    return UplinkEvent.Command;
                default:
                    break;
            }

            if (_tcp.IsPeerDone && _tcp.ReceiveCount == 0)
            {
                _tcp.Close(nowMs);
            }

            // Without an answer of the broker, TCP's acknowledgment is the most there is.
            return _settings.Qos == 0 && _firsts[0] != 0 && _tcp.UnacknowledgedCount == 0
                ? Free(0)
                : UplinkEvent.Nothing;
        }

        private UplinkEvent Free(int slot)
        {
            int first = _firsts[slot];
            _firsts[slot] = 0;
            return first == 0 ? UplinkEvent.Nothing : Delivered(first, _lasts[slot]);
        }

        private void HandOver(int nowMs)
        {
            int again;
            while ((again = _mqtt.ResendTag) >= 0)
            {
                if (!HandOverAgain(again, nowMs))
                {
                    return;
                }
            }

            int capacity = PackCapacityNow();
            if (capacity < 0 || !FillNext(capacity, Octets.Length, PacksUnderWay > 0, nowMs))
            {
                return;
            }

            int slot = FreeSlot();
            if (_mqtt.Publish(_topic, Octets, 0, Length, _settings.Qos, slot, nowMs))
            {
                _firsts[slot] = FirstFilled;
                _lasts[slot] = LastFilled;
                HandedOver();
            }
        }

        /// <summary>Octets that a pack should have, so that it fits into a segment; -1 when none
        /// can be handed over now.</summary>
        private int PackCapacityNow()
        {
            int whole = _tcp.SegmentCapacity - Overhead(_topic.Length);
            whole = whole < 0 ? 0 : Sooner(Octets.Length, whole);
            return FreeSlot() >= 0 && _mqtt.PublishCapacity(_topic.Length, _settings.Qos) >= whole
                ? whole
                : -1;
        }

        /// <summary>Sends a pack again, or forgets it.</summary>
        /// <returns>False when the stream has no room.</returns>
        private bool HandOverAgain(int slot, int nowMs)
        {
            if (_firsts[slot] == 0 || !IsStillThere(slot))
            {
                // The queue was too short for the time without a broker, and has counted that.
                _firsts[slot] = 0;
                return _mqtt.Forget(slot);
            }

            if (!_mqtt.Resend(_topic, Octets, 0, Length, nowMs))
            {
                return false;
            }

            Counters.PacksAgain++;
            return true;
        }

        // The pack is as before, if none of its readings had to go. A relative time is longer than
        // before, and a full pack has no room for that: what is left out goes anew, and is not
        // acknowledged with the rest.
        private bool IsStillThere(int slot)
        {
            if (FillPack(_firsts[slot], _lasts[slot], Octets.Length))
            {
                int last = Length > 0 ? LastFilled : _firsts[slot] - 1;
                _lasts[slot] = last;
                GoBackTo(last + 1);
            }

            return Length > 0;
        }

        private int FreeSlot()
        {
            int count = _settings.Qos == 0 ? 1 : _settings.Mqtt.InFlight;
            for (int slot = 0; slot < count; slot++)
            {
                if (_firsts[slot] == 0)
                {
                    return slot;
                }
            }

            return -1;
        }

        private int MostPack(MqttUplinkSettings settings)
        {
            return settings.PackCapacity + Overhead(_topic.Length) + MqttClient.ControlReserve;
        }

        // Fixed header, length of the topic, packet identifier: MQTT 3.1.1 s.2.2.3 and s.3.3.
        private static int Overhead(int topicLength)
        {
            const int FixedHeader = 3;
            const int LengthAndIdentifier = 4;
            return FixedHeader + LengthAndIdentifier + topicLength;
        }
    }
}
