// A segment arrives (RFC 9293 s.3.10.7.3 for SYN-SENT, s.3.10.7.4 for every other state, in the
// order of the RFC), hardened against blind forgers as RFC 5961 says: an RST counts only with the
// very next number, a SYN never, an acknowledgment within what was ever under way.

namespace nanoPptp.Telemetry.Tcp
{
    public sealed partial class TcpConnection
    {
        /// <summary>Takes a segment whose addresses, ports and checksum are ours.</summary>
        /// <param name="b">The octets.</param>
        /// <param name="offset">Where the TCP header begins.</param>
        /// <param name="length">Octets of header and payload.</param>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        /// <returns>Octets that <see cref="Receive"/> has more than before, or -1 when the header
        /// is not one.</returns>
        public int Input(byte[] b, int offset, int length, int nowMs)
        {
            int headerLength = TcpHeader.Check(b, offset, length);
            _counters.SegmentsReceived++;
            if (headerLength < 0)
            {
                _counters.Malformed++;
                return -1;
            }

            if (_state == TcpState.Closed)
            {
                return 0;
            }

            int before = _receive.Count;
            if (_state == TcpState.SynSent)
            {
                InputSynSent(b, offset, headerLength, length - headerLength, nowMs);
            }
            else
            {
                InputSegment(b, offset, headerLength, length - headerLength, nowMs);
            }

            Rearm(nowMs);
            int taken = _receive.Count - before;
            _counters.OctetsReceived += taken;
            return taken;
        }

        private void InputSynSent(byte[] b, int offset, int headerLength, int length, int nowMs)
        {
            int sequence = TcpHeader.Sequence(b, offset);
            int acknowledgment = TcpHeader.Acknowledgment(b, offset);
            int control = TcpHeader.Control(b, offset);
            bool hasAck = (control & TcpHeader.Ack) != 0;
            if (hasAck && (acknowledgment != _iss + 1 || _max == _iss))
            {
                // An old segment, or a peer that remembers another connection: let it forget.
                _counters.Unacceptable++;
                if ((control & TcpHeader.Rst) == 0 && MayAnswer(nowMs))
                {
                    ResetWith(acknowledgment, nowMs);
                }

                return;
            }

            if ((control & TcpHeader.Rst) != 0)
            {
                // Without the ACK of our SYN anybody could have written it.
                if (hasAck)
                {
                    InputReset(TcpEnd.Refused, nowMs);
                }

                return;
            }

            if ((control & TcpHeader.Syn) == 0)
            {
                return;
            }

            _rcvNxt = sequence + 1;
            _rcvEdge = _rcvNxt + ReceiveSpace();
            _wnd = TcpHeader.Window(b, offset);
            _maxWnd = _wnd;
            _wl1 = sequence;
            _wl2 = acknowledgment;
            LimitSegment(TcpHeader.MaximumSegment(b, offset, headerLength));
            if (!hasAck)
            {
                Step(TcpTable.RcvSyn, nowMs);
                return;
            }

            Advance(acknowledgment, nowMs);
            Step(TcpTable.RcvSynAck, nowMs);
            InputText(
                b, offset + headerLength, length, sequence + 1, control & TcpHeader.Fin, nowMs);
        }

