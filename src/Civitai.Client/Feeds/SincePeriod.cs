using System;

namespace Civitai.Client.Feeds;

/// <summary>The smallest period of the service that reaches back to a time.</summary>
internal static class SincePeriod
{
    /// <summary>The service's clock, its index and this machine's clock may differ.</summary>
    private static readonly TimeSpan Spare = TimeSpan.FromHours(1);

    /// <summary>Feeds count a period as 1, 7, 30 or 365 days back from now; listings of a whole model count from midnight, which is more.</summary>
    internal static TimePeriod Covering(DateTimeOffset since, DateTimeOffset now)
    {
        var age = now - since + Spare;
        return age <= TimeSpan.FromDays(1) ? TimePeriod.Day
            : age <= TimeSpan.FromDays(7) ? TimePeriod.Week
            : age <= TimeSpan.FromDays(30) ? TimePeriod.Month
            : age <= TimeSpan.FromDays(365) ? TimePeriod.Year
            : TimePeriod.AllTime;
    }
}
