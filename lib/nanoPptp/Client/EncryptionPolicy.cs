// Which encryption a tunnel may have.

namespace nanoPptp.Client
{
    /// <summary>Which encryption a tunnel may have; never less than this, whatever the hub asks
    /// for.</summary>
    public enum EncryptionPolicy : byte
    {
        /// <summary>MPPE with keys of 128 bits.</summary>
        Strong = 0,

        /// <summary>MPPE with keys of 128, 56 or 40 bits, the strongest that the hub has.</summary>
        Weak = 1,

        /// <summary>None: what the hub offers is refused, and packets travel as they are.</summary>
        Clear = 2,
    }
}
