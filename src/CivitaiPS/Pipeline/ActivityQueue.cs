using System;
using System.Collections.Concurrent;
using System.Management.Automation;
using System.Threading;
using Civitai;

namespace CivitaiPS.Pipeline;

/// <summary>Takes what the engine says on any thread and keeps it for the pipeline thread, the only one that may write.</summary>
internal sealed class ActivityQueue : IActivity, IDisposable
{
    private readonly ConcurrentQueue<Action<Cmdlet>> _messages = new();
    private readonly ManualResetEventSlim _news = new(initialState: false);
    private int _hasWarnedOfOrder;

    /// <summary>Whether anybody reads the verbose lines; a second run over a large folder has one for each image.</summary>
    internal bool WantsVerbose { get; set; } = true;

    public void WriteVerbose(string message)
    {
        if (WantsVerbose)
        {
            Post(command => command.WriteVerbose(message));
        }
    }

    public void WriteWarning(CivitaiWarning warning, string message)
    {
        // This one is about the sort and not about a listing: a command reports it once.
        if (warning != CivitaiWarning.OrderNotComparable || Interlocked.Exchange(ref _hasWarnedOfOrder, 1) == 0)
        {
            Post(command => command.WriteWarning(warning.WithId(message)));
        }
    }

    public void WriteError(CivitaiException exception) => Post(command => command.WriteError(ErrorRecords.From(exception)));

    public void Dispose() => _news.Dispose();

    /// <summary>Wakes the pipeline thread.</summary>
    internal void Signal()
    {
        try
        {
            _news.Set();
        }
        catch (ObjectDisposedException)
        {
            // The command has ended; there is nobody left to wake.
        }
    }

    /// <summary>Writes what has been said so far. On the pipeline thread only.</summary>
    internal void WriteTo(Cmdlet command)
    {
        while (_messages.TryDequeue(out var write))
        {
            write(command);
        }
    }

    /// <summary>Waits until something is said, <see cref="Signal"/> is called or the time runs out.</summary>
    internal void WaitForNews(int milliseconds)
    {
        if (_news.Wait(milliseconds))
        {
            // Before the queue is read: what is said from here on sets it again.
            _news.Reset();
        }
    }

    private void Post(Action<Cmdlet> write)
    {
        _messages.Enqueue(write);
        Signal();
    }
}
