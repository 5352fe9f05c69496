using System;
using System.Threading;
using System.Threading.Tasks;

namespace Civitai.Client.Downloads;

/// <summary>
/// Shares so many bytes a second among all downloads of a run: a token bucket that may be overdrawn, since bytes are counted when they have come. Whoever overdraws it
/// waits until it is level again, so that the sum over any time is right however many downloads there are.
/// </summary>
internal sealed class RateLimiter
{
    /// <summary>What may come at once after a pause, in seconds' worth: little enough to be smooth, enough not to wait for each packet.</summary>
    private const double Burst = 0.125;

    private const int LargestBuffer = 256 * 1024;

    private readonly object _lock = new();
    private readonly double _bytesPerSecond;
    private readonly TimeProvider _time;
    private double _tokens;
    private long _filledAt;

    internal RateLimiter(long bytesPerSecond, TimeProvider time)
    {
        _bytesPerSecond = bytesPerSecond;
        _time = time;
        _tokens = bytesPerSecond * Burst;
        _filledAt = time.GetTimestamp();
    }

    /// <summary>No more should be read at once, so that one download does not take the others' share for long.</summary>
    internal int LargestRead => (int)Math.Max(1, Math.Min(LargestBuffer, _bytesPerSecond * Burst));

    /// <summary>Counts bytes that have come, and waits until more may come.</summary>
    /// <param name="count">How many have come.</param>
    /// <param name="cancellationToken">Ends the wait at once.</param>
    internal Task TakeAsync(int count, CancellationToken cancellationToken)
    {
        TimeSpan wait;
        lock (_lock)
        {
            var now = _time.GetTimestamp();
            _tokens = Math.Min(_bytesPerSecond * Burst, _tokens + (_time.GetElapsedTime(_filledAt, now).TotalSeconds * _bytesPerSecond));
            _filledAt = now;
            _tokens -= count;
            wait = _tokens < 0 ? TimeSpan.FromSeconds(-_tokens / _bytesPerSecond) : TimeSpan.Zero;
        }

        // A timer has no shorter time than this; the debt is not forgotten, it is paid with the next bytes.
        if (wait < TimeSpan.FromMilliseconds(1))
        {
            return Task.CompletedTask;
        }
#if NET
        return Task.Delay(wait, _time, cancellationToken);
#else
        return _time.Delay(wait, cancellationToken);
#endif
    }
}
