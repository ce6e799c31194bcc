// The sensor's end of the inner network: one IPv4 address, ICMP Echo answered, UDP in and out, TCP
// for the connections that are attached (IpEndpoint.Tcp.cs). It sits on the client's IP face and
// works in the client's arena: a packet is written where it will be encrypted.

using System;
using nanoPptp.Client;
using nanoPptp.Wire;

namespace nanoPptp.Telemetry.Ip
{
    /// <summary>
    /// IPv4, ICMP Echo, UDP and TCP on a tunnel. Same thread as the client; nothing is allocated
    /// after construction.
    /// </summary>
    public sealed partial class IpEndpoint
    {
        private const int Headers = Ipv4.HeaderLength + Udp.HeaderLength;

        private readonly PptpClient _client;
        private readonly IpCounters _counters = new IpCounters();
        private int _identification;

        /// <summary>Makes the end of a tunnel.</summary>
        /// <param name="client">The tunnel.</param>
        public IpEndpoint(PptpClient client)
        {
            _client = client;
        }

        /// <summary>Source address of the datagram delivered last.</summary>
        public int UdpSource;

        /// <summary>Its source port: 0 to 65535.</summary>
        public int UdpSourcePort;

        /// <summary>Its destination port: 0 to 65535.</summary>
        public int UdpDestinationPort;

        /// <summary>Where its payload begins in the client's arena; valid until the client's next
        /// Poll.</summary>
        public int UdpOffset;

        /// <summary>Octets of its payload.</summary>
        public int UdpLength;

        /// <summary>Sequence number of the answer to a ping of ours that came last.</summary>
        public int EchoReplySequence;

        /// <summary>Counts of everything since construction.</summary>
        public IpCounters Counters
        {
            get { return _counters; }
        }

        /// <summary>Where to write the payload of a datagram to send, as an offset in the client's
        /// arena. Write it and call <see cref="UdpOutput"/> without an input in between: an answer
        /// to a ping uses the same octets.</summary>
        public static int UdpPayloadOffset
        {
            get { return PptpClient.IpOutputOffset + Headers; }
        }

        /// <summary>Longest payload that fits into the tunnel's MTU, octets.</summary>
        public int UdpPayloadCapacity
        {
            get { return _client.Mtu - Headers; }
        }

        /// <summary>Takes the packet that the client delivered: the client has checked its header
        /// and length. A ping is answered at once through the client, as is a TCP segment for
        /// nobody; other segments go to their connection.</summary>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        /// <returns>True when a UDP datagram is to be read.</returns>
        public bool Input(int nowMs)
        {
            byte[] arena = _client.Arena;
            int offset = _client.OutputOffset;
            int length = _client.OutputLength;
            int headerLength = (arena[offset] & 15) << 2;
            int payload = offset + headerLength;
            _counters.Received++;
            if (Ipv4.Destination(arena, offset) != _client.LocalAddress)
            {
                _counters.NotOurs++;
                return false;
            }

            if (Ipv4.IsFragment(arena, offset))
            {
                _counters.Fragments++;
                return false;
            }

            switch (Ipv4.Protocol(arena, offset))
            {
                case Ipv4.ProtocolUdp:
                    return InputUdp(arena, offset, payload, length - headerLength);
                case Ipv4.ProtocolIcmp:
                    InputIcmp(arena, offset, payload, length - headerLength);
                    return false;
                case Ipv4.ProtocolTcp:
                    InputTcp(arena, offset, payload, length - headerLength, nowMs);
                    return false;
                default:
                    _counters.Unused++;
                    return false;
            }
        }

