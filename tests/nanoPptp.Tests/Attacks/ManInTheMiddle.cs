// Somebody on the path between client and hub who reads every GRE packet and may put another in its
// place. What is encrypted stays closed to him.

using System;
using System.Linq;
using nanoPptp.Tests.Client;
using nanoPptp.Tests.Support;

namespace nanoPptp.Tests.Attacks;

internal static class ManInTheMiddle
{
    private const int SequenceAt = 8;

    /// <summary>Changes the packets of one protocol that pass in clear.</summary>
    /// <param name="gre">The GRE packet.</param>
    /// <param name="protocol">The PPP protocol.</param>
    /// <param name="change">What becomes of a packet; null: it is lost.</param>
    /// <returns>The GRE packet that goes on, or null.</returns>
    internal static byte[]? Rewrite(byte[] gre, int protocol, Func<Packet, Packet?> change)
    {
        int header = HeaderLength(gre);
        if (ProtocolOf(gre) != protocol)
        {
            return gre;
        }

        Packet? changed = change(Packet.Parse(gre.AsSpan(header + 4)));
        if (changed == null)
        {
            return null;
        }

        byte[] frame = ScriptedHub.Frame(protocol, changed.Octets);
        byte[] rewritten = Octets.Join(gre[..header], frame);
        Octets.Number((uint)frame.Length, 2).CopyTo(rewritten, 4);
        return rewritten;
    }

    /// <summary>Puts an option in the place of another in a Configure packet.</summary>
    /// <param name="packet">The packet.</param>
    /// <param name="type">The type of the option that goes.</param>
    /// <param name="option">The option that comes; null: none.</param>
    /// <returns>The changed packet.</returns>
    internal static Packet Replace(Packet packet, int type, byte[]? option) => packet with
    {
        Data = packet.Code is < 1 or > 4
            ? packet.Data
            : Octets.Join([.. packet.Options
                .Select(o => o[0] == type ? option : o)
                .OfType<byte[]>()]),
    };

    /// <summary>Which PPP protocol a GRE packet carries; -1 for none. Both ends write it in one
    /// octet or two, behind FF 03 or not.</summary>
    internal static int ProtocolOf(ReadOnlySpan<byte> gre)
    {
        if ((gre[0] & 0x10) == 0)
        {
            return -1;
        }

        ReadOnlySpan<byte> frame = gre[HeaderLength(gre)..];
        frame = frame[0] == 0xFF && frame[1] == 0x03 ? frame[2..] : frame;
        return (frame[0] & 1) != 0 ? frame[0] : (int)Octets.Number(frame[..2]);
    }

    internal static int HeaderLength(ReadOnlySpan<byte> gre) =>
        SequenceAt + ((gre[0] & 0x10) != 0 ? 4 : 0) + ((gre[1] & 0x80) != 0 ? 4 : 0);
}
