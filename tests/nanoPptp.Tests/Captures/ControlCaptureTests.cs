// The control connections of every capture, read by the library (RFC 2637 s.1.4 and s.2).

using System;
using System.Collections.Generic;
using System.Linq;
using nanoPptp.Control;
using nanoPptp.Diagnostics;
using nanoPptp.Memory;
using nanoPptp.Wire;
using Xunit;

namespace nanoPptp.Tests.Captures;

public class ControlCaptureTests
{
    // RFC 2637 s.2.1 to 2.15, by control message type.
    private static readonly int[] s_lengths =
        [0, 156, 156, 16, 16, 16, 20, 168, 32, 220, 24, 28, 16, 148, 40, 24];

    [Theory]
    [MemberData(nameof(CaptureCatalog.OnDisk), MemberType = typeof(CaptureCatalog))]
    public void Every_message_is_read_with_its_exact_length_and_nothing_is_left_over(string name)
    {
        foreach (TcpStream stream in Streams(Capture.Load(name)))
        {
            Assert.False(stream.HasHole);
            IReadOnlyList<byte[]> messages = TcpConversation.Messages(stream);

            foreach (byte[] message in messages)
            {
                int length = ControlHeader.Check(message, 0, message.Length);
                int type = ControlHeader.Type(message, 0);
                Assert.Equal(message.Length, length);
                Assert.InRange(type, 1, 15);
                Assert.Equal(s_lengths[type], length);
                Assert.Equal(message.Length, ControlHeader.Check(message, 0, 12));
            }

            Assert.Equal(messages, Read(stream.Octets, _ => int.MaxValue));
        }
    }

    [Theory]
    [MemberData(nameof(CaptureCatalog.OnDisk), MemberType = typeof(CaptureCatalog))]
    public void Every_stream_gives_the_same_messages_however_it_is_split(string name)
    {
        var random = new Random(1723);
        foreach (TcpStream stream in Streams(Capture.Load(name)))
        {
            IReadOnlyList<byte[]> messages = TcpConversation.Messages(stream);

            Assert.Equal(messages, Read(stream.Octets, _ => 1));
            for (int i = 0; i < 20; i++)
            {
                Assert.Equal(messages, Read(stream.Octets, _ => random.Next(1, 200)));
            }
        }
    }

    [Theory]
    [MemberData(nameof(CaptureCatalog.OnDisk), MemberType = typeof(CaptureCatalog))]
    public void Every_connection_starts_calls_and_clears_in_order(string name)
    {
        var capture = Capture.Load(name);

        foreach (TcpConversation one in capture.Conversations)
        {
            IReadOnlyList<byte[]> client = TcpConversation.Messages(one.FromClient);
            IReadOnlyList<byte[]> hub = TcpConversation.Messages(one.FromHub);
            int[] fromClient = [.. client.Select(message => ControlHeader.Type(message, 0))];
            int[] fromHub = [.. hub.Select(message => ControlHeader.Type(message, 0))];
            CapturedCall? call = capture.Calls.SingleOrDefault(c => c.Conversation == one);

            Assert.Equal(ControlHeader.StartControlConnectionRequest, fromClient[0]);
            Assert.Equal(
                StartControlConnection.ProtocolVersion,
                StartControlConnection.Version(client[0], 0));
            if (call == null)
            {
                // A hub without a free address: not a word, and a reset.
                Assert.Single(fromClient);
                Assert.Empty(fromHub);
                Assert.True(one.FromHub.IsReset);
                continue;
            }

            Assert.Equal(ControlHeader.OutgoingCallRequest, fromClient[1]);
            Assert.Equal(call.ClientCallId, OutgoingCall.CallId(client[1], 0));
            Assert.Equal(ControlHeader.StartControlConnectionReply, fromHub[0]);
            Assert.Equal(
                StartControlConnection.ProtocolVersion,
                StartControlConnection.Version(hub[0], 0));
            Assert.Equal(
                StartControlConnection.ResultOk, StartControlConnection.Result(hub[0], 0));
            Assert.Equal(0, StartControlConnection.Error(hub[0], 0));
            Assert.Equal(ControlHeader.OutgoingCallReply, fromHub[1]);
            Assert.Equal(call.HubCallId, OutgoingCall.CallId(hub[1], 0));
            Assert.Equal(call.ClientCallId, OutgoingCall.PeerCallId(hub[1], 0));
            Assert.Equal(OutgoingCall.ResultConnected, OutgoingCall.Result(hub[1], 0));
            Assert.InRange(OutgoingCall.ReplyWindow(hub[1], 0), 1, 65535);

            // Then echoes, each answered, and at most a Call-Clear-Request.
            byte[][] requests = Of(client, ControlHeader.EchoRequest);
            byte[][] replies = Of(hub, ControlHeader.EchoReply);
            byte[][] clears = Of(client, ControlHeader.CallClearRequest);
            Assert.Equal(
                requests.Select(request => ControlEcho.Identifier(request, 0)),
                replies.Select(reply => ControlEcho.Identifier(reply, 0)));
            Assert.All(replies, reply =>
                Assert.Equal(ControlEcho.ResultOk, ControlEcho.Result(reply, 0)));
            Assert.InRange(clears.Length, 0, 1);
            Assert.All(clears, clear => Assert.Equal(call.ClientCallId, CallEnd.CallId(clear, 0)));
            Assert.Equal(2 + requests.Length + clears.Length, client.Count);
            Assert.Equal(2 + replies.Length, hub.Count);
        }
    }

