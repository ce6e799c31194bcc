// A hub as pptpd with pppd is one: the scripted hub's octets and cryptography with pppd's automaton behind
// them. It repeats what was not answered after three seconds and with the same identifier; it hears a
// second Configure-Ack for the same request without a word; it ends the link when a CCP request comes while
// its CCP is open; and it answers IPCP with Terminate-Ack until CCP is open.

using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using nanoPptp.Tests.Support;

namespace nanoPptp.Tests.Client;

internal sealed class PppdHub
{
    internal const int RestartMs = 3000;

    private readonly Dictionary<int, Fsm> _fsms;
    private byte[]? _challenge;
    private int _challengeDueMs = int.MaxValue;
    private byte[]? _success;

    internal PppdHub()
    {
        Hub = new ScriptedHub { ToleratesLoss = true };
        _fsms = new Dictionary<int, Fsm>
        {
            [ScriptedHub.Lcp] = new Fsm(this, ScriptedHub.Lcp, () => Hub.LcpOptions),
            [ScriptedHub.Ccp] = new Fsm(
                this, ScriptedHub.Ccp, () => [Option.Mppe(MppeBits)]),
            [ScriptedHub.Ipcp] = new Fsm(
                this, ScriptedHub.Ipcp, () => [Option.Address(Hub.Address)]),
        };
        AnswerControl();
        foreach ((int protocol, string name) in new[]
        {
            (ScriptedHub.Lcp, "LCP"), (ScriptedHub.Ccp, "CCP"), (ScriptedHub.Ipcp, "IPCP"),
        })
        {
            foreach (string code in new[] { "Request", "Ack", "Nak", "Reject" })
            {
                Hub.On[$"{name} Configure-{code}"] = octets => Take(protocol, octets);
            }
        }

        Hub.On["CHAP Response"] = TakeResponse;
        Hub.On.Remove("LCP Opened");
        Hub.On.Remove("CHAP Opened");
        Hub.On.Remove("CCP Opened");
    }

    internal ScriptedHub Hub { get; }

    internal int NowMs { get; set; }

    /// <summary>The one encryption that it does; a request for others is Naked with it.</summary>
    internal uint MppeBits { get; set; } = ScriptedHub.Mppe128Stateless;

    /// <summary>Whether Start-Control-Connection-Reply says who this is.</summary>
    internal bool SaysItsName { get; set; } = true;

    /// <summary>Whether it has IPCP open: packets may pass.</summary>
    internal bool IsUp => _fsms[ScriptedHub.Ipcp].State == State.Opened;

    /// <summary>Whether it has ended the link, and why.</summary>
    internal string? End { get; private set; }

    /// <summary>How often its own three seconds were over.</summary>
    internal int TimeOuts { get; private set; }

    internal int DueMs => Math.Min(_challengeDueMs, _fsms.Values.Min(fsm => fsm.DueMs));

    internal void Tick()
    {
        foreach (Fsm fsm in _fsms.Values.Where(fsm => fsm.DueMs <= NowMs).ToList())
        {
            TimeOuts++;
            fsm.TimeOut();
        }

        if (_challengeDueMs <= NowMs)
        {
            TimeOuts++;
            SendChallenge();
        }
    }

    private void AnswerControl()
    {
        Hub.On["Start-Control-Connection-Request"] = _ =>
        {
            byte[] reply = ControlOctets.StartReply();
            if (SaysItsName)
            {
                Encoding.ASCII.GetBytes("local").CopyTo(reply, 28);
                Encoding.ASCII.GetBytes("linux").CopyTo(reply, 92);
            }

            Hub.SendControl(reply);
        };
        Hub.On["Outgoing-Call-Request"] = message =>
        {
            Hub.ClientCallId = ControlOctets.U16(message, 12);
            Hub.SendControl(ControlOctets.OutgoingCallReply(Hub.CallId, Hub.ClientCallId));
            _fsms[ScriptedHub.Lcp].Open();
        };
    }

    private void Take(int protocol, byte[] octets)
    {
        Fsm fsm = _fsms[protocol];
        Packet packet = Packet.Parse(octets);
        if (End != null
            || (protocol != ScriptedHub.Lcp && _fsms[ScriptedHub.Lcp].State != State.Opened)
            || (protocol != ScriptedHub.Lcp && _success == null))
        {
            return;
        }

        if (fsm.State == State.Closed)
        {
            Hub.SendPpp(protocol, Packet.TerminateAck(packet.Identifier));
            return;
        }

        if (packet.Code == 1)
        {
            fsm.TakeRequest(packet, protocol switch
            {
                ScriptedHub.Ipcp when Octets.Number(packet.OptionData(3)) != Hub.ClientAddress =>
                    Option.Address(Hub.ClientAddress),
                ScriptedHub.Ccp when Octets.Number(packet.OptionData(18)) != MppeBits =>
                    Option.Mppe(MppeBits),
                _ => null,
            });
        }
        else if (packet.Code == 2)
        {
            fsm.TakeAck(packet);
        }
        else
        {
            fsm.TakeNak(packet);
        }
    }

