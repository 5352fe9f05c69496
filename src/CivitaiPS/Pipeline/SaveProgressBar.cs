using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using System.Management.Automation;
using Civitai;

namespace CivitaiPS.Pipeline;

/// <summary>One line for the whole and one for each running download, a few times a second. On the pipeline thread only.</summary>
internal sealed class SaveProgressBar
{
    /// <summary>The time between two updates in milliseconds: more than four a second, nobody can read.</summary>
    internal const int Interval = 250;

    private const string Activity = "Saving images";
    private const int WholeId = 1;
    private const int FirstChildId = 2;

    private readonly ProgressWriter _writer;
    private readonly IImageSaver _saver;
    private readonly SaveTally _tally;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly HashSet<int> _shown = [];
    private long _shownAt;
    private long? _total;

    internal SaveProgressBar(ProgressWriter writer, IImageSaver saver, SaveTally tally)
    {
        _writer = writer;
        _saver = saver;
        _tally = tally;
    }

    /// <summary>Says how many images there are in all, so that the end can be told.</summary>
    internal void Expect(long total) => _total = total;

    /// <summary>Shows how far everything is, unless that was done just now.</summary>
    internal void Update()
    {
        var now = _clock.ElapsedMilliseconds;
        if (now - _shownAt < Interval || !_writer.IsWanted)
        {
            return;
        }

        _shownAt = now;
        var progress = _saver.GetProgress();
        Show(progress, _clock.Elapsed.TotalSeconds);
        ShowRunning(progress.Running);
    }

    private void Show(SaveProgress progress, double seconds)
    {
        var speed = progress.ReceivedBytes / seconds;
        var done = _tally.Done;
        var status = string.Format(
            CultureInfo.CurrentCulture,
            "{0:N0}{1} files, {2}, {3}/s{4}",
            done,
            _total is { } all ? string.Format(CultureInfo.CurrentCulture, " of {0:N0}", all) : string.Empty,
            ByteSize.Format(progress.ReceivedBytes),
            ByteSize.Format(speed),
            _tally.Failed > 0 ? string.Format(CultureInfo.CurrentCulture, ", {0:N0} failed", _tally.Failed) : string.Empty);
        var record = new ProgressRecord(WholeId, Activity, status) { PercentComplete = -1, SecondsRemaining = -1 };
        if (_total is > 0 and { } total)
        {
            record.PercentComplete = (int)Math.Min(100, 100 * done / total);
            record.SecondsRemaining = SecondsLeft(total - done, progress, seconds, speed);
        }

        Waits.Describe(record, progress.Waiting);
        _writer.Show(record);
    }

    private void ShowRunning(IReadOnlyList<DownloadProgress> running)
    {
        foreach (var download in running)
        {
            var total = download.TotalBytes;
            _writer.Show(new ProgressRecord(
                FirstChildId + download.Slot,
                PlainText.OneLine(download.Name),
                total is { } length ? ByteSize.Format(download.ReceivedBytes) + " of " + ByteSize.Format(length) : ByteSize.Format(download.ReceivedBytes))
            {
                ParentActivityId = WholeId,
                PercentComplete = total is > 0 and { } all ? (int)Math.Min(100, 100 * download.ReceivedBytes / all) : -1,
            });
            _shown.Add(download.Slot);
        }

        foreach (var slot in _shown.Where(slot => !running.Any(download => download.Slot == slot)).ToArray())
        {
            _writer.Complete(FirstChildId + slot);
            _shown.Remove(slot);
        }
    }

    /// <summary>
    /// The seconds until the end, or -1 where nothing can be said yet. While files wait for their turn, by the time that a file has taken so far; when all that is left is running and has said how long it is, by the bytes.
    /// </summary>
    private int SecondsLeft(long left, SaveProgress progress, double seconds, double speed)
    {
        double estimate;
        if (left <= progress.Running.Count && speed >= 1 && progress.Running.All(download => download.TotalBytes is not null))
        {
            estimate = progress.Running.Sum(download => Math.Max(0, download.TotalBytes!.Value - download.ReceivedBytes)) / speed;
        }
        else if (_tally.Saved > 0)
        {
            estimate = left * seconds / _tally.Done;
        }
        else
        {
            return -1;
        }

        return estimate < int.MaxValue ? (int)Math.Ceiling(estimate) : -1;
    }
}
