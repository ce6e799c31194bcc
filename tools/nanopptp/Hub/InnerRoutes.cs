// Which session a packet for a client's address goes to. Sessions can share an address, a user's
// own, for nobody looks whether it is taken: the last one up has it, and when that goes, the one
// before gets it back, as with the routes that pppd would make.

using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;

namespace nanoPptp.Tool.Hub;

/// <summary>Sessions by the client's address inside.</summary>
/// <typeparam name="T">A session.</typeparam>
internal sealed class InnerRoutes<T>
    where T : class
{
    private readonly Dictionary<uint, T> _last = [];

    // Those that a later one took the address from, in that order.
    private readonly List<(uint Address, T Session)> _earlier = [];

    /// <summary>A session is up.</summary>
    public void Add(uint address, T session)
    {
        if (_last.TryGetValue(address, out T? other))
        {
            _earlier.Add((address, other));
        }

        _last[address] = session;
    }

    /// <summary>A session is down; nothing happens when it was not up.</summary>
    public void Remove(uint address, T session)
    {
        if (!_last.TryGetValue(address, out T? last) || last != session)
        {
            _earlier.Remove((address, session));
            return;
        }

        int place = _earlier.FindLastIndex(route => route.Address == address);
        if (place < 0)
        {
            _last.Remove(address);
            return;
        }

        _last[address] = _earlier[place].Session;
        _earlier.RemoveAt(place);
    }

    /// <summary>The session that an address leads to.</summary>
    public bool TryGet(uint address, [NotNullWhen(true)] out T? session)
    {
        return _last.TryGetValue(address, out session);
    }
}
