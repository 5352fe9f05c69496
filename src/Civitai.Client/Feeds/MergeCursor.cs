using System;
using System.Collections.Generic;
using System.Linq;

namespace Civitai.Client.Feeds;

/// <summary>
/// The cursor of a merge: for each feed its name and the cursor of the page it stands on, as text that can be given to <c>-Cursor</c>.
/// <c>merge:v1=100%7C17246;v2=;v3=!</c>: the second at its beginning, the third at its end.
/// </summary>
internal static class MergeCursor
{
    private const string Prefix = "merge:";
    private const string End = "!";

    internal static bool IsOne(string cursor) => cursor.StartsWith(Prefix, StringComparison.Ordinal);

    internal static string Write(IEnumerable<CursorFeed> feeds) =>
        Prefix + string.Join(";", feeds.Select(feed => feed.Address.Key + "=" + (feed.IsComplete ? End : Uri.EscapeDataString(feed.ResumeCursor ?? string.Empty))));

    /// <summary>Reads the cursor of each feed, by the feed's name; a feed at its end is not among them.</summary>
    /// <exception cref="CivitaiException">This is no cursor of a merge of these feeds.</exception>
    internal static Dictionary<string, string?> Read(string cursor, IReadOnlyCollection<string> keys, ImageQuery query)
    {
        var cursors = new Dictionary<string, string?>(StringComparer.Ordinal);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var part in IsOne(cursor) ? cursor.Substring(Prefix.Length).Split(';') : [])
        {
            var equals = part.IndexOf('=');
            if (equals < 0 || !seen.Add(part.Substring(0, equals)))
            {
                continue;
            }

            var value = part.Substring(equals + 1);
            if (value != End)
            {
                cursors.Add(part.Substring(0, equals), value.Length == 0 ? null : Uri.UnescapeDataString(value));
            }
        }

        // A version that came since has no place in the cursor, and is read from its beginning.
        if (!seen.Overlaps(keys))
        {
            throw new CivitaiException(CivitaiError.InvalidQuery, "This cursor belongs to another query: it names none of the feeds that this one reads.")
            {
                Target = query,
                RecommendedAction = "Give -Cursor exactly as the error of the earlier run named it, together with that run's other parameters.",
            };
        }

        foreach (var key in keys)
        {
            if (!seen.Contains(key))
            {
                cursors.Add(key, null);
            }
        }

        return cursors;
    }
}
