// TCP on a tunnel's inner end: segments find their connection by the four numbers that name it (RFC
// 9293 s.3.3.1), those for nobody are answered with RST (s.3.5.2), and what connections have to
// send goes out one segment a call, in turn.

using nanoPptp.Client;
using nanoPptp.Telemetry.Tcp;
using nanoPptp.Wire;

namespace nanoPptp.Telemetry.Ip
{
    public sealed partial class IpEndpoint
    {
        /// <summary>Connections that may be attached.</summary>
        public const int ConnectionCount = 2;

        // RSTs for nobody's segments: so many in an interval. Who knocks at every port is not worth
        // more of a tunnel.
        private const int ResetCount = 10;
        private const int ResetIntervalMs = 5000;

        private readonly TcpConnection[] _connections = new TcpConnection[ConnectionCount];
        private int _connectionCount;
        private int _turn;
        private bool _wasUp;
        private int _resets;
        private int _resetsMs;

        /// <summary>Attaches a connection for good; its segments come and go here.</summary>
        /// <param name="connection">The connection.</param>
        /// <returns>False when there is no room for another one.</returns>
        public bool Attach(TcpConnection connection)
        {
            if (_connectionCount == ConnectionCount)
            {
                return false;
            }

            _connections[_connectionCount] = connection;
            _connectionCount++;
            return true;
        }

        /// <summary>Hands one due TCP segment to the client; poll the client then, and call this
        /// again until it hands none.</summary>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        /// <returns>Whether a segment waits in the client.</returns>
        public bool Output(int nowMs)
        {
            int capacity = _client.Mtu;
            if (_client.CheckIpOutput(capacity) < 0)
            {
                return false;
            }

            for (int i = 0; i < _connectionCount; i++)
            {
                _turn = _turn + 1 < _connectionCount ? _turn + 1 : 0;
                if (OutputTcp(_connections[_turn], capacity, nowMs))
                {
                    return true;
                }
            }

            return false;
        }

        /// <summary>Lets time pass for the connections. A connection whose address is no longer
        /// that of the tunnel is dropped: nothing could reach it. One that still has its address
        /// goes on over a new tunnel at once.</summary>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        public void Tick(int nowMs)
        {
            bool isUp = _client.Stage == Stage.Up;
            bool isNew = isUp && !_wasUp;
            _wasUp = isUp;
            for (int i = 0; i < _connectionCount; i++)
            {
                TcpConnection connection = _connections[i];
                if (isUp && connection.LocalAddress != _client.LocalAddress)
                {
                    connection.Drop();
                }
                else if (isNew)
                {
                    connection.Resume(nowMs);
                }

                connection.Tick(nowMs);
            }
        }

        /// <summary>How long the loop may wait before the next <see cref="Tick"/>.</summary>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        /// <returns>Milliseconds; 0 when <see cref="Output"/> would hand a segment out or a time is
        /// over; <see cref="int.MaxValue"/> when nothing is waited for.</returns>
        public int NextDeadlineMs(int nowMs)
        {
            bool isUp = _client.Stage == Stage.Up;
            int waitMs = int.MaxValue;
            for (int i = 0; i < _connectionCount; i++)
            {
                int leftMs = isUp
                    ? _connections[i].NextDeadlineMs(nowMs)
                    : _connections[i].NextTimeMs(nowMs);
                waitMs = leftMs < waitMs ? leftMs : waitMs;
            }

            return waitMs;
        }

        private bool OutputTcp(TcpConnection connection, int capacity, int nowMs)
        {
            int at = PptpClient.IpOutputOffset;
            int length = connection.Output(
                _client.Arena, at + Ipv4.HeaderLength, capacity - Ipv4.HeaderLength, nowMs);
            if (length <= 0 || connection.OutputSource != _client.LocalAddress)
            {
                return false;
            }

            WriteIp(
                at, Ipv4.HeaderLength + length, Ipv4.ProtocolTcp, connection.OutputAddress);
            if (_client.IpOutput(Ipv4.HeaderLength + length) <= 0)
            {
                return false;
            }

            _counters.TcpSent++;
            return true;
        }

        private void InputTcp(byte[] arena, int header, int offset, int length, int nowMs)
        {
            int source = Ipv4.Source(arena, header);
            int destination = Ipv4.Destination(arena, header);
            int headerLength = TcpHeader.Check(arena, offset, length);
            if (headerLength < 0
                || !TcpHeader.IsIntact(arena, offset, length, source, destination))
            {
                _counters.Malformed++;
                return;
            }

            int sourcePort = TcpHeader.SourcePort(arena, offset);
            int destinationPort = TcpHeader.DestinationPort(arena, offset);
            for (int i = 0; i < _connectionCount; i++)
            {
                TcpConnection connection = _connections[i];
                if (connection.State != TcpState.Closed
                    && connection.LocalPort == destinationPort
                    && connection.RemotePort == sourcePort
                    && connection.RemoteAddress == source
                    && connection.LocalAddress == destination)
                {
                    _counters.TcpDelivered++;
                    connection.Input(arena, offset, length, nowMs);
                    return;
                }
            }

            _counters.TcpForNobody++;
            AnswerNobody(arena, offset, source, length - headerLength, nowMs);
        }

        // RFC 9293 s.3.10.7.1: the number of the RST is one that the sender will believe.
        private void AnswerNobody(byte[] arena, int offset, int source, int length, int nowMs)
        {
            int control = TcpHeader.Control(arena, offset);
            if ((control & TcpHeader.Rst) != 0 || !IsHost(source) || !MayReset(nowMs))
            {
                return;
            }

            int sequence = 0;
            int acknowledgment = 0;
            int answer = TcpHeader.Rst;
            if ((control & TcpHeader.Ack) != 0)
            {
                sequence = TcpHeader.Acknowledgment(arena, offset);
            }
            else
            {
                acknowledgment = TcpHeader.Sequence(arena, offset) + length
                    + ((control & TcpHeader.Syn) != 0 ? 1 : 0) + (control & TcpHeader.Fin);
                answer = TcpHeader.Rst | TcpHeader.Ack;
            }

            const int Length = Ipv4.HeaderLength + TcpHeader.Length;
            if (_client.CheckIpOutput(Length) < 0)
            {
                return;
            }

            int sourcePort = TcpHeader.DestinationPort(arena, offset);
            int destinationPort = TcpHeader.SourcePort(arena, offset);
            int at = PptpClient.IpOutputOffset;
            int segment = at + Ipv4.HeaderLength;
            TcpHeader.Write(
                arena,
                segment,
                sourcePort,
                destinationPort,
                sequence,
                acknowledgment,
                answer,
                0,
                0);
            TcpHeader.WriteChecksum(
                arena, segment, TcpHeader.Length, _client.LocalAddress, source);
            WriteIp(at, Length, Ipv4.ProtocolTcp, source);
            _client.IpOutput(Length);
            _counters.ResetsSent++;
        }

        // Neither "this host", nor a group, nor everybody (RFC 9293 s.3.9.2.3).
        private static bool IsHost(int address)
        {
            int first = (address >> 24) & 0xFF;
            return first != 0 && first < 224;
        }

        private bool MayReset(int nowMs)
        {
            if (nowMs - _resetsMs >= ResetIntervalMs || nowMs - _resetsMs < 0)
            {
                _resetsMs = nowMs;
                _resets = 0;
            }

            if (_resets >= ResetCount)
            {
                return false;
            }

            _resets++;
            return true;
        }
    }
}
