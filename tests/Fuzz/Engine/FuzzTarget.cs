// What can be fuzzed: something that takes any octets and either comes back or throws.

namespace nanoPptp.Fuzz.Engine;

/// <summary>A target. One thread uses it at a time; what it keeps between inputs may not change
/// what an input does.</summary>
internal abstract class FuzzTarget
{
    /// <summary>Longest input, octets.</summary>
    internal virtual int MaximumLength => 256;

    /// <summary>Runs one input.</summary>
    /// <param name="input">The octets; not to be changed.</param>
    /// <param name="feedback">Takes what could be observed.</param>
    /// <exception cref="OracleException">A promise is broken.</exception>
    internal abstract void Run(byte[] input, Feedback feedback);

    /// <summary>Makes a fresh input: by default random octets.</summary>
    internal virtual byte[] Generate(Random64 random) =>
        random.Octets(random.Next(MaximumLength + 1));
}
