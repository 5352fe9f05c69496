using System;
using System.Threading;

namespace Civitai.Client.Feeds;

/// <summary>
/// Holds what came against what was asked for. The service ignores a filter that it does not know or cannot apply, without a word; what an
/// item does not tell is not held against it.
/// </summary>
internal sealed class FilterCheck
{
    /// <summary>What the service calls the creator of an image whose account is gone: not a name.</summary>
    private const string UnknownUser = "unknown";

    private readonly IActivity _activity;
    private readonly int _highest;
    private int _hasWarned;

    internal FilterCheck(ImageQuery query, bool isLookup, IActivity activity)
    {
        _activity = activity;
        _highest = HighestLevel(query, isLookup);
    }

    /// <summary>Whether an image fits the filters of its feed; the first that does not is reported.</summary>
    internal bool Holds(Image image, FeedFilter filter)
    {
        var fault = filter.PostId is { } post && image.PostId is { } itsPost && itsPost != post ? "of other posts"
            : filter.Username is { } name && image.Username is { } itsName && !IsSameUser(name, itsName) ? "of other users"
            : Level(image) > _highest ? "above the requested content level"
            : null;
        if (fault is null)
        {
            return true;
        }

        if (Interlocked.Exchange(ref _hasWarned, 1) == 0)
        {
            _activity.WriteWarning(CivitaiWarning.FilterIgnored, "the service returned images " + fault + "; they are left out.");
        }

        return false;
    }

    private static bool IsSameUser(string name, string itsName) =>
        string.Equals(name, itsName, StringComparison.OrdinalIgnoreCase) || string.Equals(itsName, UnknownUser, StringComparison.Ordinal);

    /// <summary>
    /// The highest bit that was asked for; the highest of all holds everything, what is blocked too. A listing that names no level is answered
    /// with PG; images by id come at any level.
    /// </summary>
    private static int HighestLevel(ImageQuery query, bool isLookup)
    {
        if (query.BrowsingLevel is { } levels)
        {
            var highest = (int)BrowsingLevel.XXX;
            while (highest > 1 && ((int)levels & highest) == 0)
            {
                highest >>= 1;
            }

            return highest == (int)BrowsingLevel.XXX ? int.MaxValue : highest;
        }

        return query.NsfwLevel switch
        {
            ImageNsfwLevel.None => (int)BrowsingLevel.PG,
            ImageNsfwLevel.Soft => (int)BrowsingLevel.PG13,
            ImageNsfwLevel.Mature => (int)BrowsingLevel.R,
            null when !isLookup => (int)BrowsingLevel.PG,
            _ => int.MaxValue,
        };
    }

    /// <summary>An image's level by its word or its number, whichever is higher; 0 where neither is known.</summary>
    private static int Level(Image image)
    {
        var word = image.NsfwLevel switch
        {
            ImageNsfwLevel.None => 1,
            ImageNsfwLevel.Soft => 2,
            ImageNsfwLevel.Mature => 4,
            ImageNsfwLevel.Explicit => 8,
            ImageNsfwLevel.Blocked => 32,
            _ => 0,
        };
        return Math.Max(word, (int)image.BrowsingLevel);
    }
}
