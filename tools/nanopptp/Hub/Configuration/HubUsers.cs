// The users of a hub: those that are named, and perhaps everybody else with one secret (the client
// * of chap-secrets).

using System.Collections;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;

namespace nanoPptp.Tool.Hub.Configuration;

/// <summary>What is set for users, by their name.</summary>
/// <typeparam name="T">A password, or the addresses that the user may have.</typeparam>
/// <param name="named">Users with a line of their own.</param>
/// <param name="everybody">What is set for all others; null when there are no others.</param>
internal sealed class HubUsers<T>(IReadOnlyDictionary<string, T> named, T? everybody)
    : IReadOnlyDictionary<string, T>
    where T : class
{
    public int Count => named.Count + (everybody is null ? 0 : 1);

    public IEnumerable<string> Keys
    {
        get
        {
            foreach (KeyValuePair<string, T> user in this)
            {
                yield return user.Key;
            }
        }
    }

    public IEnumerable<T> Values
    {
        get
        {
            foreach (KeyValuePair<string, T> user in this)
            {
                yield return user.Value;
            }
        }
    }

    public T this[string key] =>
        TryGetValue(key, out T? value) ? value : throw new KeyNotFoundException();

    public bool ContainsKey(string key)
    {
        return TryGetValue(key, out _);
    }

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out T value)
    {
        if (named.TryGetValue(key, out value))
        {
            return true;
        }

        value = everybody;
        return value is not null;
    }

    /// <summary>Everybody comes last, as *.</summary>
    public IEnumerator<KeyValuePair<string, T>> GetEnumerator()
    {
        foreach (KeyValuePair<string, T> user in named)
        {
            yield return user;
        }

        if (everybody is not null)
        {
            yield return new KeyValuePair<string, T>(ChapSecret.Everybody, everybody);
        }
    }

    IEnumerator IEnumerable.GetEnumerator()
    {
        return GetEnumerator();
    }
}
