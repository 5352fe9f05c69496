using System;

namespace Civitai.Client.Feeds;

/// <summary>The smallest period of the service that reaches back to a time.</summary>
internal static class SincePeriod
{
    /// <summary>The service's clock, its index and this machine's clock may differ.</summary>
    private static readonly TimeSpan Spare = TimeSpan.FromHours(1);

    /// <summary>
    /// Feeds count a period as 1, 7, 30 or 365 days back from now. Listings of a whole model count from midnight, which is more, but their
    /// month is one of the calendar, which in March is less: there the month must cover the time both ways.
    /// </summary>
    internal static TimePeriod Covering(DateTimeOffset since, DateTimeOffset now, bool isModelListing)
    {
        var start = now - since > TimeSpan.FromDays(3650) ? now.AddYears(-10) : since - Spare;
        bool Covers(int days) => start >= now.AddDays(-days);
        return Covers(1) ? TimePeriod.Day
            : Covers(7) ? TimePeriod.Week
            : Covers(30) && (!isModelListing || start >= now.AddMonths(-1)) ? TimePeriod.Month
            : Covers(365) ? TimePeriod.Year
            : TimePeriod.AllTime;
    }
}
