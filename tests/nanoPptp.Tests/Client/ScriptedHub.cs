// A hub played by hand: it answers as a common server does, and a test changes single answers. Its
// octets and its cryptography are its own; it has no clock and repeats nothing.

using System;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using nanoPptp.Tests.Auth;
using nanoPptp.Tests.Support;

namespace nanoPptp.Tests.Client;

internal sealed class ScriptedHub
{
    internal const int Lcp = 0xC021;
    internal const int Pap = 0xC023;
    internal const int Chap = 0xC223;
    internal const int Ccp = 0x80FD;
    internal const int Ipcp = 0x8021;
    internal const int Mppe = 0x00FD;
    internal const int Ipv4 = 0x0021;

    internal const uint Magic = 0xCAFEBABE;
    internal const uint Mppe128Stateless = 0x01000040;

    private static readonly string[] s_codes =
    [
        "0", "Configure-Request", "Configure-Ack", "Configure-Nak", "Configure-Reject",
        "Terminate-Request", "Terminate-Ack", "Code-Reject", "Protocol-Reject", "Echo-Request",
        "Echo-Reply", "Discard-Request", "Identification", "Time-Remaining", "Reset-Request",
        "Reset-Ack",
    ];

    private static readonly string[] s_chapCodes =
        ["0", "Challenge", "Response", "Success", "Failure"];

    private static readonly string[] s_papCodes =
        ["0", "Authenticate-Request", "Authenticate-Ack", "Authenticate-Nak"];

    private readonly Dictionary<int, Negotiation> _negotiations = [];
    private readonly byte[] _challenge = Octets.FromHex("5b5d7c7d7b3f2f3e3c2c602132262628");
    private readonly List<byte> _stream = [];
    private readonly Dictionary<string, byte[]> _last = [];
    private (byte[] Transmit, byte[] Receive)? _startKeys;
    private uint? _clientSequence;
    private bool _mustAcknowledge;
    private int _identifier;

    internal ScriptedHub()
    {
        foreach (int protocol in new[] { Lcp, Ccp, Ipcp })
        {
            _negotiations[protocol] = new Negotiation();
        }

        AnswerControl();
        AnswerLcp();
        AnswerChap();
        AnswerCcp();
        AnswerIpcp();
    }

    internal string Password { get; set; } = "correct horse";

    internal uint ClientAddress { get; set; } = 0xC0A800E9;

    internal uint Address { get; set; } = 0xC0A80001;

    internal int CallId { get; set; } = 0x1234;

    internal int ClientCallId { get; set; }

    internal uint NextSequence { get; set; }

    internal byte[][] LcpOptions { get; set; } =
    [
        Option.Mru(1450), Option.Accm(0), Option.MsChapV2, Option.Magic(Magic), Option.Pfc,
        Option.Acfc,
    ];

    /// <summary>What to do when a message comes, by its name in <see cref="Log"/>. The message is
    /// that of the control connection, or the packet of PPP.</summary>
    internal Dictionary<string, Action<byte[]>> On { get; } = [];

    /// <summary>Names of everything the client sent, in order.</summary>
    internal List<string> Log { get; } = [];

    internal Queue<byte[]> ControlOut { get; } = new();

    internal Queue<byte[]> GreOut { get; } = new();

    /// <summary>IP packets that came through the tunnel, decrypted.</summary>
    internal List<byte[]> Received { get; } = [];

    /// <summary>Whether the path to the hub may lose packets; else every number has to come.
    /// </summary>
    internal bool ToleratesLoss { get; set; }

    /// <summary>Whether somebody else sends in the hub's name, so that numbers are acknowledged
    /// which it never sent.</summary>
    internal bool IsForgedFor { get; set; }

    /// <summary>Whether the hub has closed the TCP connection.</summary>
    internal bool HasClosed { get; set; }

    internal PeerMppe? Transmit { get; private set; }

    internal PeerMppe? Receive { get; private set; }

    internal string? UserName { get; private set; }

    /// <summary>The acknowledgment numbers that the client sent.</summary>
    internal List<uint> Acknowledged { get; } = [];

    /// <summary>What nobody but the two ends may know, by name: of the last authentication.
    /// </summary>
    internal Dictionary<string, byte[]> Secrets { get; } = [];

    /// <summary>The last message of a name.</summary>
    internal byte[] LastMessage(string name) => _last[name];

    /// <summary>Sets the keys, as when they were not those of the last authentication.</summary>
    internal void KeepKeys(PeerMppe transmit, PeerMppe receive)
    {
        Transmit = transmit;
        Receive = receive;
    }

    /// <summary>Key length and mode of what the hub sends.</summary>
    internal (int Bits, PeerMode Mode) TransmitsBy { get; set; } = (128, PeerMode.Stateless);

