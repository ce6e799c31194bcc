// What an end means for the next dial.

namespace nanoPptp.Client
{
    /// <summary>Why the last attempt or session ended, as far as the next dial cares; from the
    /// class that may be dialled soonest to the one that must wait longest.</summary>
    public enum FailureClass : byte
    {
        /// <summary>No failure: nothing has failed yet, or the end was wanted.</summary>
        None = 0,

        /// <summary>A session was up and was lost, or an attempt failed for a passing reason.
        /// </summary>
        Lost = 1,

        /// <summary>The hub cannot be reached: name, TCP, control connection, GRE.</summary>
        Unreachable = 2,

        /// <summary>The hub is there and has no room or no time for us.</summary>
        Busy = 3,

        /// <summary>The two ends do not agree on the link or on an address.</summary>
        Negotiation = 4,

        /// <summary>The hub does not offer what we demand for safety, or did not prove who it is.
        /// </summary>
        Policy = 5,

        /// <summary>The hub refused the user.</summary>
        Authentication = 6,
    }
}
