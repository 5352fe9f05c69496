using System.Collections.Concurrent;
using System.Threading.Channels;
using Gallery;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Civitai.Client.Tests.Http;

/// <summary>
/// A clock that stands still until somebody waits. Waits up to two minutes (back-offs and what servers ask for) are written down and, by
/// default, over at once; time-outs, which the tests choose longer, are not.
/// </summary>
internal sealed class WaitingClock : FakeTimeProvider
{
    /// <summary>A time-out that no test comes near.</summary>
    internal static readonly TimeSpan LongTimeout = TimeSpan.FromHours(1);

    /// <summary>Nothing takes as long as this unless it is broken.</summary>
    internal static readonly TimeSpan Patience = GalleryServer.Patience;

    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(2);

    private readonly Lock _lock = new();
    private readonly ConcurrentQueue<TimeSpan> _waits = new();
    private readonly Channel<TimeSpan> _begun = Channel.CreateUnbounded<TimeSpan>();
    private readonly List<Timer> _timers = [];
    private int _passing = -1;

    /// <summary>A clock that begins at some time in the year 2000.</summary>
    internal WaitingClock()
    {
    }

    /// <summary>A clock that begins at a time.</summary>
    internal WaitingClock(DateTimeOffset now)
        : base(now)
    {
    }

    /// <summary>Whether a timer of this length, once it runs, has its time pass at once.</summary>
    internal Func<TimeSpan, bool> PassesAtOnce { get; set; } = static _ => true;

    /// <summary>The waits so far, in seconds.</summary>
    internal double[] Waits => [.. _waits.Select(wait => wait.TotalSeconds)];

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, base.CreateTimer(callback, state, dueTime, period), dueTime);
        lock (_lock)
        {
            _timers.Add(timer);
            Started(timer, dueTime);
        }

        return timer;
    }

    /// <summary>The length of the next wait that begins.</summary>
    internal Task<TimeSpan> NextWaitAsync() => _begun.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience);

    /// <summary>Has the first request wait for too long: for its headers, or in a silence of its body, one that there is already or the next one. Later requests have all the time there is.</summary>
    internal void PassTimeoutOfFirstRequest(bool inBody)
    {
        lock (_lock)
        {
            // A request has one timer for its headers, and then one for all silences of its body.
            _passing = inBody ? 1 : 0;
            if (_timers.ElementAtOrDefault(_passing) is { } timer && timer.Due > TimeSpan.Zero)
            {
                PassLater(timer, timer.Due);
            }
        }
    }

    // Under the lock.
    private void Started(Timer timer, TimeSpan due)
    {
        if (due <= TimeSpan.Zero)
        {
            return;
        }

        if (due <= LongestWait)
        {
            _waits.Enqueue(due);
            _begun.Writer.TryWrite(due);
            if (PassesAtOnce(due))
            {
                PassLater(timer, due);
            }
        }
        else if (_timers.IndexOf(timer) == _passing)
        {
            PassLater(timer, due);
        }
    }

    // On another thread, as time does; and only as long as somebody still waits for it: the time of a wait that is over must not pass for the next one.
    private void PassLater(Timer timer, TimeSpan due)
    {
        var start = timer.Starts;
        ThreadPool.QueueUserWorkItem(_ =>
        {
            lock (_lock)
            {
                if (timer.Starts == start)
                {
                    Advance(due);
                }
            }
        });
    }

    private sealed class Timer(WaitingClock clock, ITimer inner, TimeSpan due) : ITimer
    {
        internal TimeSpan Due { get; private set; } = due;

        internal int Starts { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._lock)
            {
                Due = dueTime;
                Starts++;
                var changed = inner.Change(dueTime, period);
                clock.Started(this, dueTime);
                return changed;
            }
        }

        public void Dispose()
        {
            End();
            inner.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            End();
            return inner.DisposeAsync();
        }

        private void End()
        {
            lock (clock._lock)
            {
                Due = Timeout.InfiniteTimeSpan;
                Starts++;
            }
        }
    }
}
