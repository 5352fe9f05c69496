using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Civitai.Client.Http;
using Civitai.Client.Json;

namespace Civitai.Client.Feeds;

/// <summary>
/// One feed of the service, page after page by its cursors, with everything done so that nothing is lost on the way: a listing ends only
/// where the service says so, and says so believably.
/// </summary>
internal sealed class CursorFeed : ImageReadAhead
{
    /// <summary>
    /// The service cuts long queries off at 20 s and answers as if nothing were left. An answer of "nothing" that took this long may be such a one.
    /// </summary>
    internal static readonly TimeSpan SuspiciousDelay = TimeSpan.FromSeconds(15);

    /// <summary>The largest page that the service gives.</summary>
    private const int LargestPage = 200;

    private readonly HttpSession _session;
    private readonly IActivity _activity;
    private readonly ImageQuery _query;
    private readonly FeedAddress _address;
    private readonly Demand _demand;
    private readonly CancellationToken _lifetime;
    private readonly HashSet<string> _cursors = new(StringComparer.Ordinal);
    private readonly HashSet<string> _unreadable = new(StringComparer.Ordinal);
    private readonly Queue<Image> _shuffled = new();
    private readonly Random? _random;
    private readonly bool _stopsAtSince;

    private PageReceiver? _page;
    private string? _cursor;
    private int _limit;
    private int _widest;
    private bool _askedAgain;
    private bool _isWidened;
    private bool _hasEnded;
    private bool _hasFailed;
    private bool _pageHasDated;
    private bool _pageReachesSince;

    internal CursorFeed(HttpSession session, IActivity activity, ImageQuery query, FeedAddress address, string? cursor, Demand demand, CancellationToken lifetime)
    {
        _session = session;
        _activity = activity;
        _query = query;
        _address = address;
        _cursor = cursor;
        _demand = demand;
        _lifetime = lifetime;
        _random = query.Sort == ImageSort.Random ? new Random() : null;
        _stopsAtSince = query.Since is not null && query.Sort == ImageSort.Newest;
        if (cursor is not null)
        {
            _cursors.Add(cursor);
        }
    }

    internal FeedAddress Address => _address;

    /// <summary>Where this feed can be gone on with so that nothing is lost: the cursor of the page that is being read. Null for its beginning.</summary>
    internal string? ResumeCursor => _cursor;

    /// <summary>Whether the end has been reached and everything given out.</summary>
    internal bool HasEnded => _hasEnded && Head is null;

    /// <summary>Whether nothing is lost when this feed is not read again: it ended because it was at its end, and not because it failed.</summary>
    internal bool IsComplete => HasEnded && !_hasFailed;

    /// <summary>How many images have been taken from this feed.</summary>
    internal long Taken { get; private set; }

    internal override Image Take()
    {
        Taken++;
        return base.Take();
    }

    internal override bool TryFill()
    {
        if (Head is not null)
        {
            return true;
        }

        if (_random is not null)
        {
            Head = _shuffled.Count > 0 ? _shuffled.Dequeue() : null;
            return Head is not null;
        }

        Head = ReadItem();
        return Head is not null;
    }

    internal override async Task<bool> FillAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (TryFill())
            {
                return true;
            }

            if (_hasEnded)
            {
                return false;
            }

            cancellationToken.ThrowIfCancellationRequested();
            if (_page is null)
            {
                OpenPage();
            }

            if (_random is not null)
            {
                await AnswerAsync().ConfigureAwait(false);
                ShufflePage();
            }

            await _page!.WaitAsync().ConfigureAwait(false);
            if (TryFill())
            {
                return true;
            }

