using System;
using System.Globalization;

namespace Civitai.Client.Http;

/// <summary>Says that something is waited for: a long wait is a warning, a short one is verbose.</summary>
internal sealed class WaitAnnouncer(IActivity activity, TimeProvider time, TextCleaner cleaner)
{
    private readonly object _lock = new();
    private DateTimeOffset _warnedUntil;
    private DateTimeOffset _until;

    internal IActivity Activity => activity;

    /// <summary>What is left of the longest wait that was announced; zero when nothing waits.</summary>
    internal TimeSpan Left
    {
        get
        {
            lock (_lock)
            {
                var left = _until - time.GetUtcNow();
                return left > TimeSpan.Zero ? left : TimeSpan.Zero;
            }
        }
    }

    internal void BeforeRetry(TimeSpan wait, string reason) => Announce(wait, "before another attempt. " + reason);

    internal void BeforeRequest(Uri address, TimeSpan wait) => Announce(wait, "because " + cleaner.Clean(address.Authority) + " asked for it.");

    private void Announce(TimeSpan wait, string reason)
    {
        var until = time.GetUtcNow() + wait;
        var warn = wait >= ResiliencePolicy.LongWait;
        lock (_lock)
        {
            _until = until > _until ? until : _until;

            // Eight downloads that wait for the same moment are one thing to know.
            warn = warn && until > _warnedUntil + TimeSpan.FromSeconds(1);
            _warnedUntil = warn ? until : _warnedUntil;
        }

        if (warn)
        {
            activity.WriteWarning(CivitaiWarning.Waiting, string.Format(CultureInfo.InvariantCulture, "waiting {0:0} seconds {1}", Math.Ceiling(wait.TotalSeconds), reason));
        }
        else
        {
            activity.WriteVerbose(string.Format(CultureInfo.InvariantCulture, "Waiting {0:0.0} seconds {1}", wait.TotalSeconds, reason));
        }
    }
}
