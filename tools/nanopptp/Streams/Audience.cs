// Whoever watches a run. A run goes on when its output is lost, for there are tunnels that must be
// hung up in order: it asks afterwards.

using System;
using System.Collections.Generic;
using System.IO;
using System.Runtime.ExceptionServices;

namespace nanoPptp.Tool.Streams;

/// <summary>Tells a presenter until that fails, and then nothing more.</summary>
/// <typeparam name="TPresenter">What shows a run.</typeparam>
/// <param name="presenter">Shows. It belongs to whoever made it.</param>
internal sealed class Audience<TPresenter>(TPresenter presenter)
{
    private readonly List<Action<TPresenter>> _news = [];
    private IOException? _lost;

    /// <summary>Whether the output is lost, and nobody hears any more.</summary>
    public bool IsLost => _lost is not null;

    /// <summary>Whether there are news to tell.</summary>
    public bool HasNews => _news.Count > 0;

    /// <summary>Tells something at once.</summary>
    public void Tell(Action<TPresenter> tell)
    {
        if (IsLost)
        {
            return;
        }

        try
        {
            tell(presenter);
        }
        catch (IOException e)
        {
            _lost = e;
        }
    }

    /// <summary>Keeps something until there is time to tell it.</summary>
    public void Note(Action<TPresenter> tell)
    {
        _news.Add(tell);
    }

    /// <summary>Tells what was kept.</summary>
    public void TellNews()
    {
        foreach (Action<TPresenter> tell in _news)
        {
            Tell(tell);
        }

        _news.Clear();
    }

    /// <summary>Ends a run that could not be shown, when everything else is done.</summary>
    /// <exception cref="IOException">The output is lost.</exception>
    public void ThrowIfLost()
    {
        if (_lost is not null)
        {
            ExceptionDispatchInfo.Throw(_lost);
        }
    }
}