        private void InputSegment(byte[] b, int offset, int headerLength, int length, int nowMs)
        {
            int control = TcpHeader.Control(b, offset);
            int sequence = TcpHeader.Sequence(b, offset);
            int begin = sequence - _rcvNxt;
            int window = _rcvEdge - _rcvNxt;
            if ((control & TcpHeader.Rst) != 0)
            {
                // RFC 5961 s.3.2.
                if (begin == 0)
                {
                    InputReset(TcpEnd.Reset, nowMs);
                }
                else if (begin > 0 && begin <= window)
                {
                    Challenge(nowMs);
                }
                else
                {
                    _counters.Unacceptable++;
                }

                return;
            }

            if ((control & TcpHeader.Syn) != 0)
            {
                // RFC 5961 s.4.2: wherever it lies. A peer that really began anew answers with RST.
                bool isSecond = (control & TcpHeader.Ack) != 0;
                Step(isSecond ? TcpTable.RcvSynAck : TcpTable.RcvSyn, nowMs);
                return;
            }

            int fin = control & TcpHeader.Fin;
            int end = begin + length + fin;
            bool isAcceptable = begin <= window && (end > 0 || (end == 0 && begin == 0));
            if (!isAcceptable)
            {
                InputUnacceptable(begin, length + fin, fin, nowMs);
                return;
            }

            if ((control & TcpHeader.Ack) == 0)
            {
                _counters.Unacceptable++;
                return;
            }

            _heardMs = nowMs;
            _isKeepAliveDue = false;
            int acknowledgment = TcpHeader.Acknowledgment(b, offset);
            bool isEmpty = length + fin == 0;
            int peerWindow = TcpHeader.Window(b, offset);
            if (!InputAcknowledgment(sequence, acknowledgment, peerWindow, isEmpty, nowMs))
            {
                return;
            }

            InputText(b, offset + headerLength, length, sequence, fin, nowMs);
        }

        private void InputUnacceptable(int begin, int length, int fin, int nowMs)
        {
            if (length > 0 && begin < 0)
            {
                // Our acknowledgment was lost, or the octets came twice.
                _counters.Duplicates++;
                _heardMs = nowMs;
                _isKeepAliveDue = false;
                AcknowledgeNow();
                if (fin != 0 && _state == TcpState.TimeWait)
                {
                    RestartFinWait();
                }

                return;
            }

            // Empty ones, such as the peer's keepalive, are answered at a limited pace: two ends
            // that find each other's acknowledgments unacceptable would never fall silent.
            _counters.Unacceptable++;
            if (MayAnswer(nowMs))
            {
                AcknowledgeNow();
            }
        }

        private void InputReset(TcpEnd end, int nowMs)
        {
            _counters.ResetsReceived++;
            switch (_state)
            {
                case TcpState.SynReceived:
                    _end = TcpEnd.Refused;
                    break;
                case TcpState.TimeWait:
                    break;
                case TcpState.Closing:
                    _end = _send.Count == 0 ? TcpEnd.ClosedByUs : end;
                    break;
                case TcpState.LastAck:
                    _end = _send.Count == 0 ? TcpEnd.ClosedByPeer : end;
                    break;
                default:
                    _end = end;
                    break;
            }

            Step(TcpTable.RcvRst, nowMs);
        }

        // The fifth check, ACK. False: the segment goes no further.
        private bool InputAcknowledgment(
            int sequence, int acknowledgment, int window, bool isEmpty, int nowMs)
        {
            if (_state == TcpState.SynReceived)
            {
                if (acknowledgment != _iss + 1 || _max == _iss)
                {
                    _counters.Unacceptable++;
                    if (MayAnswer(nowMs))
                    {
                        ResetWith(acknowledgment, nowMs);
                    }

                    return false;
                }

                Advance(acknowledgment, nowMs);
                Step(TcpTable.RcvAckOfSyn, nowMs);
                UpdateWindow(sequence, acknowledgment, window, nowMs);
                if (_isCloseAsked)
                {
                    Step(TcpTable.Close, nowMs);
                }

                return true;
            }

            int acked = acknowledgment - _una;
            if (acknowledgment - _max > 0 || -acked > _maxWnd)
            {
                // RFC 5961 s.5.2: never sent, or older than anything that can be on its way.
                _counters.Unacceptable++;
                Challenge(nowMs);
                return false;
            }

            if (acked > 0)
            {
                Advance(acknowledgment, nowMs);
                if (_state == TcpState.Closed)
                {
                    return false;
                }
            }
            else if (acked == 0 && isEmpty && window == _wnd && window != 0 && _max != _una)
            {
                InputDuplicateAck();
            }

            if (acked >= 0)
            {
                UpdateWindow(sequence, acknowledgment, window, nowMs);
            }

            return true;
        }

