using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Civitai.Client.Http;
using Civitai.Client.Json;

namespace Civitai.Client.Feeds;

/// <summary>
/// One feed of the service, page after page. What follows a page is decided by <see cref="CursorRules"/>, how much it asks for by
/// <see cref="PageSizing"/>, what of it is wanted by <see cref="FilterCheck"/> and <see cref="DateFilter"/>, and in what order it comes by
/// <see cref="PageShuffler"/>.
/// </summary>
internal sealed class CursorFeed : ImageReadAhead
{
    private readonly FeedContext _context;
    private readonly MergeLimits? _limits;
    private readonly CancellationToken _lifetime;
    private readonly CursorRules _rules;
    private readonly DateFilter _dates;
    private readonly PageShuffler? _shuffler;
    private readonly HashSet<string> _unreadable = new(StringComparer.Ordinal);
    private readonly bool _beginsAtStart;

    private PageReceiver? _page;
    private FeedState _state;
    private int _limit;
    private int _headBytes;
    private bool _hasImages;

    /// <param name="context">What the listing's feeds share.</param>
    /// <param name="address">What it asks for.</param>
    /// <param name="cursor">Where it begins; null for its beginning.</param>
    /// <param name="limits">What the feeds of a merge share; null for a feed of its own.</param>
    /// <param name="lifetime">Cancelled when it is given up.</param>
    internal CursorFeed(FeedContext context, FeedAddress address, string? cursor, MergeLimits? limits, CancellationToken lifetime)
    {
        _context = context;
        Address = address;
        _limits = limits;
        _lifetime = lifetime;
        _beginsAtStart = cursor is null;
        _rules = new CursorRules(address.IsModelListing, address.Sort == ImageSort.Newest, cursor);

        // The listing of a whole model counts a period from midnight, the feeds of its versions from now.
        _dates = new DateFilter(address.Filter.IsRest ? DateFilter.StartOf(context.Query, context.Time.GetUtcNow()) : context.Query.Since);
        _shuffler = context.Query.Sort == ImageSort.Random ? new PageShuffler() : null;
    }

    private enum FeedState
    {
        Open,
        Ended,
        Failed,
    }

    internal FeedAddress Address { get; }

    /// <summary>Where this feed can be resumed so that nothing is lost: the cursor of the page that is being read. Null for its beginning.</summary>
    internal string? ResumeCursor => _rules.Cursor;

    /// <summary>Whether there is no cursor to resume this feed with, since the service refused the one it had given.</summary>
    internal bool IsCursorRefused { get; private set; }

    /// <summary>Whether the end has been reached, well or badly, and everything given out.</summary>
    internal bool HasEnded => _state != FeedState.Open && Head is null;

    /// <summary>Whether nothing is lost when this feed is not read again: it ended because it was at its end, and not because it failed.</summary>
    internal bool IsComplete => _state == FeedState.Ended && Head is null;

    /// <summary>Called before the first image is given.</summary>
    internal Action? OnFirst { get; init; }

    /// <summary>Called when the whole listing has come to its end without a single image, wanted or not.</summary>
    internal Action? OnNone { get; init; }

    /// <summary>How many images have been taken from this feed.</summary>
    internal long Taken { get; private set; }

    internal override Image Take()
    {
        if (Taken++ == 0)
        {
            OnFirst?.Invoke();
        }

        _limits?.Taken(_headBytes);
        return base.Take();
    }

    /// <summary>Marks the feed as read to its end, so that nothing is asked for.</summary>
    internal void End() => _state = FeedState.Ended;

