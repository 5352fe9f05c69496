using System;

namespace Civitai.Client.Feeds;

/// <summary>
/// Lets pass what was created at or after a time, and sees when a page lies wholly before it. An image whose date is not known passes: it
/// is not known to be too old.
/// </summary>
internal sealed class DateFilter
{
    private readonly DateTime? _start;
    private bool _hasDated;
    private bool _reachesStart;

    internal DateFilter(DateTimeOffset? start)
    {
        _start = start?.UtcDateTime;
    }

    /// <summary>Whether the page had images with dates and all of them lie before the time.</summary>
    internal bool IsPageBefore => _hasDated && !_reachesStart;

    /// <summary>The time that a query asks for, as the feeds of the service count a period.</summary>
    internal static DateTimeOffset? StartOf(ImageQuery query, DateTimeOffset now) => query.Since ?? query.Period switch
    {
        TimePeriod.Day => now.AddDays(-1),
        TimePeriod.Week => now.AddDays(-7),
        TimePeriod.Month => now.AddDays(-30),
        TimePeriod.Year => now.AddDays(-365),
        _ => null,
    };

    /// <summary>Forgets the page before.</summary>
    internal void BeginPage()
    {
        _hasDated = false;
        _reachesStart = false;
    }

    internal bool Passes(Image image)
    {
        if (_start is not { } start || image.CreatedAt is not { } createdAt)
        {
            return true;
        }

        _hasDated = true;

        // Compare in UTC: local times repeat when clocks go back.
        if (createdAt.ToUniversalTime() < start)
        {
            return false;
        }

        _reachesStart = true;
        return true;
    }
}
