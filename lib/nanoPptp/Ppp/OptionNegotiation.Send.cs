// What OptionNegotiation sends (RFC 1661 s.5.1 to 5.7). A packet that finds no room in the queue is
// counted and not sent: the restart timer sends it again, or the peer's does.

using System;
using nanoPptp.Diagnostics;
using nanoPptp.Memory;
using nanoPptp.Wire;

namespace nanoPptp.Ppp
{
    internal abstract partial class OptionNegotiation
    {
        /// <summary>Sends a Code-Reject, or a Protocol-Reject when a protocol is given.</summary>
        /// <param name="code">The code of our packet.</param>
        /// <param name="protocol">The rejected protocol, or 0 for none.</param>
        /// <param name="source">Arena offset of what is quoted.</param>
        /// <param name="length">Octets of it; what does not fit is cut (RFC 1661 s.5.6, s.5.7).
        /// </param>
        protected void SendReject(int code, int protocol, int source, int length)
        {
            int at = Frames.Begin();
            if (at < 0)
            {
                Counters.Count(Reason.PppOutputFull);
                return;
            }

            int headerLength = PppPacket.HeaderLength;
            if (protocol != 0)
            {
                BigEndian.WriteUInt16(Arena, at + headerLength, protocol);
                headerLength += 2;
            }

            if (length > FrameQueue.PacketCapacity - headerLength)
            {
                length = FrameQueue.PacketCapacity - headerLength;
            }

            Array.Copy(Arena, source, Arena, at + headerLength, length);
            PppPacket.WriteHeader(Arena, at, code, NextIdentifier(), headerLength + length);
            Frames.Commit(_protocol, headerLength + length);
        }

        /// <summary>Gives an identifier for a packet of ours that is not a Configure-Request.
        /// </summary>
        /// <returns>0 to 255.</returns>
        protected int NextIdentifier()
        {
            _otherIdentifier = (_otherIdentifier + 1) & 0xFF;
            return _otherIdentifier;
        }

        /// <summary>Sends a packet without data.</summary>
        /// <param name="code">The code.</param>
        /// <param name="identifier">The identifier.</param>
        protected void SendShort(int code, int identifier)
        {
            int at = Frames.Begin();
            if (at < 0)
            {
                Counters.Count(Reason.PppOutputFull);
                return;
            }

            PppPacket.WriteHeader(Arena, at, code, identifier, PppPacket.HeaderLength);
            Frames.Commit(_protocol, PppPacket.HeaderLength);
        }

        /// <summary>Hears that a Configure-Request is answered with Configure-Nak.</summary>
        /// <param name="identifier">Its identifier.</param>
        protected virtual void Naking(int identifier)
        {
        }

        /// <summary>Says our last Configure-Ack again, if there was one and it is still true.
        /// </summary>
        internal void RepeatAck()
        {
            if (_ackLength == 0 || (State != Automaton.AckSent && State != Automaton.Opened))
            {
                return;
            }

            int at = Frames.Begin();
            if (at < 0)
            {
                Counters.Count(Reason.PppOutputFull);
                return;
            }

            Array.Copy(Arena, _ack, Arena, at, _ackLength);
            Frames.Commit(_protocol, _ackLength);
        }

        // An answer in front of the peer's own request: that is lost, and the peer would say it
        // again after three seconds only. A Configure-Nak without options, for the request that we
        // have not seen, makes it ask again at once. It may be lost as well, or what came of it:
        // then the next one names the next number too.
        private void Prompt(int nowMs)
        {
            if (PromptMs == 0
                || _requestSeen
                || State != Automaton.AckRcvd
                || _promptCount == Limits.PromptCount)
            {
                return;
            }

            _promptCount++;
            for (int identifier = 1; identifier <= _promptCount; identifier++)
            {
                SendShort(PppPacket.ConfigureNak, identifier);
            }

            _restart.Arm(nowMs, PromptMs);
        }

