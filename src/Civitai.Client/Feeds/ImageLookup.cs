using System;
using System.Collections.Generic;
using System.Globalization;
using System.Threading;
using System.Threading.Tasks;
using Civitai.Client.Json;

namespace Civitai.Client.Feeds;

/// <summary>Looks images up by their ids: one request each, up to four at once, given out in the order they were asked for.</summary>
internal sealed class ImageLookup : ImageReadAhead
{
    /// <summary>How many images are looked up at once.</summary>
    internal const int Concurrency = 4;

    private static readonly FeedFilter NoFilter = new();

    private readonly FeedContext _context;
    private readonly ImageQuery _query;
    private readonly DateFilter _dates;
    private readonly Queue<long> _ids = new();
    private readonly Queue<(long Id, Task<Result> Result)> _running = new();

    internal ImageLookup(FeedContext context)
    {
        _context = context;
        _query = context.Query;
        _dates = new DateFilter(DateFilter.StartOf(_query, context.Time.GetUtcNow()));
        foreach (var id in _query.ImageIds)
        {
            _ids.Enqueue(id);
            HasIds = true;
        }
    }

    /// <summary>Whether there has been an id at all.</summary>
    internal bool HasIds { get; private set; }

    /// <summary>How many ids are left whose outcome has not been looked at.</summary>
    internal int Pending => _ids.Count + _running.Count + (Head is null ? 0 : 1);

    /// <summary>Adds an id, and requests it at once where not too many are under way.</summary>
    internal void Add(long id)
    {
        HasIds = true;
        _ids.Enqueue(id);
        Start();
    }

    /// <summary>Whether images that are found may be left out all the same.</summary>
    internal static bool IsFiltering(ImageQuery query) =>
        query.Since is not null || query.Period != TimePeriod.AllTime || query.Type is not null || query.BaseModels.Count > 0;

    internal override bool TryFill()
    {
        while (Head is null && _running.Count > 0 && _running.Peek().Result is { Status: TaskStatus.RanToCompletion } result
            && result.GetAwaiter().GetResult() is { EndsListing: false } found)
        {
            var (id, _) = _running.Dequeue();
            if (found.Failure is not null)
            {
                _context.WriteError(found.Failure.Error == CivitaiError.NotFound ? NotFound(id) : found.Failure);
            }
            else if (found.Image is null)
            {
                _context.WriteError(NotFound(id));
            }
            else if (IsWanted(found.Image))
            {
                Head = found.Image;
            }
        }

        return Head is not null;
    }

    internal override async Task<bool> FillAsync(CancellationToken cancellationToken)
    {
        while (!TryFill())
        {
            cancellationToken.ThrowIfCancellationRequested();
            Start();
            if (_running.Count == 0)
            {
                return false;
            }

            var (first, task) = _running.Peek();
            var result = await task.ConfigureAwait(false);
            if (result is { EndsListing: true, Failure: { } failure })
            {
                var rest = "Image " + first.ToString(CultureInfo.InvariantCulture) + " and those after it were not listed.";
                failure.Target = first;
                failure.RecommendedAction = failure.RecommendedAction is { } action ? action + " " + rest : rest;
                throw failure;
            }
        }

        return true;
    }

    internal override async Task WhenIdleAsync()
    {
        foreach (var (_, task) in _running)
        {
            await Task.WhenAny(task).ConfigureAwait(false);
            _ = task.Exception;
        }
    }

    private void Start()
    {
        var wanted = _context.Sizing.Next();
        while (_running.Count < wanted && _ids.Count > 0)
        {
            var id = _ids.Dequeue();
            _running.Enqueue((id, FindAsync(id)));
        }
    }

    /// <summary>Whether an error is about this image alone, so that the next one is worth asking for.</summary>
    private static bool IsAboutOneImage(CivitaiError error) =>
        error is CivitaiError.NotFound or CivitaiError.InvalidQuery or CivitaiError.ItemUnreadable or CivitaiError.Unavailable or CivitaiError.UnexpectedResponse;

    /// <summary>The filters that the service does not apply to an image by its id. Unknown values pass.</summary>
    private bool IsWanted(Image image) =>
        _dates.Passes(image)
        && (_query.Type is not { } type || image.Type is not { } itsType || itsType == type)
        && (_query.BaseModels.Count == 0 || image.BaseModel is not { } baseModel || BaseModelNames.AreAmong(_query.BaseModels, baseModel));

    private async Task<Result> FindAsync(long id)
    {
        try
        {
            return new Result(await LookUpAsync(id).ConfigureAwait(false), null, EndsListing: false);
        }
        catch (CivitaiException exception)
        {
            return new Result(null, exception, _context.Requests.IsOutage(exception) || !IsAboutOneImage(exception.Error));
        }
    }

    private static CivitaiException NotFound(long id) => new(
        CivitaiError.ImageNotFound,
        "Image " + id.ToString(CultureInfo.InvariantCulture) + " was not found, or is not available at the requested content level.")
    {
        Target = id,
    };

    private static bool IsSuspicious(PageAnswer answer) => answer.Items == 0 && answer.Elapsed >= CursorRules.SuspiciousDelay;

    private async Task<Image?> LookUpAsync(long id)
    {
        var page = new PageReceiver(_context.Requests, FeedAddress.ForImage(_query, id), id, limits: null, _context.Lifetime);
        if (IsSuspicious(await page.Answer.ConfigureAwait(false)))
        {
            // The service gives up on a slow query with "nothing". With a limit, so that no cache gives the same answer.
            page = new PageReceiver(_context.Requests, FeedAddress.ForImage(_query, id, limit: 2), id, limits: null, _context.Lifetime);
            if (IsSuspicious(await page.Answer.ConfigureAwait(false)))
            {
                throw new CivitaiException(CivitaiError.Unavailable, "The service took too long to look up image " + id.ToString(CultureInfo.InvariantCulture) + " and gave up.") { Target = id };
            }
        }

        CivitaiException? unreadable = null;
        while (page.TryTake(out var item))
        {
            if (ItemReader.Read(item, out var fault) is not { } image)
            {
                unreadable = new CivitaiException(CivitaiError.ItemUnreadable, "The image " + id.ToString(CultureInfo.InvariantCulture) + " cannot be read: " + fault + ".")
                {
                    Target = JsonText.Decode(item),
                };
            }
            else if (image.Id == id)
            {
                // A server that does not know the parameter answers with the whole gallery.
                return _context.Check.Holds(image, NoFilter) ? image : null;
            }
        }

        return unreadable is null ? null : throw unreadable;
    }

    /// <summary>What came of a look-up.</summary>
    /// <param name="Image">The image, if there is one.</param>
    /// <param name="Failure">What went wrong, if anything did.</param>
    /// <param name="EndsListing">Whether the next look-ups would fail the same way.</param>
    private sealed record Result(Image? Image, CivitaiException? Failure, bool EndsListing);
}