    /// <summary>Key length and mode of what the hub receives.</summary>
    internal (int Bits, PeerMode Mode) ReceivesBy { get; set; } = (128, PeerMode.Stateless);

    /// <summary>Whether packets travel as they are.</summary>
    internal bool IsClear { get; set; }

    /// <summary>The transmit key as it was after authentication.</summary>
    internal PeerMppe FreshTransmit() =>
        new(_startKeys!.Value.Transmit, TransmitsBy.Bits, TransmitsBy.Mode);

    /// <summary>The receive key as it was after authentication.</summary>
    internal PeerMppe FreshReceive() =>
        new(_startKeys!.Value.Receive, ReceivesBy.Bits, ReceivesBy.Mode);

    // ---- What the client sends -----------------------------------------------------------------

    internal void ControlReceived(ReadOnlySpan<byte> octets)
    {
        _stream.AddRange(octets);
        while (_stream.Count >= 12)
        {
            byte[] all = _stream.ToArray();
            int length = ControlOctets.U16(all, 0);
            if (Octets.ToHex(all.AsSpan(2, 6)) != "00011a2b3c4d")
            {
                throw new FormatException(Octets.ToHex(all));
            }

            if (all.Length < length)
            {
                return;
            }

            _stream.RemoveRange(0, length);
            byte[] message = all[..length];
            Happens(ControlOctets.NameOf(message), message);
        }
    }

    internal void GreReceived(ReadOnlySpan<byte> packet)
    {
        int flags = (int)Octets.Number(packet[..2]);
        bool hasSequence = flags is 0x3001 or 0x3081;
        bool hasAcknowledgment = flags is 0x2081 or 0x3081;
        Require(hasSequence || hasAcknowledgment, "flags", packet);
        Require(ControlOctets.U16(packet, 2) == 0x880B, "protocol type", packet);
        Require(ControlOctets.U16(packet, 6) == CallId, "call ID", packet);
        int at = 8;
        if (hasSequence)
        {
            uint sequence = Octets.Number(packet.Slice(at, 4));
            uint expected = _clientSequence + 1 ?? 0;
            Require(
                ToleratesLoss ? unchecked((int)(sequence - expected)) >= 0 : sequence == expected,
                "sequence",
                packet);
            _clientSequence = sequence;
            _mustAcknowledge = true;
            at += 4;
        }

        if (hasAcknowledgment)
        {
            uint number = Octets.Number(packet.Slice(at, 4));
            Require(
                IsForgedFor || unchecked((int)(number - NextSequence)) < 0,
                "acknowledgment",
                packet);
            Acknowledged.Add(number);
            at += 4;
        }

        Require(ControlOctets.U16(packet, 4) == packet.Length - at, "payload length", packet);
        if (hasSequence)
        {
            FrameReceived(packet[at..]);
        }
    }

    // ---- What the hub sends --------------------------------------------------------------------

    internal void SendControl(byte[] message) => ControlOut.Enqueue(message);

    internal void SendPpp(int protocol, Packet packet) => SendFrame(Frame(protocol, packet.Octets));

    internal void SendFrame(byte[] frame) => GreOut.Enqueue(Gre(frame));

    /// <summary>Encrypts an IP packet, unless the link is clear, and sends it.</summary>
    internal void SendIp(byte[] packet) => GreOut.Enqueue(Gre(
        IsClear ? Frame(Ipv4, packet) : EncryptedFrame(packet)));

    internal byte[] EncryptedFrame(byte[] packet) => Octets.Join(
        Octets.FromHex("ff03 00fd"),
        Transmit!.Encrypt(Octets.Join(Octets.FromHex("0021"), packet)));

    internal static byte[] Frame(int protocol, byte[] information) =>
        Octets.Join(Octets.FromHex("ff03"), Octets.Number((uint)protocol, 2), information);

    /// <summary>A GRE packet with the next number, and an acknowledgment if one is due.</summary>
    internal byte[] Gre(byte[] frame)
    {
        byte[] packet = Octets.Join(
            Octets.FromHex(_mustAcknowledge ? "3081880b" : "3001880b"),
            Octets.Number((uint)frame.Length, 2),
            Octets.Number((uint)ClientCallId, 2),
            Octets.Number(NextSequence, 4),
            _mustAcknowledge ? Octets.Number(_clientSequence!.Value, 4) : [],
            frame);
        NextSequence = unchecked(NextSequence + 1);
        _mustAcknowledge = false;
        return packet;
    }

