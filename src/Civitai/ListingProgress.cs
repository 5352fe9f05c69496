using System;

namespace Civitai;

/// <summary>How far a listing is, at one moment.</summary>
public sealed class ListingProgress
{
    /// <summary>Pages that have arrived whole.</summary>
    public long Pages { get; init; }

    /// <summary>What is left of a wait before the next request, asked for by the service or between two attempts; zero when nothing waits.</summary>
    public TimeSpan Waiting { get; init; }
}
