// Configuration options as data (RFC 1661 s.5.1 to 5.4 and s.6): one row for each option a protocol
// knows, one walker, two passes over what the peer asks for. First everything unknown or refused
// goes into a Configure-Reject; when there is none of that, everything unacceptable goes into a
// Configure-Nak; when there is none of that either, the whole list is acknowledged.

using System;
using nanoPptp.Wire;

namespace nanoPptp.Ppp
{
    /// <summary>The options of one protocol: what we ask for, what the peer asks for.</summary>
    internal sealed class OptionSet
    {
        /// <summary>Columns of a row: type, octets of data, own policy, peer policy.</summary>
        internal const int Columns = 4;

        // Own policy: do we ask for the option, and what does the peer's answer change?

        /// <summary>We never ask.</summary>
        internal const byte OwnSilent = 0;

        /// <summary>We ask; a Nak's value is taken over, a Reject ends the asking.</summary>
        internal const byte OwnOptional = 1;

        /// <summary>We ask; a Nak's value is taken over, a Reject is a failure.</summary>
        internal const byte OwnNeeded = 2;

        /// <summary>We ask; a Nak changes nothing, a Reject is a failure.</summary>
        internal const byte OwnInsist = 3;

        /// <summary>We ask; a Nak makes us draw another number, a Reject ends the asking.</summary>
        internal const byte OwnDrawn = 4;

        /// <summary>We ask; a Nak's value is taken over when it is smaller, a Reject ends the
        /// asking.</summary>
        internal const byte OwnSmaller = 5;

        // Peer policy: what do we answer when the peer asks?

        /// <summary>Configure-Reject.</summary>
        internal const byte PeerRefuse = 0;

        /// <summary>Configure-Ack, whatever the value.</summary>
        internal const byte PeerAccept = 1;

        /// <summary>Configure-Ack for exactly the wanted value, else Configure-Nak with it, also
        /// when the option is missing.</summary>
        internal const byte PeerRequire = 2;

        /// <summary>Configure-Ack for any value but our own (the magic number).</summary>
        internal const byte PeerDiffer = 3;

        /// <summary>Configure-Ack for the wanted authentication or one of <see cref="Choices"/>,
        /// else Configure-Nak with the wanted one, also when the option is missing.</summary>
        internal const byte PeerChoose = 4;

        /// <summary>Most methods besides the wanted one.</summary>
        internal const int ChoiceCount = 2;

        // Verdicts of Judge, the graver the greater.
        internal const int VerdictAck = 0;
        internal const int VerdictNak = 1;
        internal const int VerdictReject = 2;
        internal const int VerdictMalformed = 3;

        private readonly byte[] _arena;
        private readonly byte[] _rows;
        private readonly int _count;
        private readonly bool[] _asking;
        private readonly bool[] _candidateHas;
        private readonly int[] _candidate;

        internal OptionSet(byte[] arena, byte[] rows)
        {
            _arena = arena;
            _rows = rows;
            _count = rows.Length / Columns;
            _asking = new bool[_count];
            _candidateHas = new bool[_count];
            _candidate = new int[_count];
            Own = new int[_count];
            Wanted = new int[_count];
            Peer = new int[_count];
            PeerHas = new bool[_count];
        }

        /// <summary>By row: the value that we ask for, and have when our request was acknowledged.
        /// </summary>
        internal readonly int[] Own;

        /// <summary>By row: the value that the peer must ask for.</summary>
        internal readonly int[] Wanted;

        /// <summary>Methods of authentication that may be acknowledged besides the wanted one; 0
        /// for none.</summary>
        internal readonly int[] Choices = new int[ChoiceCount];

        /// <summary>By row: the value that we acknowledged.</summary>
        internal readonly int[] Peer;

        /// <summary>By row: whether the request that we acknowledged had the option.</summary>
        internal readonly bool[] PeerHas;

        /// <summary>Forgets the last negotiation; values to ask for are set afterwards.</summary>
        internal void Reset()
        {
            for (int row = 0; row < _count; row++)
            {
                _asking[row] = _rows[(row * Columns) + 2] != OwnSilent;
                PeerHas[row] = false;
                Peer[row] = 0;
            }
        }

        internal bool IsAsking(int row)
        {
            return _asking[row];
        }

        /// <summary>Ends the asking for an option, as when its value is the default.</summary>
        /// <param name="row">The row.</param>
        internal void StopAsking(int row)
        {
            _asking[row] = false;
        }

        /// <summary>Writes what we ask for.</summary>
        /// <param name="offset">Arena offset to write at.</param>
        /// <returns>Octets written.</returns>
        internal int WriteRequest(int offset)
        {
            int at = offset;
            for (int row = 0; row < _count; row++)
            {
                if (_asking[row])
                {
                    at += ConfigureOption.Write(
                        _arena, at, _rows[row * Columns], _rows[(row * Columns) + 1], Own[row]);
                }
            }

            return at - offset;
        }

