using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Threading;
using System.Threading.Tasks;

namespace Civitai.Client.Downloads;

/// <summary>
/// Threads for what blocks until the disk has written: a flush takes milliseconds to seconds, and on the thread pool it would hold up the downloads. Several flushes at
/// once also share what the file system writes for each (one commit of its journal), which is what makes many small files cheap.
/// </summary>
internal sealed class DiskQueue : IDisposable
{
    private const int MaximumThreads = 8;
    private static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(5);

    // A flush that is about to end leaves no file open then, and one that takes long does not hold up who has stopped the command.
    private static readonly TimeSpan DisposeTime = TimeSpan.FromMilliseconds(300);

    private readonly object _lock = new();
    private readonly Queue<Work> _waiting = new();
    private readonly Dictionary<string, FolderFlush> _folders = new(StringComparer.Ordinal);
    private readonly FileOperations _files;
    private int _threads;
    private int _idle;
    private int _busy;
    private bool _isClosed;

    internal DiskQueue(FileOperations files)
    {
        _files = files;
    }

    /// <summary>Runs something that blocks.</summary>
    /// <param name="action">What to do. It is left to itself when it has begun and the task is cancelled.</param>
    /// <param name="cancellationToken">Ends the waiting at once.</param>
    internal Task RunAsync(Action action, CancellationToken cancellationToken)
    {
        var work = new Work(action, cancellationToken);
        lock (_lock)
        {
            _waiting.Enqueue(work);
            if (_idle >= _waiting.Count)
            {
                Monitor.Pulse(_lock);
            }
            else if (_threads < MaximumThreads)
            {
                _threads++;
                new Thread(RunAll) { IsBackground = true, Name = "CivitaiPS disk" }.Start();
            }
        }

        return work.Task;
    }

    /// <summary>Flushes the names of a folder. All who ask while one flush of it runs share the next.</summary>
    internal Task FlushFolderAsync(string folder, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (!_folders.TryGetValue(folder, out var flush))
            {
                _folders.Add(folder, flush = new FolderFlush());
            }

            if (flush.Running is { IsCompleted: false } running)
            {
                flush.Next ??= FlushAfterAsync(running, folder, flush);
                return flush.Next.WaitAsync(cancellationToken);
            }

            flush.Running = RunAsync(() => _files.FlushFolder(folder), CancellationToken.None);
            return flush.Running.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Whether the queue has been disposed of.</summary>
    internal bool IsClosed
    {
        get
        {
            lock (_lock)
            {
                return _isClosed;
            }
        }
    }

    /// <summary>Lets the threads end when they have done what they were given, and waits a moment for that.</summary>
    public void Dispose()
    {
        var clock = Stopwatch.StartNew();
        lock (_lock)
        {
            _isClosed = true;
            Monitor.PulseAll(_lock);
            while (_busy > 0 && DisposeTime - clock.Elapsed is var left && left > TimeSpan.Zero)
            {
                _ = Monitor.Wait(_lock, left);
            }
        }
    }

    private async Task FlushAfterAsync(Task running, string folder, FolderFlush flush)
    {
        // Its failure is the matter of those who wait for it.
        await Task.WhenAny(running).ConfigureAwait(false);
        Task next;
        lock (_lock)
        {
            flush.Next = null;
            flush.Running = next = RunAsync(() => _files.FlushFolder(folder), CancellationToken.None);
        }

        await next.ConfigureAwait(false);
    }

    private void RunAll()
    {
        while (true)
        {
            Work work;
            lock (_lock)
            {
                while (_waiting.Count == 0)
                {
                    _idle++;
                    var isWoken = !_isClosed && Monitor.Wait(_lock, IdleTime);
                    _idle--;
                    if (_waiting.Count == 0 && (!isWoken || _isClosed))
                    {
                        _threads--;
                        return;
                    }
                }

                work = _waiting.Dequeue();
                _busy++;
            }

            work.Run();
            lock (_lock)
            {
                _busy--;
                if (_isClosed)
                {
                    Monitor.PulseAll(_lock);
                }
            }
        }
    }

    private sealed class FolderFlush
    {
        internal Task? Running { get; set; }

        internal Task? Next { get; set; }
    }

    private sealed class Work
    {
        private readonly TaskCompletionSource<bool> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly Action _action;
        private readonly CancellationTokenRegistration _registration;

        internal Work(Action action, CancellationToken cancellationToken)
        {
            _action = action;
            _registration = cancellationToken.Register(() => _done.TrySetCanceled(cancellationToken));
        }

        internal Task Task => _done.Task;

        internal void Run()
        {
            if (_done.Task.IsCompleted)
            {
                return;
            }

            try
            {
                _action();
                _ = _done.TrySetResult(true);
            }
            catch (Exception exception)
            {
                // Whatever it is: on a thread of its own it would end the process. One that was cancelled has nobody who waits; its file is closed during the flush.
                _ = _done.TrySetException(exception);
            }

            _registration.Dispose();
        }
    }
}
