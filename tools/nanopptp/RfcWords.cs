// Result, error and reason codes in the words of their RFCs.

using System;
using System.Text;
using System.Text.RegularExpressions;

namespace nanoPptp.Tool;

/// <summary>The numbers of RFC 2637 and RFC 2759 in words.</summary>
internal static partial class RfcWords
{
    /// <summary>PAP, as <see cref="Method"/> takes it (RFC 1334).</summary>
    public const int Pap = 0xC02300;

    /// <summary>CHAP with MD5 (RFC 1994).</summary>
    public const int ChapMd5 = (Chap << 8) | 0x05;

    private const int Chap = 0xC223;
    private const int MsChapV1 = (Chap << 8) | 0x80;
    private const int MsChapV2 = (Chap << 8) | 0x81;
    private const int Eap = 0xC22700;

    private static readonly string[] s_startResults =
    [
        "result 0",
        "successful",
        "general error",
        "command channel already exists",
        "requester is not authorized to establish a command channel",
        "the protocol version of the requester is not supported",
    ];

    private static readonly string[] s_callResults =
    [
        "result 0",
        "connected",
        "general error",
        "no carrier",
        "busy",
        "no dial tone",
        "time-out",
        "do not accept (administratively prohibited)",
    ];

    private static readonly string[] s_generalErrors =
    [
        "none",
        "not connected (no control connection exists yet for this pair)",
        "bad format (length or magic cookie)",
        "bad value (a reserved field or a value out of range)",
        "no resource (insufficient resources to handle the command now)",
        "bad call ID",
        "PAC error (a generic vendor-specific error occurred)",
    ];

    private static readonly string[] s_stopReasons =
    [
        "reason 0",
        "none (general request to clear the control connection)",
        "stop protocol (cannot support the peer's version of the protocol)",
        "stop local shutdown (the requester is being shut down)",
    ];

    private static readonly string[] s_disconnectResults =
    [
        "result 0",
        "lost carrier",
        "general error",
        "admin shutdown (administrative reasons)",
        "request (a Call-Clear-Request was received)",
    ];

    /// <summary>Start-Control-Connection-Reply's result code (RFC 2637 s.2.2).</summary>
    public static string StartResult(int code)
    {
        return Word(s_startResults, code, "result");
    }

    /// <summary>Outgoing-Call-Reply's result code (RFC 2637 s.2.8).</summary>
    public static string CallResult(int code)
    {
        return Word(s_callResults, code, "result");
    }

    /// <summary>General error code (RFC 2637 s.2.16).</summary>
    public static string GeneralError(int code)
    {
        return Word(s_generalErrors, code, "error");
    }

    /// <summary>Stop-Control-Connection-Request's reason (RFC 2637 s.2.3).</summary>
    public static string StopReason(int code)
    {
        return Word(s_stopReasons, code, "reason");
    }

    /// <summary>Call-Disconnect-Notify's result code (RFC 2637 s.2.13).</summary>
    public static string DisconnectResult(int code)
    {
        return Word(s_disconnectResults, code, "result");
    }

    /// <summary>The name of a method of authentication.</summary>
    /// <param name="method">Its PPP protocol times 256 plus its algorithm.</param>
    public static string Method(int method)
    {
        return method switch
        {
            Pap => "PAP",
            ChapMd5 => "CHAP-MD5",
            MsChapV1 => "MS-CHAPv1",
            MsChapV2 => "MS-CHAPv2",
            Eap => "EAP",
            _ => (method >> 8) == Chap
                ? $"CHAP with algorithm {method & 0xFF}"
                : $"authentication protocol {method >> 8:X4}",
        };
    }

    /// <summary>
    /// Makes what a hub said fit for a screen: the challenge (C=) left out, control and format
    /// characters escaped.
    /// </summary>
    /// <param name="octets">The text of a CHAP Failure.</param>
    public static string Printable(ReadOnlySpan<byte> octets)
    {
        string text = Challenge().Replace(Encoding.UTF8.GetString(octets), "");
        return ScreenText.Escape(text.Trim());
    }

    [GeneratedRegex(@"(?<=^|\s)C=[0-9A-Fa-f]*\s?")]
    private static partial Regex Challenge();

    private static string Word(string[] words, int code, string what)
    {
        return code > 0 && code < words.Length ? words[code] : $"{what} {code}";
    }
}
