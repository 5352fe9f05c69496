using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace Civitai.Client.Feeds;

/// <summary>Says in words what a query asks for.</summary>
internal static class QueryText
{
    /// <summary>For instance <c>model 7, user alice, type Video, level Soft and below</c>; <c>the whole gallery</c> where nothing is narrowed.</summary>
    /// <param name="query">The query.</param>
    /// <param name="isLookup">Whether it is for images by their ids, which may have come one by one.</param>
    internal static string Describe(ImageQuery query, bool isLookup)
    {
        var parts = new List<string>();
        void Add<T>(string one, string many, IReadOnlyCollection<T> values)
        {
            if (values.Count > 0)
            {
                const int most = 5;
                var texts = values.Take(most).Select(value => Convert.ToString(value, CultureInfo.InvariantCulture));
                parts.Add((values.Count == 1 ? one : many) + " " + string.Join(", ", texts) + (values.Count > most ? ", …" : string.Empty));
            }
        }

        if (isLookup && query.ImageIds.Count == 0)
        {
            parts.Add("images by ID");
        }

        Add("image", "images", query.ImageIds);
        Add("model", "models", query.ModelIds);
        Add("model version", "model versions", query.ModelVersionIds);
        Add("post", "posts", query.PostIds);
        Add("user", "users", query.UserIds);
        Add("user", "users", query.Usernames);
        Add("tag", "tags", query.TagIds);
        Add("base model", "base models", query.BaseModels);
        if (query.Type is { } type)
        {
            parts.Add("type " + type);
        }

        if (query.Since is { } since)
        {
            parts.Add("since " + since.ToLocalTime().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture));
        }
        else if (query.Period != TimePeriod.AllTime)
        {
            parts.Add("period " + query.Period);
        }

        if (query.Cursor is not null)
        {
            parts.Add("from the cursor on");
        }

        if (query.BrowsingLevel is { } levels)
        {
            parts.Add("levels " + levels);
        }
        else if (query.NsfwLevel is { } level)
        {
            parts.Add("level " + level + (level == ImageNsfwLevel.None ? string.Empty : " and below"));
        }

        return parts.Count == 0 ? "the whole gallery" : string.Join(", ", parts);
    }
}
