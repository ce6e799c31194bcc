// Listens to one client's authentication. What a client sends to prove itself is looked at for its
// name only: of PAP the password is never touched.

using System;
using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace nanoPptp.Tool.Hub;

/// <summary>How an authentication ended.</summary>
/// <param name="IsAccepted">Whether the hub let the client in.</param>
/// <param name="Method">"MS-CHAPv2", "CHAP-MD5" or "PAP".</param>
/// <param name="User">As the client called itself, fit for a screen.</param>
/// <param name="Error">MS-CHAPv2's number, as in E=691; null when there is none.</param>
internal sealed record AuthenticationOutcome(
    bool IsAccepted, string Method, string User, int? Error);

/// <summary>Follows PAP and CHAP of one call.</summary>
internal sealed class AuthenticationWatch
{
    private const ushort Pap = 0xC023;
    private const ushort Chap = 0xC223;
    private const int PacketHeader = 4;
    private const int MsChapV2ValueLength = 49;
    private const int LongestName = 128;
    private const string ErrorMark = "E=";

    private string _user = "";
    private string _method = "";
    private bool _isDecided;

    /// <summary>A frame came from the client.</summary>
    public void Received(ushort protocol, ReadOnlySpan<byte> packet)
    {
        const byte PapRequest = 1;
        const byte ChapResponse = 2;
        if (!TryReadPacket(packet, out byte code, out ReadOnlySpan<byte> data) || data.IsEmpty)
        {
            return;
        }

        if (protocol == Pap && code == PapRequest && data.Length > data[0])
        {
            _method = "PAP";
            _user = NameOf(data.Slice(1, data[0]));
        }
        else if (protocol == Chap && code == ChapResponse && data.Length > data[0])
        {
            _method = data[0] == MsChapV2ValueLength ? "MS-CHAPv2" : "CHAP-MD5";
            _user = NameOf(data[(1 + data[0])..]);
        }
    }

    /// <summary>A frame goes to the client.</summary>
    /// <returns>The outcome, once; null while there is none.</returns>
    public AuthenticationOutcome? Sent(ushort protocol, ReadOnlySpan<byte> packet)
    {
        if (_method.Length == 0
            || !TryReadPacket(packet, out byte code, out ReadOnlySpan<byte> data))
        {
            return null;
        }

        bool? isAccepted = (protocol, code) switch
        {
            (Pap, 2) or (Chap, 3) => true,
            (Pap, 3) or (Chap, 4) => false,
            _ => null,
        };
        if (isAccepted is null || _isDecided)
        {
            return null;
        }

        // Later challenges of the same link say nothing new, unless one is lost.
        _isDecided = isAccepted.Value;
        int? error = protocol == Chap && !isAccepted.Value ? ReadError(data) : null;
        return new AuthenticationOutcome(isAccepted.Value, _method, _user, error);
    }

    private static bool TryReadPacket(
        ReadOnlySpan<byte> packet, out byte code, out ReadOnlySpan<byte> data)
    {
        code = 0;
        data = default;
        if (packet.Length < PacketHeader)
        {
            return false;
        }

        int length = BinaryPrimitives.ReadUInt16BigEndian(packet[2..]);
        if (length < PacketHeader || length > packet.Length)
        {
            return false;
        }

        code = packet[0];
        data = packet[PacketHeader..length];
        return true;
    }

    private static string NameOf(ReadOnlySpan<byte> octets)
    {
        octets = octets[..int.Min(octets.Length, LongestName)];
        return ScreenText.Escape(Encoding.UTF8.GetString(octets));
    }

    private static int? ReadError(ReadOnlySpan<byte> message)
    {
        string text = Encoding.ASCII.GetString(message);
        if (!text.StartsWith(ErrorMark, StringComparison.Ordinal))
        {
            return null;
        }

        int end = text.IndexOf(' ', StringComparison.Ordinal);
        string digits = text[ErrorMark.Length..(end < 0 ? text.Length : end)];
        return int.TryParse(
            digits, NumberStyles.None, CultureInfo.InvariantCulture, out int error)
            ? error
            : null;
    }
}
