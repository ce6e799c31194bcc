// What is due is written, one segment a call: an RST, the SYN, what was lost, what is new, a probe,
// an acknowledgment, in this order; every segment but the first two kinds acknowledges.
//
// Silly windows (RFC 9293 s.3.8.6.2) are avoided on both sides: we send a segment when it is full,
// or carries all there is (Nagle is off), or half of the largest window that the peer ever had;
// what stays waits for the probe timer. And we announce a larger window only when it has grown by
// a segment of ours or half of its largest.

namespace nanoPptp.Telemetry.Tcp
{
    public sealed partial class TcpConnection
    {
        /// <summary>Octets of an IP header and a TCP header without options.</summary>
        private const int MtuHeaders = 40;

        // An RST that is due. It has its own addresses, because a new connection may begin before
        // it leaves.
        private bool _isResetDue;
        private int _resetSequence;
        private int _resetAcknowledgment;
        private int _resetControl;
        private int _resetLocalAddress;
        private int _resetLocalPort;
        private int _resetRemoteAddress;
        private int _resetRemotePort;

        // Acknowledgments that are due now; the one that may wait is in TcpConnection.Time.cs.
        private int _acksDue;
        private int _unansweredSegments;

        // What Plan found.
        private int _planLength;
        private bool _isPlanFin;

        private bool _isProbeDue;
        private bool _isKeepAliveDue;

        // Answers that a forger could provoke, in the present interval.
        private int _answers;
        private int _answersMs;

        private int _outputSource;
        private int _outputAddress;

        /// <summary>Source address of the segment that was written last: that of the connection,
        /// unless it was the RST of an earlier one.</summary>
        internal int OutputSource
        {
            get { return _outputSource; }
        }

        /// <summary>Destination address of the segment that was written last.</summary>
        internal int OutputAddress
        {
            get { return _outputAddress; }
        }

        /// <summary>Whether <see cref="Output"/> would write a segment.</summary>
        internal bool HasOutput
        {
            get
            {
                if (_isResetDue)
                {
                    return true;
                }

                return _state != TcpState.Closed
                    && (_acksDue > 0
                        || _isFastDue
                        || _isKeepAliveDue
                        || _isProbeDue
                        || IsSynDue()
                        || Plan(_segment));
            }
        }

        /// <summary>Writes the next segment that is due, its checksum included; call it until it
        /// writes none.</summary>
        /// <param name="b">Where to write.</param>
        /// <param name="offset">Index of the first octet of the TCP header.</param>
        /// <param name="capacity">How many octets there is room for: the tunnel's MTU less the IP
        /// header.</param>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        /// <returns>Octets of header and payload; 0 when nothing is due.</returns>
        public int Output(byte[] b, int offset, int capacity, int nowMs)
        {
            if (capacity <= TcpHeader.SynLength)
            {
                return 0;
            }

            int length = 0;
            if (_isResetDue)
            {
                length = WriteReset(b, offset);
            }
            else if (_state != TcpState.Closed)
            {
                _outputSource = _localAddress;
                _outputAddress = _remoteAddress;
                length = WriteDue(b, offset, capacity - TcpHeader.Length, nowMs);
                Rearm(nowMs);
            }

            if (length > 0)
            {
                TcpHeader.WriteChecksum(b, offset, length, _outputSource, _outputAddress);
                _counters.SegmentsSent++;
            }

            return length;
        }

        private int WriteDue(byte[] b, int offset, int capacity, int nowMs)
        {
            if (_state <= TcpState.SynReceived)
            {
                if (IsSynDue())
                {
                    return WriteSyn(b, offset, nowMs);
                }
            }
            else
            {
                int segment = _segment < capacity ? _segment : capacity;
                if (_isFastDue)
                {
                    return WriteFast(b, offset, segment, nowMs);
                }

                RestAfterIdle(nowMs);
                if (Plan(segment))
                {
                    return WritePlanned(b, offset, nowMs);
                }

                if (_isProbeDue)
                {
                    return WriteProbe(b, offset, segment, nowMs);
                }

                if (_isKeepAliveDue)
                {
                    // RFC 9293 s.3.8.4: a number that was acknowledged makes the peer answer.
                    _isKeepAliveDue = false;
                    _counters.KeepAlives++;
                    Waits(nowMs);
                    return WriteHeader(b, offset, _max - 1, TcpHeader.Ack);
                }
            }

            if (_acksDue <= 0)
            {
                return 0;
            }

            // Each out-of-order segment is to be answered by one: the peer counts them.
            int left = _acksDue - 1;
            int length = WriteHeader(b, offset, _max, TcpHeader.Ack);
            _acksDue = left;
            return length;
        }

