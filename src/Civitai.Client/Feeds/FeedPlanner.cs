using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Threading.Tasks;

namespace Civitai.Client.Feeds;

/// <summary>Chooses the feeds that answer a query: one for each combination of its values, and for models one for each version where the order needs it.</summary>
internal sealed class FeedPlanner
{
    private readonly FeedContext _context;
    private readonly ImageQuery _query;
    private readonly MergeLimits _limits = new();

    internal FeedPlanner(FeedContext context)
    {
        _context = context;
        _query = context.Query;
    }

    /// <summary>Opens the query. Nothing is asked for yet but the versions of models.</summary>
    internal async Task<ImageReadAhead> OpenAsync()
    {
        if (_context.IsLookup)
        {
            return new ImageLookup(_context);
        }

        // Asked about a whole model, the service ignores the other sorts and answers newest first (and refuses Random).
        return _query.ModelIds.Count > 0 && _query.Sort is not (ImageSort.Newest or ImageSort.Oldest)
            ? await OpenModelsAsync().ConfigureAwait(false)
            : OpenFeeds(Addresses(_query.Sort, Filters(_query.ModelIds, _query.ModelVersionIds)));
    }

    private static IEnumerable<long?> Each(IReadOnlyList<long> ids) => ids.Count == 0 ? [null] : ids.Distinct().Select(id => (long?)id);

    private static string Text(long id) => id.ToString(CultureInfo.InvariantCulture);

    private ImageReadAhead OpenFeeds(List<FeedAddress> addresses)
    {
        if (addresses.Count == 1 && (_query.Cursor is null || !MergeCursor.IsOne(_query.Cursor)))
        {
            return new CursorFeed(_context, addresses[0], _query.Cursor, limits: null, _context.Lifetime);
        }

        return Merge(addresses, MergeOrder.Of(_query.Sort, addresses[0].IsModelListing), ReadCursor(addresses), merge => MergeCursor.Write(merge.Feeds));
    }

    private async Task<ImageReadAhead> OpenModelsAsync()
    {
        var cursor = _query.Cursor is { } text ? MergeCursor.Read(text) : null;
        IReadOnlyList<ModelVersions> models;
        try
        {
            models = await ModelVersions.FindAsync(_context, _query.ModelIds.Distinct().Where(id => cursor?.Names(MergeCursor.Model, id) != true).ToArray()).ConfigureAwait(false);
        }
        catch (CivitaiException exception)
        {
            exception.Cursor ??= _query.Cursor;
            throw;
        }

        // What an earlier run knew of the versions is in its cursor, and so is which models it listed without them.
        bool IsKnown(ModelVersions model) => model.Ids.Count > 0 || cursor?.Names(MergeCursor.RestOfModel, model.ModelId) == true;
        var versions = models.SelectMany(model => model.Ids).Distinct().ToArray();
        if (models.Any(model => model.Ids.Count == 0 && IsKnown(model)))
        {
            versions = [.. versions.Union(cursor!.VersionIds)];
        }

        var known = models.Where(IsKnown).Select(model => model.ModelId).ToArray();
        var unknown = models.Where(model => !IsKnown(model)).ToDictionary(model => model.ModelId, model => model.Failure?.Message ?? "The service lists no versions.");
        var own = _query.ModelIds.Distinct().Except(known).ToArray();

        var addresses = new List<FeedAddress>();
        if (versions.Length > 0)
        {
            addresses.AddRange(Addresses(_query.Sort, Filters([], versions)));
        }

        if (own.Length > 0)
        {
            addresses.AddRange(Addresses(ImageSort.Newest, Filters(own, [])));
        }

        var rest = known.Length > 0 ? Addresses(ImageSort.Newest, Filters(known, []).Select(filter => filter with { IsRest = true })) : new List<FeedAddress>();
        cursor = _query.Cursor is null ? null : ReadCursor([.. addresses, .. rest]);
        MergedFeed? merge = null, restMerge = null;
        string Write() => MergeCursor.Write([.. merge!.Feeds, .. restMerge?.Feeds ?? []]);
        merge = Merge(addresses, MergeOrder.Of(_query.Sort, isModelListing: false), cursor, _ => Write(), unknown);
        if (rest.Count == 0)
        {
            return merge;
        }

        restMerge = Merge(rest, FeedOrder.HighestId, cursor, _ => Write());
        return new ModelFeed(_context, merge, restMerge, cursor is null ? null : versions);
    }

