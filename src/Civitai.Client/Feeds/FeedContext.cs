using System;
using System.Threading;
using Civitai.Client.Http;

namespace Civitai.Client.Feeds;

/// <summary>What all the feeds of one listing share.</summary>
internal sealed class FeedContext
{
    private int _hasAnnouncedShuffle;

    /// <param name="session">Sends the requests.</param>
    /// <param name="query">What is asked for.</param>
    /// <param name="isLookup">Whether that is images by their ids.</param>
    /// <param name="activity">Where messages go.</param>
    /// <param name="time">The clock.</param>
    /// <param name="lifetime">Cancelled when the listing is given up.</param>
    internal FeedContext(HttpSession session, ImageQuery query, bool isLookup, IActivity activity, TimeProvider time, CancellationToken lifetime)
    {
        Requests = new RequestGroup(session);
        Query = query;
        IsLookup = isLookup;
        Activity = activity;
        Time = time;
        Lifetime = lifetime;
        Demand = new Demand(query.First);
        Check = new FilterCheck(query, isLookup, activity);
        Sizing = isLookup
            ? new PageSizing(ImageLookup.Concurrency, Demand, ImageLookup.IsFiltering(query))
            : new PageSizing(query.PageSize, Demand, query.Since is not null || query.Sort == ImageSort.Random);
    }

    internal RequestGroup Requests { get; }

    internal ImageQuery Query { get; }

    /// <summary>Whether images are looked up by their ids, each as often as it is asked for and at whatever level it is.</summary>
    internal bool IsLookup { get; }

    internal IActivity Activity { get; }

    internal TimeProvider Time { get; }

    /// <summary>Cancelled when the listing is given up.</summary>
    internal CancellationToken Lifetime { get; }

    internal Demand Demand { get; }

    internal PageSizing Sizing { get; }

    internal FilterCheck Check { get; }

    /// <summary>The ids of the images that have been given.</summary>
    internal IdSet Given { get; } = new();

    /// <summary>Whether an error has been reported that lets the listing go on.</summary>
    internal bool HasReported { get; private set; }

    /// <summary>Says, once, that pages are shuffled.</summary>
    internal void AnnounceShuffle()
    {
        if (Interlocked.Exchange(ref _hasAnnouncedShuffle, 1) == 0)
        {
            Activity.WriteVerbose("Each page is shuffled: the service itself does not shuffle.");
        }
    }

    /// <summary>Reports an error that lets the listing go on.</summary>
    internal void WriteError(CivitaiException exception)
    {
        HasReported = true;
        Activity.WriteError(exception);
    }
}