    /// <summary>Begins a negotiation from the hub's side.</summary>
    internal void Request(int protocol, params byte[][] options)
    {
        Negotiation negotiation = _negotiations[protocol];
        negotiation.IsAcknowledged = false;
        negotiation.Identifier = NextIdentifier();
        negotiation.Options = options;
        SendPpp(protocol, Packet.ConfigureRequest(negotiation.Identifier, options));
    }

    internal void Challenge() => Challenge(NextIdentifier());

    internal void Challenge(int identifier) => SendPpp(
        Chap,
        new Packet(
            1, identifier, Octets.Join([16], _challenge, Encoding.ASCII.GetBytes("hub"))));

    /// <summary>What CHAP-MD5 answers the hub's challenge with (RFC 1994 s.4.1).</summary>
    internal byte[] Md5Response(int identifier)
    {
#pragma warning disable CA5351 // The RFC asks for MD5.
        return MD5.HashData(
            [(byte)identifier, .. Encoding.UTF8.GetBytes(Password), .. _challenge]);
#pragma warning restore CA5351
    }

    internal int NextIdentifier() => ++_identifier & 0xFF;

    /// <summary>Forgets one negotiation, as after a renegotiation of the layer below.</summary>
    internal void Forget(int protocol) => _negotiations[protocol] = new Negotiation();

    private void Settle(int protocol)
    {
        Negotiation negotiation = _negotiations[protocol];
        if (negotiation.IsAcknowledged && negotiation.HasAcknowledged)
        {
            Happens(NameOf(protocol) + " Opened", []);
        }
    }

    // ---- Its habits ----------------------------------------------------------------------------

    private void AnswerControl()
    {
        On["Start-Control-Connection-Request"] = _ => SendControl(ControlOctets.StartReply());
        On["Outgoing-Call-Request"] = message =>
        {
            ClientCallId = ControlOctets.U16(message, 12);
            SendControl(ControlOctets.OutgoingCallReply(CallId, ClientCallId));
            Request(Lcp, LcpOptions);
        };
        On["Echo-Request"] = message =>
            SendControl(ControlOctets.EchoReply(Octets.Number(message.AsSpan(12, 4))));
        On["Call-Clear-Request"] = _ => SendControl(ControlOctets.CallDisconnectNotify(CallId));
        On["Stop-Control-Connection-Request"] = _ => SendControl(ControlOctets.StopReply());
    }

    private void AnswerLcp()
    {
        On["LCP Configure-Request"] = packet => Acknowledge(Lcp, packet);
        On["LCP Configure-Ack"] = packet => TakeAcknowledgment(Lcp, packet);
        On["LCP Opened"] = _ => Challenge();
        On["LCP Echo-Request"] = packet => SendPpp(
            Lcp, Packet.EchoReply(packet[1], Magic));
        On["LCP Terminate-Request"] = packet => SendPpp(Lcp, Packet.TerminateAck(packet[1]));
    }

    private void AnswerChap()
    {
        On["CHAP Response"] = octets =>
        {
            string? proof = Proof(octets);
            if (proof == null)
            {
                SendPpp(Chap, new Packet(
                    4, octets[1], Encoding.ASCII.GetBytes("E=691 R=0 V=3 M=Access denied")));
                return;
            }

            SendPpp(Chap, new Packet(
                3, octets[1], Encoding.ASCII.GetBytes(proof + " M=Access granted")));
            Happens("CHAP Opened", []);
        };
        On["CHAP Opened"] = _ => Request(Ccp, Option.Mppe(Mppe128Stateless));
    }

    private void AnswerCcp()
    {
        On["CCP Configure-Request"] = packet => Acknowledge(Ccp, packet);
        On["CCP Configure-Ack"] = packet => TakeAcknowledgment(Ccp, packet);
        On["CCP Reset-Request"] = packet =>
        {
            Transmit!.MustFlush = true;
            SendPpp(Ccp, new Packet(15, packet[1], []));
        };
        On["CCP Opened"] = _ => Request(Ipcp, Option.Address(Address));
    }

    private void AnswerIpcp()
    {
        On["IPCP Configure-Request"] = octets =>
        {
            Packet request = Packet.Parse(octets);
            if (Octets.Number(request.OptionData(3)) == ClientAddress)
            {
                Acknowledge(Ipcp, octets);
                return;
            }

            SendPpp(Ipcp, Packet.ConfigureNak(request.Identifier, Option.Address(ClientAddress)));
        };
        On["IPCP Configure-Ack"] = packet => TakeAcknowledgment(Ipcp, packet);
    }

    private void Acknowledge(int protocol, byte[] octets)
    {
        Packet request = Packet.Parse(octets);
        SendPpp(protocol, request with { Code = 2 });
        _negotiations[protocol].HasAcknowledged = true;
        Settle(protocol);
    }

