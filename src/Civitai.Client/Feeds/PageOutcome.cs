namespace Civitai.Client.Feeds;

/// <summary>What follows a page that has been read to its end.</summary>
internal enum PageOutcome
{
    /// <summary>The next page.</summary>
    Next,

    /// <summary>The same page with another limit, since its answer of nothing may be false.</summary>
    Again,

    /// <summary>The same page, larger, since it did not get past one image.</summary>
    Larger,

    /// <summary>Nothing: the listing is at its end.</summary>
    End,

    /// <summary>Nothing: the service returned a cursor that it had returned before.</summary>
    Loop,

    /// <summary>Nothing: the service gave up on the query, twice.</summary>
    TimedOut,
}
