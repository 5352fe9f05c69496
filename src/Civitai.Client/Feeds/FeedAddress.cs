using System;
using System.Globalization;
using System.Text;

namespace Civitai.Client.Feeds;

/// <summary>
/// One feed of the service: the part of the request that is the same for all its pages, in the service's own spelling. Only names that the
/// service knows are ever written here, for it ignores all others in silence and answers with the whole gallery.
/// </summary>
internal sealed class FeedAddress
{
    private readonly string _parameters;

    private FeedAddress(string key, string parameters, FeedFilter filter, ImageSort sort)
    {
        Key = key;
        _parameters = parameters;
        Filter = filter;
        Sort = sort;
    }

    /// <summary>What tells this feed from the others of a merge, for the cursor of the whole.</summary>
    internal string Key { get; }

    /// <summary>Whose images it lists.</summary>
    internal FeedFilter Filter { get; }

    /// <summary>The order it is asked for in.</summary>
    internal ImageSort Sort { get; }

    /// <summary>Whether the service answers from its listing of a whole model: ordered and continued by id, with the true creation time.</summary>
    internal bool IsModelListing => Filter.ModelId is not null && Filter.ModelVersionId is null;

    /// <summary>The feed of one combination of the query's filters.</summary>
    /// <param name="query">The query.</param>
    /// <param name="period">How far back.</param>
    /// <param name="filter">The combination.</param>
    /// <param name="sort">The order to ask for.</param>
    internal static FeedAddress For(ImageQuery query, TimePeriod period, FeedFilter filter, ImageSort sort)
    {
        var parameters = new StringBuilder();
        var key = new StringBuilder();
        void Add(string name, string letter, long? id)
        {
            if (id is { } number)
            {
                Append(parameters, name, number);
                key.Append(letter).Append(number.ToString(CultureInfo.InvariantCulture));
            }
        }

        Add("modelId", filter.IsRest ? MergeCursor.RestOfModel : MergeCursor.Model, filter.ModelId);
        Add("modelVersionId", MergeCursor.ModelVersion, filter.ModelVersionId);
        Add("postId", "p", filter.PostId);
        Add("userId", "u", filter.UserId);
        if (filter.Username is { } username)
        {
            Append(parameters, "username", username);
        }

        AppendLevel(parameters, query);
        Append(parameters, "sort", SortName(sort));
        if (period != TimePeriod.AllTime)
        {
            Append(parameters, "period", period.ToString());
        }

        if (query.Type is { } type)
        {
            Append(parameters, "type", TypeName(type));
        }

        foreach (var baseModel in query.BaseModels)
        {
            // Repeated and not as a list: the names are free text.
            Append(parameters, "baseModels", baseModel);
        }

        // One at a time: of several, one generation of the service lists the images with any of them and the next those with all of them.
        Add("tags", "t", filter.TagId);
        if (filter.Username is not null)
        {
            key.Append('n').Append(filter.Username);
        }

        AppendContent(parameters, query);
        return new FeedAddress(key.ToString(), parameters.ToString(), filter, sort);
    }

    /// <summary>The address of one image, at whatever level it is unless the query names one.</summary>
    internal static string ForImage(ImageQuery query, long imageId, int? limit = null)
    {
        var parameters = new StringBuilder();
        Append(parameters, "imageId", imageId);
        if (query.NsfwLevel is null && query.BrowsingLevel is null)
        {
            // Without it the service keeps back everything above PG.
            Append(parameters, "browsingLevel", 31);
        }
        else
        {
            AppendLevel(parameters, query);
        }

        AppendContent(parameters, query);
        if (limit is { } items)
        {
            Append(parameters, "limit", items);
        }

        return Address(parameters.ToString());
    }

    /// <summary>The address of a page.</summary>
    internal string Page(int limit, string? cursor)
    {
        var parameters = new StringBuilder(_parameters);
        Append(parameters, "limit", limit);
        if (cursor is not null)
        {
            Append(parameters, "cursor", cursor);
        }

        return Address(parameters.ToString());
    }

    private static string Address(string parameters) => "api/v1/images?" + parameters;

    private static void AppendLevel(StringBuilder parameters, ImageQuery query)
    {
        if (query.BrowsingLevel is { } browsingLevel)
        {
            Append(parameters, "browsingLevel", (int)browsingLevel);
        }
        else if (query.NsfwLevel is { } level)
        {
            Append(parameters, "nsfw", level == ImageNsfwLevel.Explicit ? "X" : level.ToString());
        }
    }

    private static void AppendContent(StringBuilder parameters, ImageQuery query)
    {
        if (query.IncludeMeta)
        {
            // The service sends none unless asked, and nests it in listings of a whole model unless asked not to.
            Append(parameters, "withMeta", "true");
            Append(parameters, "flatMeta", "true");
        }

        if (query.IncludeTags)
        {
            Append(parameters, "withTags", "true");
        }
    }

    private static string SortName(ImageSort sort) => sort switch
    {
        ImageSort.MostComments => "Most Comments",
        ImageSort.MostCollected => "Most Collected",
        ImageSort.Newest => "Newest",
        ImageSort.Oldest => "Oldest",
        ImageSort.Random => "Random",
        _ => "Most Reactions",
    };

    private static string TypeName(MediaType type) => type switch
    {
        MediaType.Video => "video",
        MediaType.Audio => "audio",
        _ => "image",
    };

    private static void Append(StringBuilder parameters, string name, long value) =>
        Append(parameters, name, value.ToString(CultureInfo.InvariantCulture));

    private static void Append(StringBuilder parameters, string name, string value)
    {
        if (parameters.Length > 0)
        {
            parameters.Append('&');
        }

        parameters.Append(name).Append('=').Append(Uri.EscapeDataString(value));
    }
}
