// Readings to a CoAP server, one confirmable POST at a time; and the sensor's status for whoever
// asks with a GET.

using System;
using nanoPptp.Client;
using nanoPptp.Telemetry.Coap;
using nanoPptp.Telemetry.Ip;
using nanoPptp.Telemetry.Queue;
using nanoPptp.Telemetry.Senml;

namespace nanoPptp.Telemetry.Uplink
{
    /// <summary>An <see cref="Uplink"/> to a CoAP server (RFC 7252).</summary>
    public sealed class CoapUplink : Uplink
    {
        private const int SenmlCbor = 112;
        private const int Content = 69;
        private const int RefusedPauseMs = 15000;
        private const int EntropyLength = 16;
        private const int TooLargeCode = 141;
        private const int LeastPack = 64;

        // Header, the longest token, Content-Format, payload marker: RFC 7252 s.3.
        private const int AnswerOverhead = 16;

        private readonly CoapUplinkSettings _settings;
        private readonly CoapEndpoint _coap;
        private int _packCapacity = int.MaxValue;
        private int _first;
        private int _last;
        private bool _isUnderWay;
        private bool _isConnected;
        private bool _wasAnswered;

        /// <summary>Makes an uplink.</summary>
        /// <param name="client">The tunnel.</param>
        /// <param name="endpoint">Its inner end.</param>
        /// <param name="queue">Where the readings come from.</param>
        /// <param name="pack">How they are packed.</param>
        /// <param name="settings">Server and time-outs.</param>
        /// <exception cref="ArgumentException">There is no target.</exception>
        public CoapUplink(
            PptpClient client,
            IpEndpoint endpoint,
            ReadingQueue queue,
            SenmlPack pack,
            CoapUplinkSettings settings)
            : base(client, endpoint, queue, pack, settings)
        {
            if (settings.Target == null)
            {
                throw new ArgumentException();
            }

            _settings = settings;
            _coap = new CoapEndpoint(settings.Coap, settings.PackCapacity);
        }

        /// <summary>The endpoint, for its counters.</summary>
        public CoapEndpoint Coap
        {
            get { return _coap; }
        }

        /// <inheritdoc/>
        public override bool IsConnected
        {
            get { return _isConnected; }
        }

        /// <inheritdoc/>
        public override bool IsStopped
        {
            get { return IsStopping; }
        }

        /// <inheritdoc/>
        public override int PacksUnderWay
        {
            get { return _isUnderWay ? 1 : 0; }
        }

        /// <inheritdoc/>
        public override bool UdpInput(int nowMs)
        {
            if (Endpoint.UdpDestinationPort != _settings.Coap.Port)
            {
                return false;
            }

            _coap.Input(
                Client.Arena,
                Endpoint.UdpOffset,
                Endpoint.UdpLength,
                Endpoint.UdpSource,
                Endpoint.UdpSourcePort,
                nowMs);
            return true;
        }

        private protected override void Begin(int nowMs)
        {
            byte[] entropy = new byte[EntropyLength];
            Fill(entropy, 0, EntropyLength);
            _coap.Start(entropy, 0, EntropyLength, nowMs);
        }

        private protected override void End(int nowMs)
        {
            _coap.Cancel();
        }

        // With a new tunnel nobody waits for time-outs that began in the old one.
        private protected override void TunnelChanged(int nowMs)
        {
            _coap.Cancel();
            if (_isUnderWay)
            {
                _isUnderWay = false;
                GoBackTo(_first);
            }
        }

        private protected override UplinkEvent Step(int nowMs)
        {
            if (!IsUp)
            {
                return UplinkEvent.Nothing;
            }

            _coap.Tick(nowMs);
            UplinkEvent happened = Listen(nowMs);
            if (happened == UplinkEvent.Nothing)
            {
                HandOver(nowMs);
            }

            return happened;
        }

        private protected override bool Output(int nowMs)
        {
            int length = _coap.Output(
                Client.Arena,
                IpEndpoint.UdpPayloadOffset,
                Endpoint.UdpPayloadCapacity,
                nowMs);
            if (length <= 0)
            {
                return Endpoint.Output(nowMs);
            }

            return Endpoint.UdpOutput(
                _coap.OutputAddress, _coap.OutputPort, _settings.Coap.Port, length) > 0;
        }

        private protected override int StepDeadlineMs(int nowMs)
        {
            if (!IsUp)
            {
                return int.MaxValue;
            }

            int waitMs = Sooner(_coap.NextDeadlineMs(nowMs), Endpoint.NextDeadlineMs(nowMs));
            bool mayHandOver = !_isUnderWay && !IsStopping && HasNews;
            return mayHandOver ? Sooner(waitMs, PauseLeftMs(nowMs)) : waitMs;
        }

        private UplinkEvent Listen(int nowMs)
        {
            switch (_coap.Poll(nowMs))
            {
                case CoapEvent.Delivered:
                    return Answered();
                case CoapEvent.Refused:
                    Code = _coap.Code;
                    Counters.Refusals++;
                    if (Code == TooLargeCode)
                    {
                        // Shorter packs from now on, down to what one reading needs.
                        _packCapacity = Length >> 1 > LeastPack ? Length >> 1 : LeastPack;
                    }

                    Fail(
                        _coap.RetryAfterMs > 0 ? _coap.RetryAfterMs : RefusedPauseMs, nowMs);
                    return UplinkEvent.Refused;
                case CoapEvent.TimedOut:
                case CoapEvent.Reset:
                    Fail(0, nowMs);
                    Counters.Losses++;
                    if (!_isConnected)
                    {
                        return UplinkEvent.Nothing;
                    }

                    _isConnected = false;
                    return UplinkEvent.Lost;
                case CoapEvent.StatusAsked:
                    Tell();
                    return UplinkEvent.Nothing;
                default:
                    return UplinkEvent.Nothing;
            }
        }

        private UplinkEvent Answered()
        {
            ForgetPauses();
            if (!_isConnected)
            {
                _isConnected = true;
                Counters.Connections++;
            }

            if (!_isUnderWay)
            {
                return UplinkEvent.Nothing;
            }

            _isUnderWay = false;
            _wasAnswered = true;
            return Delivered(_first, _last);
        }

        private void Fail(int leastMs, int nowMs)
        {
            BeginPause(leastMs, nowMs);
            if (_isUnderWay)
            {
                _isUnderWay = false;
                _wasAnswered = false;
                GoBackTo(_first);
            }
        }

        private void HandOver(int nowMs)
        {
            if (_isUnderWay || IsStopping || PauseLeftMs(nowMs) > 0)
            {
                return;
            }

            int most = Endpoint.UdpPayloadCapacity - _settings.Target.Overhead;
            if (!FillNext(Sooner(_packCapacity, most), most, false, nowMs)
                || !_coap.Post(_settings.Target, SenmlCbor, Octets, 0, Length, 0, nowMs))
            {
                return;
            }

            if (FirstFilled == _first && !_wasAnswered)
            {
                Counters.PacksAgain++;
            }

            _first = FirstFilled;
            _last = LastFilled;
            _wasAnswered = false;
            _isUnderWay = true;
            HandedOver();
        }

        private void Tell()
        {
            // The pack under way is kept by the endpoint, and our buffer is free.
            int capacity = Sooner(Octets.Length, _settings.Coap.StatusCapacity);
            capacity = Sooner(capacity, Endpoint.UdpPayloadCapacity - AnswerOverhead);
            int length = Health == null ? 0 : Health.Write(Octets, 0, capacity);
            _coap.Respond(Content, SenmlCbor, Octets, 0, length);
        }
    }
}
