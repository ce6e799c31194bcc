// A way back: watches a client, and when a tunnel has ended says when to dial again, and which hub.
// It has no socket, no clock and no thread, and it does not touch the data path: inner traffic is
// seen in the client's counters.
//
//            Start                 Tick: Dial              client.Open
//   Stopped -------> Waiting ---------------------> Ordered -----------> Open
//      ^                ^  ^                           |                  | |
//      | Stop           |  '---- DialFailed, in vain --'  failed, renewed | | idle, or closed
//      '-- from all     '-------------------------------------------------' | by the application
//                       '------------- Wanted --------------- Resting <-----'
//
// Time is counted down and not compared: every call lets the milliseconds since the last one pass.
// So a session may last for weeks, and a Tick may be late by weeks, and no clock's wrap matters.

using System;
using nanoPptp.Diagnostics;
using nanoPptp.Memory;

namespace nanoPptp.Client
{
    /// <summary>
    /// Dials again, with a pause that fits the cause, for one <see cref="PptpClient"/>. Not
    /// thread-safe: the client's thread owns it. Everything is allocated by the constructor. All
    /// times are 32-bit milliseconds of the client's clock, which may wrap.
    /// </summary>
    /// <remarks>
    /// A round of the adapter: drain the sockets, poll the client until Nothing, tick the client,
    /// poll again, then <see cref="Tick"/>; when that hangs up, the client's NextDeadlineMs is 0
    /// and the next round sends the words. The adapter waits for the smaller of both
    /// NextDeadlineMs. <see cref="PptpClient.Close"/> by the application, without
    /// <see cref="Stop"/>, is a wanted end: there is no dial before <see cref="Wanted"/>.
    /// </remarks>
    public sealed partial class Redialer
    {
        // What it waits for.
        private const int Stopped = 0;
        private const int Waiting = 1;
        private const int Resting = 2;
        private const int Ordered = 3;
        private const int Open = 4;

        private readonly PptpClient _client;
        private readonly BackOff _backOff;
        private readonly HubList _hubs;
        private readonly int _firstDialMs;
        private readonly int _idleMs;
        private readonly int _sessionMs;
        private readonly int _settledMs;

        private int _state;
        private bool _hasClock;
        private int _lastMs;

        // Time left of the pause (Waiting) or for the adapter (Ordered).
        private int _leftMs;
        private bool _isHop;
        private bool _isWanted;

        // The client as the last Tick saw it, and as it was when the dial was ordered.
        private Stage _seen;
        private bool _isOrderOpen;
        private Reason _oldReason;
        private int _oldAtMs;
        private int _oldCount;

        // The attempt or session that is open.
        private Stage _reached;
        private bool _isSettled;
        private bool _isRenewal;
        private bool _isUnanswered;
        private int _ageMs;
        private int _quietMs;
        private int _delivered;
        private int _sent;

        /// <summary>Makes a redialer that is stopped.</summary>
        /// <param name="client">The client to watch, and to hang up.</param>
        /// <param name="settings">How to dial; copied.</param>
        /// <exception cref="ArgumentException">A setting is out of its range.</exception>
        public Redialer(PptpClient client, RedialSettings settings)
        {
            settings.Check();
            _client = client;
            _backOff = new BackOff(settings);
            _hubs = new HubList(settings.HubCount);
            _firstDialMs = settings.FirstDialMs;
            _idleMs = settings.IdleMs;
            _sessionMs = settings.SessionMs;
            _settledMs = settings.SettledMs;
        }

        /// <summary>Index of the hub to dial next, as far as is known during a pause, and of the
        /// hub dialled from the order on: 0 to <see cref="RedialSettings.HubCount"/> less
        /// 1.</summary>
        public int Hub { get; private set; }

        /// <summary>Whether there are no dials any more: before <see cref="Start"/> and after
        /// <see cref="Stop"/>. The client may still be hanging up.</summary>
        public bool IsStopped
        {
            get { return _state == Stopped; }
        }

        /// <summary>Dials ordered since construction; wraps.</summary>
        public int AttemptCount { get; private set; }

        /// <summary>Failures since the last success, all classes together. A session that settled,
        /// or that was hung up in order, is a success.</summary>
        public int FailureCount { get; private set; }