    internal override bool TryFill()
    {
        if (Head is not null)
        {
            return true;
        }

        if (_shuffler is not null)
        {
            if (_shuffler.TryTake(out var taken))
            {
                (Head, _headBytes) = taken;
            }
        }
        else
        {
            Head = ReadItem(out _headBytes);
        }

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

            if (_state != FeedState.Open)
            {
                return false;
            }

            cancellationToken.ThrowIfCancellationRequested();
            var page = _page ?? await OpenPageAsync(cancellationToken).ConfigureAwait(false);
            if (_shuffler is not null)
            {
                await AnswerAsync(page).ConfigureAwait(false);
                Shuffle(_shuffler);
            }

            await page.WaitAsync().ConfigureAwait(false);
            if (TryFill())
            {
                return true;
            }

            if (page.Answer.IsCompleted)
            {
                // Once more: items may have arrived between the last look and the end.
                if (TryFill())
                {
                    return true;
                }

                ClosePage(await AnswerAsync(page).ConfigureAwait(false));
            }
        }
    }

    /// <summary>Goes over to the next page, without asking for it, where all of this one has been taken, so that a cursor does not repeat it.</summary>
    internal void Settle()
    {
        if (_state == FeedState.Open && _page is { Answer.Status: TaskStatus.RanToCompletion } page && !TryFill())
        {
            var answer = page.Answer.GetAwaiter().GetResult();
            if (answer.NextCursor is not null || answer.Items > 0)
            {
                ClosePage(answer);
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

    private async Task<PageReceiver> OpenPageAsync(CancellationToken cancellationToken)
    {
        if (_limits is not null)
        {
            await _limits.EnterAsync(cancellationToken).ConfigureAwait(false);
        }

        // Only now: what has arrived meanwhile tells how much fits.
        var wanted = _context.Sizing.Next();
        _limit = _rules.Limit ?? _limits?.Fit(wanted) ?? wanted;
        _dates.BeginPage();
        return _page = new PageReceiver(_context.Requests, Address.Page(_limit, _rules.Cursor), _context.Query, _limits, _lifetime);
    }

    private async Task<PageAnswer> AnswerAsync(PageReceiver page)
    {
        try
        {
            return await page.Answer.ConfigureAwait(false);
        }
        catch (CivitaiException exception)
        {
            _state = FeedState.Failed;
            IsCursorRefused = _rules.Cursor is not null
                && exception is { Error: CivitaiError.InvalidQuery }
                && (exception.RejectedParameters.Contains("cursor", StringComparer.Ordinal) || TextCleaner.Holds(exception.Message, "cursor"));
            if (IsCursorRefused)
            {
                exception.RecommendedAction = "Run the same command without -Cursor.";
            }
            else
            {
                exception.Cursor ??= _rules.Cursor;
            }

            throw;
        }
    }

    /// <summary>Decides what follows a page that has been read to its end.</summary>
    private void ClosePage(PageAnswer answer)
    {
        _page = null;
        if (answer.NextCursor is not null && Address.Sort == ImageSort.Newest && _context.Query.Since is not null && _dates.IsPageBefore)
        {
            _context.Activity.WriteVerbose("The page lies wholly before -Since: the listing ends here.");
            ReachEnd();
            return;
        }

        switch (_rules.Decide(answer, _limit))
        {
            case PageOutcome.Next:
                _unreadable.Clear();
                break;
            case PageOutcome.Again:
                _context.Activity.WriteVerbose("Empty page where more results were expected; retrying with another page size.");
                break;
            case PageOutcome.Larger:
                _context.Activity.WriteVerbose("The page did not get past one image; retrying with a larger page.");
                break;
            case PageOutcome.Loop:
                _context.Activity.WriteWarning(
                    CivitaiWarning.CursorLoop,
                    "the service returned a cursor twice (" + _context.Requests.Session.Shown(_rules.Repeated!) + "); the listing stops here and may be incomplete.");
                _state = FeedState.Ended;
                break;
            case PageOutcome.TimedOut:
                _state = FeedState.Failed;
                throw TimedOut();
            default:
                ReachEnd();
                break;
        }
    }

    private void ReachEnd()
    {
        _state = FeedState.Ended;
        if (_beginsAtStart && !_hasImages)
        {
            OnNone?.Invoke();
        }
    }

    private CivitaiException TimedOut() => new(CivitaiError.Unavailable, "The query timed out on the server; the listing is incomplete.")
    {
        Target = _context.Query,
        Cursor = _rules.Cursor,
        RecommendedAction = "Narrow it: use -ModelVersionId instead of -ModelId, add -Period, or use a smaller -PageSize.",
    };

    private void Shuffle(PageShuffler shuffler)
    {
        while (ReadItem(out var bytes) is { } image)
        {
            shuffler.Add(image, bytes);
        }

        _context.AnnounceShuffle();
    }

    /// <summary>The next item of the page that has arrived and is wanted.</summary>
    private Image? ReadItem(out int bytes)
    {
        while (_page is not null && _page.TryTake(out var item))
        {
            bytes = item.Length;
            var image = ItemReader.Read(item, out var fault);
            if (image is null)
            {
                ReportUnreadable(JsonText.Decode(item), fault!);
            }
            else
            {
                _hasImages = true;
                if (IsWanted(image))
                {
                    return image;
                }
            }

            _limits?.Taken(bytes);
        }

        bytes = 0;
        return null;
    }

    private bool IsWanted(Image image)
    {
        if (!_context.Check.Holds(image, Address.Filter))
        {
            _context.Sizing.Dropped();
            return false;
        }

        return _dates.Passes(image);
    }

    private void ReportUnreadable(string json, string fault)
    {
        // A page that is asked for twice gives the same item twice.
        if (_unreadable.Add(json))
        {
            _context.WriteError(new CivitaiException(
                CivitaiError.ItemUnreadable,
                "An item of the listing cannot be read: " + fault + ". The listing goes on without it.")
            {
                Target = json,
            });
        }
    }
}
