// Value and name of a CHAP Challenge or Response (RFC 1994 s.4.1).

using System;
using System.Collections.Generic;
using nanoPptp.Diagnostics;
using nanoPptp.Tests.Support;
using nanoPptp.Wire;
using Xunit;

namespace nanoPptp.Tests.Wire;

public sealed class ChapPacketTests : CodecLaws
{
    private static readonly byte[] s_value = Octets.FromHex("0c884e678b2a0e30bda259086e9b4ebf");

    internal override IEnumerable<Codec> Codecs =>
    [
        new Codec
        {
            Name = "response",
            Golden = Octets.Join([16], s_value, "User"u8.ToArray()),
            Write = Write,
            Check = ChapPacket.Check,
            CheckGives = 16,
            CheckNeeds = 17,
            Refusal = Reason.BadLength,
        },
        new Codec
        {
            Name = "challenge without a name",
            Golden = [1, 0xEE],
            Check = ChapPacket.Check,
            CheckGives = 1,
            CheckNeeds = 2,
            Refusal = Reason.BadLength,
        },
    ];

    [Fact]
    public void A_value_of_no_octets_is_refused()
    {
        // RFC 1994 s.4.1: the value is one or more octets.
        Assert.Equal(-(int)Reason.BadLength, ChapPacket.Check([0, 1, 2, 3], 0, 4));
    }

    [Fact]
    public void The_longest_value_is_taken_and_one_octet_less_of_it_is_not()
    {
        byte[] b = Octets.Filled(256, 255);

        Assert.Equal(255, ChapPacket.Check(b, 0, 256));
        Assert.Equal(-(int)Reason.BadLength, ChapPacket.Check(b, 0, 255));
    }

    private static int Write(byte[] b, int offset)
    {
        // The value lies in the same array; it is given a place behind the guards.
        byte[] all = Octets.Join(b, s_value);
        int written = ChapPacket.Write(all, offset, b.Length, 16, "User..."u8.ToArray(), 4);
        Assert.Equal(s_value, all[b.Length..]);
        Array.Copy(all, b, b.Length);
        return written;
    }
}