        /// <summary>Class of the last failure; kept when a session settles.</summary>
        public FailureClass LastFailure { get; private set; }

        /// <summary>The wait that was drawn for the current pause, or before the last dial,
        /// milliseconds.</summary>
        public int WaitMs { get; private set; }

        /// <summary>Begins to dial: the first time within
        /// <see cref="RedialSettings.FirstDialMs"/>. After <see cref="Stop"/> it begins again, with
        /// the failures not forgotten and what is left of the pause still to be waited: to stop and
        /// start is no way around the pause after a refused password. A client that is open already
        /// is watched as if it had been dialled.</summary>
        /// <param name="entropy">Unpredictable octets, at least 16 and other ones on every board:
        /// they are what spreads a fleet.</param>
        /// <param name="offset">Where they begin.</param>
        /// <param name="length">How many.</param>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        /// <exception cref="ArgumentException">There is too little entropy.</exception>
        /// <exception cref="InvalidOperationException">It was started and not stopped.</exception>
        public void Start(byte[] entropy, int offset, int length, int nowMs)
        {
            if (_state != Stopped)
            {
                throw new InvalidOperationException();
            }

            if (offset < 0
                || length < Limits.MinimumEntropyLength
                || length > entropy.Length - offset)
            {
                throw new ArgumentException();
            }

            Pass(nowMs);
            _backOff.Seed(entropy, offset, length);
            _isHop = false;
            int leftMs = _leftMs;
            Wait(_backOff.DrawMs(_firstDialMs));
            if (leftMs > _leftMs)
            {
                Wait(leftMs);
            }
        }

        /// <summary>No more dials; hangs the client up in order. What is opened later to an order
        /// that had been given is hung up as well.</summary>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        public void Stop(int nowMs)
        {
            if (_state == Stopped)
            {
                return;
            }

            Pass(nowMs);
            if (_state != Waiting)
            {
                _leftMs = 0;
            }

            if (_state == Ordered && WasOpened())
            {
                BeginSession();
            }

            bool isOpen = _state == Open;
            bool isFailing = _isUnanswered
                || FailureTable.ClassOf(_client.Diagnosis.Reason, Reached()) != FailureClass.None;
            if (isOpen && isFailing)
            {
                // It is ending by itself; the pause for that is due after the next Start.
                Ended();
            }

            _isOrderOpen = _state == Ordered && !isOpen;
            _isWanted = false;
            _state = Stopped;
            _client.Close(nowMs);
        }

        /// <summary>Asks for the tunnel, because there is something to send. A tunnel that is up is
        /// not hung up for idleness before the full time is over again; one that was is dialled at
        /// once. The pause after a failure is not cut short.</summary>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        public void Wanted(int nowMs)
        {
            Pass(nowMs);
            _quietMs = 0;
            if (_state == Resting)
            {
                Wait(0);
            }
            else if (_state == Open && !IsRunning(_client.Stage))
            {
                // It is being hung up, or Tick has not seen yet that it was.
                _isWanted = true;
            }
        }

        /// <summary>Tells that what the application sends stays without an answer although the
        /// tunnel is up: hangs it up in order, and counts as <see cref="FailureClass.Lost"/>.
        /// Nothing below can know: a corrupted frame may have moved the hub's coherency count
        /// ahead, and such a hub drops thousands of frames, answers LCP Echo-Requests all the
        /// while, and says nothing. Ignored when the tunnel is not up.</summary>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        public void Unanswered(int nowMs)
        {
            Pass(nowMs);
            if (_state == Open && _client.Stage == Stage.Up)
            {
                _isUnanswered = true;
                _client.Close(nowMs);
            }
        }

        /// <summary>Tells that the order to dial could not be carried out: the name is unknown,
        /// there is no socket, the connection was refused before the client was told. Counts as
        /// <see cref="FailureClass.Unreachable"/>. Ignored when there is no such order.</summary>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        public void DialFailed(int nowMs)
        {
            Pass(nowMs);
            if (_state == Stopped)
            {
                _isOrderOpen = false;
            }

            if (_state == Ordered || (_state == Open && _client.Stage == Stage.Tcp))
            {
                if (_client.Stage == Stage.Tcp)
                {
                    // Opened, and no connection will come.
                    _client.Close(nowMs);
                }

                Failed(FailureClass.Unreachable);
            }
        }

