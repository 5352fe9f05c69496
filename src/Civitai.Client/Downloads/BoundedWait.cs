using System;
using System.Globalization;
using System.Threading;
using System.Threading.Tasks;
using Civitai.Client.Http;

namespace Civitai.Client.Downloads;

/// <summary>
/// Waiting for a file that somebody else has, in pauses that grow. It has an end, says what it waits for when it begins, warns when it takes long, and stops at once
/// when it is cancelled.
/// </summary>
internal sealed class BoundedWait
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(500);

    private readonly DiskContext _disk;
    private readonly string _reason;
    private readonly TimeSpan _limit;
    private TimeSpan _pause = FirstPause;
    private TimeSpan _waited;
    private bool _isReported;
    private bool _isWarned;

    /// <summary>Prepares a wait.</summary>
    /// <param name="disk">Has the clock and whom to tell.</param>
    /// <param name="reason">A clause that says why, for instance <c>another program has 'x' open</c>.</param>
    /// <param name="limit">All pauses together take no longer than this.</param>
    internal BoundedWait(DiskContext disk, string reason, TimeSpan limit)
    {
        _disk = disk;
        _reason = reason;
        _limit = limit;
    }

    /// <summary>Waits a little.</summary>
    /// <returns>False where the time is up.</returns>
    internal async Task<bool> PauseAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_waited >= _limit)
        {
            return false;
        }

        var message = string.Format(CultureInfo.InvariantCulture, "Waiting up to {0:0} seconds: {1}.", _limit.TotalSeconds, _reason);
        if (!_isReported)
        {
            _isReported = true;
            _disk.Activity.WriteVerbose(message);
        }

        if (!_isWarned && _waited >= ResiliencePolicy.LongWait)
        {
            _isWarned = true;
            _disk.Activity.WriteWarning(CivitaiWarning.Waiting, message);
        }

        await _disk.DelayAsync(_pause, cancellationToken).ConfigureAwait(false);
        _waited += _pause;
        _pause = _pause + _pause < LongestPause ? _pause + _pause : LongestPause;
        return true;
    }

    /// <summary>Begins to count anew: what is waited for makes progress.</summary>
    internal void Restart()
    {
        _waited = TimeSpan.Zero;
        _pause = FirstPause;
    }
}
