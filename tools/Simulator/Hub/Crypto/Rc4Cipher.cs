// RC4 for MPPE. In stateless mode every frame starts a fresh key schedule, so one engine serves
// all sessions of a hub and no session has to keep 256 octets of state.

using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Parameters;

namespace Simulator.Hub;

/// <summary>A reusable RC4 engine; not for two threads at once.</summary>
internal sealed class Rc4Cipher
{
    private readonly RC4Engine _engine = new();

    /// <summary>Starts a new keystream.</summary>
    public void Start(byte[] key)
    {
        _engine.Init(true, new KeyParameter(key));
    }

    /// <summary>Encrypts or decrypts in place with the keystream that goes on.</summary>
    public void Apply(byte[] buffer, int offset, int length)
    {
        _engine.ProcessBytes(buffer, offset, length, buffer, offset);
    }
}