        /// <summary>Looks at the client and at the time; call it after each round.</summary>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        /// <returns><see cref="RedialOrder.Dial"/> exactly once for each attempt, and only when the
        /// client is Closed and its last words were polled.</returns>
        public RedialOrder Tick(int nowMs)
        {
            Pass(nowMs);
            Stage stage = _client.Stage;
            _seen = stage;
            if (_state == Stopped)
            {
                if (_isOrderOpen && IsRunning(stage))
                {
                    _isOrderOpen = false;
                    _client.Close(nowMs);
                }

                return RedialOrder.Nothing;
            }

            // Besides what was ordered, the application may have opened the client itself, or the
            // adapter late to an order that was given up.
            if (_state == Ordered ? WasOpened() : _state != Open && IsRunning(stage))
            {
                BeginSession();
            }

            if (_state == Open)
            {
                WatchSession(stage, nowMs);
            }
            else if (_state == Ordered && _leftMs == 0)
            {
                Failed(FailureClass.Unreachable);
            }

            return _state == Waiting && MayDial(nowMs) ? Dial() : RedialOrder.Nothing;
        }

        /// <summary>How long the loop may wait before the next <see cref="Tick"/>.</summary>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        /// <returns>Milliseconds: 0 to <see cref="Limits.LongestWaitMs"/>.</returns>
        public int NextDeadlineMs(int nowMs)
        {
            Stage stage = _client.Stage;
            if (_state == Stopped)
            {
                return Limits.LongestWaitMs;
            }

            if (stage != _seen || (_state == Ordered && WasOpened()))
            {
                // Something happened that Tick has not seen.
                return 0;
            }

            int waitMs = Limits.LongestWaitMs;
            if ((_state == Waiting && stage == Stage.Closed) || _state == Ordered)
            {
                waitMs = Sooner(_leftMs, waitMs);
            }
            else if (_state == Open && stage == Stage.Up)
            {
                waitMs = _isSettled ? waitMs : Sooner(_settledMs - _ageMs, waitMs);
                waitMs = _idleMs == 0 ? waitMs : Sooner(_idleMs - _quietMs, waitMs);
                waitMs = _sessionMs == 0 ? waitMs : Sooner(_sessionMs - _ageMs, waitMs);
            }

            int elapsedMs = ElapsedMs(nowMs);
            return waitMs > elapsedMs ? waitMs - elapsedMs : 0;
        }

        private static int Sooner(int leftMs, int waitMs)
        {
            return leftMs < waitMs ? leftMs : waitMs;
        }

        private static bool IsRunning(Stage stage)
        {
            return stage != Stage.Closed && stage != Stage.Closing;
        }

        // ---- Time ------------------------------------------------------------------------------

        private void Pass(int nowMs)
        {
            int elapsedMs = ElapsedMs(nowMs);
            if (!_hasClock)
            {
                _hasClock = true;
                _lastMs = nowMs;
            }

            if (elapsedMs == 0)
            {
                return;
            }

            _lastMs = nowMs;
            _leftMs = _leftMs > elapsedMs ? _leftMs - elapsedMs : 0;
            _hubs.Pass(elapsedMs);
            if (_state == Open && _seen == Stage.Up)
            {
                // Up when it began; WatchSession counts it only if it is still up at the end, so
                // that a session is never taken for older than it was.
                _ageMs = Older(_ageMs, elapsedMs);
                _quietMs = Older(_quietMs, elapsedMs);
            }
        }

        private int ElapsedMs(int nowMs)
        {
            if (!_hasClock)
            {
                return 0;
            }

            int elapsedMs = nowMs - _lastMs;
            if (elapsedMs >= 0)
            {
                return elapsedMs;
            }

            // A present that was read a little earlier than the last one; or the first call for
            // more than 24 days, and then everything is over.
            return elapsedMs >= -Limits.LongestWaitMs ? 0 : int.MaxValue;
        }

        private static int Older(int ms, int elapsedMs)
        {
            // Beyond the longest time in the settings it makes no difference any more.
            return elapsedMs < Limits.LongestPauseMs - ms
                ? ms + elapsedMs
                : Limits.LongestPauseMs;
        }

        private void Wait(int waitMs)
        {
            _state = Waiting;
            _leftMs = waitMs;
            WaitMs = waitMs;
        }
    }
}
