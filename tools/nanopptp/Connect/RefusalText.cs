// What the hub's application says with the number of a refusal: the return codes of CONNACK
// (MQTT 3.1.1 s.3.2.2.3) and the error codes of CoAP (RFC 7252 s.5.9.2, s.5.9.3).

using System.Globalization;

namespace nanoPptp.Tool.Connect;

/// <summary>Numbers of refusals in words.</summary>
internal static class RefusalText
{
    /// <summary>The number as its protocol writes it, and its meaning where it has one.</summary>
    /// <param name="code">1 to 5 of MQTT, or one of CoAP: its class in the upper three bits.</param>
    public static string Of(int code)
    {
        string number = code < 32
            ? code.ToString(CultureInfo.InvariantCulture)
            : string.Create(CultureInfo.InvariantCulture, $"{code >> 5}.{code & 31:D2}");
        string? words = number switch
        {
            "1" => "the broker does not speak MQTT 3.1.1",
            "2" => "the broker does not like the client identifier, see --client-id",
            "3" => "the broker is not available",
            "4" => "bad user name or password, see --mqtt-user and --mqtt-password-file",
            "5" => "not authorized, see --mqtt-user and --mqtt-password-file",
            "4.00" => "bad request",
            "4.01" => "unauthorized",
            "4.03" => "forbidden",
            "4.04" => "not found, see the path of --coap",
            "4.05" => "method not allowed, see the path of --coap",
            "4.13" => "request entity too large",
            "4.15" => "unsupported content format",
            "5.00" => "internal server error",
            "5.03" => "service unavailable",
            _ => null,
        };
        return words is null ? number : $"{number}: {words}";
    }
}
