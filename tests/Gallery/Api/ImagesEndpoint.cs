using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http.Extensions;

namespace Gallery;

/// <summary><c>GET /api/v1/images</c>: which path of the service answers, in what order, with what cursor.</summary>
internal sealed class ImagesEndpoint
{
    private readonly GalleryOptions _options;
    private readonly Catalogue _catalogue;
    private readonly MediaHost _media;
    private readonly ConcurrentDictionary<string, CatalogueImage[]> _listings = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _issued = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Reply> _pages = new(StringComparer.Ordinal);
    private int _listingsVersion;
    private int _turn;

    public ImagesEndpoint(GalleryOptions options, Catalogue catalogue, MediaHost media)
    {
        _options = options;
        _catalogue = catalogue;
        _media = media;
        _listingsVersion = catalogue.Version;
    }

    public Reply Answer(LoggedRequest request, string scheme, IReadOnlyList<Fault> faults)
    {
        if (faults.FirstOrDefault(fault => fault.Kind == FaultKind.FalseEnd) is { } cut)
        {
            return Reply.Json(200, "{\"items\":[],\"metadata\":{}}"u8.ToArray(), [], cut.Wait);
        }

        // Pages differ by query only; a fault that shapes the page, or a filter of the test's, makes its own.
        var isPlain = _options.Bulk && !faults.Any(ShapesPage);
        if (!isPlain)
        {
            return Make(request, scheme, faults);
        }

        var key = request.Host + request.QueryString;
        Refresh();
        return _pages.TryGetValue(key, out var page) ? page : _pages.GetOrAdd(key, Make(request, scheme, faults));
    }

    private static bool ShapesPage(Fault fault) =>
        fault.Kind is FaultKind.RepeatCursor or FaultKind.EmptyPage or FaultKind.ShortPage or FaultKind.Overlap or FaultKind.Metadata or FaultKind.UnreadableItem;

    private Reply Make(LoggedRequest request, string scheme, IReadOnlyList<Fault> faults)
    {
        var generation = _options.Generation;
        var alternating = generation == Generation.Alternating;
        if (alternating)
        {
            generation = Interlocked.Increment(ref _turn) % 2 == 1 ? Generation.G1Feed : Generation.G2Feed;
        }

        var parameters = _options.IgnoredParameters.Count == 0
            ? request.Query
            : request.Query.Where(parameter => !_options.IgnoredParameters.Contains(parameter.Key)).ToDictionary(StringComparer.Ordinal);
        var (query, issues) = ImagesQuery.Parse(parameters, withIds: generation == Generation.G2Feed);
        if (issues is not null)
        {
            return Reply.Json(400, issues.ToBody());
        }

        if (query.Page != 0 && string.IsNullOrEmpty(query.Cursor) && (long)query.Page * query.Limit > 1000)
        {
            return Reply.Json(429, "{\"error\":\"You've requested too many pages, please use cursors instead\"}");
        }

        var newest = generation == Generation.G2Feed;
        return query.IsLegacy ? Legacy(request, query, scheme, faults, newest) : Feed(request, query, scheme, faults, generation, alternating);
    }

