// IPv4 addresses as pptpd.conf lists them: 192.168.0.234,192.168.0.245-249, and ranges in other
// places too: 192.168.0-3.1. Addresses are numbers in host order.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Simulator.Hub;

namespace nanoPptp.Tool.Hub.Configuration;

/// <summary>Reads lists of addresses.</summary>
internal static class AddressList
{
    /// <summary>More than these no list may name.</summary>
    public const int LongestList = 65536;

    private const int OctetCount = 4;

    /// <summary>Reads a list.</summary>
    /// <param name="text">The list.</param>
    /// <param name="addresses">In the order of the list, each once.</param>
    /// <returns>What is wrong; null when nothing is.</returns>
    public static string? Read(string text, out IReadOnlyList<uint> addresses)
    {
        List<uint> found = [];
        HashSet<uint> seen = [];
        addresses = found;
        foreach (string item in text.Split(','))
        {
            if (ReadItem(item, out (uint Low, uint High)[] octets) is { } complaint)
            {
                return complaint;
            }

            long count = 1;
            foreach ((uint low, uint high) in octets)
            {
                count *= high - low + 1;
            }

            if (found.Count + count > LongestList)
            {
                return $"the list has more than {LongestList} addresses.";
            }

            foreach (uint address in Expand(octets))
            {
                if (seen.Add(address))
                {
                    found.Add(address);
                }
            }
        }

        return null;
    }

    /// <summary>Reads one address, written in full.</summary>
    public static bool TryReadOne(string text, out uint address)
    {
        bool isOne = ReadItem(text, out (uint Low, uint High)[] octets) is null
            && Array.TrueForAll(octets, octet => octet.Low == octet.High);
        address = isOne ? Join(octets) : 0;
        return isOne;
    }

    /// <summary>The ranges that a list is made of, in its order.</summary>
    public static IReadOnlyList<HubAddressRange> RangesOf(IReadOnlyList<uint> addresses)
    {
        List<HubAddressRange> ranges = [];
        foreach (uint address in addresses)
        {
            if (ranges.Count > 0 && ranges[^1].Last + 1L == address)
            {
                ranges[^1] = ranges[^1] with { Last = address };
            }
            else
            {
                ranges.Add(new HubAddressRange(address, address));
            }
        }

        return ranges;
    }

    /// <summary>Networks that together hold exactly the addresses that clients of a hub can have:
    /// the hub's own for them, and those of single users.</summary>
    public static IEnumerable<(uint Address, int PrefixLength)> NetworksOf(HubSettings settings)
    {
        List<HubAddressRange> ranges = [.. settings.ClientAddresses];
        foreach (HubUserAddresses user in settings.UserAddresses.Values)
        {
            if (user.Own is { } own)
            {
                ranges.Add(new HubAddressRange(own, own));
            }
        }

        ranges.Sort((left, right) => left.First.CompareTo(right.First));
        HubAddressRange joined = ranges[0];
        foreach (HubAddressRange range in ranges)
        {
            if (range.First > joined.Last + 1L)
            {
                foreach ((uint, int) network in Networks(joined.First, joined.Last))
                {
                    yield return network;
                }

                joined = range;
            }

            joined = joined with { Last = uint.Max(joined.Last, range.Last) };
        }

        foreach ((uint, int) network in Networks(joined.First, joined.Last))
        {
            yield return network;
        }
    }

    /// <summary>Networks that together hold exactly the addresses from one to another.</summary>
    public static IEnumerable<(uint Address, int PrefixLength)> Networks(uint first, uint last)
    {
        const int AddressBits = 32;
        for (ulong next = first; next <= last;)
        {
            int bits = 0;
            while (bits < AddressBits
                && (next & (1UL << bits)) == 0
                && next + (2UL << bits) - 1 <= last)
            {
                bits++;
            }

            yield return ((uint)next, AddressBits - bits);
            next += 1UL << bits;
        }
    }

    /// <summary>"10.98.0.100-199,10.98.0.245".</summary>
    /// <param name="ranges">At least one.</param>
    /// <param name="most">Of more than so many the rest is only counted.</param>
    public static string Describe(
        IReadOnlyList<HubAddressRange> ranges, int most = int.MaxValue)
    {
        string text = string.Join(
            ',', ranges.Take(most).Select(range => Describe(range.First, range.Last)));
        return ranges.Count > most
            ? string.Create(
                CultureInfo.InvariantCulture, $"{text} and {ranges.Count - most} more ranges")
            : text;
    }

    /// <summary>"10.98.0.100-199", or "10.98.0.100-10.98.1.20", or one address.</summary>
    public static string Describe(uint first, uint last)
    {
        string start = Ipv4Address.ToText(first);
        if (first == last)
        {
            return start;
        }

        return first >> 8 == last >> 8
            ? string.Create(CultureInfo.InvariantCulture, $"{start}-{last & 0xFF}")
            : $"{start}-{Ipv4Address.ToText(last)}";
    }

    private static string? ReadItem(string item, out (uint Low, uint High)[] octets)
    {
        octets = new (uint Low, uint High)[OctetCount];
        if (item.Length == 0 || item.AsSpan().ContainsAny(' ', '\t'))
        {
            return "a list has neither blanks nor empty places: 10.98.0.100-200,10.98.0.245.";
        }

        string[] parts = item.Split('.');
        if (parts.Length != OctetCount)
        {
            return $"\"{item}\" is no IPv4 address and no range like 10.98.0.100-200.";
        }

        for (int i = 0; i < OctetCount; i++)
        {
            string[] ends = parts[i].Split('-');
            if (ends.Length > 2
                || !TryReadOctet(ends[0], out uint low)
                || !TryReadOctet(ends[^1], out uint high))
            {
                return $"\"{item}\" is no IPv4 address and no range like 10.98.0.100-200.";
            }

            if (high < low)
            {
                return $"\"{item}\": a range goes upwards and is written in full, 234-238 and not"
                    + " 234-8.";
            }

            octets[i] = (low, high);
        }

        return null;
    }

    private static bool TryReadOctet(string text, out uint octet)
    {
        return uint.TryParse(
            text, NumberStyles.None, CultureInfo.InvariantCulture, out octet)
            && octet <= byte.MaxValue
            && text.Length <= 3;
    }

    private static IEnumerable<uint> Expand((uint Low, uint High)[] octets)
    {
        for (uint a = octets[0].Low; a <= octets[0].High; a++)
        {
            for (uint b = octets[1].Low; b <= octets[1].High; b++)
            {
                for (uint c = octets[2].Low; c <= octets[2].High; c++)
                {
                    for (uint d = octets[3].Low; d <= octets[3].High; d++)
                    {
                        yield return (a << 24) | (b << 16) | (c << 8) | d;
                    }
                }
            }
        }
    }

    private static uint Join((uint Low, uint High)[] octets)
    {
        return (octets[0].Low << 24) | (octets[1].Low << 16) | (octets[2].Low << 8) | octets[3].Low;
    }
}
