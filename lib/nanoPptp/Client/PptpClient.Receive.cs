// What comes in through GRE: receive slots, order, and the one fate in which each packet ends.

using nanoPptp.Diagnostics;
using nanoPptp.Gre;
using nanoPptp.Memory;
using nanoPptp.Wire;

namespace nanoPptp.Client
{
    public sealed partial class PptpClient
    {
        /// <summary>Lends a receive slot to the adapter, which receives one packet of IP protocol
        /// 47 straight into it: <see cref="Limits.ReceiveSlotLength"/> octets from
        /// <see cref="ReceiveSlotOffset"/> on. Drain the socket into slots before
        /// polling.</summary>
        /// <returns>The slot's number, or -1 when all are taken: poll first. A slot that was lent
        /// and not handed back may be lent again.</returns>
        public int LendReceiveSlot()
        {
            return _slots.Lend();
        }

        /// <summary>Where a receive slot begins in the arena.</summary>
        /// <param name="slot">The slot's number.</param>
        /// <returns>The offset, octets.</returns>
        public static int ReceiveSlotOffset(int slot)
        {
            return ReceiveSlots.OffsetOf(slot);
        }

        /// <summary>Hands a lent slot back with a packet in it. Only packets from the hub may come
        /// here: the adapter filters by source address. Nothing is decrypted before the next
        /// <see cref="Poll"/>. Packets that come before the call's reply wait for it, two at most.
        /// </summary>
        /// <param name="slot">The slot's number.</param>
        /// <param name="start">Where in the slot the GRE header begins: the length of the outer IP
        /// header.</param>
        /// <param name="length">Octets from there.</param>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        public void GreInput(int slot, int start, int length, int nowMs)
        {
            _counters.GreReceived++;
            if (!_slots.IsLent(slot, start, length))
            {
                _counters.Count(Reason.GreBadHeader);

                // A broken promise of the adapter's: leave in order.
                Fail(Reason.Invariant, 0, nowMs);
                return;
            }

            if (!_call.IsConnected)
            {
                Reason refusal = RefuseEarly(ReceiveSlots.OffsetOf(slot) + start, length);
                if (refusal != Reason.None)
                {
                    _counters.Count(refusal);
                    _slots.Release(slot);
                    return;
                }
            }

            _slots.Queue(slot, start, length);
        }

        private bool IsInputReady(int nowMs)
        {
            if (_slots.Count > 0)
            {
                return true;
            }

            return _slots.HeldCount > 0
                && (_slots.SoonerHeld(nowMs, 1) == 0
                    || _slots.HeldCount > Limits.HeldSlotCount
                    || _order.IsNext(_slots.NumberOf(_slots.LowestHeld(_order.Last))));
        }

        private bool ProcessOne(int nowMs)
        {
            Reason fate = InputOne(nowMs);
            if (fate == Reason.None)
            {
                return false;
            }

            _counters.Count(fate);
            if (fate != Reason.IpDelivered)
            {
                _slots.Release(_inputSlot);
                return false;
            }

            _deliveringSlot = _inputSlot;
            OutputOffset = _link.IpOffset;
            OutputLength = _link.IpLength;
            _counters.IpDeliveredOctets += OutputLength;
            return true;
        }

        // Takes the next packet: what arrived first, so that nothing waits for what is here
        // already. Gives its fate, or None when it is held back.
        private Reason InputOne(int nowMs)
        {
            if (_slots.Count > 0)
            {
                _inputSlot = _slots.Take();
                return InputGre(_inputSlot, nowMs);
            }

            _inputSlot = _slots.LowestHeld(_order.Last);
            _slots.TakeHeld(_inputSlot);
            return InputHeld(nowMs);
        }

        private Reason InputHeld(int nowMs)
        {
            int frame = _slots.Offset;
            int length = _slots.Length;
            int number = _slots.Number;
            int weight = _link.Weigh(frame, length);
            return _order.Place(number, weight == Link.Judged) == ReceiveOrder.Late
                ? Reason.GreLate
                : InputFrame(frame, length, number, weight, nowMs);
        }

        private Reason InputGre(int slot, int nowMs)
        {
            int offset = _slots.Offset;
            int headerLength = EnhancedGre.Check(_arena, offset, _slots.Length);
            if (headerLength < 0)
            {
                return Reason.GreBadHeader;
            }

            if (EnhancedGre.CallId(_arena, offset) != _call.CallId)
            {
                return Reason.GreWrongCall;
            }

            _greHeard = true;
            if (EnhancedGre.HasAcknowledgment(_arena, offset))
            {
                _gre.InputAcknowledgment(EnhancedGre.Acknowledgment(_arena, offset));
            }

            if (!EnhancedGre.HasSequence(_arena, offset))
            {
                return Reason.GreAcknowledgment;
            }

            int number = EnhancedGre.Sequence(_arena, offset);
            int frame = offset + headerLength;
            int length = EnhancedGre.PayloadLength(_arena, offset);
            int weight = _link.Weigh(frame, length);
            switch (weight == Link.Proven
                ? ReceiveOrder.Now
                : _order.Place(number, weight == Link.Judged))
            {
                case ReceiveOrder.Late:
                    return Reason.GreLate;
                case ReceiveOrder.Jump:
                    return Reason.GreJump;
                case ReceiveOrder.Ahead:
                    if (_reorderMs > 0)
                    {
                        return _slots.Hold(slot, number, frame, length, nowMs + _reorderMs)
                            ? Reason.None
                            : Reason.GreLate;
                    }

                    break;
                default:
                    break;
            }

            return InputFrame(frame, length, number, weight, nowMs);
        }

        private Reason InputFrame(int frame, int length, int number, int weight, int nowMs)
        {
            if (weight == Link.Judged)
            {
                _link.JumpLimit = _order.JumpLimit(number);
                _link.IsOvertaken = _order.IsOvertaken(number);
            }

            Reason fate = _link.Input(frame, length, nowMs);
            if (fate == Reason.IpDelivered)
            {
                _order.AcceptData(number);
                _expectIp.Disarm();
            }
            else if (weight == Link.Judged)
            {
                // Nothing moves, not even our acknowledgment.
                _order.Doubt(number);
                AfterLink(nowMs);
                return fate;
            }
            else if (weight == Link.Proven)
            {
                if (!_order.AcceptProof(number))
                {
                    AfterLink(nowMs);
                    return fate;
                }
            }
            else
            {
                _order.Accept(number);
            }

            _gre.Received(number, nowMs);
            AfterLink(nowMs);
            return fate;
        }

        private Reason RefuseEarly(int offset, int length)
        {
            // The hub's first LCP request often overtakes its own Outgoing-Call-Reply; to lose it
            // would cost the hub's restart timer of three seconds.
            if (EnhancedGre.Check(_arena, offset, length) < 0)
            {
                return Reason.GreBadHeader;
            }

            if (!_call.IsWaitingForReply || EnhancedGre.CallId(_arena, offset) != _call.CallId)
            {
                return Reason.GreWrongCall;
            }

            return _slots.Count < Limits.EarlySlotCount ? Reason.None : Reason.GreEarly;
        }
    }
}
