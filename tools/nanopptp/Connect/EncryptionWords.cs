// The words for encryption: those of the option, those of the status line, and what is to be said
// before a tunnel has less of it than usual.

using System.Collections.Generic;
using System.Globalization;
using nanoPptp.Client;

namespace nanoPptp.Tool.Connect;

/// <summary>Words for encryption.</summary>
internal static class EncryptionWords
{
    public const string Strong = "strong";
    public const string Weak = "weak";
    public const string Clear = "clear";

    /// <summary>What a tunnel has that nobody configured otherwise.</summary>
    public const string Usual = "MPPE-128 stateless";

    /// <summary>Reads the word of the option.</summary>
    /// <returns>Null when it is none.</returns>
    public static EncryptionPolicy? Parse(string? word)
    {
        return word switch
        {
            Strong => EncryptionPolicy.Strong,
            Weak => EncryptionPolicy.Weak,
            Clear => EncryptionPolicy.Clear,
            _ => null,
        };
    }

    /// <summary>What a tunnel that is up has: "MPPE-128 stateless", "MPPE-40/128 stateful" where
    /// the directions differ (out, in), "not encrypted".</summary>
    public static string Of(PptpClient client)
    {
        if (client.TransmitKeyBits == 0)
        {
            return "not encrypted";
        }

        string mode = client.IsStateful ? "stateful" : "stateless";
        string bits = client.TransmitKeyBits == client.ReceiveKeyBits
            ? client.TransmitKeyBits.ToString(CultureInfo.InvariantCulture)
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{client.TransmitKeyBits}/{client.ReceiveKeyBits}");
        return $"MPPE-{bits} {mode}";
    }

    /// <summary>What has to be said of settings that protect less than the usual ones.</summary>
    public static IEnumerable<string> WarningsOf(PptpSettings settings)
    {
        if (settings.Encryption == EncryptionPolicy.Clear)
        {
            yield return "--encryption clear: everybody on the way can read and change what travels"
                + " in the tunnel.";
        }
        else if (settings.Encryption == EncryptionPolicy.Weak)
        {
            yield return "--encryption weak: keys of 40 and 56 bits are broken in hours, and"
                + " whoever is on the way can bring a tunnel down to them while it is set up.";
        }

        if (settings.AllowChapMd5)
        {
            yield return "--allow-chap-md5: a hash of the password travels readable, and whoever sees"
                + " it can try passwords; the hub proves nothing.";
        }

        if (settings.AllowPap)
        {
            yield return "--allow-pap: the password itself travels readable when the hub, or somebody"
                + " in its place, asks for it.";
        }

        if (settings.AllowStateful)
        {
            yield return "--stateful: one lost packet makes those behind it unreadable until the"
                + " hub has answered a Reset-Request.";
        }
    }
}
