using System;
using System.Diagnostics.CodeAnalysis;
using System.Threading;
using System.Threading.Tasks;

namespace Civitai.Client.Feeds;

/// <summary>
/// What the feeds of a merge share: the number of pages on their way, and the memory for images that have arrived and wait for their turn. Every
/// feed must have its next image there before any can be given, so forty feeds of 10 MB a page would keep 400 MB. Where the memory runs short, pages become smaller.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "Without its wait handle a SemaphoreSlim has nothing to release, and pages leave after the listing has been given up.")]
internal sealed class MergeLimits
{
    /// <summary>How many pages may be on their way, bodies included. The service lets 20 heavy requests run at a time, for everybody.</summary>
    internal const int MaximumPages = 8;

    /// <summary>How many bytes of images may wait before pages become smaller: some 25,000 usual images, or 1,300 with large workflows.</summary>
    internal const long Memory = 64L * 1024 * 1024;

    /// <summary>No page becomes smaller than this: each costs a request.</summary>
    internal const int SmallestPage = 10;

    private readonly SemaphoreSlim _pages = new(MaximumPages);
    private long _bytes;
    private long _items;
    private long _waiting;

    /// <summary>Waits until another page may be on its way.</summary>
    internal Task EnterAsync(CancellationToken cancellationToken) => _pages.WaitAsync(cancellationToken);

    /// <summary>A page has arrived whole, or has failed.</summary>
    internal void Leave() => _pages.Release();

    /// <summary>An item has arrived and waits.</summary>
    internal void Arrived(int bytes)
    {
        Interlocked.Add(ref _bytes, bytes);
        Interlocked.Increment(ref _items);
        Interlocked.Add(ref _waiting, bytes);
    }

    /// <summary>An item waits no longer.</summary>
    internal void Taken(int bytes) => Interlocked.Add(ref _waiting, -bytes);

    /// <summary>How much of what is wanted can be asked for, going by the size of what has arrived so far.</summary>
    internal int Fit(int wanted)
    {
        var items = Interlocked.Read(ref _items);
        if (items == 0)
        {
            return wanted;
        }

        // As many pages as may be on their way share what is left.
        var left = Math.Max(0, Memory - Interlocked.Read(ref _waiting)) / MaximumPages;
        var fitting = left / Math.Max(1, Interlocked.Read(ref _bytes) / items);
        return fitting >= wanted ? wanted : Math.Min(wanted, Math.Max(SmallestPage, (int)fitting));
    }
}
