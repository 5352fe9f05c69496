using System.Collections.Generic;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Threading;

namespace CivitaiPS.Pipeline;

/// <summary>
/// Shows progress records and sees to it that none stays on the screen. Where a pipeline ends early (Ctrl+C, a downstream <c>Select-Object -First</c>) PowerShell calls
/// nothing of a command but Dispose, where it may not write any more; the host still may be told that a record is done, under the number that the command writes with.
/// </summary>
internal sealed class ProgressWriter
{
    // Far from the numbers that PowerShell counts up for its own commands.
    private const long FirstSource = 0x43495649_00000000;

    private static long _lastSource = FirstSource;

    private readonly PSCmdlet _command;
    private readonly PSHost _host;
    private readonly long _source = Interlocked.Increment(ref _lastSource);
    private readonly SortedDictionary<int, ProgressRecord> _shown = [];

    internal ProgressWriter(PSCmdlet command)
    {
        _command = command;
        _host = command.Host;
    }

    /// <summary>Whether anybody sees it.</summary>
    internal bool IsWanted =>
        !LanguagePrimitives.TryConvertTo<ActionPreference>(_command.GetVariableValue("ProgressPreference"), CultureInfo.InvariantCulture, out var preference)
        || preference is not (ActionPreference.SilentlyContinue or ActionPreference.Ignore);

    /// <summary>Shows a record, in place of the one with its number.</summary>
    internal void Show(ProgressRecord record)
    {
        _shown[record.ActivityId] = record;
        _command.CommandRuntime.WriteProgress(_source, record);
    }

    /// <summary>Takes a record off the screen.</summary>
    internal void Complete(int activityId)
    {
        if (_shown.TryGetValue(activityId, out var record))
        {
            _shown.Remove(activityId);
            _command.CommandRuntime.WriteProgress(_source, Completed(record));
        }
    }

    /// <summary>Takes everything off the screen.</summary>
    internal void CompleteAll()
    {
        foreach (var activityId in ChildrenFirst())
        {
            Complete(activityId);
        }
    }

    /// <summary>Takes everything off the screen from Dispose, where the command itself may not write.</summary>
    internal void Abandon()
    {
        foreach (var activityId in ChildrenFirst())
        {
            var record = _shown[activityId];
            _shown.Remove(activityId);
            try
            {
                _host.UI?.WriteProgress(_source, Completed(record));
            }
            catch (HostException)
            {
                // A host that cannot show anything has nothing to take away either.
                return;
            }
        }
    }

    private int[] ChildrenFirst()
    {
        var ids = new int[_shown.Count];
        _shown.Keys.CopyTo(ids, 0);
        System.Array.Reverse(ids);
        return ids;
    }

    private static ProgressRecord Completed(ProgressRecord record) => new(record.ActivityId, record.Activity, "Done")
    {
        ParentActivityId = record.ParentActivityId,
        RecordType = ProgressRecordType.Completed,
    };
}