        // What lies behind the acknowledged number is forgotten.
        private void Advance(int acknowledgment, int nowMs)
        {
            int acked = acknowledgment - _una;
            bool isSyn = _una == _iss && _state <= TcpState.SynReceived;
            int octets = isSyn ? 0 : acked;
            octets = octets < _send.Count ? octets : _send.Count;
            bool isFin = !isSyn && acked > octets;
            _send.Drop(octets);
            _una = acknowledgment;
            if (_nxt - _una < 0)
            {
                _nxt = _una;
            }

            Measure(acknowledgment, nowMs);
            if (!isSyn)
            {
                Grow(acked);
            }

            ProgressMade(nowMs);
            if (isFin)
            {
                bool isLast = _state == TcpState.LastAck;
                if (isLast)
                {
                    _end = TcpEnd.ClosedByPeer;
                }

                Step(TcpTable.RcvAckOfFin, nowMs);
            }
        }

        private void UpdateWindow(int sequence, int acknowledgment, int window, int nowMs)
        {
            // Segments that overtook each other must not bring an old window back.
            if (_wl1 - sequence < 0 || (_wl1 == sequence && _wl2 - acknowledgment <= 0))
            {
                if (window > _wnd)
                {
                    WindowOpened();
                }

                _wnd = window;
                _maxWnd = window > _maxWnd ? window : _maxWnd;
                _wl1 = sequence;
                _wl2 = acknowledgment;
            }

            if (_wnd == 0 || _max == _una)
            {
                // RFC 9293 s.3.8.6.1: a peer that answers may keep its window closed forever.
                Heard(nowMs);
            }
        }

        // The seventh and the eighth check: text and FIN.
        private void InputText(
            byte[] b, int offset, int length, int sequence, int fin, int nowMs)
        {
            if (!MayReceive())
            {
                return;
            }

            if (fin != 0 && !_hasPeerFin && sequence + length - _rcvEdge <= 0)
            {
                _hasPeerFin = true;
                _peerFin = sequence + length;
            }

            if (length > 0)
            {
                InputOctets(b, offset, length, sequence, nowMs);
            }

            if (_hasPeerFin && _rcvNxt == _peerFin)
            {
                _isPeerFinTaken = true;
                _rcvNxt++;
                if (_rcvEdge - _rcvNxt < 0)
                {
                    _rcvEdge = _rcvNxt;
                }

                _receive.ClearStretches();
                Step(TcpTable.RcvFin, nowMs);
            }
            else if (fin != 0)
            {
                // Octets before it are missing: say so.
                AcknowledgeNow();
            }
        }

        private void InputOctets(byte[] b, int offset, int length, int sequence, int nowMs)
        {
            int old = _rcvNxt - sequence;
            if (old > 0)
            {
                offset += old;
                length -= old;
                sequence = _rcvNxt;
            }

            int edge = _hasPeerFin && _peerFin - _rcvEdge < 0 ? _peerFin : _rcvEdge;
            int room = edge - sequence;
            length = length < room ? length : room;
            if (length <= 0)
            {
                // A probe of our closed window, or octets that came twice with a FIN.
                AcknowledgeNow();
                return;
            }

            bool hadGap = _receive.Stretches > 0;
            int moved = _receive.Insert(_rcvNxt, sequence, b, offset, length);
            if (moved <= 0)
            {
                // RFC 5681 s.4.2: each out-of-order segment makes a duplicate acknowledgment.
                _counters.OutOfOrder++;
                if (moved < 0)
                {
                    _counters.Unkept++;
                }

                AcknowledgeDuplicate();
                return;
            }

            _rcvNxt += moved;
            if (_state == TcpState.FinWait2)
            {
                RestartFinWait();
            }

            if (hadGap)
            {
                AcknowledgeNow();
            }
            else
            {
                AcknowledgeSoon(nowMs);
            }
        }

        private void LimitSegment(int announced)
        {
            int segment = announced < 0 ? TcpLimits.DefaultSegment : announced;
            segment = segment > TcpLimits.MinimumSegment ? segment : TcpLimits.MinimumSegment;
            _segment = segment < _segment ? segment : _segment;
        }
    }
}
