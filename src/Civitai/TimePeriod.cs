namespace Civitai;

/// <summary>How far back an image may date: the service's date filter, not a window in which reactions are counted.</summary>
public enum TimePeriod
{
    /// <summary>No limit.</summary>
    AllTime,

    /// <summary>The last 365 days.</summary>
    Year,

    /// <summary>The last 30 days.</summary>
    Month,

    /// <summary>The last 7 days.</summary>
    Week,

    /// <summary>The last day.</summary>
    Day,
}
