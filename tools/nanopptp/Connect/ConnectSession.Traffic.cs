// Between the sockets and the client, in both directions.

using System;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using nanoPptp.Client;
using nanoPptp.Memory;
using nanoPptp.Tool.Sockets;
using Simulator.Reports;

namespace nanoPptp.Tool.Connect;

/// <content>What passes between the sockets, the client and whoever watches.</content>
internal sealed partial class ConnectSession
{
    // So much is taken from one socket before the others and the clock are looked after.
    private const int ReadsInARow = 8;
    private const int DrainsInARow = 64;

    private static GreSocket OpenGre(IPAddress hub)
    {
        try
        {
            return GreSocket.ConnectTo(hub);
        }
        catch (UnauthorizedAccessException)
        {
            throw ConnectFailures.NotPermitted();
        }
        catch (SocketException e)
        {
            throw ConnectFailures.NoRoute(e.SocketErrorCode);
        }
    }

    private void WaitForSockets(int timeoutMs)
    {
        _poller.Clear();
        _grePlace = _poller.Add(_gre.Handle);
        if (_control is not null)
        {
            _controlPlace = _poller.Add(_control.Handle, !_controlStands || _controlWaits);
        }

        _poller.Wait(timeoutMs);
    }

    private void AttendControl(ControlSocket control, int nowMs)
    {
        if (!_controlStands)
        {
            if (!_poller.HasRoom(_controlPlace))
            {
                return;
            }

            if (!control.FinishConnect())
            {
                LoseControl(control, control.Error, nowMs);
                return;
            }

            _controlStands = true;
            _capture?.Connected(control.LocalEndPoint!, _hub, _clock.BeginTimestamp);
            _client.ControlConnected(nowMs);
            return;
        }

        if (_controlWaits && _poller.HasRoom(_controlPlace))
        {
            _controlWaits = false;
            _client.ControlSent(0);
        }

        for (int i = 0; i < ReadsInARow && _poller.IsReady(_controlPlace); i++)
        {
            int length = control.Receive(_received);
            if (length < 0)
            {
                return;
            }

            if (length == 0)
            {
                _capture?.ControlEnded(control.Error);
                LoseControl(control, control.Error, nowMs);
                return;
            }

            _capture?.Control(PacketDirection.Inbound, _received.AsSpan(0, length));
            _work.ControlReceived(_received.AsSpan(0, length));
            _client.ControlInput(_received, 0, length, nowMs);
            PollClient(nowMs);
        }
    }

    private void LoseControl(ControlSocket control, SocketError error, int nowMs)
    {
        _controlError = error;
        _controlWaits = false;
        control.Dispose();
        _control = null;
        _client.ControlClosed(nowMs);
    }

    private void CloseControl()
    {
        if (_control is not null && _controlStands)
        {
            _capture?.ControlFinished();
            _control.Finish();

            // What was received and not read would make the kernel send a reset, which may overtake
            // our last words. A hub that never stops talking does not hear them anyway.
            _control.Discard(_received);
        }
    }

    private void DrainGre(int nowMs)
    {
        for (int i = 0; i < DrainsInARow; i++)
        {
            bool more = FillSlots(nowMs);
            PollClient(nowMs);
            if (!more)
            {
                return;
            }
        }
    }

    /// <summary>Receives into the client's slots.</summary>
    /// <returns>True when there may be more than there are free slots.</returns>
    private bool FillSlots(int nowMs)
    {
        for (int i = 0; i < Limits.ReceiveSlotCount; i++)
        {
            int slot = _client.LendReceiveSlot();
            if (slot < 0)
            {
                return true;
            }

            int offset = PptpClient.ReceiveSlotOffset(slot);
            switch (_gre.Receive(_client.Arena.AsSpan(offset, Limits.ReceiveSlotLength)))
            {
                case GreReceipt.Empty:
                    return false;
                case GreReceipt.Packet:
                    _capture?.GreReceived(_client.Arena.AsSpan(offset, _gre.PacketLength));
                    _work.GreReceived(_client.Arena.AsSpan(
                        offset + _gre.HeaderLength, _gre.PacketLength - _gre.HeaderLength));
                    _client.GreInput(
                        slot,
                        _gre.HeaderLength,
                        _gre.PacketLength - _gre.HeaderLength,
                        nowMs);
                    break;
                default:
                    break;
            }
        }

        return true;
    }