        /// <summary>Judges what the peer asks for.</summary>
        /// <param name="offset">Arena offset of the option list.</param>
        /// <param name="length">Octets of the list.</param>
        /// <returns>One of the verdicts.</returns>
        internal int Judge(int offset, int length)
        {
            int verdict = VerdictAck;
            Array.Clear(_candidateHas, 0, _count);
            int end = offset + length;
            for (int at = offset; at < end;)
            {
                int optionLength = ConfigureOption.Check(_arena, at, end - at);
                if (optionLength < 0)
                {
                    return VerdictMalformed;
                }

                int one = JudgeOption(at, optionLength);
                if (one > verdict)
                {
                    verdict = one;
                }

                at += optionLength;
            }

            if (verdict == VerdictAck && IsAnyMissing())
            {
                verdict = VerdictNak;
            }

            return verdict;
        }

        /// <summary>Writes the options of the answer that the last <see cref="Judge"/> decided.
        /// </summary>
        /// <param name="verdict">What it gave: not <see cref="VerdictMalformed"/>.</param>
        /// <param name="offset">Arena offset of the peer's option list.</param>
        /// <param name="length">Octets of that list.</param>
        /// <param name="target">Arena offset to write at.</param>
        /// <param name="capacity">Octets of room; what does not fit is left for the next round, cut
        /// at an option.</param>
        /// <param name="fresh">A number for a Nak of our own magic number.</param>
        /// <returns>Octets written, or -1 when a Configure-Ack does not fit.</returns>
        internal int WriteAnswer(
            int verdict, int offset, int length, int target, int capacity, int fresh)
        {
            if (verdict == VerdictAck)
            {
                if (length > capacity)
                {
                    return -1;
                }

                Array.Copy(_arena, offset, _arena, target, length);
                return length;
            }

            int written = 0;
            int end = offset + length;
            for (int at = offset; at < end;)
            {
                int optionLength = _arena[at + 1];
                if (JudgeOption(at, optionLength) == verdict)
                {
                    if (verdict == VerdictReject)
                    {
                        if (written + optionLength > capacity)
                        {
                            break;
                        }

                        Array.Copy(_arena, at, _arena, target + written, optionLength);
                        written += optionLength;
                    }
                    else
                    {
                        written += WriteSuggestion(
                            FindRow(_arena[at]), target + written, capacity - written, fresh);
                    }
                }

                at += optionLength;
            }

            return verdict == VerdictReject
                ? written
                : written + WriteMissing(target + written, capacity - written);
        }

        /// <summary>Whether the request judged last asks for a certain value.</summary>
        /// <param name="row">The row.</param>
        /// <param name="value">The value.</param>
        /// <returns>True when the option is there with that value.</returns>
        internal bool IsCandidate(int row, int value)
        {
            return _candidateHas[row] && _candidate[row] == value;
        }

        /// <summary>The value that the request judged last asks for.</summary>
        /// <param name="row">The row.</param>
        /// <returns>The value; 0 when the option is missing or has none.</returns>
        internal int CandidateOf(int row)
        {
            return _candidateHas[row] ? _candidate[row] : 0;
        }

        /// <summary>Whether a method of authentication would be acknowledged.</summary>
        /// <param name="row">The row.</param>
        /// <param name="method">The method.</param>
        /// <returns>True for the wanted one and for the choices.</returns>
        internal bool IsTaken(int row, int method)
        {
            bool taken = method == Wanted[row];
            for (int i = 0; i < ChoiceCount; i++)
            {
                taken |= method != 0 && method == Choices[i];
            }

            return taken;
        }

        /// <summary>Takes over the values of the request that is being acknowledged.</summary>
        internal void Adopt()
        {
            for (int row = 0; row < _count; row++)
            {
                PeerHas[row] = _candidateHas[row];
                Peer[row] = _candidateHas[row] ? _candidate[row] : 0;
            }
        }

        /// <summary>Whether a Configure-Ack repeats our request octet for octet.</summary>
        /// <param name="offset">Arena offset of its option list.</param>
        /// <param name="length">Octets of the list.</param>
        /// <param name="scratch">Arena offset of room for our request.</param>
        /// <returns>True when they are equal.</returns>
        internal bool IsOwnRequest(int offset, int length, int scratch)
        {
            if (WriteRequest(scratch) != length)
            {
                return false;
            }

            for (int i = 0; i < length; i++)
            {
                if (_arena[offset + i] != _arena[scratch + i])
                {
                    return false;
                }
            }

            return true;
        }

