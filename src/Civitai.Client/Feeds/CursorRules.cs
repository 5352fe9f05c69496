using System;
using System.Collections.Generic;
using System.Globalization;

namespace Civitai.Client.Feeds;

/// <summary>
/// Where a feed stands and what follows each of its pages. A listing ends only where the service says so, and says so believably; nothing
/// of the network is in here.
/// </summary>
internal sealed class CursorRules
{
    /// <summary>
    /// The service cuts long queries off at 20 s and answers as if nothing were left. An answer of "nothing" that took this long may be such a one.
    /// </summary>
    internal static readonly TimeSpan SuspiciousDelay = TimeSpan.FromSeconds(15);

    /// <summary>The largest page that the service gives.</summary>
    private const int LargestPage = 200;

    private readonly bool _isModelListing;
    private readonly bool _isDescending;
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private bool _hasAskedAgain;
    private int _widest;

    /// <param name="isModelListing">Whether the service answers from its listing of a whole model, which goes on by id.</param>
    /// <param name="isDescending">Whether that listing begins with the highest id.</param>
    /// <param name="cursor">Where the feed begins; null for its beginning.</param>
    internal CursorRules(bool isModelListing, bool isDescending, string? cursor)
    {
        _isModelListing = isModelListing;
        _isDescending = isDescending;
        Cursor = cursor;
        if (cursor is not null)
        {
            _seen.Add(cursor);
        }
    }

    /// <summary>The cursor of the page that is being read; null for the first.</summary>
    internal string? Cursor { get; private set; }

    /// <summary>The limit that the page must be asked for again with; null where it is free.</summary>
    internal int? Limit { get; private set; }

    /// <summary>The cursor that led to <see cref="PageOutcome.Loop"/>.</summary>
    internal string? Repeated { get; private set; }

    /// <summary>Decides what follows a page.</summary>
    /// <param name="answer">The page.</param>
    /// <param name="limit">The limit it was asked for with.</param>
    internal PageOutcome Decide(PageAnswer answer, int limit)
    {
        _widest = Math.Max(_widest, limit);
        if (answer.NextCursor is { } next)
        {
            return Follow(SafeCursor(next));
        }

        if (answer.Items > 0 || (Cursor is null && answer.Elapsed < SuspiciousDelay))
        {
            return PageOutcome.End;
        }

        if (!_hasAskedAgain)
        {
            // With another limit, so that no cache gives the same answer.
            _hasAskedAgain = true;
            Limit = limit > 1 ? limit - 1 : 2;
            return PageOutcome.Again;
        }

        return answer.Elapsed >= SuspiciousDelay ? PageOutcome.TimedOut : PageOutcome.End;
    }

    private PageOutcome Follow(string cursor)
    {
        var isNew = _seen.Add(cursor);
        if (!isNew && _isModelListing && _widest < LargestPage)
        {
            // These listings give an image once for each version of the model that it used, and go on by its id: a page that is filled by
            // one image leads back to itself. Twice the largest asked for here: one of the smaller ones may be what a cache has the wrong answer for.
            _hasAskedAgain = false;
            Limit = Math.Min(LargestPage, _widest * 2);
            return PageOutcome.Larger;
        }

        if (!isNew)
        {
            Repeated = cursor;
            return PageOutcome.Loop;
        }

        Cursor = cursor;
        Limit = null;
        _hasAskedAgain = false;
        _widest = 0;
        return PageOutcome.Next;
    }

    /// <summary>
    /// The cursor to send. The listing of a whole model, newest first, gives the id of the first image that did not fit and then lists the
    /// ids below it: one more is asked for, so that this image is not passed over.
    /// </summary>
    private string SafeCursor(string cursor) =>
        _isModelListing && _isDescending
        && long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id < long.MaxValue
            ? (id + 1).ToString(CultureInfo.InvariantCulture)
            : cursor;
}
