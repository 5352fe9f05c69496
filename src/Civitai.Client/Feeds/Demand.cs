using System;

namespace Civitai.Client.Feeds;

/// <summary>How many images a query still wants, shared by its feeds so that none asks the service for more.</summary>
internal sealed class Demand
{
    private long? _remaining;

    internal Demand(long? total)
    {
        _remaining = total;
    }

    internal bool IsMet => _remaining <= 0;

    /// <summary>An image has been taken (given out or skipped).</summary>
    internal void Take() => _remaining--;

    /// <summary>The size of the next page.</summary>
    internal int Limit(int pageSize) => _remaining is { } remaining ? (int)Math.Max(1, Math.Min(pageSize, remaining)) : pageSize;
}