    private void TakeResponse(byte[] octets)
    {
        if (_fsms[ScriptedHub.Lcp].State != State.Opened || End != null)
        {
            return;
        }

        bool isFirst = _success == null;
        _challengeDueMs = int.MaxValue;
        _success ??= Encoding.ASCII.GetBytes(Hub.Proof(octets) + " M=Access granted");
        Hub.SendPpp(ScriptedHub.Chap, new Packet(3, octets[1], _success));
        if (isFirst)
        {
            _fsms[ScriptedHub.Ccp].Open();
        }
    }

    private void SendChallenge()
    {
        if (_challenge == null)
        {
            Hub.Challenge();
            _challenge = Hub.GreOut.Last();
        }
        else
        {
            Hub.GreOut.Enqueue(Hub.Gre(_challenge[^(_challenge.Length - HeaderLength(_challenge))..]));
        }

        _challengeDueMs = NowMs + RestartMs;
    }

    private static int HeaderLength(byte[] gre) => (gre[1] & 0x80) != 0 ? 16 : 12;

    private void Opened(int protocol)
    {
        if (protocol == ScriptedHub.Lcp)
        {
            _challenge = null;
            _success = null;
            SendChallenge();
        }
        else if (protocol == ScriptedHub.Ccp)
        {
            _fsms[ScriptedHub.Ipcp].Open();
        }
    }

    private void Downed(int protocol)
    {
        if (protocol == ScriptedHub.Ccp)
        {
            End = "MPPE disabled";
        }
        else if (protocol == ScriptedHub.Lcp)
        {
            _challengeDueMs = int.MaxValue;
            _fsms[ScriptedHub.Ccp].Close();
            _fsms[ScriptedHub.Ipcp].Close();
        }
    }

    internal enum State
    {
        Closed,
        RequestSent,
        AckReceived,
        AckSent,
        Opened,
    }

    private sealed class Fsm(PppdHub pppd, int protocol, Func<byte[][]> options)
    {
        private int _identifier;
        private bool _hasSeenAck;

        internal State State { get; private set; }

        internal int DueMs { get; private set; } = int.MaxValue;

        internal void Open()
        {
            SendRequest(isAgain: false);
            State = State.RequestSent;
        }

        internal void Close()
        {
            State = State.Closed;
            DueMs = int.MaxValue;
        }

        internal void TimeOut()
        {
            SendRequest(isAgain: true);
            if (State == State.AckReceived)
            {
                State = State.RequestSent;
            }
        }

        internal void TakeRequest(Packet request, byte[]? suggestion)
        {
            if (State == State.Opened)
            {
                pppd.Downed(protocol);
                SendRequest(isAgain: false);
                State = State.RequestSent;
            }

            if (suggestion != null)
            {
                pppd.Hub.SendPpp(protocol, Packet.ConfigureNak(request.Identifier, suggestion));
                if (State != State.AckReceived)
                {
                    State = State.RequestSent;
                }

                return;
            }

            pppd.Hub.SendPpp(protocol, request with { Code = 2 });
            if (State == State.AckReceived)
            {
                BeOpen();
            }
            else
            {
                State = State.AckSent;
            }
        }

        internal void TakeAck(Packet ack)
        {
            if (ack.Identifier != _identifier || _hasSeenAck)
            {
                return;
            }

            _hasSeenAck = true;
            if (State == State.AckSent)
            {
                BeOpen();
            }
            else
            {
                State = State.AckReceived;
            }
        }

        internal void TakeNak(Packet nak)
        {
            if (nak.Code != 3 || nak.Data.Length > 0)
            {
                throw new FormatException("pppd asks for nothing that this client refuses");
            }

            if (nak.Identifier == _identifier && !_hasSeenAck
                && State is State.RequestSent or State.AckSent)
            {
                SendRequest(isAgain: false);
            }
        }

        private void BeOpen()
        {
            State = State.Opened;
            DueMs = int.MaxValue;
            pppd.Opened(protocol);
        }

        private void SendRequest(bool isAgain)
        {
            if (!isAgain)
            {
                _identifier++;
            }

            _hasSeenAck = false;
            DueMs = pppd.NowMs + RestartMs;
            pppd.Hub.SendPpp(protocol, Packet.ConfigureRequest(_identifier, options()));
        }
    }
}