        private bool IsSynDue()
        {
            return _nxt == _una
                && (_state == TcpState.SynSent || _state == TcpState.SynReceived);
        }

        private int WriteSyn(byte[] b, int offset, int nowMs)
        {
            if (_isSynRepeated)
            {
                _counters.Retransmissions++;
            }
            else if (_max == _una)
            {
                Time(_iss + 1, nowMs);
            }
            else
            {
                // The SYN goes again, with the ACK of the peer's: whose answer comes is not known.
                _isTiming = false;
            }

            _nxt = _una + 1;
            _max = _nxt;
            Waits(nowMs);
            return WriteHeader(
                b,
                offset,
                _una,
                _state == TcpState.SynSent ? TcpHeader.Syn : TcpHeader.Syn | TcpHeader.Ack);
        }

        // Whether a segment with octets or our FIN may be sent now, of at most so many octets.
        private bool Plan(int segment)
        {
            _planLength = 0;
            _isPlanFin = false;
            if (!MaySend())
            {
                return false;
            }

            int position = _nxt - _una;
            int left = _send.Count - position;
            if (left < 0)
            {
                // Our FIN is under way.
                return false;
            }

            int window = CongestionWindow();
            window = _wnd < window ? _wnd : window;
            int usable = window - position;
            int length = left < segment ? left : segment;
            length = length < usable ? length : usable;
            if (length <= 0)
            {
                length = 0;
            }
            else if (length < segment && length < left && length < _maxWnd >> 1)
            {
                return false;
            }

            _planLength = length;
            _isPlanFin = length == left && IsFinAsked();
            return length > 0 || _isPlanFin;
        }

        private bool MaySend()
        {
            switch (_state)
            {
                case TcpState.Established:
                case TcpState.CloseWait:
                case TcpState.FinWait1:
                case TcpState.Closing:
                case TcpState.LastAck:
                    return true;
                default:
                    return false;
            }
        }

        private bool IsFinAsked()
        {
            return _isCloseAsked
                && _state != TcpState.Established && _state != TcpState.CloseWait;
        }

        private int WritePlanned(byte[] b, int offset, int nowMs)
        {
            int length = _planLength;
            bool isFin = _isPlanFin;
            int sequence = _nxt;
            int end = sequence + length + (isFin ? 1 : 0);
            _isProbeDue = false;
            _isKeepAliveDue = false;
            if (sequence - _max < 0)
            {
                _counters.Retransmissions++;
            }

            _nxt = end;
            if (end - _max > 0)
            {
                // Karn's algorithm: the last octet leaves for the first time, so the answer to it
                // is no answer to an earlier one, whatever the first octet is.
                Time(end, nowMs);
                _counters.OctetsSent += sequence + length - _max;
                _max = end;
            }

            return WriteOctets(b, offset, sequence, length, isFin, nowMs);
        }

        // What the acknowledgments say is missing, without going back: the rest has arrived.
        private int WriteFast(byte[] b, int offset, int segment, int nowMs)
        {
            _isFastDue = false;
            _isTiming = false;
            _timer = TimerNone;
            int sent = _max - _una;
            int length = sent < _send.Count ? sent : _send.Count;
            length = length < segment ? length : segment;
            bool isFin = length == _send.Count && sent > length && IsFinAsked();
            _counters.Retransmissions++;
            return WriteOctets(b, offset, _una, length, isFin, nowMs);
        }

        // A closed window is asked with one octet beyond it, which the peer may drop; a silly one
        // is filled after all.
        private int WriteProbe(byte[] b, int offset, int segment, int nowMs)
        {
            _isProbeDue = false;
            _counters.Probes++;
            int length = _wnd > 0 ? _wnd : 1;
            length = length < _send.Count ? length : _send.Count;
            length = length < segment ? length : segment;
            if (_una + length - _max > 0)
            {
                _counters.OctetsSent += _una + length - _max;
                _max = _una + length;
            }

            if (_wnd > 0)
            {
                _nxt = _una + length;
            }

            return WriteOctets(b, offset, _una, length, false, nowMs);
        }