    /// <summary>Reads the cursor of the query for these feeds.</summary>
    /// <exception cref="CivitaiException">It belongs to other feeds.</exception>
    private MergeCursor? ReadCursor(IReadOnlyList<FeedAddress> addresses)
    {
        if (_query.Cursor is not { } text)
        {
            return null;
        }

        var cursor = MergeCursor.Read(text);
        return addresses.Any(address => cursor.Names(address.Key)) ? cursor : throw new CivitaiException(
            CivitaiError.InvalidQuery, "This cursor belongs to another query: it names none of the feeds that this one reads.")
        {
            Target = _query,
            RecommendedAction = "Specify -Cursor exactly as the error of the earlier run named it, together with that run's other parameters.",
        };
    }

    private MergedFeed Merge(
        List<FeedAddress> addresses,
        FeedOrder order,
        MergeCursor? cursor,
        Func<MergedFeed, string> write,
        IReadOnlyDictionary<long, string>? unknown = null)
    {
        if (addresses.Count > 1)
        {
            _context.Activity.WriteVerbose("Merging " + Text(addresses.Count) + " feeds.");
            if (order == FeedOrder.Interleaved && _query.Sort == ImageSort.MostCollected)
            {
                _context.Activity.WriteWarning(
                    CivitaiWarning.OrderNotComparable,
                    "the service does not report collection counts, so results from several models, versions, posts, users or tags are interleaved by rank.");
            }
        }

        MergedFeed? merge = null;
        merge = new MergedFeed(_context, order, () => write(merge!));
        if (_query.Sort == ImageSort.Random)
        {
            Shuffle(addresses);
        }

        merge.Add(addresses.Select(address => Feed(address, cursor, merge, unknown)));
        return merge;
    }

    /// <summary>Where nothing decides which feed gives the first image, chance does.</summary>
    private static void Shuffle(List<FeedAddress> addresses)
    {
        var random = new Random();
        for (var i = addresses.Count - 1; i > 0; i--)
        {
#pragma warning disable CA5394 // The order of pictures is no secret.
            var j = random.Next(i + 1);
#pragma warning restore CA5394
            (addresses[i], addresses[j]) = (addresses[j], addresses[i]);
        }
    }

    private CursorFeed Feed(FeedAddress address, MergeCursor? cursor, MergedFeed merge, IReadOnlyDictionary<long, string>? unknown)
    {
        string? reason = null;
        var isUnknown = address.Filter.ModelId is { } id && unknown?.TryGetValue(id, out reason) == true;
        var feed = new CursorFeed(_context, address, cursor?.CursorOf(address.Key), _limits, merge.Stop)
        {
            OnFirst = isUnknown ? () => WarnOfOrder(address.Filter.ModelId!.Value, reason!) : null,
            OnNone = isUnknown ? () => ReportMissing(address.Filter.ModelId!.Value, reason!) : null,
        };
        if (cursor?.IsAtEnd(address.Key) == true)
        {
            feed.End();
        }

        return feed;
    }

    private void WarnOfOrder(long modelId, string reason) => _context.Activity.WriteWarning(
        CivitaiWarning.OrderNotKept,
        "the versions of model " + Text(modelId) + " could not be looked up, so the service's own listing of the model is read, newest first. " + reason);

    private void ReportMissing(long modelId, string reason) => _context.WriteError(new CivitaiException(
        CivitaiError.NotFound, "No images of model " + Text(modelId) + " were found, and its versions could not be looked up. " + reason)
    {
        Target = modelId,
        RecommendedAction = "Check the model ID. It is the number after /models/ in the URL of the model's page.",
    });

    private List<FeedAddress> Addresses(ImageSort sort, IEnumerable<FeedFilter> filters)
    {
        var addresses = new List<FeedAddress>();
        foreach (var filter in filters)
        {
            var isModelListing = filter.ModelId is not null && filter.ModelVersionId is null;
            var period = _query.Since is { } since ? SincePeriod.Covering(since, _context.Time.GetUtcNow(), isModelListing) : _query.Period;
            addresses.Add(FeedAddress.For(_query, period, filter, sort));
        }

        return addresses;
    }

    /// <summary>Each combination of the query's values.</summary>
    private IEnumerable<FeedFilter> Filters(IReadOnlyList<long> modelIds, IReadOnlyList<long> versionIds)
    {
        string?[] names = _query.Usernames.Count == 0 ? new string?[] { null } : _query.Usernames.Distinct(StringComparer.OrdinalIgnoreCase).ToArray();
        return
            from modelId in Each(modelIds)
            from versionId in Each(versionIds)
            from postId in Each(_query.PostIds)
            from userId in Each(_query.UserIds)
            from name in names
            from tagId in Each(_query.TagIds)
            select new FeedFilter { ModelId = modelId, ModelVersionId = versionId, PostId = postId, UserId = userId, Username = name, TagId = tagId };
    }
}