    private Reply Feed(LoggedRequest request, ImagesQuery query, string scheme, IReadOnlyList<Fault> faults, Generation generation, bool alternating)
    {
        if (generation == Generation.G1Index && query.UserId == 0 && query.Username.Length > 0 && !_catalogue.IsUser(query.Username))
        {
            return UserNotFound(newest: false);
        }

        // Posts, a limit of 0 and Random stay with the older code.
        var feedService = generation == Generation.G2Feed && query.PostId == 0 && query.Limit > 0 && query.Sort != "Random";
        if (query.Limit == 0)
        {
            return generation == Generation.G2Feed
                ? Reply.Json(500, "{\"message\":\"An unexpected error occurred\",\"error\":\"Cannot read properties of undefined (reading 'sortAtUnix')\"}")
                : Reply.Json(500, "{\"error\":\"Cannot read properties of undefined (reading 'sortAtUnix')\"}");
        }

        var filterKey = query.FilterKey;
        var list = Listing((feedService ? "G2/" : "G1/") + filterKey, () => Select(query, legacy: false, allTags: feedService));
        var start = 0;
        if (!string.IsNullOrEmpty(query.Cursor))
        {
            var given = query.Cursor;
            if (given.StartsWith("feed:", StringComparison.Ordinal))
            {
                if (feedService || alternating)
                {
                    var refusal = FindAfter(list, given, filterKey, out start);
                    if (refusal is not null)
                    {
                        return Reply.Json(400, "{\"message\":\"" + refusal + "\"}");
                    }
                }
            }
            else if (feedService && !alternating)
            {
                return Reply.Json(400, "{\"message\":\"This cursor can no longer be continued; start again without it\"}");
            }
            else
            {
                var offset = ImagesQuery.Number(given.Split('|')[0]);
                start = double.IsFinite(offset) && offset >= 0 ? (int)Math.Min(offset, list.Length) : 0;
            }
        }

        var (items, end) = Cut(list, start, query.Limit, faults, out var emptied);
        string? cursor = null;
        if (end < list.Length && (items.Count > 0 || emptied is not null))
        {
            // An empty page by a fault needs a cursor that is new and goes on at the same place.
            var shift = emptied?.Applied ?? 0;
            var last = end > 0 ? list[end - 1] : null;
            var milliseconds = (last ?? list[0]).SortAt.ToUnixTimeMilliseconds() + shift;
            cursor = generation switch
            {
                Generation.G2Feed when feedService => FormattableString.Invariant($"feed:{milliseconds}:{last?.Id ?? 0}"),
                Generation.G1Index => FormattableString.Invariant($"{end}|bdx:{{\"sort\":\"{query.Sort}\",\"v\":{milliseconds},\"id\":{last?.Id ?? 0}}}"),
                _ => FormattableString.Invariant($"{end}|{milliseconds}"),
            };
            if (feedService)
            {
                _issued[cursor + "\n" + filterKey] = cursor;
                _issued[cursor] = cursor;
            }
        }

        return Page(request, query, scheme, faults, items, cursor, cursorIsNumber: false, legacy: false, newest: generation == Generation.G2Feed);
    }

    private Reply Legacy(LoggedRequest request, ImagesQuery query, string scheme, IReadOnlyList<Fault> faults, bool newest)
    {
        if (query.Sort == "Random")
        {
            return newest ? Reply.Json(400, "{\"message\":\"Random sort requires a collectionId\"}") : Reply.Json(400, "{\"error\":\"Random sort requires a collectionId\",\"code\":\"BAD_REQUEST\"}");
        }

        if (query.UserId == 0 && query.Username.Length > 0 && !_catalogue.IsUser(query.Username))
        {
            if (!newest)
            {
                return UserNotFound(newest);
            }
        }

        if (query.UsesPaging && query.Page < 0)
        {
            return Reply.Json(500, "{\"error\":\"OFFSET must not be negative\"}");
        }

        var ascending = query.Sort == "Oldest";
        var list = Listing("DB/" + query.FilterKey, () => Select(query, legacy: true, allTags: false));
        var start = 0;
        if (!string.IsNullOrEmpty(query.Cursor))
        {
            var from = ImagesQuery.Number(query.Cursor);
            if (!double.IsFinite(from))
            {
                return newest
                    ? Reply.Json(400, "{\"message\":\"This cursor cannot be continued with these filters\"}")
                    : Reply.Json(500, "{\"error\":\"invalid input syntax for type integer\",\"code\":\"INTERNAL_SERVER_ERROR\"}");
            }

            // The cursor is the id of the image after the page; descending, the service asks for ids below it and so loses that image.
            start = ascending
                ? Array.FindIndex(list, image => image.Id >= from)
                : Array.FindIndex(list, image => _options.WithoutBoundarySkip ? image.Id <= from : image.Id < from);
            start = start < 0 ? list.Length : start;
        }
        else if (query.UsesPaging)
        {
            start = (int)Math.Min((query.Page - 1L) * query.Limit, list.Length);
        }

        var (items, end) = Cut(list, start, query.Limit, faults, out var emptied);
        string? cursor = null;
        if (end < list.Length)
        {
            var shift = emptied is null ? 0 : ascending ? -emptied.Applied : emptied.Applied;
            cursor = (list[end].Id + shift).ToString(CultureInfo.InvariantCulture);
        }

        return Page(request, query, scheme, faults, items, cursor, cursorIsNumber: true, legacy: true, newest);
    }

    private static (IReadOnlyList<CatalogueImage> Items, int End) Cut(CatalogueImage[] list, int start, int limit, IReadOnlyList<Fault> faults, out Fault? emptied)
    {
        emptied = null;
        foreach (var fault in faults)
        {
            switch (fault.Kind)
            {
                case FaultKind.Overlap:
                    start = Math.Max(0, start - (int)Math.Min(fault.Amount, limit - 1));
                    break;
                case FaultKind.ShortPage:
                    limit = (int)Math.Min(limit, fault.Amount);
                    emptied = limit == 0 ? fault : emptied;
                    break;
                case FaultKind.EmptyPage:
                    limit = 0;
                    emptied = fault;
                    break;
                default:
                    break;
            }
        }

        var end = Math.Min(list.Length, start + limit);
        return (new ArraySegment<CatalogueImage>(list, Math.Min(start, list.Length), Math.Max(0, end - start)), end);
    }

