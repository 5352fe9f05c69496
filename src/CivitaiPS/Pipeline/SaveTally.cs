using System.Diagnostics;
using Civitai;

namespace CivitaiPS.Pipeline;

/// <summary>Counts what becomes of the images of one run.</summary>
internal sealed class SaveTally
{
    private readonly Stopwatch _clock = Stopwatch.StartNew();

    /// <summary>Images that were downloaded.</summary>
    internal long Saved { get; private set; }

    /// <summary>Images that were there already.</summary>
    internal long Existing { get; private set; }

    /// <summary>Images that could not be saved.</summary>
    internal long Failed { get; private set; }

    /// <summary>Images of which it is known what became of them.</summary>
    internal long Done => Saved + Existing + Failed;

    /// <summary>Counts a saved image.</summary>
    /// <returns>Whether this run downloaded it.</returns>
    internal bool Add(SaveStatus status)
    {
        if (status is SaveStatus.AlreadyExists or SaveStatus.InArchive)
        {
            Existing++;
            return false;
        }

        Saved++;
        return true;
    }

    /// <summary>Counts an image that could not be saved.</summary>
    internal void AddFailure() => Failed++;

    /// <summary>What the run did so far.</summary>
    /// <param name="receivedBytes">Bytes received.</param>
    internal SaveSummary Summarize(long receivedBytes) => new()
    {
        SavedCount = Saved,
        ExistingCount = Existing,
        FailedCount = Failed,
        ReceivedBytes = receivedBytes,
        Elapsed = _clock.Elapsed,
    };
}
