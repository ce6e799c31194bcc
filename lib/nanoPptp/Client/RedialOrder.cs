// What Redialer.Tick gives.

namespace nanoPptp.Client
{
    /// <summary>What the adapter has to do now; see <see cref="Redialer.Tick"/>.</summary>
    public enum RedialOrder : byte
    {
        /// <summary>Nothing: a tunnel is open, or it is not yet time to dial.</summary>
        Nothing = 0,

        /// <summary>Resolve the name of hub <see cref="Redialer.Hub"/> again, open the sockets and
        /// call <see cref="PptpClient.Open"/>; when that cannot be done, call
        /// <see cref="Redialer.DialFailed"/>.</summary>
        Dial = 1,
    }
}