    private Reply Page(LoggedRequest request, ImagesQuery query, string scheme, IReadOnlyList<Fault> faults, IReadOnlyList<CatalogueImage> items, string? cursor, bool cursorIsNumber, bool legacy, bool newest)
    {
        string? form = null;
        Fault? extra = null;
        foreach (var fault in faults)
        {
            switch (fault.Kind)
            {
                case FaultKind.RepeatCursor when fault.Text is not null || cursor is not null || query.Cursor is not null:
                    cursor = fault.Text ?? query.Cursor ?? cursor;
                    cursorIsNumber &= double.IsFinite(ImagesQuery.Number(cursor!));
                    break;
                case FaultKind.Metadata when cursor is null || fault.Reset:
                    form = fault.Text;
                    break;
                case FaultKind.UnreadableItem:
                    extra = fault;
                    break;
                default:
                    break;
            }
        }

        using var writer = new ItemWriter(_media);
        var ends = new int[items.Count];
        writer.Raw("{\"items\":["u8);
        for (var index = 0; index < items.Count; index++)
        {
            if (index > 0)
            {
                writer.Raw(","u8);
            }

            if (extra is not null && index == (int)Math.Min(extra.Amount, items.Count - 1))
            {
                writer.Raw(Encoding.UTF8.GetBytes(extra.Text + ","));
            }

            writer.Write(items[index], query, legacy, newest);
            ends[index] = writer.Length;
        }

        if (extra is not null && items.Count == 0)
        {
            writer.Raw(Encoding.UTF8.GetBytes(extra.Text!));
        }

        writer.Raw("]"u8);
        if (form != "missing")
        {
            writer.Raw(",\"metadata\":"u8);
            writer.Raw(Encoding.UTF8.GetBytes(form ?? Metadata(request, query, scheme, cursor, cursorIsNumber)));
        }

        writer.Raw("}"u8);
        return Reply.Json(200, writer.ToArray(), ends);
    }

    private static string Metadata(LoggedRequest request, ImagesQuery query, string scheme, string? cursor, bool cursorIsNumber)
    {
        var parts = new List<string>();
        if (cursor is not null)
        {
            parts.Add("\"nextCursor\":" + (cursorIsNumber ? cursor : ItemWriter.Text(cursor)));
            var next = new QueryBuilder();
            foreach (var (name, values) in request.Query)
            {
                if (name is not "cursor" && !(name is "page" && query.UsesPaging))
                {
                    next.Add(name, values.Where(value => value.Length > 0));
                }
            }

            if (query.UsesPaging)
            {
                next.Add("page", (query.Page + 1).ToString(CultureInfo.InvariantCulture));
            }
            else
            {
                next.Add("cursor", cursor);
            }

            parts.Add("\"nextPage\":" + ItemWriter.Text(scheme + "://" + request.Host + ImagesQuery.Path + next.ToQueryString()));
        }

        if (query.UsesPaging)
        {
            parts.Add(FormattableString.Invariant($"\"currentPage\":{query.Page},\"pageSize\":{query.Limit}"));
        }

        return "{" + string.Join(',', parts) + "}";
    }

    private static Reply UserNotFound(bool newest) => newest
        ? Reply.Json(200, "{\"items\":[],\"metadata\":{}}")
        : Reply.Json(404, "{\"error\":\"User not found\",\"code\":\"NOT_FOUND\"}");

    private string? FindAfter(CatalogueImage[] list, string cursor, string filterKey, out int start)
    {
        start = 0;
        const string otherFilters = "This cursor cannot be continued with these filters";
        var parts = cursor.Split(':');
        if (parts.Length != 3 || !long.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var id))
        {
            return "This cursor can no longer be continued; start again without it";
        }

        if (_issued.ContainsKey(cursor) && !_issued.ContainsKey(cursor + "\n" + filterKey))
        {
            return otherFilters;
        }

        if (id == 0)
        {
            return null;
        }

        var at = Array.FindIndex(list, image => image.Id == id);
        if (at < 0)
        {
            return _catalogue.Find(id) is null ? "This cursor can no longer be continued; start again without it" : otherFilters;
        }

