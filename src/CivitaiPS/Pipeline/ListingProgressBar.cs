using System;
using System.Diagnostics;
using System.Globalization;
using System.Management.Automation;
using Civitai;

namespace CivitaiPS.Pipeline;

/// <summary>One line for a command that lists: images and pages so far, once it takes longer than two seconds. On the pipeline thread only.</summary>
internal sealed class ListingProgressBar(ProgressWriter writer)
{
    /// <summary>The time between two updates in milliseconds: more than four a second, nobody can read.</summary>
    internal const int Interval = 250;

    // What is over sooner needs no progress.
    private const int Delay = 2000;
    private const int Id = 1;
    private const string Activity = "Listing images";

    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private IImageFeed? _feed;
    private long _shownAt = Delay - Interval;
    private long _images;
    private long _pages;

    /// <summary>Follows a listing until what this returns is disposed.</summary>
    internal IDisposable Begin(IImageFeed feed)
    {
        _feed = feed;

        // A feed that is followed once more has had pages that are counted already.
        _pages -= feed.GetProgress().Pages;
        return new Listing(this);
    }

    /// <summary>Counts an image.</summary>
    internal void Listed()
    {
        _images++;
        Update();
    }

    /// <summary>Shows how far the listing is, unless that was done just now.</summary>
    internal void Update()
    {
        var now = _clock.ElapsedMilliseconds;
        if (now - _shownAt < Interval || _feed is null || !writer.IsWanted)
        {
            return;
        }

        _shownAt = now;
        var progress = _feed.GetProgress();
        var pages = _pages + progress.Pages;
        var status = string.Format(
            CultureInfo.CurrentCulture,
            "{0:N0} {1}, {2:N0} {3}",
            _images,
            _images == 1 ? "image" : "images",
            pages,
            pages == 1 ? "page" : "pages");
        var record = new ProgressRecord(Id, Activity, status) { PercentComplete = -1, SecondsRemaining = -1 };
        Waits.Describe(record, progress.Waiting);
        writer.Show(record);
    }

    private void End()
    {
        _pages += _feed!.GetProgress().Pages;
        _feed = null;
    }

    private sealed class Listing(ListingProgressBar bar) : IDisposable
    {
        public void Dispose() => bar.End();
    }
}
