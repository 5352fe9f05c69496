using System;
using System.Diagnostics.CodeAnalysis;
using System.Threading;
using System.Threading.Tasks;
using Civitai.Client.Http;

namespace Civitai.Client.Feeds;

/// <summary>A whole query: chooses the feeds that answer it, and gives each image once, and no more than are wanted.</summary>
internal sealed class QueryFeed : IImageFeed
{
    /// <summary>How long closing waits for what is still under way; cancellation takes effect at once unless a platform handler hangs.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly HttpSession _session;
    private readonly FeedContext _context;
    private readonly CancellationTokenSource _lifetime = new();
    private ImageReadAhead? _source;
    private Task<ImageReadAhead>? _opening;
    private bool _hasGiven;
    private bool _hasWarnedOfNothing;
    private bool _disposed;

    internal QueryFeed(HttpSession session, ImageQuery query, IActivity activity, TimeProvider time)
        : this(session, query, activity, time, query.ImageIds.Count > 0)
    {
    }

    internal QueryFeed(HttpSession session, ImageQuery query, IActivity activity, TimeProvider time, bool isLookup)
    {
        _session = session;
        _context = new FeedContext(session, query, isLookup, activity, time, _lifetime.Token);
    }

    /// <summary>Opens a look-up to which ids are added, before anything is read.</summary>
    internal ImageLookup OpenLookup()
    {
        var lookup = new ImageLookup(_context);
        _source = lookup;
        return lookup;
    }

    /// <inheritdoc/>
    public bool TryRead([NotNullWhen(true)] out Image? image)
    {
        while (_source is { } source && !_context.Demand.IsMet && source.TryFill())
        {
            image = source.Take();

            // An id asked for twice by name is wanted twice.
            if (!_context.IsLookup && !_context.Given.Add(image.Id))
            {
                _context.Sizing.Repeated();
                continue;
            }

            _hasGiven = true;
            _context.Demand.Take();
            return true;
        }

        image = null;
        return false;
    }

    /// <inheritdoc/>
    public async Task<bool> WaitToReadAsync(CancellationToken cancellationToken)
    {
        using var stop = cancellationToken.Register(static state => ((CancellationTokenSource)state!).Cancel(), _lifetime);
        if (_context.Demand.IsMet)
        {
            return false;
        }

        try
        {
            _source ??= await (_opening = new FeedPlanner(_context).OpenAsync()).ConfigureAwait(false);
            if (await _source.FillAsync(_lifetime.Token).ConfigureAwait(false))
            {
                return true;
            }

            WarnOfNothing();
            return false;
        }
        catch (OperationCanceledException) when (_lifetime.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (CivitaiException exception) when (exception.Cursor is { } cursor && _session.Shown(cursor) != cursor)
        {
            // It holds the key, or what would act on a terminal: no cursor of the service does, and nobody is told to type it.
            exception.Cursor = null;
            throw;
        }
    }

    /// <inheritdoc/>
    public ListingProgress GetProgress() => new() { Pages = _session.PageCount, Waiting = _session.WaitLeft };

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        _lifetime.Cancel();
        if (Task.Run(WhenIdleAsync).Wait(Patience))
        {
            _lifetime.Dispose();
        }
    }

    private async Task WhenIdleAsync()
    {
        if (_opening is { } opening)
        {
            // Whatever it ended with: nobody is there any more to be told.
            await Task.WhenAny(opening).ConfigureAwait(false);
            _ = opening.Exception;
        }

        if (_source is { } source)
        {
            await source.WhenIdleAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Says so when a listing has ended without an image and no error has said why.</summary>
    private void WarnOfNothing()
    {
        if (_hasGiven || _hasWarnedOfNothing || _context.HasReported || _source is ImageLookup { HasIds: false })
        {
            return;
        }

        _hasWarnedOfNothing = true;
        var query = _context.Query;
        var text = "no images were found for this query (" + QueryText.Describe(query, _context.IsLookup) + ").";
        if (!_context.IsLookup && query.NsfwLevel is null && query.BrowsingLevel is null)
        {
            text += " Without -NsfwLevel only level None is requested; use -NsfwLevel Explicit to include all levels.";
        }

        _context.Activity.WriteWarning(CivitaiWarning.NothingListed, text);
    }
}
