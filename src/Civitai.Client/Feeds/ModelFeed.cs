using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace Civitai.Client.Feeds;

/// <summary>
/// A whole model by way of its versions: their feeds, merged, and then, from the service's own listing of the model, the images that no
/// known version lists.
/// </summary>
internal sealed class ModelFeed : ImageReadAhead
{
    private readonly FeedContext _context;
    private readonly MergedFeed _versions;
    private readonly MergedFeed _rest;
    private readonly HashSet<long>? _known;
    private bool _hasWarned;

    /// <param name="context">What the listing's feeds share.</param>
    /// <param name="versions">The feeds of the versions.</param>
    /// <param name="rest">The listings of the whole models.</param>
    /// <param name="known">
    /// Where the listing resumes an earlier one, which alone knows what it has given: the versions whose feeds list what was made with them.
    /// </param>
    internal ModelFeed(FeedContext context, MergedFeed versions, MergedFeed rest, IEnumerable<long>? known)
    {
        _context = context;
        _versions = versions;
        _rest = rest;
        _known = known is null ? null : [.. known];
    }

    internal override bool TryFill()
    {
        if (Head is null && _versions.TryFill())
        {
            Head = _versions.Take();
        }

        if (Head is null && _versions.HasEnded)
        {
            FillFromRest();
        }

        return Head is not null;
    }

    internal override async Task<bool> FillAsync(CancellationToken cancellationToken)
    {
        if (TryFill())
        {
            return true;
        }

        if (await _versions.FillAsync(cancellationToken).ConfigureAwait(false))
        {
            return TryFill();
        }

        while (!TryFill())
        {
            if (!await _rest.FillAsync(cancellationToken).ConfigureAwait(false))
            {
                return false;
            }
        }

        return true;
    }

    internal override Task WhenIdleAsync() => Task.WhenAll(_versions.WhenIdleAsync(), _rest.WhenIdleAsync());

    private void FillFromRest()
    {
        while (Head is null && _rest.TryFill())
        {
            var image = _rest.Take();
            if (IsNew(image))
            {
                Warn();
                Head = image;
            }
            else
            {
                _context.Sizing.Repeated();
            }
        }
    }

    private bool IsNew(Image image) =>
        !_context.Given.Contains(image.Id) && (_known is null || image.ModelVersionIds is not { } versions || !versions.Any(_known.Contains));

    private void Warn()
    {
        if (!_hasWarned)
        {
            _hasWarned = true;
            _context.Activity.WriteWarning(
                CivitaiWarning.OrderNotKept, "the images that the service lists for the model, but for none of its versions, come last, newest first.");
        }
    }
}