            if (_page.Answer.IsCompleted)
            {
                // Once more: items may have arrived between the last look and the end.
                if (TryFill())
                {
                    return true;
                }

                ClosePage(await AnswerAsync().ConfigureAwait(false));
            }
        }
    }

    internal override async Task WhenIdleAsync()
    {
        if (_page is { } page)
        {
            // Whatever it ended with: nobody is there any more to be told.
            await Task.WhenAny(page.Answer).ConfigureAwait(false);
            _ = page.Answer.Exception;
        }
    }

    private void OpenPage()
    {
        if (!_askedAgain && !_isWidened)
        {
            _limit = _demand.Limit(_query.PageSize);
        }

        _widest = Math.Max(_widest, _limit);
        _pageHasDated = false;
        _pageReachesSince = false;
        _page = new PageReceiver(_session, _address.Page(_limit, _cursor), _query, _lifetime);
    }

    private async Task<PageAnswer> AnswerAsync()
    {
        try
        {
            return await _page!.Answer.ConfigureAwait(false);
        }
        catch (CivitaiException exception)
        {
            _hasEnded = true;
            _hasFailed = true;
            exception.Cursor ??= _cursor;
            throw;
        }
    }

    /// <summary>Decides what follows a page that has been read to its end.</summary>
    private void ClosePage(PageAnswer answer)
    {
        _page = null;
        if (answer.NextCursor is { } next)
        {
            Continue(SafeCursor(next));
            return;
        }

        var mayBeFalse = answer.Items == 0 && (_cursor is not null || answer.Elapsed >= SuspiciousDelay);
        if (!mayBeFalse)
        {
            _hasEnded = true;
        }
        else if (!_askedAgain)
        {
            // With another limit, so that no cache gives the same answer.
            _askedAgain = true;
            _limit = _limit > 1 ? _limit - 1 : 2;
            _activity.WriteVerbose("The service answered with nothing where more was to be expected: asked again.");
        }
        else
        {
            _hasEnded = true;
            if (answer.Elapsed >= SuspiciousDelay)
            {
                _hasFailed = true;
                throw new CivitaiException(
                    CivitaiError.Unavailable,
                    "The service took too long over this query and gave up: the listing is not complete.")
                {
                    Target = _query,
                    Cursor = _cursor,
                    RecommendedAction = "Ask for less at once: -ModelVersionId in place of -ModelId, a -Period, or a smaller -PageSize.",
                };
            }
        }
    }

    private void Continue(string cursor)
    {
        if (_stopsAtSince && _pageHasDated && !_pageReachesSince)
        {
            _hasEnded = true;
            _activity.WriteVerbose("The page lies wholly before -Since: the listing ends here.");
            return;
        }

        var isNew = _cursors.Add(cursor);
        if (!isNew && _address.IsModelListing && _widest < LargestPage)
        {
            // These listings give an image once for each version of the model that it used, and go on by its id: a page that is filled by
            // one image leads back to itself.
            _isWidened = true;
            _askedAgain = false;

            // Twice the largest asked for here: one of the smaller ones may be what a cache has the wrong answer for.
            _limit = Math.Min(LargestPage, _widest * 2);
            _activity.WriteVerbose("The page did not get past one image: asked again for a larger one.");
            return;
        }

        if (!isNew)
        {
            _hasEnded = true;
            _activity.WriteWarning(
                CivitaiWarning.CursorLoop,
                "the service returned a cursor twice (" + _session.Shown(cursor) + "); the listing stops here and may be incomplete.");
            return;
        }

        _cursor = cursor;
        _askedAgain = false;
        _isWidened = false;
        _widest = 0;
        _unreadable.Clear();
    }

    /// <summary>
    /// The cursor to send. The listing of a whole model, newest first, gives the id of the first image that did not fit and then lists the
    /// ids below it: one more is asked for, so that this image is not passed over.
    /// </summary>
    private string SafeCursor(string cursor) =>
        _address.IsModelListing && _query.Sort == ImageSort.Newest
        && long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id < long.MaxValue
            ? (id + 1).ToString(CultureInfo.InvariantCulture)
            : cursor;

    private void ShufflePage()
    {
        var images = new List<Image>();
        while (ReadItem() is { } image)
        {
            images.Add(image);
        }

        _activity.WriteVerbose("The page is shuffled: the service itself does not shuffle.");
        for (var i = images.Count - 1; i > 0; i--)
        {
#pragma warning disable CA5394 // The order of pictures is no secret.
            var j = _random!.Next(i + 1);
#pragma warning restore CA5394
            (images[i], images[j]) = (images[j], images[i]);
        }

        foreach (var image in images)
        {
            _shuffled.Enqueue(image);
        }
    }

    /// <summary>The next item of the page that has arrived and is wanted.</summary>
    private Image? ReadItem()
    {
        while (_page is not null && _page.TryTake(out var item))
        {
            if (ItemReader.Read(item, out var fault) is not { } image)
            {
                ReportUnreadable(JsonText.Decode(item), fault!);
            }
            else if (IsRecentEnough(image))
            {
                return image;
            }
        }

        return null;
    }

    /// <summary>Whether an image passes <c>-Since</c>. One whose date cannot be read does: it is not known to be too old.</summary>
    private bool IsRecentEnough(Image image)
    {
        if (_query.Since is not { } since || image.CreatedAt is not { } createdAt)
        {
            return true;
        }

        _pageHasDated = true;
        // As points in time: in the hour that the clocks are put back, local times say nothing.
        if (createdAt.ToUniversalTime() < since.UtcDateTime)
        {
            return false;
        }

        _pageReachesSince = true;
        return true;
    }

    private void ReportUnreadable(string json, string fault)
    {
        // A page that is asked for twice gives the same item twice.
        if (_unreadable.Add(json))
        {
            _activity.WriteError(new CivitaiException(
                CivitaiError.ItemUnreadable,
                "An item of the listing cannot be read: " + fault + ". The listing goes on without it.")
            {
                Target = json,
            });
        }
    }
}
