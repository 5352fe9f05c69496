using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Civitai.Client.Http;

namespace Civitai.Client.Feeds;

/// <summary>Reads links copied from the browser.</summary>
internal static class LinkParser
{
    private const string Known =
        "https://civitai.com/images/ID, /posts/ID, /models/ID, /models/ID?modelVersionId=ID, /user/NAME, /user/NAME/images and /images?tags=ID;ID (also on civitai.red), or a bare image id";

    private const int LongestText = 100;

    private static readonly TextCleaner Cleaner = new(key: null);

    private static readonly string[] Hosts = ["civitai.com", "www.civitai.com", "civitai.red", "www.civitai.red"];

    /// <summary>The query that a link stands for: nothing but its ids or name.</summary>
    /// <exception cref="CivitaiException">The link is of no form that is known.</exception>
    internal static ImageQuery Parse(string link)
    {
        var text = link.Trim();
        if (ReadId(text) is { } bareId)
        {
            return new ImageQuery { ImageIds = [bareId] };
        }

        if (Uri.TryCreate(text, UriKind.Absolute, out var uri)
            && uri.Scheme is "https" or "http"
            && uri.UserInfo.Length == 0
            && Hosts.Contains(uri.Host, StringComparer.OrdinalIgnoreCase)
            && Read(uri) is { } query)
        {
            return query;
        }

        throw new CivitaiException(
            CivitaiError.LinkNotSupported,
            "\"" + Cleaner.Clean(text, LongestText) + "\" is not a link that can be listed. Supported are " + Known + ".")
        {
            Target = link,
            RecommendedAction = "Copy the URL of the page from the browser. The numbers that -ModelId, -PostId, -TagId and -Id take stand in it.",
        };
    }

    private static ImageQuery? Read(Uri uri)
    {
        var segments = uri.AbsolutePath.Split(['/'], StringSplitOptions.RemoveEmptyEntries);
        return segments switch
        {
            ["images"] => ReadTags(uri.Query) is { } tags ? new ImageQuery { TagIds = tags } : null,
            ["images", var text] when ReadId(text) is { } id => new ImageQuery { ImageIds = [id] },
            ["posts", var text] when ReadId(text) is { } id => new ImageQuery { PostIds = [id] },
            ["models", var text] when ReadId(text) is { } id => ReadModel(id, uri.Query),
            ["models", var text, _] when ReadId(text) is { } id => ReadModel(id, uri.Query),
            ["user", var name] when IsName(name) => new ImageQuery { Usernames = [name] },
            ["user", var name, "images"] when IsName(name) => new ImageQuery { Usernames = [name] },
            _ => null,
        };
    }

    private static ImageQuery? ReadModel(long modelId, string query)
    {
        foreach (var parameter in query.TrimStart('?').Split('&'))
        {
            if (parameter.StartsWith("modelVersionId=", StringComparison.OrdinalIgnoreCase))
            {
                // A link to a version that cannot be read is not quietly taken for the whole model.
                return ReadId(parameter.Substring("modelVersionId=".Length)) is { } id ? new ImageQuery { ModelVersionIds = [id] } : null;
            }
        }

        return new ImageQuery { ModelIds = [modelId] };
    }

    /// <summary>The tags of a gallery page's query; null where there are none, or one of them cannot be read: it is not quietly left out.</summary>
    private static long[]? ReadTags(string query)
    {
        var ids = new List<long>();
        foreach (var parameter in query.TrimStart('?').Split('&'))
        {
            if (!parameter.StartsWith("tags=", StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            foreach (var part in Uri.UnescapeDataString(parameter.Substring("tags=".Length)).Split([';', ','], StringSplitOptions.RemoveEmptyEntries))
            {
                if (ReadId(part) is not { } id)
                {
                    return null;
                }

                ids.Add(id);
            }
        }

        return ids.Count == 0 ? null : ids.Distinct().ToArray();
    }

    private static bool IsName(string name) =>
        name.Length > 0 && name.All(c => c is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9') or '_');

    private static long? ReadId(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id > 0 ? id : null;
}