    [Fact]
    public void The_hub_numbers_its_calls_from_zero()
    {
        Assert.Equal([0, 128], Capture.Load("two-clients").Calls.Select(call => call.HubCallId));
    }

    [Fact]
    public void A_full_hub_resets_three_connections_and_their_client_sends_no_packet()
    {
        var capture = Capture.Load("pool-exhausted");
        TcpConversation[] reset = [.. capture.Conversations.Where(one => one.FromHub.IsReset)];
        var log = new PppdLog(capture.Lines(".second.client.log"));

        Assert.Equal(3, reset.Length);
        Assert.Single(reset.Select(one => one.ClientAddress).Distinct());
        Assert.DoesNotContain(
            capture.GrePackets, packet => packet.Packet.Source == reset[0].ClientAddress);
        Assert.Single(log.Sent);
        Assert.Empty(log.Received);
    }

    private static byte[][] Of(IEnumerable<byte[]> messages, int type)
    {
        return [.. messages.Where(message => ControlHeader.Type(message, 0) == type)];
    }

    private static IEnumerable<TcpStream> Streams(Capture capture)
    {
        Assert.NotEmpty(capture.Conversations);
        return capture.Conversations.SelectMany(
            one => (TcpStream[])[one.FromClient, one.FromHub]);
    }

    /// <summary>Reads a stream with the library, in pieces.</summary>
    private static List<byte[]> Read(byte[] octets, Func<int, int> pieceLength)
    {
        byte[] arena = new byte[ArenaMap.Length];
        var stream = new ControlStream(arena);
        stream.Reset();
        var messages = new List<byte[]>();
        int at = 0;
        while (at < octets.Length)
        {
            int end = at + Math.Min(pieceLength(at), octets.Length - at);
            while (at < end)
            {
                int taken = stream.Input(octets, at, end - at);
                Assert.InRange(taken, 1, end - at);
                Assert.Equal(Reason.None, stream.Broken);
                at += taken;
                if (stream.IsWhole())
                {
                    int length =
                        ControlHeader.Check(arena, ArenaMap.ControlInput, ControlHeader.Length);
                    messages.Add(arena.AsSpan(ArenaMap.ControlInput, length).ToArray());
                    stream.Next();
                }
            }
        }

        // Whatever was taken became a message.
        Assert.Equal(octets.Length, messages.Sum(message => message.Length));
        return messages;
    }
}
