using System.Collections.Concurrent;
using System.Threading.Channels;
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
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly ConcurrentQueue<TimeSpan> _waits = new();
    private readonly Channel<TimeSpan> _begun = Channel.CreateUnbounded<TimeSpan>();

    /// <summary>Whether a timer of this length, once it runs, has its time pass at once.</summary>
    internal Func<TimeSpan, bool> PassesAtOnce { get; set; } = static _ => true;

    /// <summary>The waits so far, in seconds.</summary>
    internal double[] Waits => [.. _waits.Select(wait => wait.TotalSeconds)];

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, base.CreateTimer(callback, state, dueTime, period));
        Started(dueTime);
        return timer;
    }

    /// <summary>The length of the next wait that begins.</summary>
    internal Task<TimeSpan> NextWaitAsync() => _begun.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience);

    private void Started(TimeSpan due)
    {
        if (due <= TimeSpan.Zero || due > TimeSpan.FromMinutes(2))
        {
            return;
        }

        _waits.Enqueue(due);
        _begun.Writer.TryWrite(due);
        if (PassesAtOnce(due))
        {
            ThreadPool.QueueUserWorkItem(_ => Advance(due));
        }
    }

    private sealed class Timer(WaitingClock clock, ITimer inner) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            var changed = inner.Change(dueTime, period);
            clock.Started(dueTime);
            return changed;
        }

        public void Dispose() => inner.Dispose();

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