        /// <summary>Takes a Configure-Nak.</summary>
        /// <param name="offset">Arena offset of its option list.</param>
        /// <param name="length">Octets of the list.</param>
        /// <param name="fresh">A number to ask for where one has to be drawn.</param>
        /// <returns>False when the list is malformed; nothing has changed then.</returns>
        internal bool InputNak(int offset, int length, int fresh)
        {
            if (!IsWellFormed(offset, length))
            {
                return false;
            }

            int end = offset + length;
            for (int at = offset; at < end; at += _arena[at + 1])
            {
                int row = FindRow(_arena[at]);
                if (row < 0 || !_asking[row])
                {
                    continue;
                }

                int valueLength = _rows[(row * Columns) + 1];
                if (_arena[at + 1] != ConfigureOption.HeaderLength + valueLength)
                {
                    continue;
                }

                int value = ConfigureOption.Value(_arena, at, valueLength);
                switch (_rows[(row * Columns) + 2])
                {
                    case OwnOptional:
                    case OwnNeeded:
                        Own[row] = value;
                        break;
                    case OwnDrawn:
                        Own[row] = fresh;
                        break;
                    case OwnSmaller:
                        Own[row] = value > 0 && value < Own[row] ? value : Own[row];
                        break;
                    default:
                        break;
                }
            }

            return true;
        }

        /// <summary>Takes a Configure-Reject.</summary>
        /// <param name="offset">Arena offset of its option list.</param>
        /// <param name="length">Octets of the list.</param>
        /// <returns>1 when the asking goes on without the rejected options, 0 when an option that
        /// we cannot do without was rejected, -1 when the list is malformed or rejects nothing that
        /// we asked for.</returns>
        internal int InputReject(int offset, int length)
        {
            if (!IsWellFormed(offset, length))
            {
                return -1;
            }

            int result = -1;
            int end = offset + length;
            for (int at = offset; at < end; at += _arena[at + 1])
            {
                int row = FindRow(_arena[at]);
                if (row < 0 || !_asking[row])
                {
                    continue;
                }

                byte policy = _rows[(row * Columns) + 2];
                if (policy == OwnNeeded || policy == OwnInsist)
                {
                    return 0;
                }

                _asking[row] = false;
                result = 1;
            }

            return result;
        }

        private int JudgeOption(int at, int optionLength)
        {
            int row = FindRow(_arena[at]);
            if (row < 0)
            {
                return VerdictReject;
            }

            byte policy = _rows[(row * Columns) + 3];
            int valueLength = _rows[(row * Columns) + 1];
            bool exactLength = optionLength == ConfigureOption.HeaderLength + valueLength;
            bool anyLength = policy == PeerRequire || policy == PeerChoose;
            if (policy == PeerRefuse || (!exactLength && !anyLength))
            {
                return VerdictReject;
            }

            int value = exactLength ? ConfigureOption.Value(_arena, at, valueLength) : 0;
            bool good = exactLength;
            if (policy == PeerChoose)
            {
                value = AuthenticationProtocol.Read(_arena, at);
                good = IsTaken(row, value);
            }
            else if (policy == PeerRequire)
            {
                good = exactLength && value == Wanted[row];
            }
            else if (policy == PeerDiffer)
            {
                good = value != 0 && value != Own[row];
            }

            // Present, if not acceptable: a Nak of this option says so, it is not missing.
            _candidateHas[row] = true;
            _candidate[row] = value;
            return good ? VerdictAck : VerdictNak;
        }

        private int WriteSuggestion(int row, int target, int capacity, int fresh)
        {
            int valueLength = _rows[(row * Columns) + 1];
            if (capacity < ConfigureOption.HeaderLength + valueLength)
            {
                return 0;
            }

            bool differ = _rows[(row * Columns) + 3] == PeerDiffer;
            return ConfigureOption.Write(
                _arena, target, _rows[row * Columns], valueLength, differ ? fresh : Wanted[row]);
        }

        private int WriteMissing(int target, int capacity)
        {
            int written = 0;
            for (int row = 0; row < _count; row++)
            {
                if (IsMissing(row))
                {
                    written += WriteSuggestion(row, target + written, capacity - written, 0);
                }
            }

            return written;
        }

        private bool IsAnyMissing()
        {
            for (int row = 0; row < _count; row++)
            {
                if (IsMissing(row))
                {
                    return true;
                }
            }

            return false;
        }

        private bool IsMissing(int row)
        {
            byte policy = _rows[(row * Columns) + 3];
            return !_candidateHas[row] && (policy == PeerRequire || policy == PeerChoose);
        }

        private bool IsWellFormed(int offset, int length)
        {
            int end = offset + length;
            for (int at = offset; at < end;)
            {
                int optionLength = ConfigureOption.Check(_arena, at, end - at);
                if (optionLength < 0)
                {
                    return false;
                }

                at += optionLength;
            }

            return true;
        }

        private int FindRow(int type)
        {
            for (int row = 0; row < _count; row++)
            {
                if (_rows[row * Columns] == type)
                {
                    return row;
                }
            }

            return -1;
        }
    }
}