        private bool IsAcknowledgedRequest()
        {
            if (_ackLength != _packetLength)
            {
                return false;
            }

            // All but the code: the identifier, the length and the options.
            for (int i = 1; i < _packetLength; i++)
            {
                if (Arena[_ack + i] != Arena[_packet + i])
                {
                    return false;
                }
            }

            return true;
        }

        private void SendRequest(bool again, int nowMs)
        {
            _restartCounter--;
            _restart.Arm(nowMs, PeriodMs);
            if (!again || !_answerDue)
            {
                // A repetition keeps its identifier as long as no valid answer came (s.5.1).
                _requestIdentifier = (_requestIdentifier + 1) & 0xFF;
            }

            // One answer to a request is taken and the next one discarded: to take the second
            // Configure-Ack of a repeated request for a crossed connection (the RFC's RCA in
            // Opened) would tear down a link that has just come up. pppd does the same.
            _answerDue = true;
            RequestCount++;
            int at = Frames.Begin();
            if (at < 0)
            {
                Counters.Count(Reason.PppOutputFull);
                return;
            }

            int length = PppPacket.HeaderLength
                + Options.WriteRequest(at + PppPacket.HeaderLength);
            PppPacket.WriteHeader(
                Arena, at, PppPacket.ConfigureRequest, _requestIdentifier, length);
            Frames.Commit(_protocol, length);
        }

        private void SendAnswer()
        {
            if (_verdict == OptionSet.VerdictAck)
            {
                Options.Adopt();
                _nakSentCount = 0;
            }

            int at = Frames.Begin();
            if (at < 0)
            {
                Counters.Count(Reason.PppOutputFull);
                return;
            }

            int code = PppPacket.ConfigureAck;
            if (_verdict == OptionSet.VerdictNak)
            {
                code = PppPacket.ConfigureNak;
                _nakSentCount++;
                Naking(PppPacket.Identifier(Arena, _packet));
                if (_nakSentCount == Limits.MaxFailure)
                {
                    // RFC 1661 s.4.6 would have us reject from here on. All that we ever Nak is
                    // what we cannot do without, so the owner closes instead.
                    Fail(NotConvergingReason());
                }
            }
            else if (_verdict == OptionSet.VerdictReject)
            {
                code = PppPacket.ConfigureReject;
                _rejectSentCount++;
                if (_rejectSentCount == 2 * Limits.MaxFailure)
                {
                    // A peer that asks on for what was rejected would do so for ever.
                    Fail(RefusedReason());
                }
            }

            int optionsLength = Options.WriteAnswer(
                _verdict,
                _packet + PppPacket.HeaderLength,
                _packetLength - PppPacket.HeaderLength,
                at + PppPacket.HeaderLength,
                FrameQueue.PacketCapacity - PppPacket.HeaderLength,
                Draw());
            if (optionsLength == 0 && _verdict != OptionSet.VerdictAck)
            {
                // An option too long to quote: an empty Reject would say that all is well.
                return;
            }

            int length = PppPacket.HeaderLength + optionsLength;
            PppPacket.WriteHeader(
                Arena, at, code, PppPacket.Identifier(Arena, _packet), length);
            Frames.Commit(_protocol, length);
            _ackLength = 0;
            if (code == PppPacket.ConfigureAck)
            {
                _ackIsNew = true;
                if (length <= ArenaMap.AckLength)
                {
                    Array.Copy(Arena, at, Arena, _ack, length);
                    _ackLength = length;
                }
            }
        }

        private void SendTerminateRequest(int nowMs)
        {
            _restartCounter--;
            _restart.Arm(nowMs, Limits.RestartTimerMs);
            SendShort(PppPacket.TerminateRequest, NextIdentifier());
        }

        private void SendTerminateAck(bool answers)
        {
            SendShort(
                PppPacket.TerminateAck,
                answers ? PppPacket.Identifier(Arena, _packet) : NextIdentifier());
        }
    }
}
