// Which of several hubs to dial. Each has a penalty that failures raise, success lowers and time
// halves; the least one is dialled. What happens in a round of failures is kept apart from that:
// which hubs have been tried since the last full pause, and which must be left alone for a while.

using nanoPptp.Memory;

namespace nanoPptp.Client
{
    /// <summary>The health of the hubs, by their index.</summary>
    internal sealed class HubList
    {
        private readonly int _count;
        private readonly int[] _penalty;
        private readonly int[] _holdMs;
        private int _tried;
        private int _sinceHalvingMs;

        internal HubList(int count)
        {
            _count = count;
            _penalty = new int[count];
            _holdMs = new int[count];
        }

        /// <summary>The hub dialled last; the choice leans towards it.</summary>
        internal int Current;

        /// <summary>Gives a hub's penalty: 0, healthy as far as we know, to
        /// <see cref="Limits.HubMaximumPenalty"/>.</summary>
        /// <param name="hub">Its index.</param>
        /// <returns>The penalty.</returns>
        internal int Penalty(int hub)
        {
            return _penalty[hub];
        }

        /// <summary>Lets time pass: penalties halve, holds run out.</summary>
        /// <param name="elapsedMs">Milliseconds since the last call, 0 and more.</param>
        internal void Pass(int elapsedMs)
        {
            int halvings = elapsedMs / Limits.HubHalfLifeMs;
            _sinceHalvingMs += elapsedMs % Limits.HubHalfLifeMs;
            if (_sinceHalvingMs >= Limits.HubHalfLifeMs)
            {
                _sinceHalvingMs -= Limits.HubHalfLifeMs;
                halvings++;
            }

            if (halvings > 31)
            {
                halvings = 31;
            }

            for (int hub = 0; hub < _count; hub++)
            {
                _penalty[hub] >>= halvings;
                _holdMs[hub] = _holdMs[hub] > elapsedMs ? _holdMs[hub] - elapsedMs : 0;
            }
        }

        /// <summary>Notes that a hub failed.</summary>
        /// <param name="hub">Its index.</param>
        /// <param name="c">How.</param>
        internal void Failed(int hub, FailureClass c)
        {
            int penalty = _penalty[hub] + RaiseOf(c);
            _penalty[hub] = penalty < Limits.HubMaximumPenalty
                ? penalty
                : Limits.HubMaximumPenalty;
            if (c != FailureClass.Lost)
            {
                // A hub that only lost a session is still a candidate of this round.
                _tried |= 1 << hub;
            }
        }

        /// <summary>Notes that a session with a hub went well: half of what it was blamed for is
        /// forgiven. Not all, or a hub that drops every session after a minute would never be left.
        /// </summary>
        /// <param name="hub">Its index.</param>
        internal void Succeeded(int hub)
        {
            _penalty[hub] >>= 1;
            _tried = 0;
        }

        /// <summary>Begins a new round: all hubs may be tried again.</summary>
        internal void NewRound()
        {
            _tried = 0;
        }

        /// <summary>Leaves a hub alone for a while, whatever becomes of the others.</summary>
        /// <param name="hub">Its index.</param>
        /// <param name="holdMs">How long, milliseconds.</param>
        internal void Hold(int hub, int holdMs)
        {
            _holdMs[hub] = holdMs;
        }

        /// <summary>Takes a hub out of this round.</summary>
        /// <param name="hub">Its index.</param>
        internal void Leave(int hub)
        {
            _tried |= 1 << hub;
        }

        /// <summary>
        /// Chooses the hub with the least penalty among those not yet tried in this round and not
        /// held; the lower index at equal ones. The current hub has a lead of
        /// <see cref="Limits.HubBonus"/>, so that small differences change nothing. An earlier hub
        /// whose penalty has worn off entirely needs no lead: the order of the list is the
        /// operator's wish, and this is the way back to it.
        /// </summary>
        /// <returns>Its index; -1 when there is none.</returns>
        internal int Choose()
        {
            int best = -1;
            int bestScore = 0;
            for (int hub = 0; hub < _count; hub++)
            {
                if ((_tried & (1 << hub)) != 0 || _holdMs[hub] > 0)
                {
                    continue;
                }

                int score = _penalty[hub];
                if (hub > Current || (hub < Current && score > 0))
                {
                    score += Limits.HubBonus;
                }

                if (best < 0 || score < bestScore)
                {
                    best = hub;
                    bestScore = score;
                }
            }

            return best;
        }

        /// <summary>How long until a held hub is free again.</summary>
        /// <returns>Milliseconds; 0 when one is free.</returns>
        internal int LeastHoldMs()
        {
            int leastMs = _holdMs[0];
            for (int hub = 1; hub < _count; hub++)
            {
                if (_holdMs[hub] < leastMs)
                {
                    leastMs = _holdMs[hub];
                }
            }

            return leastMs;
        }

        /// <summary>How much a failure says against the hub.</summary>
        private static int RaiseOf(FailureClass c)
        {
            switch (c)
            {
                // More often our radio than the hub: less than the current hub's lead, so that only
                // the second in a short time makes us leave it.
                case FailureClass.Lost:
                    return Limits.HubBonus * 3 / 4;

                // A full hub is a good hub and has room again soon.
                case FailureClass.Busy:
                    return Limits.HubBonus * 2;

                // Other hubs usually share the accounts and would refuse as well, so this says
                // little about health. But the pause is taken in any case, all hubs wait, and to
                // ask another one after it costs nothing and finds the one whose accounts are
                // newer.
                case FailureClass.Authentication:

                // It is not there, or there is no agreement with it: somewhere else it is better.
                case FailureClass.Unreachable:
                case FailureClass.Negotiation:
                    return Limits.HubBonus * 4;

                // Wrongly set up at best, false at worst: to be asked last for a long time.
                case FailureClass.Policy:
                    return Limits.HubBonus * 8;

                default:
                    return 0;
            }
        }
    }
}
