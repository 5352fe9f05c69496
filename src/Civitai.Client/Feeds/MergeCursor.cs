using System;
using System.Collections.Generic;
using System.Linq;

namespace Civitai.Client.Feeds;

/// <summary>
/// The cursor of a merge: for each feed its key and the cursor of the page it stands on, as text that can be given to <c>-Cursor</c>.
/// <c>merge:v1=100%7C17246;v2=;v3=!</c>: the second at its beginning, the third at its end.
/// </summary>
internal sealed class MergeCursor
{
    /// <summary>Begins the key of a model's own listing, read because its versions were not known.</summary>
    internal const string Model = "m";

    /// <summary>Begins the key of a model's own listing, read for what the listings of its versions do not have.</summary>
    internal const string RestOfModel = "r";

    /// <summary>Begins the key of the feed of a version.</summary>
    internal const string ModelVersion = "v";

    private const string Prefix = "merge:";
    private const string End = "!";

    private readonly Dictionary<string, string> _cursors = new(StringComparer.Ordinal);

    private MergeCursor()
    {
    }

    /// <summary>The versions that feeds are named after.</summary>
    internal IEnumerable<long> VersionIds => _cursors.Keys.Select(key => IdOf(key, ModelVersion)).OfType<long>().Distinct();

    /// <summary>Whether a text is a cursor of a merge.</summary>
    internal static bool IsOne(string cursor) => cursor.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>Writes the cursor of feeds that are merged.</summary>
    internal static string Write(IEnumerable<CursorFeed> feeds) =>
        Prefix + string.Join(";", feeds.Select(feed => feed.Address.Key + "=" + (feed.IsComplete ? End : Uri.EscapeDataString(feed.ResumeCursor ?? string.Empty))));

    /// <summary>Reads a cursor; anything that is not the cursor of a merge names no feed.</summary>
    internal static MergeCursor Read(string cursor)
    {
        var read = new MergeCursor();
        foreach (var part in IsOne(cursor) ? cursor.Substring(Prefix.Length).Split(';') : [])
        {
            var equals = part.IndexOf('=');
            if (equals >= 0 && !read._cursors.ContainsKey(part.Substring(0, equals)))
            {
                read._cursors.Add(part.Substring(0, equals), part.Substring(equals + 1));
            }
        }

        return read;
    }

    /// <summary>Whether the feed of a model that begins with this letter is named.</summary>
    internal bool Names(string kind, long modelId) => _cursors.Keys.Any(key => IdOf(key, kind) == modelId);

    /// <summary>Whether a feed is named.</summary>
    internal bool Names(string key) => _cursors.ContainsKey(key);

    /// <summary>Whether a feed was at its end.</summary>
    internal bool IsAtEnd(string key) => _cursors.TryGetValue(key, out var cursor) && cursor == End;

    /// <summary>The cursor of a feed; null for its beginning, where a feed begins that is not named, such as that of a version that came since.</summary>
    internal string? CursorOf(string key) => _cursors.TryGetValue(key, out var cursor) && cursor.Length > 0 && cursor != End ? Uri.UnescapeDataString(cursor) : null;

    private static long? IdOf(string key, string kind)
    {
        if (!key.StartsWith(kind, StringComparison.Ordinal))
        {
            return null;
        }

        var id = 0L;
        for (var i = kind.Length; i < key.Length && key[i] is >= '0' and <= '9' && id < long.MaxValue / 10; i++)
        {
            id = (id * 10) + (key[i] - '0');
        }

        return id > 0 ? id : null;
    }
}