    private void PollClient(int nowMs)
    {
        Exchange(nowMs);

        // Only now, with every answer on its way, is there time for the screen.
        _audience.TellNews();
    }

    private void Exchange(int nowMs)
    {
        for (; ; )
        {
            switch (_client.Poll(nowMs))
            {
                case Output.SendControl:
                    SendControl();
                    break;
                case Output.SendGre:
                    bool sent = _gre.Send(OutputOctets());
                    _capture?.GreSent(OutputOctets(), failed: !sent);
                    break;
                case Output.DeliverIp:
                    Deliver(nowMs);
                    break;
                case Output.Event:
                    if (_client.EventCode == TunnelEvent.StageEntered)
                    {
                        EnterStage((Stage)_client.EventValue, nowMs);
                    }

                    break;
                default:
                    return;
            }
        }
    }

    private Span<byte> OutputOctets()
    {
        return _client.Arena.AsSpan(_client.OutputOffset, _client.OutputLength);
    }

    private void SendControl()
    {
        int sent = _control?.Send(_client.Arena, _client.OutputOffset, _client.OutputLength)
            ?? _client.OutputLength;
        if (sent == 0)
        {
            // The output stays lent, so that the client does not offer it again before there is
            // room; see AttendControl.
            _controlWaits = true;
            return;
        }

        _capture?.Control(PacketDirection.Outbound, OutputOctets()[..sent]);
        _client.ControlSent(sent);
    }

    private void Deliver(int nowMs)
    {
        if (_endpoint.Input(nowMs))
        {
            if (_work.DatagramReceived(nowMs))
            {
                return;
            }

            IPEndPoint source = new(
                TunnelAddress.FromInt(_endpoint.UdpSource), _endpoint.UdpSourcePort);
            int port = _endpoint.UdpDestinationPort;
            byte[] payload =
                _client.Arena.AsSpan(_endpoint.UdpOffset, _endpoint.UdpLength).ToArray();
            _audience.Note(presenter => presenter.Received(source, port, payload));
        }
        else if (!_run.IsFragmentTold && _endpoint.Counters.Fragments > 0)
        {
            _run.IsFragmentTold = true;
            _audience.Note(presenter => presenter.FragmentDropped());
        }
    }

    private void EnterStage(Stage entered, int nowMs)
    {
        bool wasUp = _clock.WasUp;
        Stage passed = _clock.Enter(entered, out double tookMs);
        double atMs = _clock.NowMs;
        if (passed != Stage.Closed)
        {
            _audience.Note(presenter => presenter.Passed(passed, atMs, tookMs));
        }

        _work.Entered(entered);
        if (IsOpen && _work.IsDone(nowMs))
        {
            // Before the client looks at what the hub says next.
            HangUp(nowMs);
        }

        if (entered != Stage.Up)
        {
            return;
        }

        if (!wasUp)
        {
            _upTimestamp = Stopwatch.GetTimestamp();
            _run.SessionCount++;
            _work.Start(nowMs);
        }

        int peer = _client.PeerAddress;
        TunnelFacts facts = new(
            _hub.Address,
            TunnelAddress.FromInt(_client.LocalAddress),
            peer == 0 ? null : TunnelAddress.FromInt(peer),
            _client.Mtu)
        {
            Encryption = EncryptionWords.Of(_client),
        };
        _audience.Note(presenter => presenter.Up(facts, atMs));
        CheckFit();
    }

    private void CheckFit()
    {
        int longest = _options.Datagrams?.LongestLength ?? 0;
        if (longest > _endpoint.UdpPayloadCapacity)
        {
            _failure = ConnectFailures.MessageTooLong(
                longest, _endpoint.UdpPayloadCapacity, _client.Mtu);
        }
    }
}
