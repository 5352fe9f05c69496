using System;
using System.Threading;
using Civitai.Client.Http;

namespace Civitai.Client.Feeds;

/// <summary>What all the feeds of one listing share.</summary>
internal sealed class FeedContext
{
    private int _hasAnnouncedShuffle;

    internal FeedContext(HttpSession session, ImageQuery query, IActivity activity, TimeProvider time, CancellationToken lifetime)
    {
        Requests = new RequestGroup(session);
        Query = query;
        Activity = activity;
        Time = time;
        Lifetime = lifetime;
        Demand = new Demand(query.First);
        Check = new FilterCheck(query, activity);
        Sizing = query.ImageIds.Count > 0
            ? new PageSizing(ImageLookup.Concurrency, Demand, ImageLookup.IsFiltering(query))
            : new PageSizing(query.PageSize, Demand, query.Since is not null || query.Sort == ImageSort.Random);
    }

    internal RequestGroup Requests { get; }

    internal ImageQuery Query { get; }

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
