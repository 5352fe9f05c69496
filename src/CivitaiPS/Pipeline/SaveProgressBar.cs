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

    private readonly Cmdlet _command;
    private readonly IImageSaver _saver;
    private readonly int _places;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly HashSet<int> _shown = [];
    private long _shownAt;
    private long _started;
    private long _finished;
    private long _failed;
    private bool _allAreKnown;
    private bool _isShown;

    internal SaveProgressBar(Cmdlet command, IImageSaver saver, int places)
    {
        _command = command;
        _saver = saver;
        _places = places;
    }

    internal void Started() => _started++;

    internal void Finished() => _finished++;

    internal void Failed() => _failed++;

    /// <summary>Says that no more images will come, so that the end can be told.</summary>
    internal void AllAreKnown() => _allAreKnown = true;

    /// <summary>Shows how far everything is, unless that was done just now.</summary>
    internal void Update()
    {
        var now = _clock.ElapsedMilliseconds;
        if (now - _shownAt < Interval)
        {
            return;
        }

        _shownAt = now;
        var progress = _saver.GetProgress();
        Show(progress, _clock.Elapsed.TotalSeconds);
        ShowRunning(progress.Running);
        _isShown = true;
    }

    /// <summary>Takes everything off the screen.</summary>
    internal void Complete()
    {
        if (!_isShown)
        {
            return;
        }

        foreach (var slot in _shown)
        {
            Remove(slot);
        }

        _shown.Clear();
        _command.WriteProgress(new ProgressRecord(WholeId, Activity, "Done") { RecordType = ProgressRecordType.Completed });
        _isShown = false;
    }

    private void Show(SaveProgress progress, double seconds)
    {
        var speed = progress.ReceivedBytes / seconds;
        var done = _finished + _failed;
        var status = string.Format(
            CultureInfo.CurrentCulture,
            "{0:N0}{1} files, {2}, {3}/s{4}",
            done,
            _allAreKnown ? string.Format(CultureInfo.CurrentCulture, " of {0:N0}", _started) : string.Empty,
            Bytes(progress.ReceivedBytes),
            Bytes(speed),
            _failed > 0 ? string.Format(CultureInfo.CurrentCulture, ", {0:N0} failed", _failed) : string.Empty);
        var record = new ProgressRecord(WholeId, Activity, status) { PercentComplete = -1, SecondsRemaining = -1 };
        if (_allAreKnown && _started > 0)
        {
            record.PercentComplete = (int)(100 * done / _started);
            record.SecondsRemaining = _started - done <= _places ? SecondsLeft(progress, speed) : -1;
        }

        _command.WriteProgress(record);
    }

    private void ShowRunning(IReadOnlyList<DownloadProgress> running)
    {
        foreach (var download in running)
        {
            var total = download.TotalBytes;
            _command.WriteProgress(new ProgressRecord(
                FirstChildId + download.Slot,
                download.Name,
                total is { } length ? Bytes(download.ReceivedBytes) + " of " + Bytes(length) : Bytes(download.ReceivedBytes))
            {
                ParentActivityId = WholeId,
                PercentComplete = total is > 0 and { } all ? (int)Math.Min(100, 100 * download.ReceivedBytes / all) : -1,
            });
            _shown.Add(download.Slot);
        }

        foreach (var slot in _shown.Where(slot => !running.Any(download => download.Slot == slot)).ToArray())
        {
            Remove(slot);
            _shown.Remove(slot);
        }
    }

    private void Remove(int slot) =>
        _command.WriteProgress(new ProgressRecord(FirstChildId + slot, Activity, "Done") { ParentActivityId = WholeId, RecordType = ProgressRecordType.Completed });

    // By the bytes that the running downloads still want, where all of them have said how many; they are all that is left when nothing waits for a place.
    private static int SecondsLeft(SaveProgress progress, double speed)
    {
        if (speed < 1 || progress.Running.Count == 0 || progress.Running.Any(download => download.TotalBytes is null))
        {
            return -1;
        }

        var left = progress.Running.Sum(download => Math.Max(0, download.TotalBytes!.Value - download.ReceivedBytes)) / speed;
        return left < int.MaxValue ? (int)Math.Ceiling(left) : -1;
    }

    private static string Bytes(double bytes)
    {
        string[] units = ["B", "kB", "MB", "GB", "TB"];
        var unit = 0;
        while (bytes >= 1000 && unit < units.Length - 1)
        {
            bytes /= 1000;
            unit++;
        }

        return bytes.ToString(unit == 0 ? "N0" : "N1", CultureInfo.CurrentCulture) + " " + units[unit];
    }
}
