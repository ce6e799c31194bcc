// Which addresses inside the tunnels clients get: ranges of the hub's own (remoteip of pptpd.conf),
// and what a user may have, by the rules of pppd for the last words of a line of chap-secrets.

using System;
using System.Collections.Generic;

namespace Simulator.Hub;

/// <summary>Addresses that follow each other, in host order.</summary>
/// <param name="First">The first.</param>
/// <param name="Last">The last; not below the first.</param>
public readonly record struct HubAddressRange(uint First, uint Last)
{
    /// <summary>How many they are.</summary>
    public long Count => (long)Last - First + 1;

    /// <summary>Whether an address is one of them.</summary>
    public bool Contains(uint address) => address >= First && address <= Last;
}

/// <summary>One of the rules by which a user may have an address or not.</summary>
/// <param name="Address">An address of the network, in host order.</param>
/// <param name="PrefixLength">The network's, 0 to 32; 32 is this address alone.</param>
/// <param name="IsGranted">Whether the user may have an address of the network.</param>
public readonly record struct HubAddressRule(uint Address, int PrefixLength, bool IsGranted)
{
    /// <summary>A network of so many bits is a single address.</summary>
    public const int AddressBits = 32;

    /// <summary>Whether the rule is about an address.</summary>
    public bool Covers(uint address) =>
        ((ulong)(address ^ Address) >> (AddressBits - PrefixLength)) == 0;
}

/// <summary>The addresses that one user may have.</summary>
public sealed class HubUserAddresses
{
    private const uint Loopback = 127;
    private const uint FirstMulticast = 224;

    private readonly HubAddressRule[] _rules;

    /// <summary>Takes rules, of which the first that covers an address counts.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A prefix length is none.</exception>
    public HubUserAddresses(params IReadOnlyList<HubAddressRule> rules)
    {
        ArgumentNullException.ThrowIfNull(rules);
        _rules = [.. rules];
        foreach (HubAddressRule rule in _rules)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(rule.PrefixLength, nameof(rules));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(
                rule.PrefixLength, HubAddressRule.AddressBits, nameof(rules));
        }

        foreach (HubAddressRule rule in _rules)
        {
            if (rule.PrefixLength == HubAddressRule.AddressBits && Permits(rule.Address))
            {
                Own = rule.Address;
                return;
            }
        }
    }

    /// <summary>Any address.</summary>
    public static HubUserAddresses Any { get; } = new(new HubAddressRule(0, 0, IsGranted: true));

    /// <summary>
    /// The first single address that is granted: what the user gets when the hub's is not
    /// granted. Null when there is none.
    /// </summary>
    public uint? Own { get; }

    /// <summary>
    /// Whether the user may have an address. What no rule covers is forbidden, and so are
    /// addresses that are no host's: loopback, multicast and beyond.
    /// </summary>
    public bool Permits(uint address)
    {
        uint network = address >> 24;
        if (network is Loopback or >= FirstMulticast)
        {
            return false;
        }

        foreach (HubAddressRule rule in _rules)
        {
            if (rule.Covers(address))
            {
                return rule.IsGranted;
            }
        }

        return false;
    }

    /// <summary>The address for a session of the user; null when there is none.</summary>
    /// <param name="offered">The one of its connection.</param>
    public uint? Choose(uint offered) => Permits(offered) ? offered : Own;
}
