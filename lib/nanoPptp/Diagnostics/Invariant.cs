// The peer errs in values, we err in invariants. A broken invariant throws in tests and in the
// simulator; on the device it is counted and the tunnel takes the orderly close.

using System;

namespace nanoPptp.Diagnostics
{
    /// <summary>Checks of our own promises; a failed one is a defect of this library.</summary>
    public static class Invariant
    {
        private static bool s_throws;

        /// <summary>Whether a broken invariant throws at once (tests, simulator) or is only
        /// reported to the caller (device).</summary>
        public static bool Throws
        {
            get { return s_throws; }
            set { s_throws = value; }
        }

        /// <summary>Checks one promise.</summary>
        /// <param name="holds">Whether it holds.</param>
        /// <returns><paramref name="holds"/>, so that the caller can take the orderly way out.
        /// </returns>
        /// <exception cref="InvalidOperationException">The promise is broken and
        /// <see cref="Throws"/> is set.</exception>
        public static bool Check(bool holds)
        {
            if (!holds && s_throws)
            {
                throw new InvalidOperationException();
            }

            return holds;
        }
    }
}
