using System;
using System.Globalization;
using System.Management.Automation;

namespace CivitaiPS.Pipeline;

/// <summary>A wait that was asked for, as it is counted down in a progress record.</summary>
internal static class Waits
{
    /// <summary>Puts what is left of a wait into a record; nothing where nothing waits.</summary>
    internal static void Describe(ProgressRecord record, TimeSpan left)
    {
        if (left > TimeSpan.Zero)
        {
            record.CurrentOperation = string.Format(CultureInfo.CurrentCulture, "Waiting {0:N0} s before the next request", Math.Ceiling(left.TotalSeconds));
        }
    }
}
