using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Civitai.Client.Http;
using Civitai.Client.Json;

namespace Civitai.Client.Feeds;

/// <summary>Looks images up by their ids: one request each, up to four at once, given out in the order they were asked for.</summary>
internal sealed class ImageLookup : ImageReadAhead
{
    private const int Concurrency = 4;

    private readonly HttpSession _session;
    private readonly IActivity _activity;
    private readonly ImageQuery _query;
    private readonly Demand _demand;
    private readonly CancellationToken _lifetime;
    private readonly Queue<(long Id, Task<Image?> Image)> _running = new();
    private int _next;

    internal ImageLookup(HttpSession session, IActivity activity, ImageQuery query, Demand demand, CancellationToken lifetime)
    {
        _session = session;
        _activity = activity;
        _query = query;
        _demand = demand;
        _lifetime = lifetime;
    }

    internal override bool TryFill()
    {
        while (Head is null && _running.Count > 0 && _running.Peek().Image.IsCompleted && !EndsTheListing(_running.Peek().Image))
        {
            var (id, task) = _running.Dequeue();
            Head = Outcome(id, task);
        }

        return Head is not null;
    }

    internal override async Task<bool> FillAsync(CancellationToken cancellationToken)
    {
        while (!TryFill())
        {
            cancellationToken.ThrowIfCancellationRequested();
            var wanted = _demand.Limit(Concurrency);
            while (_running.Count < wanted && _next < _query.ImageIds.Count)
            {
                var id = _query.ImageIds[_next++];
                _running.Enqueue((id, Task.Run(() => FindAsync(id), CancellationToken.None)));
            }

            if (_running.Count == 0)
            {
                return false;
            }

            var (first, image) = _running.Peek();
            await Task.WhenAny(image).ConfigureAwait(false);
            if (EndsTheListing(image))
            {
                await ThrowAsync(first, image).ConfigureAwait(false);
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

    /// <summary>Whether an error is about this image alone, so that the next one is worth asking for.</summary>
    private static bool IsAboutOneImage(CivitaiError error) =>
        error is CivitaiError.NotFound or CivitaiError.InvalidQuery or CivitaiError.ItemUnreadable or CivitaiError.Unavailable or CivitaiError.UnexpectedResponse;

    /// <summary>Whether a lookup failed in a way that the next ones would share.</summary>
    private static bool EndsTheListing(Task<Image?> image) =>
        image.IsCanceled || (image.Exception?.InnerException is { } exception && !(exception is CivitaiException { Error: var error } && IsAboutOneImage(error)));

    private static async Task ThrowAsync(long id, Task<Image?> image)
    {
        try
        {
            await image.ConfigureAwait(false);
        }
        catch (CivitaiException exception)
        {
            var rest = "Image " + id.ToString(CultureInfo.InvariantCulture) + " and those after it were not listed.";
            exception.RecommendedAction = exception.RecommendedAction is { } action ? action + " " + rest : rest;
            throw;
        }
    }

    /// <summary>The filters that a lookup by id leaves to the client. What is not known of an image is not held against it.</summary>
    private bool IsWanted(Image image) =>
        (_query.Since is not { } since || image.CreatedAt is not { } createdAt || createdAt.ToUniversalTime() >= since.UtcDateTime)
        && (_query.Type is not { } type || image.Type is not { } itsType || itsType == type)

        // The service may glue several names together.
        && (_query.BaseModels.Count == 0 || image.BaseModel is not { } baseModel || _query.BaseModels.Any(baseModel.Contains));

    private Image? Outcome(long id, Task<Image?> task)
    {
        try
        {
            if (task.GetAwaiter().GetResult() is { } image)
            {
                return IsWanted(image) ? image : null;
            }

            _activity.WriteError(NotFound(id));
        }
        catch (CivitaiException exception) when (IsAboutOneImage(exception.Error))
        {
            _activity.WriteError(exception.Error == CivitaiError.NotFound ? NotFound(id) : exception);
        }

        return null;
    }

    private static CivitaiException NotFound(long id) => new(
        CivitaiError.ImageNotFound,
        "There is no image " + id.ToString(CultureInfo.InvariantCulture) + ", or not at the level asked for.")
    {
        Target = id,
    };

    private static bool IsSuspicious(PageAnswer answer) => answer.Items == 0 && answer.Elapsed >= CursorFeed.SuspiciousDelay;

    private async Task<Image?> FindAsync(long id)
    {
        var page = new PageReceiver(_session, FeedAddress.ForImage(_query, id), id, _lifetime);
        if (IsSuspicious(await page.Answer.ConfigureAwait(false)))
        {
            // The service gives up on a slow query with "nothing". With a limit, so that no cache gives the same answer.
            page = new PageReceiver(_session, FeedAddress.ForImage(_query, id, limit: 2), id, _lifetime);
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
                return image;
            }
        }

        return unreadable is null ? null : throw unreadable;
    }
}