        private int WriteOctets(
            byte[] b, int offset, int sequence, int length, bool isFin, int nowMs)
        {
            int position = sequence - _una;
            int control = TcpHeader.Ack | (isFin ? TcpHeader.Fin : 0);
            if (length > 0 && position + length == _send.Count)
            {
                control |= TcpHeader.Psh;
            }

            _send.Copy(position, b, offset + TcpHeader.Length, length);
            _lastSentMs = nowMs;
            Waits(nowMs);
            return WriteHeader(b, offset, sequence, control) + length;
        }

        private int WriteHeader(byte[] b, int offset, int sequence, int control)
        {
            bool hasAck = (control & TcpHeader.Ack) != 0;
            int window = ReceiveSpace();
            if (hasAck)
            {
                window = AnnouncedWindow();
                _acksDue = 0;
                _unansweredSegments = 0;
                _isAckDelayed = false;
            }

            return TcpHeader.Write(
                b,
                offset,
                _localPort,
                _remotePort,
                sequence,
                hasAck ? _rcvNxt : 0,
                control,
                window,
                _localSegment);
        }

        // The largest window that we announce: four segments of ours.
        private int ReceiveSpace()
        {
            int space = TcpLimits.WindowSegments * _localSegment;
            return space < _receive.Capacity ? space : _receive.Capacity;
        }

        // How far the right edge could move.
        private int WindowGain()
        {
            int free = _receive.Capacity - _receive.Count;
            int space = ReceiveSpace();
            return _rcvNxt + (free < space ? free : space) - _rcvEdge;
        }

        private int AnnouncedWindow()
        {
            int gain = WindowGain();
            if (gain >= SillyLimit() && MayReceive())
            {
                _rcvEdge += gain;
            }

            return _rcvEdge - _rcvNxt;
        }

        private int SillyLimit()
        {
            int half = ReceiveSpace() >> 1;
            return half < _localSegment ? half : _localSegment;
        }

        // The application has read: a peer that may be waiting for room is told.
        private void OfferWindow()
        {
            int gain = WindowGain();
            bool isShut = _rcvEdge - _rcvNxt < _localSegment;
            if (gain >= ReceiveSpace() >> 1 || (isShut && gain >= SillyLimit()))
            {
                AcknowledgeNow();
            }
        }

        private void AcknowledgeNow()
        {
            _acksDue = _acksDue > 0 ? _acksDue : 1;
        }

        private void AcknowledgeDuplicate()
        {
            _acksDue = _acksDue < TcpLimits.WindowSegments ? _acksDue + 1 : _acksDue;
        }

        // RFC 5961 s.7: so many in an interval and no more.
        private bool MayAnswer(int nowMs)
        {
            if (nowMs - _answersMs >= TcpLimits.ChallengeIntervalMs || nowMs - _answersMs < 0)
            {
                _answersMs = nowMs;
                _answers = 0;
            }

            if (_answers >= TcpLimits.ChallengeCount)
            {
                _counters.Withheld++;
                return false;
            }

            _answers++;
            return true;
        }

        private void Challenge(int nowMs)
        {
            if (MayAnswer(nowMs))
            {
                _counters.ChallengeAcks++;
                AcknowledgeNow();
            }
        }

        private void ResetWith(int sequence, int nowMs)
        {
            _isResetDue = true;
            _resetSequence = sequence;

            // In answer to a wrong acknowledgment in SYN-SENT there is nothing to acknowledge.
            bool hasPeer = _state > TcpState.SynReceived;
            _resetControl = hasPeer ? TcpHeader.Rst | TcpHeader.Ack : TcpHeader.Rst;
            _resetAcknowledgment = hasPeer ? _rcvNxt : 0;
            _resetLocalAddress = _localAddress;
            _resetLocalPort = _localPort;
            _resetRemoteAddress = _remoteAddress;
            _resetRemotePort = _remotePort;
            _lastSentMs = nowMs;
        }

        private int WriteReset(byte[] b, int offset)
        {
            _isResetDue = false;
            _counters.ResetsSent++;
            _outputSource = _resetLocalAddress;
            _outputAddress = _resetRemoteAddress;
            return TcpHeader.Write(
                b,
                offset,
                _resetLocalPort,
                _resetRemotePort,
                _resetSequence,
                _resetAcknowledgment,
                _resetControl,
                0,
                0);
        }
    }
}
