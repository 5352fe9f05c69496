using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace Civitai.Client.Feeds;

/// <summary>
/// Several feeds as one, in the order of the sort: a k-way merge that reads on in a feed only when its next image is needed. The first
/// pages are fetched several at a time. Requests for the first n images of k feeds: at most k + (n + d) / p, where p is the page size (at
/// most n) and d the number of images that several of the feeds give.
/// </summary>
internal sealed class MergedFeed : ImageReadAhead
{
    /// <summary>How many pages are asked for at once. The service lets 20 heavy requests run at a time, for everybody.</summary>
    internal const int Concurrency = 8;

    private readonly CursorFeed[] _feeds;
    private readonly FeedOrder _order;

    internal MergedFeed(IEnumerable<CursorFeed> feeds, FeedOrder order)
    {
        _feeds = feeds.ToArray();
        _order = order;
    }

    internal override bool TryFill()
    {
        if (Head is not null)
        {
            return true;
        }

        var best = -1;
        for (var i = 0; i < _feeds.Length; i++)
        {
            if (!_feeds[i].TryFill())
            {
                if (!_feeds[i].HasEnded)
                {
                    return false;
                }
            }
            else if (best < 0 || IsBefore(_feeds[i], _feeds[best]))
            {
                best = i;
            }
        }

        if (best < 0)
        {
            return false;
        }

        Head = _feeds[best].Take();
        return true;
    }

    internal override async Task<bool> FillAsync(CancellationToken cancellationToken)
    {
        while (!TryFill())
        {
            var waiting = _feeds.Where(feed => !feed.HasEnded && !feed.TryFill()).ToArray();
            if (waiting.Length == 0)
            {
                return false;
            }

            await FillAsync(waiting, cancellationToken).ConfigureAwait(false);
        }

        return true;
    }

    internal override Task WhenIdleAsync() => Task.WhenAll(_feeds.Select(feed => feed.WhenIdleAsync()));

    private async Task FillAsync(CursorFeed[] feeds, CancellationToken cancellationToken)
    {
        if (feeds.Length == 1)
        {
            await FillOneAsync(feeds[0], cancellationToken).ConfigureAwait(false);
            return;
        }

        using var slots = new SemaphoreSlim(Concurrency);
        await Task.WhenAll(feeds.Select(async feed =>
        {
            await slots.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                await FillOneAsync(feed, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                slots.Release();
            }
        })).ConfigureAwait(false);
    }

    private async Task FillOneAsync(CursorFeed feed, CancellationToken cancellationToken)
    {
        try
        {
            await feed.FillAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (CivitaiException exception)
        {
            exception.Cursor = MergeCursor.Write(_feeds);
            throw;
        }
    }

    /// <summary>The point in time: local times are no order in the hour that the clocks are put back.</summary>
    private static DateTime Time(CursorFeed feed, DateTime unknown) => feed.Head!.CreatedAt?.ToUniversalTime() ?? unknown;

    private bool IsBefore(CursorFeed one, CursorFeed other) => _order switch
    {
        FeedOrder.Reactions => one.Head!.ReactionCount > other.Head!.ReactionCount,
        FeedOrder.Comments => one.Head!.CommentCount > other.Head!.CommentCount,
        FeedOrder.Latest => Time(one, DateTime.MinValue) > Time(other, DateTime.MinValue),
        FeedOrder.Earliest => Time(one, DateTime.MaxValue) < Time(other, DateTime.MaxValue),
        FeedOrder.HighestId => one.Head!.Id > other.Head!.Id,
        FeedOrder.LowestId => one.Head!.Id < other.Head!.Id,
        _ => one.Taken < other.Taken,
    };
}
