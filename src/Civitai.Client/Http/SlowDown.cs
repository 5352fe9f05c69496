using System;
using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;

namespace Civitai.Client.Http;

/// <summary>
/// Hosts that asked to be left alone for a while. It is shared by the whole process: when one of eight downloads is told to wait,
/// the other seven, and those of another runspace, do not go on hammering the host.
/// </summary>
internal sealed class SlowDown
{
    /// <summary>One for each clock: the process has one clock, each test has its own.</summary>
    private static readonly ConditionalWeakTable<TimeProvider, SlowDown> OfClock = new();

    private readonly ConcurrentDictionary<string, DateTimeOffset> _until = new(StringComparer.OrdinalIgnoreCase);
    private readonly TimeProvider _time;

    private SlowDown(TimeProvider time) => _time = time;

    internal static SlowDown For(TimeProvider time) => OfClock.GetValue(time, static clock => new SlowDown(clock));

    /// <summary>Nothing is to be sent to this host for so long.</summary>
    internal void Ask(Uri address, TimeSpan wait)
    {
        var until = _time.GetUtcNow() + Shorter(wait, ResiliencePolicy.LongestRetryAfter);
        _until.AddOrUpdate(address.Authority, until, (_, known) => known > until ? known : until);
    }

    /// <summary>Waits as long as the host is to be left alone, and says so first.</summary>
    internal async Task WaitAsync(Uri address, Action<TimeSpan> onWait, CancellationToken cancellationToken)
    {
        while (_until.TryGetValue(address.Authority, out var until))
        {
            // The clock may have been set back since: no wait is ever longer than the longest that can be asked for.
            var wait = Shorter(until - _time.GetUtcNow(), ResiliencePolicy.LongestRetryAfter);
            if (wait <= TimeSpan.Zero)
            {
                return;
            }

            onWait(wait);
#if NET
            await Task.Delay(wait, _time, cancellationToken).ConfigureAwait(false);
#else
            await _time.Delay(wait, cancellationToken).ConfigureAwait(false);
#endif
        }
    }

    private static TimeSpan Shorter(TimeSpan left, TimeSpan right) => left < right ? left : right;
}
