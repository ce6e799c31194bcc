// What the tests of control messages share: every one has the gate of ControlHeader.

using System;
using nanoPptp.Diagnostics;
using nanoPptp.Tests.Support;
using nanoPptp.Wire;

namespace nanoPptp.Tests.Wire;

internal static class ControlMessages
{
    /// <summary>Describes a control message.</summary>
    internal static Codec Describe(
        string name,
        string hex,
        Func<byte[], int, int>? write,
        Field[] fields,
        params Bits[] tolerated)
    {
        byte[] golden = Octets.FromHex(hex);
        return new Codec
        {
            Name = name,
            Golden = golden,
            Write = write,
            Check = ControlHeader.Check,
            CheckGives = golden.Length,
            CheckNeeds = ControlHeader.Length,
            Refusal = Reason.NeedMore,
            Fields = fields,
            Tolerated = [new Bits(10, 0xFF), new Bits(11, 0xFF), .. tolerated],
        };
    }
}
