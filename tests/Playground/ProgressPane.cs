using System.Diagnostics;
using System.Management.Automation;

namespace Playground;

/// <summary>The lines below the output that say how far the running commands are. Not thread-safe.</summary>
internal sealed class ProgressPane(TextWriter terminal, Func<int> columns, bool colour)
{
    private const int MaximumLines = 6;
    private const int BarWidth = 24;

    // A download reports many times a second; an eye follows ten.
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly List<(long Source, ProgressRecord Record)> _records = [];
    private long _drawnAt;
    private int _lines;

    public void Update(long source, ProgressRecord record, bool atLineStart)
    {
        var index = _records.FindIndex(known => known.Source == source && known.Record.ActivityId == record.ActivityId);
        var isNews = index < 0;
        if (record.RecordType is ProgressRecordType.Completed)
        {
            if (isNews)
            {
                return;
            }

            _records.RemoveAt(index);
            isNews = true;
        }
        else if (isNews)
        {
            Insert(source, record);
        }
        else
        {
            _records[index] = (source, record);
        }

        if (atLineStart && (isNews || Stopwatch.GetElapsedTime(_drawnAt) >= Interval))
        {
            Erase();
            Draw();
        }
    }

    /// <summary>Draws the lines and puts the cursor back to where it was: at the start of the line above them.</summary>
    public void Draw()
    {
        _drawnAt = Stopwatch.GetTimestamp();
        _lines = Math.Min(_records.Count, MaximumLines);
        if (_lines == 0)
        {
            return;
        }

        var width = columns() - 1;
        foreach (var (_, record) in _records.Take(_lines))
        {
            var line = Describe(record);
            line = line.Length > width ? line[..(width - 1)] + "…" : line;
            terminal.Write(colour ? $"{PSStyle.Instance.Progress.Style}{line}{PSStyle.Instance.Reset}\n" : line + "\n");
        }

        terminal.Write($"\e[{_lines}A");
        terminal.Flush();
    }

    /// <summary>Takes the lines off the screen; they come back with <see cref="Draw"/>.</summary>
    public void Erase()
    {
        if (_lines > 0)
        {
            terminal.Write("\r\e[J");
            _lines = 0;
        }
    }

    /// <summary>Takes the lines off the screen and forgets them.</summary>
    public void Clear()
    {
        Erase();
        _records.Clear();
        terminal.Flush();
    }

    private static string Describe(ProgressRecord record)
    {
        var line = new string(' ', record.ParentActivityId >= 0 ? 2 : 0) + record.Activity;
        if (record.PercentComplete >= 0)
        {
            var filled = Math.Min(record.PercentComplete, 100) * BarWidth / 100;
            line += $" [{new string('#', filled)}{new string(' ', BarWidth - filled)}]";
        }

        foreach (var part in new[] { record.StatusDescription, record.CurrentOperation })
        {
            if (!string.IsNullOrWhiteSpace(part))
            {
                line += "  " + part;
            }
        }

        if (record.SecondsRemaining >= 0)
        {
            line += $"  {TimeSpan.FromSeconds(record.SecondsRemaining):g} left";
        }

        return line.ReplaceLineEndings(" ");
    }

    // A child stands below its parent and the children that were there before it.
    private void Insert(long source, ProgressRecord record)
    {
        var parent = record.ParentActivityId < 0
            ? -1
            : _records.FindIndex(known => known.Source == source && known.Record.ActivityId == record.ParentActivityId);
        var place = parent < 0 ? _records.Count : parent + 1;
        while (parent >= 0 && place < _records.Count
            && _records[place].Source == source && _records[place].Record.ParentActivityId == record.ParentActivityId)
        {
            place++;
        }

        _records.Insert(place, (source, record));
    }
}
