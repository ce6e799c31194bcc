// How a tunnel is dialled again: how many hubs, how long between attempts, how long a session may
// last.

using System;
using nanoPptp.Memory;

namespace nanoPptp.Client
{
    /// <summary>
    /// The settings of a <see cref="Redialer"/>, which copies them when it is made. All times are
    /// milliseconds, at most <see cref="Limits.LongestPauseMs"/> (2^30, 12.4 days).
    /// </summary>
    /// <remarks>
    /// The pause after a failure is <c>minimum + uniform(0..cap)</c>; the cap is <c>first</c> after
    /// the first failure of its class and doubles with each further one up to <c>maximum</c>:
    /// exponential back-off with full jitter, so that boards that lost their hub together do not
    /// come back together.
    /// </remarks>
    public sealed class RedialSettings
    {
        private readonly int[] _minimumMs = new int[FailureTable.ClassCount];
        private readonly int[] _firstMs = new int[FailureTable.ClassCount];
        private readonly int[] _maximumMs = new int[FailureTable.ClassCount];

        /// <summary>Makes the default settings.</summary>
        public RedialSettings()
        {
            SetPace(FailureClass.Lost, 0, 2000, 120000);
            SetPace(FailureClass.Unreachable, 0, 5000, 300000);
            SetPace(FailureClass.Busy, 0, 10000, 300000);
            SetPace(FailureClass.Negotiation, 0, 10000, 600000);

            // Somebody has to change the hub's settings; an hour's delay costs less than a plant
            // that asks all day.
            SetPace(FailureClass.Policy, 30000, 300000, 3600000);

            // Accounts are commonly locked after 5 to 10 wrong passwords in 30 minutes, and often
            // for 30 minutes from the last try on. Caps of 5, 10, 20, 40 minutes and so on mean,
            // with the minimum, tries after 0, 3.5, 9.5, 20.5 and 41.5 minutes on average: four in
            // the first half hour, and later pauses long enough for a lock to end.
            SetPace(FailureClass.Authentication, 60000, 300000, 14400000);
        }

        /// <summary>How many hubs there are: 1 to <see cref="Limits.MaximumHubCount"/>. Their names
        /// are the adapter's; here they are numbers, the preferred one first.</summary>
        public int HubCount = 1;

        /// <summary>The first dial after <see cref="Redialer.Start"/> is spread uniformly over so
        /// long, milliseconds: a whole plant gets its power back at once. 0: at once.</summary>
        public int FirstDialMs;

        /// <summary>After so long without an inner IP packet in either direction the tunnel is hung
        /// up, in order, and dialled again only when <see cref="Redialer.Wanted"/> asks for it,
        /// milliseconds. 0: never.</summary>
        public int IdleMs;

        /// <summary>A session that has been up for so long is hung up, in order, and dialled again,
        /// milliseconds. 0: never.</summary>
        public int SessionMs;

        /// <summary>A session that has been up for so long counts as a success and lets the paces
        /// start over, milliseconds: a tunnel that comes up and falls at once must not be redialled
        /// at full speed for ever. One that was up and was hung up in order counts as well, however
        /// short it was.</summary>
        public int SettledMs = 60000;

        /// <summary>Sets the pace of one class of failures.</summary>
        /// <param name="c">The class; not <see cref="FailureClass.None"/>.</param>
        /// <param name="minimumMs">The part of a pause that is always waited, milliseconds: 0 and
        /// more.</param>
        /// <param name="firstMs">The cap of the random part after the first failure, milliseconds:
        /// 0 to <paramref name="maximumMs"/>. With 0 there is no random part.</param>
        /// <param name="maximumMs">The cap that doubling ends at, milliseconds; together with
        /// <paramref name="minimumMs"/> at most <see cref="Limits.LongestPauseMs"/>.</param>
        /// <exception cref="ArgumentException">A value is out of its range.</exception>
        public void SetPace(FailureClass c, int minimumMs, int firstMs, int maximumMs)
        {
            if (!IsClass(c)
                || !IsTime(minimumMs)
                || firstMs < 0
                || firstMs > maximumMs
                || maximumMs > Limits.LongestPauseMs - minimumMs)
            {
                throw new ArgumentException();
            }

            _minimumMs[(int)c] = minimumMs;
            _firstMs[(int)c] = firstMs;
            _maximumMs[(int)c] = maximumMs;
        }

        /// <summary>The part of a pause that is always waited.</summary>
        /// <param name="c">The class; not <see cref="FailureClass.None"/>.</param>
        /// <returns>Milliseconds.</returns>
        /// <exception cref="ArgumentException">There is no such class.</exception>
        public int MinimumMs(FailureClass c)
        {
            return _minimumMs[Index(c)];
        }

        /// <summary>The cap of the random part after the first failure.</summary>
        /// <param name="c">The class; not <see cref="FailureClass.None"/>.</param>
        /// <returns>Milliseconds.</returns>
        /// <exception cref="ArgumentException">There is no such class.</exception>
        public int FirstMs(FailureClass c)
        {
            return _firstMs[Index(c)];
        }

        /// <summary>The cap of the random part after many failures.</summary>
        /// <param name="c">The class; not <see cref="FailureClass.None"/>.</param>
        /// <returns>Milliseconds.</returns>
        /// <exception cref="ArgumentException">There is no such class.</exception>
        public int MaximumMs(FailureClass c)
        {
            return _maximumMs[Index(c)];
        }

        /// <summary>Checks the fields; the paces were checked when they were set.</summary>
        /// <exception cref="ArgumentException">A field is out of its range.</exception>
        internal void Check()
        {
            if (HubCount < 1
                || HubCount > Limits.MaximumHubCount
                || !IsTime(FirstDialMs)
                || !IsTime(IdleMs)
                || !IsTime(SessionMs)
                || !IsTime(SettledMs))
            {
                throw new ArgumentException();
            }
        }

        private static bool IsTime(int ms)
        {
            return ms >= 0 && ms <= Limits.LongestPauseMs;
        }

        private static bool IsClass(FailureClass c)
        {
            return c > FailureClass.None && (int)c < FailureTable.ClassCount;
        }

        private static int Index(FailureClass c)
        {
            if (!IsClass(c))
            {
                throw new ArgumentException();
            }

            return (int)c;
        }
    }
}
