// What a hub tells of itself, overheard: its Start-Control-Connection-Reply (RFC 2637 s.2.2), the
// authentication that its LCP requests ask for (RFC 1661 s.6.2), the encryption that its CCP
// requests ask for (RFC 3078 s.2). The library decides by the same octets; this is for telling
// people.

using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Text;
using nanoPptp.Tool.Hub;

namespace nanoPptp.Tool.Netcheck;

/// <summary>The words of one hub.</summary>
internal sealed class HubProfile
{
    private const int ReplyLength = 156;
    private const int VersionOffset = 12;
    private const int FirmwareOffset = 26;
    private const int HostNameOffset = 28;
    private const int VendorOffset = 92;
    private const int NameLength = 64;

    private const ushort Lcp = 0xC021;
    private const ushort Ccp = 0x80FD;
    private const byte ConfigureRequest = 1;
    private const byte AuthenticationOption = 3;
    private const byte MppeOption = 18;
    private const int PacketHeaderLength = 4;

    private static readonly (uint Bit, string Name)[] s_encryptions =
    [
        (0x40, "MPPE-128"), (0x80, "MPPE-56"), (0x20, "MPPE-40"), (0x01, "MPPC compression"),
    ];

    private readonly byte[] _reply = new byte[ReplyLength];
    private readonly List<string> _methods = [];
    private int _replyLength;

    /// <summary>Whether it introduced itself.</summary>
    public bool IsIntroduced => _replyLength == ReplyLength;

    /// <summary>Its version of PPTP, such as "1.0".</summary>
    public string Version => $"{_reply[VersionOffset]}.{_reply[VersionOffset + 1]}";

    /// <summary>Its firmware's revision.</summary>
    public int Firmware => BinaryPrimitives.ReadUInt16BigEndian(_reply.AsSpan(FirmwareOffset));

    /// <summary>Its host name, fit for a screen.</summary>
    public string HostName => NameAt(HostNameOffset);

    /// <summary>Its vendor, fit for a screen.</summary>
    public string Vendor => NameAt(VendorOffset);

    /// <summary>The authentications that it asked for, in the order in which it did.</summary>
    public IReadOnlyList<string> Methods => _methods;

    /// <summary>Whether it ever said what it wants in LCP.</summary>
    public bool HasAsked { get; private set; }

    /// <summary>The encryption that it asked for; empty when it asked for none.</summary>
    public string Encryption { get; private set; } = "";

    /// <summary>Octets came from its TCP port.</summary>
    public void HearControl(ReadOnlySpan<byte> octets)
    {
        // The reply comes first.
        octets = octets[..int.Min(octets.Length, ReplyLength - _replyLength)];
        octets.CopyTo(_reply.AsSpan(_replyLength));
        _replyLength += octets.Length;
    }

    /// <summary>A GRE packet came.</summary>
    public void HearGre(ReadOnlySpan<byte> gre)
    {
        if (!GreFrame.TryRead(gre, out GreFrame frame)
            || frame.Protocol is not (Lcp or Ccp)
            || frame.Information.Length < PacketHeaderLength
            || frame.Information[0] != ConfigureRequest)
        {
            return;
        }

        ReadOnlySpan<byte> packet = frame.Information;
        int length = int.Min(BinaryPrimitives.ReadUInt16BigEndian(packet[2..]), packet.Length);
        HasAsked |= frame.Protocol == Lcp;
        int at = PacketHeaderLength;
        while (at + 2 <= length && packet[at + 1] >= 2 && at + packet[at + 1] <= length)
        {
            ReadOnlySpan<byte> option = packet.Slice(at, packet[at + 1]);
            at += option.Length;
            if (frame.Protocol == Lcp && option[0] == AuthenticationOption && option.Length >= 4)
            {
                HearMethod(option[2..]);
            }
            else if (frame.Protocol == Ccp && option[0] == MppeOption && option.Length == 6)
            {
                HearEncryption(BinaryPrimitives.ReadUInt32BigEndian(option[2..]));
            }
        }
    }

    private void HearMethod(ReadOnlySpan<byte> value)
    {
        int algorithm = value.Length > 2 ? value[2] : 0;
        string method = RfcWords.Method(
            (BinaryPrimitives.ReadUInt16BigEndian(value) << 8) | algorithm);
        if (!_methods.Contains(method))
        {
            _methods.Add(method);
        }
    }

    private void HearEncryption(uint bits)
    {
        const uint Stateless = 0x0100_0000;
        List<string> names = [];
        foreach ((uint bit, string name) in s_encryptions)
        {
            if ((bits & bit) != 0)
            {
                names.Add(name);
            }
        }

        if (names.Count > 0)
        {
            Encryption = string.Join(" or ", names)
                + ((bits & Stateless) != 0 ? ", stateless" : ", stateful");
        }
    }

    private string NameAt(int offset)
    {
        ReadOnlySpan<byte> octets = _reply.AsSpan(offset, NameLength);
        int end = octets.IndexOf((byte)0);
        return ScreenText.Escape(Encoding.UTF8.GetString(end < 0 ? octets : octets[..end]).Trim());
    }
}
