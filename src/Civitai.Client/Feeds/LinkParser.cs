using System;
using System.Globalization;
using System.Linq;

namespace Civitai.Client.Feeds;

/// <summary>Reads links copied from the browser.</summary>
internal static class LinkParser
{
    private const string Known =
        "https://civitai.com/images/ID, /posts/ID, /models/ID, /models/ID?modelVersionId=ID and /user/NAME (also on civitai.red), or a bare image id";

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

        throw new CivitaiException(CivitaiError.LinkNotSupported, "This is no link that can be listed. Known are " + Known + ".")
        {
            Target = link,
        };
    }

    private static ImageQuery? Read(Uri uri)
    {
        var segments = uri.AbsolutePath.Split(['/'], StringSplitOptions.RemoveEmptyEntries);
        return segments switch
        {
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

    private static bool IsName(string name) =>
        name.Length > 0 && name.All(c => c is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9') or '_');

    private static long? ReadId(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id > 0 ? id : null;
}
