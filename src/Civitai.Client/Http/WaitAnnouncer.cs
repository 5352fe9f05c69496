using System;
using System.Globalization;

namespace Civitai.Client.Http;

/// <summary>Says that something is waited for: a long wait is a warning, a short one is verbose.</summary>
internal sealed class WaitAnnouncer(IActivity activity, TimeProvider time, TextCleaner cleaner)
{
    private readonly object _lock = new();
    private DateTimeOffset _warnedUntil;

    internal IActivity Activity => activity;

    internal void BeforeRetry(TimeSpan wait, string reason) => Announce(wait, "before another attempt. " + reason);

    internal void BeforeRequest(Uri address, TimeSpan wait) => Announce(wait, "because " + cleaner.Clean(address.Authority) + " asked for it.");

    private void Announce(TimeSpan wait, string reason)
    {
        var until = time.GetUtcNow() + wait;
        var warn = wait >= ResiliencePolicy.LongWait;
        if (warn)
        {
            lock (_lock)
            {
                // Eight downloads that wait for the same moment are one thing to know.
                warn = until > _warnedUntil + TimeSpan.FromSeconds(1);
                _warnedUntil = warn ? until : _warnedUntil;
            }
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
