using System;
using System.Collections.Concurrent;
using System.Threading;
using System.Threading.Tasks;

namespace Civitai.Client.Downloads;

/// <summary>What everything that writes files shares in one run.</summary>
internal sealed class DiskContext : IDisposable
{
    private readonly ConcurrentDictionary<string, bool> _reported = new(StringComparer.Ordinal);

    internal DiskContext(FileOperations files, IActivity activity, TimeProvider time)
    {
        Files = files;
        Activity = activity;
        Time = time;
        Queue = new DiskQueue(files);
    }

    /// <summary>The file system.</summary>
    internal FileOperations Files { get; }

    /// <summary>Is told of decisions and waits.</summary>
    internal IActivity Activity { get; }

    /// <summary>The clock of all waits.</summary>
    internal TimeProvider Time { get; }

    /// <summary>Runs what blocks until the disk has written.</summary>
    internal DiskQueue Queue { get; }

    /// <summary>Says once a run that something which is not essential cannot be done here.</summary>
    internal void ReportOnce(string message)
    {
        if (_reported.TryAdd(message, true))
        {
            Activity.WriteVerbose(message);
        }
    }

    /// <summary>Lets some time pass.</summary>
    internal Task DelayAsync(TimeSpan pause, CancellationToken cancellationToken) =>
#if NET
        Task.Delay(pause, Time, cancellationToken);
#else
        Time.Delay(pause, cancellationToken);
#endif

    /// <summary>Has the names in a folder written to the disk itself, where that can be done. Nothing else hangs on it: the bytes of the files are on the disk already.</summary>
    internal async Task FlushFolderAsync(string folder, CancellationToken cancellationToken)
    {
        try
        {
            await Queue.FlushFolderAsync(folder, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (DiskError.Is(exception))
        {
            ReportUnflushed(folder, exception);
        }
    }

    /// <summary>The same on this thread.</summary>
    internal void FlushFolder(string folder)
    {
        try
        {
            Files.FlushFolder(folder);
        }
        catch (Exception exception) when (DiskError.Is(exception))
        {
            ReportUnflushed(folder, exception);
        }
    }

    private void ReportUnflushed(string folder, Exception exception) =>
        ReportOnce("The folder '" + folder + "' cannot be flushed to the disk: " + DiskError.Reason(exception, folder) + ".");

    public void Dispose() => Queue.Dispose();
}
