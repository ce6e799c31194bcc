// Octets of the TCP connection: reassembly from any split, and the output queue (RFC 2637 s.1.4).

using System;
using System.Collections.Generic;
using nanoPptp.Control;
using nanoPptp.Diagnostics;
using nanoPptp.Memory;
using nanoPptp.Tests.Support;
using Xunit;

namespace nanoPptp.Tests.Control;

public sealed class ControlStreamTests
{
    private readonly byte[] _arena = Octets.Filled(ArenaMap.Length, 0xA5);
    private readonly ControlStream _stream;

    public ControlStreamTests()
    {
        _stream = new ControlStream(_arena);
        _stream.Reset();
    }

    private static byte[][] Conversation =>
    [
        ControlOctets.StartReply(),
        ControlOctets.EchoRequest(7),
        ControlOctets.OutgoingCallReply(1, 2),
        ControlOctets.IncomingCallRequest(3),
        ControlOctets.Message(77, new byte[5]),
        ControlOctets.Message(0, []),
        ControlOctets.CallDisconnectNotify(4),
        ControlOctets.StopReply(),
    ];

    [Fact]
    public void C03_A_message_is_whole_at_its_last_octet_and_never_before()
    {
        foreach (byte[] message in Conversation)
        {
            for (int i = 0; i < message.Length; i++)
            {
                Assert.False(_stream.IsWhole());
                Assert.Equal(1, _stream.Input(message, i, 1));
            }

            Assert.True(_stream.IsWhole());
            Assert.Equal(message, Received(message.Length));
            _stream.Next();
        }
    }

    [Fact]
    public void C03_A_conversation_in_one_read_is_the_same_as_in_any_two()
    {
        byte[] octets = Octets.Join(Conversation);
        for (int split = 0; split <= octets.Length; split++)
        {
            var messages = new List<byte[]>();
            Feed(octets[..split], messages);
            Feed(octets[split..], messages);
            Assert.Equal(Conversation, messages);
        }
    }

    [Fact]
    public void C03_A_conversation_in_random_pieces_is_the_same()
    {
        var random = new Random(1723);
        byte[] octets = Octets.Join(Conversation);
        for (int run = 0; run < 500; run++)
        {
            var messages = new List<byte[]>();
            for (int at = 0; at < octets.Length;)
            {
                int length = Math.Min(octets.Length - at, random.Next(1, 40));
                Feed(octets[at..(at + length)], messages);
                at += length;
            }

            Assert.Equal(Conversation, messages);
        }
    }

    [Fact]
    public void C02_A_bad_cookie_breaks_the_stream_and_it_is_never_scanned_again()
    {
        byte[] bad = ControlOctets.EchoRequest(1);
        bad[5] ^= 1;
        byte[] octets = Octets.Join(bad, ControlOctets.EchoRequest(2));
        Assert.Equal(octets.Length, _stream.Input(octets, 0, octets.Length));
        Assert.Equal(Reason.BadMagicCookie, _stream.Broken);
        Assert.False(_stream.IsWhole());
    }

    [Theory]
    [InlineData(5, 15)]
    [InlineData(5, 17)]
    [InlineData(2, 155)]
    [InlineData(2, 0)]
    [InlineData(2, 11)]
    [InlineData(2, 65535)]
    [InlineData(200, 221)]
    public void C02_A_wrong_length_breaks_the_stream_at_the_twelfth_octet(int type, int length)
    {
        byte[] message = ControlOctets.Message(type, new byte[300]);
        Octets.Number((uint)length, 2).CopyTo(message, 0);
        _stream.Input(message, 0, 11);
        Assert.Equal(Reason.None, _stream.Broken);
        _stream.Input(message, 11, 1);
        Assert.Equal(Reason.BadControlLength, _stream.Broken);
        Assert.False(_stream.IsWhole());
    }

    [Fact]
    public void Nothing_is_written_outside_the_slice_of_control_input()
    {
        var messages = new List<byte[]>();
        Feed(Octets.Join(Conversation), messages);
        for (int i = 0; i < _arena.Length; i++)
        {
            if (i < ArenaMap.ControlInput || i >= ArenaMap.Acknowledgment)
            {
                Assert.Equal(0xA5, _arena[i]);
            }
        }
    }

    [Fact]
    public void C03_Output_waits_until_the_socket_has_taken_it()
    {
        byte[] sent = Octets.Join(Queue(5), Queue(12), Queue(6));
        Assert.Equal(sent.Length, _stream.OutputLength);
        for (int at = 0; at < sent.Length;)
        {
            int count = Math.Min(sent.Length - at, at % 4);
            Assert.Equal(
                sent[at..], _arena.AsSpan(ArenaMap.ControlOutput, _stream.OutputLength).ToArray());
            _stream.Sent(count == 0 ? 1 : count);
            at += count == 0 ? 1 : count;
        }

        Assert.Equal(0, _stream.OutputLength);
    }

    [Fact]
    public void A_message_that_does_not_fit_is_refused_whole()
    {
        Assert.True(_stream.Begin(7) >= 0);
        Assert.True(_stream.Begin(7) >= 0);
        Assert.Equal(336, _stream.OutputLength);
        Assert.Equal(-1, _stream.Begin(1));
        Assert.Equal(336, _stream.OutputLength);
        Assert.True(_stream.Begin(5) >= 0);
        Assert.Equal(352, _stream.OutputLength);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(17)]
    public void To_have_sent_more_than_there_was_breaks_an_invariant(int count)
    {
        Queue(5);
        Assert.Throws<InvalidOperationException>(() => _stream.Sent(count));
    }

    private byte[] Queue(int type)
    {
        int length = nanoPptp.Wire.ControlHeader.LengthOf(type);
        int at = _stream.Begin(type);
        byte[] message = Octets.Filled(length, (byte)(0xC0 | type));
        for (int i = 0; i < length; i++)
        {
            message[i] += (byte)i;
        }

        message.CopyTo(_arena, at);
        return message;
    }

    private void Feed(byte[] octets, List<byte[]> messages)
    {
        for (int at = 0; at < octets.Length;)
        {
            int taken = _stream.Input(octets, at, octets.Length - at);
            Assert.Equal(Reason.None, _stream.Broken);
            Assert.InRange(taken, 1, octets.Length - at);
            at += taken;
            if (_stream.IsWhole())
            {
                int length = ControlOctets.U16(_arena.AsSpan(ArenaMap.ControlInput), 0);
                messages.Add(Received(length));
                _stream.Next();
            }
        }
    }

    private byte[] Received(int length) =>
        _arena.AsSpan(ArenaMap.ControlInput, length).ToArray();
}