        start = at + 1;
        return null;
    }

    private void Refresh()
    {
        var version = _catalogue.Version;
        if (Interlocked.Exchange(ref _listingsVersion, version) != version)
        {
            _listings.Clear();
            _pages.Clear();
        }
    }

    private CatalogueImage[] Listing(string key, Func<CatalogueImage[]> make)
    {
        // Small catalogues are searched anew each time, so that tests may change images in place.
        if (_catalogue.Images.Count <= 10_000 && !_options.Bulk)
        {
            return make();
        }

        Refresh();
        return _listings.TryGetValue(key, out var list) ? list : _listings.GetOrAdd(key, make());
    }

    private CatalogueImage[] Select(ImagesQuery query, bool legacy, bool allTags)
    {
        var now = _options.TimeProvider.GetUtcNow();
        DateTimeOffset? since = (query.Period, legacy) switch
        {
            ("AllTime", _) => null,
            // The feed counts days back from this moment, the database from midnight.
            (var period, false) => now.AddDays(period switch { "Day" => -1, "Week" => -7, "Month" => -30, _ => -365 }),
            (var period, true) => Back(new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero), period),
        };
        var mask = legacy && query.LevelMask == 0 ? 1 : query.LevelMask;
        var versionsOfModel = legacy && query.ModelId != 0 ? _catalogue.FindModel(query.ModelId)?.Versions : null;
        var found = new List<CatalogueImage>();
        foreach (var image in _catalogue.Images)
        {
            if ((image.BrowsingLevel & mask) == 0
                || (query.ImageId != 0 && image.Id != query.ImageId)
                || (query.Ids.Length > 0 && Array.IndexOf(query.Ids, image.Id) < 0)
                || (query.PostId != 0 && image.PostId != query.PostId)
                || (query.ModelVersionId != 0 && !image.HasVersion(query.ModelVersionId))
                || (query.ModelVersionId == 0 && query.ModelId != 0 && Array.IndexOf(image.ModelIds, query.ModelId) < 0)
                || (query.UserId != 0 && image.UserId != query.UserId)
                || (query.UserId == 0 && query.Username.Length > 0 && !string.Equals(image.Username, query.Username, StringComparison.OrdinalIgnoreCase))
                || (query.Type is not null && image.Type != query.Type)
                || (query.BaseModels.Length > 0 && Array.IndexOf(query.BaseModels, image.BaseModel) < 0)
                || query.RequiringMeta
                || (since is { } from && (legacy ? image.CreatedAt < from : image.SortAt <= from))
                || (query.Tags.Length > 0 && !HasTags(image, query.Tags, allTags)))
            {
                continue;
            }

            found.Add(image);
            if (versionsOfModel is not null && _options.LegacyDuplicates && versionsOfModel.Count(version => Array.IndexOf(image.ModelVersionIds, version.Id) >= 0) > 1)
            {
                found.Add(image);
            }
        }

        var list = found.ToArray();
        if (legacy)
        {
            Array.Sort(list, query.Sort == "Oldest" ? (a, b) => a.Id.CompareTo(b.Id) : (a, b) => b.Id.CompareTo(a.Id));
        }
        else
        {
            Sort(list, query.Sort);
        }

        return list;
    }

    private static DateTimeOffset Back(DateTimeOffset midnight, string period) => period switch
    {
        "Day" => midnight.AddDays(-1),
        "Week" => midnight.AddDays(-7),
        "Month" => midnight.AddMonths(-1),
        _ => midnight.AddYears(-1),
    };

    private static bool HasTags(CatalogueImage image, long[] tags, bool all)
    {
        bool Has(long id) => Array.Exists(image.Tags, tag => tag.Id == id);
        return all ? Array.TrueForAll(tags, Has) : Array.Exists(tags, Has);
    }

    private static void Sort(CatalogueImage[] list, string sort)
    {
        Func<CatalogueImage, long> key = sort switch
        {
            "Most Reactions" => image => image.Stats.ReactionCount,
            "Most Comments" => image => image.Stats.CommentCount,
            "Most Collected" => image => image.Stats.CollectedCount,
            "Oldest" => image => -image.SortAt.UtcTicks,
            _ => image => image.SortAt.UtcTicks,
        };

        // The service has no tiebreak: ties come in an order that means nothing, here a scrambled id.
        var keys = new (long Key, ulong Tie)[list.Length];
        for (var index = 0; index < list.Length; index++)
        {
            keys[index] = (-key(list[index]), Dice.Mix((ulong)list[index].Id));
        }

        Array.Sort(keys, list);
    }
}
