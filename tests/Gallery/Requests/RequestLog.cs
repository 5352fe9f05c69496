namespace Gallery;

/// <summary>Every request received, in order. Safe to read while requests arrive.</summary>
public sealed class RequestLog
{
    private readonly Lock _lock = new();
    private readonly List<LoggedRequest> _requests = [];
    private readonly List<(Func<LoggedRequest, bool> Wanted, TaskCompletionSource<LoggedRequest> Found)> _waiting = [];
    private int _count;

    /// <summary>All of them.</summary>
    public IReadOnlyList<LoggedRequest> All
    {
        get
        {
            lock (_lock)
            {
                return [.. _requests];
            }
        }
    }

    /// <summary>Those to the API.</summary>
    public IReadOnlyList<LoggedRequest> Api => Where(request => request.IsApi);

    /// <summary>Those to <c>/api/v1/images</c>.</summary>
    public IReadOnlyList<LoggedRequest> Images => Where(request => request.Path == ImagesQuery.Path);

    /// <summary>Those to the media host.</summary>
    public IReadOnlyList<LoggedRequest> Media => Where(request => request.IsMedia);

    /// <summary>Called for each request when it arrives, on the thread that serves it: for tests that act in the middle of things.</summary>
    public Action<LoggedRequest>? Arrived { get; set; }

    /// <summary>Called for each request when its answer has ended.</summary>
    public Action<LoggedRequest>? Ended { get; set; }

    /// <summary>Forgets all requests so far.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _requests.Clear();
        }
    }

    /// <summary>The first request, past or to come, that is as wanted; looked at again when its status is sent, with every part of its body and when it ends.</summary>
    /// <exception cref="TimeoutException">There was none in time; the message lists what there was.</exception>
    public async Task<LoggedRequest> WaitForAsync(Func<LoggedRequest, bool> wanted, TimeSpan timeout)
    {
        var found = new TaskCompletionSource<LoggedRequest>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (_requests.FirstOrDefault(wanted) is { } already)
            {
                return already;
            }

            _waiting.Add((wanted, found));
        }

        try
        {
            return await found.Task.WaitAsync(timeout);
        }
        catch (TimeoutException exception)
        {
            throw new TimeoutException("No such request. There were:" + Environment.NewLine + string.Join(Environment.NewLine, All), exception);
        }
        finally
        {
            lock (_lock)
            {
                _waiting.RemoveAll(waiter => waiter.Found == found);
            }
        }
    }

    internal int NextNumber() => Interlocked.Increment(ref _count);

    internal void Add(LoggedRequest request)
    {
        lock (_lock)
        {
            _requests.Add(request);
        }

        Arrived?.Invoke(request);
        Changed(request);
    }

    internal void Changed(LoggedRequest request)
    {
        lock (_lock)
        {
            if (_waiting.Count == 0)
            {
                return;
            }

            foreach (var (wanted, found) in _waiting)
            {
                if (!found.Task.IsCompleted && wanted(request))
                {
                    found.TrySetResult(request);
                }
            }
        }
    }

    private LoggedRequest[] Where(Func<LoggedRequest, bool> wanted)
    {
        lock (_lock)
        {
            return [.. _requests.Where(wanted)];
        }
    }
}
