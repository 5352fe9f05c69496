using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Civitai.Client.Http;

namespace Civitai.Client.Feeds;

/// <summary>A whole query: chooses the feeds that answer it, and gives each image once, and no more than are wanted.</summary>
internal sealed class QueryFeed : IImageFeed
{
    /// <summary>How long closing waits for what is still under way; cancellation takes effect at once unless a platform handler hangs.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly HttpSession _session;
    private readonly IActivity _activity;
    private readonly ImageQuery _query;
    private readonly TimeProvider _time;
    private readonly Demand _demand;
    private readonly CancellationTokenSource _lifetime = new();
    private readonly IdSet _given = new();
    private ImageReadAhead? _source;
    private Task<ImageReadAhead>? _opening;
    private bool _disposed;

    internal QueryFeed(HttpSession session, ImageQuery query, IActivity activity, TimeProvider time)
    {
        _session = session;
        _query = query;
        _activity = activity;
        _time = time;
        _demand = new Demand(query.First);
    }

    /// <inheritdoc/>
    public bool TryRead([NotNullWhen(true)] out Image? image)
    {
        while (_source is { } source && !_demand.IsMet && source.TryFill())
        {
            image = source.Take();

            // An id asked for twice by name is wanted twice.
            if (_query.ImageIds.Count == 0 && !_given.Add(image.Id))
            {
                continue;
            }

            _demand.Take();
            return true;
        }

        image = null;
        return false;
    }

    /// <inheritdoc/>
    public async Task<bool> WaitToReadAsync(CancellationToken cancellationToken)
    {
        using var stop = cancellationToken.Register(static state => ((CancellationTokenSource)state!).Cancel(), _lifetime);
        if (_demand.IsMet)
        {
            return false;
        }

        try
        {
            _source ??= await (_opening = OpenAsync(_lifetime.Token)).ConfigureAwait(false);
            return await _source.FillAsync(_lifetime.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_lifetime.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (CivitaiException exception) when (exception.Cursor is { } cursor && _session.Shown(cursor) != cursor)
        {
            // It holds the key, or what would act on a terminal: no cursor of the service does, and nobody is told to type it.
            exception.Cursor = null;
            throw;
        }
    }

    /// <inheritdoc/>
    public ListingProgress GetProgress() => new() { Pages = _session.PageCount, Waiting = _session.WaitLeft };

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        _lifetime.Cancel();
        if (Task.Run(WhenIdleAsync).Wait(Patience))
        {
            _lifetime.Dispose();
        }
    }

    private async Task WhenIdleAsync()
    {
        if (_opening is { } opening)
        {
            // Whatever it ended with: nobody is there any more to be told.
            await Task.WhenAny(opening).ConfigureAwait(false);
            _ = opening.Exception;
        }

        if (_source is { } source)
        {
            await source.WhenIdleAsync().ConfigureAwait(false);
        }
    }

    private static IEnumerable<long?> Each(IReadOnlyList<long> ids) => ids.Count == 0 ? [null] : ids.Distinct().Select(id => (long?)id);

    private async Task<ImageReadAhead> OpenAsync(CancellationToken cancellationToken)
    {
        if (_query.ImageIds.Count > 0)
        {
            return new ImageLookup(_session, _activity, _query, _demand, cancellationToken);
        }

        var modelIds = _query.ModelIds;
        var versionIds = _query.ModelVersionIds;
        if (modelIds.Count > 0 && _query.Sort is not (ImageSort.Newest or ImageSort.Oldest))
        {
            // Asked about a whole model, the service ignores these sorts and answers newest first (and refuses Random).
            try
            {
                versionIds = await ModelVersions.FindAsync(_session, _query, cancellationToken).ConfigureAwait(false);
            }
            catch (CivitaiException exception)
            {
                exception.Cursor ??= _query.Cursor;
                throw;
            }

            modelIds = [];
            if (versionIds.Count == 0)
            {
                _activity.WriteVerbose("The model has no published versions: nothing to list.");
                return new MergedFeed([], FeedOrder.Interleaved);
            }
        }

        return Open(Addresses(modelIds, versionIds), cancellationToken);
    }

    private ImageReadAhead Open(List<FeedAddress> addresses, CancellationToken cancellationToken)
    {
        var keys = addresses.Select(address => address.Key).ToArray();
        if (addresses.Count == 1 && (_query.Cursor is null || !MergeCursor.IsOne(_query.Cursor)))
        {
            return Open(addresses[0], _query.Cursor, cancellationToken);
        }

        var cursors = _query.Cursor is { } cursor ? MergeCursor.Read(cursor, keys, _query) : null;
        var order = Order(addresses[0].IsModelListing);
        _activity.WriteVerbose("Merging " + addresses.Count.ToString(System.Globalization.CultureInfo.InvariantCulture) + " feeds.");
        if (order == FeedOrder.Interleaved && _query.Sort == ImageSort.MostCollected && addresses.Count > 1)
        {
            _activity.WriteWarning(
                CivitaiWarning.OrderNotComparable,
                "the service does not report collection counts, so results from several models, versions, posts or users are interleaved by rank.");
        }

        return new MergedFeed(
            addresses
                .Where(address => cursors is null || cursors.ContainsKey(address.Key))
                .Select(address => Open(address, cursors?[address.Key], cancellationToken)),
            order);
    }

    private CursorFeed Open(FeedAddress address, string? cursor, CancellationToken cancellationToken) =>
        new(_session, _activity, _query, address, cursor, _demand, cancellationToken);

    private List<FeedAddress> Addresses(IReadOnlyList<long> modelIds, IReadOnlyList<long> versionIds)
    {
        var period = _query.Since is { } since ? SincePeriod.Covering(since, _time.GetUtcNow(), modelIds.Count > 0) : _query.Period;
        string?[] names = _query.Usernames.Count == 0 ? new string?[] { null } : _query.Usernames.Distinct(StringComparer.OrdinalIgnoreCase).ToArray();
        var addresses = new List<FeedAddress>();
        foreach (var modelId in Each(modelIds))
        {
            foreach (var versionId in Each(versionIds))
            {
                foreach (var postId in Each(_query.PostIds))
                {
                    foreach (var userId in Each(_query.UserIds))
                    {
                        foreach (var name in names)
                        {
                            addresses.Add(FeedAddress.For(
                                _query,
                                period,
                                new FeedFilter { ModelId = modelId, ModelVersionId = versionId, PostId = postId, UserId = userId, Username = name }));
                        }
                    }
                }
            }
        }

        return addresses;
    }

    private FeedOrder Order(bool isModelListing) => _query.Sort switch
    {
        ImageSort.MostReactions => FeedOrder.Reactions,
        ImageSort.MostComments => FeedOrder.Comments,
        ImageSort.Newest => isModelListing ? FeedOrder.HighestId : FeedOrder.Latest,
        ImageSort.Oldest => isModelListing ? FeedOrder.LowestId : FeedOrder.Earliest,
        _ => FeedOrder.Interleaved,
    };
}