    private void TakeAcknowledgment(int protocol, byte[] octets)
    {
        Packet packet = Packet.Parse(octets);
        Negotiation negotiation = _negotiations[protocol];
        if (packet.Identifier == negotiation.Identifier)
        {
            Require(
                packet.Data.SequenceEqual(Octets.Join(negotiation.Options)),
                "acknowledgment",
                octets);
            negotiation.IsAcknowledged = true;
            Settle(protocol);
        }
    }

    /// <summary>Judges a response: gives the hub's proof and sets both keys, or null when the
    /// password is wrong.</summary>
    internal string? Proof(byte[] response)
    {
        Require(response.Length >= 54 && response[4] == 49, "response", response);
        byte[] peerChallenge = response[5..21];
        Require(response[21..29].All(o => o == 0) && response[53] == 0, "reserved", response);
        byte[] ntResponse = response[29..53];
        byte[] name = response[54..];
        UserName = Encoding.UTF8.GetString(name);
        byte[] bareName = name[(Array.LastIndexOf(name, (byte)'\\') + 1)..];
        byte[] hash = ReferenceMsChapV2.NtPasswordHash(Password);
        byte[] challenge =
            ReferenceMsChapV2.ChallengeHash(peerChallenge, _challenge, bareName);
        if (!CryptographicOperations.FixedTimeEquals(
            ReferenceMsChapV2.ChallengeResponse(challenge, hash), ntResponse))
        {
            return null;
        }

        byte[] masterKey = ReferenceMsChapV2.MasterKey(hash, ntResponse);
        _startKeys = (
            ReferenceMsChapV2.StartKey(masterKey, clientSends: false),
            ReferenceMsChapV2.StartKey(masterKey, clientSends: true));
        Secrets["NT hash"] = hash;
        Secrets["hash of the NT hash"] = ReferenceMsChapV2.HashNtPasswordHash(hash);
        Secrets["challenge hash"] = challenge;
        Secrets["master key"] = masterKey;
        Secrets["start key of the hub"] = _startKeys.Value.Transmit;
        Secrets["start key of the client"] = _startKeys.Value.Receive;
        KeepKeys(FreshTransmit(), FreshReceive());
        return "S=" + Convert.ToHexString(
            ReferenceMsChapV2.AuthenticatorResponse(hash, ntResponse, challenge));
    }

    private void FrameReceived(ReadOnlySpan<byte> frame)
    {
        bool isLong = frame.Length >= 2 && frame[0] == 0xFF && frame[1] == 0x03;
        int at = isLong ? 2 : 0;
        bool isShort = (frame[at] & 1) != 0;
        int protocol = isShort ? frame[at] : ControlOctets.U16(frame, at);
        at += isShort ? 1 : 2;
        byte[] information = frame[at..].ToArray();
        if (protocol == Mppe)
        {
            byte[]? clear = Receive!.TryDecrypt(information);
            if (clear == null)
            {
                SendPpp(Ccp, new Packet(14, NextIdentifier(), []));
                return;
            }

            Require(clear[0] == 0 && clear[1] == 0x21, "inner protocol", clear);
            Received.Add(clear[2..]);
            return;
        }

        if (protocol == Ipv4 && IsClear)
        {
            Received.Add(information);
            return;
        }

        // Negotiation always has the long header (RFC 1661 s.6.5, s.6.6).
        Require(isLong && !isShort, "header", frame);
        string[] names = protocol switch
        {
            Chap => s_chapCodes,
            Pap => s_papCodes,
            _ => s_codes,
        };
        string code = information[0] < names.Length
            ? names[information[0]]
            : information[0].ToString();
        Happens(NameOf(protocol) + " " + code, information);
    }

    private void Happens(string name, byte[] octets)
    {
        if (!name.EndsWith(" Opened", StringComparison.Ordinal))
        {
            Log.Add(name);
            _last[name] = octets;
        }

        if (On.TryGetValue(name, out Action<byte[]>? reaction))
        {
            reaction(octets);
        }
    }

    private static string NameOf(int protocol) => protocol switch
    {
        Lcp => "LCP",
        Pap => "PAP",
        Chap => "CHAP",
        Ccp => "CCP",
        Ipcp => "IPCP",
        _ => protocol.ToString("x4"),
    };

    private static void Require(bool holds, string what, ReadOnlySpan<byte> octets)
    {
        if (!holds)
        {
            throw new FormatException("The client's " + what + ": " + Octets.ToHex(octets));
        }
    }

    private sealed class Negotiation
    {
        internal bool IsAcknowledged { get; set; }

        internal bool HasAcknowledged { get; set; }

        internal int Identifier { get; set; } = -1;

        internal byte[][] Options { get; set; } = [];
    }
}
