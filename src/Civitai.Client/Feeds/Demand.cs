using System;

namespace Civitai.Client.Feeds;

/// <summary>How many images a listing still wants, shared by its feeds so that none asks the service for more.</summary>
internal sealed class Demand
{
    internal Demand(long? total)
    {
        Total = total;
        Remaining = total;
    }

    /// <summary>How many images are wanted in all, or null for all there are.</summary>
    internal long? Total { get; }

    /// <summary>How many images are still wanted, or null for all there are.</summary>
    internal long? Remaining { get; private set; }

    internal bool IsMet => Remaining <= 0;

    /// <summary>An image has been taken (given out or skipped).</summary>
    internal void Take() => Remaining--;
}
