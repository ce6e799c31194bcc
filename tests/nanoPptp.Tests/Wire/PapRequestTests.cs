// PAP's Authenticate-Request (RFC 1334 s.2.2.1).

using System;
using System.Collections.Generic;
using nanoPptp.Tests.Support;
using nanoPptp.Wire;

namespace nanoPptp.Tests.Wire;

public sealed class PapRequestTests : CodecLaws
{
    internal override IEnumerable<Codec> Codecs =>
    [
        new Codec
        {
            Name = "name and password",
            Golden = Octets.Join([4], "User"u8.ToArray(), [10], "clientPass"u8.ToArray()),
            Write = (b, offset) => Write(b, offset, "User"u8, "clientPass"u8),
        },
        new Codec
        {
            Name = "nothing",
            Golden = [0, 0],
            Write = (b, offset) => Write(b, offset, [], []),
        },
        new Codec
        {
            Name = "longest",
            Golden = Octets.Join(
                [128], Octets.Filled(128, 0x75), [128], Octets.Filled(128, 0x70)),
            Write = (b, offset) => Write(
                b, offset, Octets.Filled(128, 0x75), Octets.Filled(128, 0x70)),
        },
    ];

    private static int Write(
        byte[] b, int offset, ReadOnlySpan<byte> name, ReadOnlySpan<byte> password)
    {
        // The password lies in the same array; it is given a place behind the guards.
        byte[] all = Octets.Join(b, password.ToArray());
        int written = PapRequest.Write(
            all,
            offset,
            Octets.Join(name.ToArray(), [0xEE]),
            name.Length,
            b.Length,
            password.Length);
        Array.Copy(all, b, b.Length);
        return written;
    }
}
