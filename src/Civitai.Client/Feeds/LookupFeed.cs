using System;
using System.Diagnostics.CodeAnalysis;
using System.Threading;
using System.Threading.Tasks;
using Civitai.Client.Http;

namespace Civitai.Client.Feeds;

/// <summary>Images by ids that come one by one.</summary>
internal sealed class LookupFeed : IImageLookup
{
    private readonly QueryFeed _feed;
    private readonly ImageLookup _lookup;

    internal LookupFeed(HttpSession session, ImageQuery query, IActivity activity, TimeProvider time)
    {
        _feed = new QueryFeed(session, query, activity, time, isLookup: true);
        _lookup = _feed.OpenLookup();
    }

    /// <inheritdoc/>
    public int Pending => _lookup.Pending;

    /// <inheritdoc/>
    public void Add(long imageId) => _lookup.Add(imageId);

    /// <inheritdoc/>
    public bool TryRead([NotNullWhen(true)] out Image? image) => _feed.TryRead(out image);

    /// <inheritdoc/>
    public Task<bool> WaitToReadAsync(CancellationToken cancellationToken) => _feed.WaitToReadAsync(cancellationToken);

    /// <inheritdoc/>
    public ListingProgress GetProgress() => _feed.GetProgress();

    /// <inheritdoc/>
    public void Dispose() => _feed.Dispose();
}
