using System;
using System.Globalization;

namespace Civitai;

/// <summary>What a run of <c>Save-CivitaiImage</c> did, as it stands in the information stream under the tag <c>CivitaiSummary</c>.</summary>
public sealed class SaveSummary
{
    /// <summary>Images that this run downloaded.</summary>
    public long SavedCount { get; init; }

    /// <summary>Images that were there already, or are in the archive.</summary>
    public long ExistingCount { get; init; }

    /// <summary>Images that could not be saved.</summary>
    public long FailedCount { get; init; }

    /// <summary>Bytes received.</summary>
    public long ReceivedBytes { get; init; }

    /// <summary>How long the run took.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>One line, in the current culture: <c>312 saved, 4,267 there already, 7 failed, 61 MB in 42 s</c>.</summary>
    public override string ToString() => string.Format(
        CultureInfo.CurrentCulture,
        "{0:N0} saved, {1:N0} there already, {2:N0} failed, {3} in {4}",
        SavedCount,
        ExistingCount,
        FailedCount,
        ByteSize.Format(ReceivedBytes),
        Describe(Elapsed));

    private static string Describe(TimeSpan elapsed)
    {
        var seconds = (long)Math.Round(elapsed.TotalSeconds);
        return seconds < 120 ? string.Format(CultureInfo.CurrentCulture, "{0} s", seconds)
            : seconds < 7200 ? string.Format(CultureInfo.CurrentCulture, "{0} min {1} s", seconds / 60, seconds % 60)
            : string.Format(CultureInfo.CurrentCulture, "{0} h {1} min", seconds / 3600, seconds % 3600 / 60);
    }
}