        /// <summary>Sends the payload written at <see cref="UdpPayloadOffset"/>.</summary>
        /// <param name="destination">Destination address, first octet most significant.</param>
        /// <param name="destinationPort">Destination port: 0 to 65535.</param>
        /// <param name="sourcePort">Source port: 0 to 65535.</param>
        /// <param name="length">Octets of the payload.</param>
        /// <returns>Octets of the IP packet; or a negated
        /// <see cref="Diagnostics.Reason"/> as <see cref="PptpClient.IpOutput"/> gives it, and then
        /// nothing was sent.</returns>
        public int UdpOutput(int destination, int destinationPort, int sourcePort, int length)
        {
            // The headers may not be written over a packet that waits to be sent.
            int result = _client.CheckIpOutput(Headers + length);
            if (result < 0)
            {
                return result;
            }

            byte[] arena = _client.Arena;
            int source = _client.LocalAddress;
            int at = PptpClient.IpOutputOffset;
            Udp.Write(
                arena,
                at + Ipv4.HeaderLength,
                length,
                source,
                sourcePort,
                destination,
                destinationPort);
            WriteIp(at, Headers + length, Ipv4.ProtocolUdp, destination);
            result = _client.IpOutput(Headers + length);
            if (result > 0)
            {
                _counters.UdpSent++;
            }

            return result;
        }

        /// <summary>Sends a ping without data: whoever answers it shows that packets pass both
        /// ways. Answers are counted, and <see cref="EchoReplySequence"/> tells the last
        /// one.</summary>
        /// <param name="destination">Destination address, first octet most significant.</param>
        /// <param name="identifier">Identifier: 0 to 65535.</param>
        /// <param name="sequence">Sequence number: 0 to 65535.</param>
        /// <returns>Octets of the IP packet; or a negated <see cref="Diagnostics.Reason"/> as
        /// <see cref="PptpClient.IpOutput"/> gives it, and then nothing was sent.</returns>
        public int EchoOutput(int destination, int identifier, int sequence)
        {
            const int Length = Ipv4.HeaderLength + Icmp.HeaderLength;
            int result = _client.CheckIpOutput(Length);
            if (result < 0)
            {
                return result;
            }

            int at = PptpClient.IpOutputOffset;
            Icmp.WriteEcho(_client.Arena, at + Ipv4.HeaderLength, identifier, sequence);
            WriteIp(at, Length, Ipv4.ProtocolIcmp, destination);
            result = _client.IpOutput(Length);
            if (result > 0)
            {
                _counters.EchoSent++;
            }

            return result;
        }

        private bool InputUdp(byte[] arena, int header, int offset, int length)
        {
            int source = Ipv4.Source(arena, header);
            int datagramLength =
                Udp.Check(arena, offset, length, source, Ipv4.Destination(arena, header));
            if (datagramLength < 0)
            {
                _counters.Malformed++;
                return false;
            }

            UdpSource = source;
            UdpSourcePort = Udp.SourcePort(arena, offset);
            UdpDestinationPort = Udp.DestinationPort(arena, offset);
            UdpOffset = offset + Udp.HeaderLength;
            UdpLength = datagramLength - Udp.HeaderLength;
            _counters.UdpDelivered++;
            return true;
        }

        private void InputIcmp(byte[] arena, int header, int offset, int length)
        {
            if (Icmp.Check(arena, offset, length) < 0)
            {
                _counters.Malformed++;
                return;
            }

            if (Icmp.IsEchoReply(arena, offset))
            {
                EchoReplySequence = Icmp.Sequence(arena, offset);
                _counters.EchoReplies++;
                return;
            }

            if (!Icmp.IsEcho(arena, offset))
            {
                _counters.Unused++;
                return;
            }

            int at = PptpClient.IpOutputOffset;
            if (_client.CheckIpOutput(Ipv4.HeaderLength + length) < 0)
            {
                _counters.Unanswered++;
                return;
            }

            Array.Copy(arena, offset, arena, at + Ipv4.HeaderLength, length);
            Icmp.WriteReply(arena, at + Ipv4.HeaderLength, length);
            WriteIp(
                at,
                Ipv4.HeaderLength + length,
                Ipv4.ProtocolIcmp,
                Ipv4.Source(arena, header));
            _client.IpOutput(Ipv4.HeaderLength + length);
            _counters.EchoAnswered++;
        }

        private void WriteIp(int at, int length, int protocol, int destination)
        {
            _identification++;
            Ipv4.Write(
                _client.Arena,
                at,
                length,
                _identification,
                protocol,
                _client.LocalAddress,
                destination);
        }
    }
}
