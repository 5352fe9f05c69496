using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace Civitai.Client.Feeds;

/// <summary>
/// Several feeds as one, in the order of the sort: a k-way merge that reads on in a feed only when its next image is needed. Each feed is in
/// order, so the last image taken from it says what the next one can be at best. Only the first pages are asked for several at a time; where
/// nothing can be compared, not even those. Images that tie come from the feeds in turn. Requests for the first n images of k feeds: at most
/// k + (n + d) / p, where p is the page size (at most n) and d the number of images that several of the feeds give.
/// </summary>
internal sealed class MergedFeed : ImageReadAhead
{
    private readonly FeedContext _context;
    private readonly FeedOrder _order;
    private readonly Func<string> _cursor;
    private readonly CancellationTokenSource _stop;
    private Entry[] _entries = [];
    private long _turn;

    /// <param name="context">What the listing's feeds share.</param>
    /// <param name="order">How their images compare.</param>
    /// <param name="cursor">Writes the cursor of the whole listing.</param>
    internal MergedFeed(FeedContext context, FeedOrder order, Func<string> cursor)
    {
        _context = context;
        _order = order;
        _cursor = cursor;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(context.Lifetime);
    }

    /// <summary>Cancelled when a feed has failed for good: what the others have asked for is of no use any more.</summary>
    internal CancellationToken Stop => _stop.Token;

    internal IReadOnlyList<CursorFeed> Feeds => Array.ConvertAll(_entries, entry => entry.Feed);

    /// <summary>Whether all feeds are at their end and everything has been given out.</summary>
    internal bool HasEnded => Head is null && Array.TrueForAll(_entries, entry => entry.Feed.HasEnded);

    /// <summary>Adds the feeds, before anything is read.</summary>
    internal void Add(IEnumerable<CursorFeed> feeds) => _entries = feeds.Select(feed => new Entry(feed)).ToArray();

    internal override bool TryFill()
    {
        if (Head is null && Next() is { Feed.Head: not null } next)
        {
            next.Turn = ++_turn;
            next.Bound = next.Key(_order);
            Head = next.Feed.Take();
        }

        return Head is not null;
    }

    internal override async Task<bool> FillAsync(CancellationToken cancellationToken)
    {
        while (!TryFill())
        {
            if (Next() is not { } next)
            {
                return false;
            }

            // The feeds that have given nothing yet can all have the first image, unless they take turns.
            var needed = _order == FeedOrder.Interleaved || next.Turn > 0
                ? [next.Feed]
                : Array.ConvertAll(Array.FindAll(_entries, entry => entry.Turn == 0 && !entry.Feed.HasEnded && !entry.Feed.TryFill()), entry => entry.Feed);
            await FillAsync(needed, cancellationToken).ConfigureAwait(false);
        }

        return true;
    }

    internal override async Task WhenIdleAsync()
    {
        await Task.WhenAll(_entries.Select(entry => entry.Feed.WhenIdleAsync())).ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task FillAsync(CursorFeed[] feeds, CancellationToken cancellationToken)
    {
        try
        {
            await FirstFailure.RunAsync(feeds, feeds.Length, FillOneAsync, cancellationToken).ConfigureAwait(false);
        }
        catch (CivitaiException exception) when (!Array.Exists(feeds, feed => feed.IsCursorRefused))
        {
            await Task.WhenAll(_entries.Select(entry => entry.Feed.WhenIdleAsync())).ConfigureAwait(false);
            Array.ForEach(_entries, entry => entry.Feed.Settle());
            exception.Cursor = _cursor();
            throw;
        }
    }

    private async Task FillOneAsync(CursorFeed feed, CancellationToken cancellationToken)
    {
        try
        {
            await feed.FillAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (CivitaiException exception) when (exception.Error == CivitaiError.NotFound && _entries.Length > 1)
        {
            // A user or a model that is not there costs only itself.
            _context.WriteError(exception);
            feed.End();
        }
        catch (CivitaiException)
        {
            _stop.Cancel();
            throw;
        }
    }

    /// <summary>The entry whose image comes next; one without a head may have it, and must be asked first. Null when all are at their end.</summary>
    private Entry? Next()
    {
        Entry? best = null;
        foreach (var entry in _entries)
        {
            if ((entry.Feed.TryFill() || !entry.Feed.HasEnded) && (best is null || IsBefore(entry, best)))
            {
                best = entry;
            }
        }

        return best;
    }

    private bool IsBefore(Entry one, Entry other)
    {
        var difference = one.Key(_order).CompareTo(other.Key(_order));
        return difference > 0 || (difference == 0 && one.Turn < other.Turn);
    }

    /// <summary>A feed and what is known of it.</summary>
    private sealed class Entry(CursorFeed feed)
    {
        internal CursorFeed Feed { get; } = feed;

        /// <summary>When an image was last taken from the feed; 0 for never.</summary>
        internal long Turn { get; set; }

        /// <summary>The key of the last image that was taken: the next one's is not larger.</summary>
        internal long Bound { get; set; } = long.MaxValue;

        /// <summary>The key of the next image, or the largest that it can have. An image of unknown date follows the one before it.</summary>
        internal long Key(FeedOrder order) => order == FeedOrder.Interleaved ? 0 : (Feed.Head is { } head ? MergeOrder.Key(order, head) : null) ?? Bound;
    }
}
