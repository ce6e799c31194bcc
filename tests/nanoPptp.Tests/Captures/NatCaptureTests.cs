// One set of sessions from both sides of a router that translates addresses and, knowing PPTP, the
// call IDs of clients. What the router must not touch is the same on both sides.

using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;
using nanoPptp.Wire;
using Xunit;

namespace nanoPptp.Tests.Captures;

public class NatCaptureTests
{
    private static readonly Capture s_inside = Capture.Load("nat-inside");
    private static readonly Capture s_outside = Capture.Load("nat-outside");

    [Fact]
    public void Both_sides_show_the_same_three_calls_under_other_numbers()
    {
        Assert.Equal(3, s_inside.Calls.Count);
        Assert.Equal(3, s_outside.Calls.Count);
        Assert.Equal(2, Addresses(s_inside).Count());
        Assert.Single(Addresses(s_outside));
        foreach ((CapturedCall inside, CapturedCall outside) in Pairs())
        {
            Assert.Equal(inside.HubCallId, outside.HubCallId);
            Assert.NotEqual(inside.ClientCallId, outside.ClientCallId);
        }
    }

    [Fact]
    public void Only_the_call_id_towards_the_client_is_rewritten_in_gre()
    {
        foreach ((CapturedCall inside, CapturedCall outside) in Pairs())
        {
            Assert.Equal(inside.Packets.Count, outside.Packets.Count);
            foreach ((GrePacket a, GrePacket b) in inside.Packets.Zip(outside.Packets))
            {
                byte[] expected = a.Packet.Payload.ToArray();
                if (a.IsFromHub)
                {
                    BinaryPrimitives.WriteUInt16BigEndian(
                        expected.AsSpan(6), (ushort)outside.ClientCallId);
                }

                Assert.Equal(expected, b.Packet.Payload.ToArray());
            }
        }
    }

    [Fact]
    public void Only_the_clients_call_id_is_rewritten_in_messages()
    {
        foreach ((CapturedCall inside, CapturedCall outside) in Pairs())
        {
            Compare(
                TcpConversation.Messages(inside.Conversation.FromClient),
                TcpConversation.Messages(outside.Conversation.FromClient),
                outside.ClientCallId);
            Compare(
                TcpConversation.Messages(inside.Conversation.FromHub),
                TcpConversation.Messages(outside.Conversation.FromHub),
                outside.ClientCallId);
        }
    }

    private static void Compare(
        IReadOnlyList<byte[]> inside, IReadOnlyList<byte[]> outside, int clientCallId)
    {
        Assert.Equal(inside.Count, outside.Count);
        foreach ((byte[] a, byte[] b) in inside.Zip(outside))
        {
            byte[] expected = [.. a];
            int at = ControlHeader.Type(a, 0) switch
            {
                ControlHeader.OutgoingCallRequest or ControlHeader.CallClearRequest => 12,
                ControlHeader.OutgoingCallReply => 14,
                _ => -1,
            };
            if (at >= 0)
            {
                BinaryPrimitives.WriteUInt16BigEndian(expected.AsSpan(at), (ushort)clientCallId);
            }

            Assert.Equal(expected, b);
        }
    }

    private static IEnumerable<(CapturedCall Inside, CapturedCall Outside)> Pairs()
    {
        return s_inside.Calls.Zip(s_outside.Calls);
    }

    private static IEnumerable<uint> Addresses(Capture capture)
    {
        return capture.Calls.Select(call => call.Conversation.ClientAddress).Distinct();
    }
}
