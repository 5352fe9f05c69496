using System;
using System.Net.Http;
using System.Threading.Tasks;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace Civitai.Client.Http;

/// <summary>
/// The one place that says how often, after what, how soon and for how long a request is tried.
/// <list type="table">
/// <item><term>Attempts</term><description>One, and <see cref="ConnectionSettings.MaximumRetryCount"/> more.</description></item>
/// <item><term>What counts</term><description>A <see cref="TransientException"/>: no connection, no answer in time, a body that breaks
/// off, a web page where JSON was wanted, and the statuses of <see cref="IsRetried"/>. Everything else ends the request at once.</description></item>
/// <item><term>Wait</term><description>What <c>Retry-After</c> says, at most <see cref="LongestRetryAfter"/>; else a random time between
/// nothing and 1 s, 2 s, 4 s … <see cref="LongestBackOff"/> ("full jitter": clients that failed together do not come back together).</description></item>
/// <item><term>Time</term><description><see cref="ConnectionSettings.Timeout"/> for one request up to its headers,
/// and again for each silence in a body (<see cref="BodyStream"/>). A whole API request, all attempts and waits, is bounded too;
/// a download is not, since it takes as long as the file is big.</description></item>
/// </list>
/// </summary>
internal sealed class ResiliencePolicy
{
    /// <summary>The service's own advice: 1 s to 30 s, exponential (its developer documentation, "rate limits").</summary>
    private static readonly TimeSpan FirstBackOff = TimeSpan.FromSeconds(1);

    /// <summary>No back-off is longer.</summary>
    internal static readonly TimeSpan LongestBackOff = TimeSpan.FromSeconds(30);

    /// <summary>A server that asks for more than this is asked again after this.</summary>
    internal static readonly TimeSpan LongestRetryAfter = TimeSpan.FromMinutes(2);

    /// <summary>A wait from here on is worth a warning.</summary>
    internal static readonly TimeSpan LongWait = TimeSpan.FromSeconds(5);

    /// <summary>What an API request may take in all even when its time-out is short: pages are several MB, and lines may be slow.</summary>
    private static readonly TimeSpan ShortestTotal = TimeSpan.FromMinutes(10);

    /// <summary>Polly's own limit for a time-out.</summary>
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromHours(24);

    /// <summary>Polly's own limit at the other end.</summary>
    private static readonly TimeSpan ShortestTimeout = TimeSpan.FromMilliseconds(10);

    internal ResiliencePolicy(ConnectionSettings connection, TimeProvider time, Func<double> jitter, Action<TimeSpan, string> onWait)
    {
        Timeout = Between(ShortestTimeout, connection.Timeout.TotalSeconds, LongestTimeout);
        var attempts = Math.Max(0, connection.MaximumRetryCount) + 1.0;
        var total = Between(ShortestTotal, attempts * (Timeout + LongestRetryAfter).TotalSeconds, LongestTimeout);

        var headers = new ResiliencePipelineBuilder { TimeProvider = time };
        headers.AddTimeout(new TimeoutStrategyOptions { Timeout = Timeout });
        Headers = headers.Build();

        var api = new ResiliencePipelineBuilder { TimeProvider = time };
        api.AddTimeout(new TimeoutStrategyOptions { Timeout = total });
        AddRetry(api, connection.MaximumRetryCount, jitter, onWait);
        Api = api.Build();

        var media = new ResiliencePipelineBuilder { TimeProvider = time };
        AddRetry(media, connection.MaximumRetryCount, jitter, onWait);
        Media = media.Build();
    }

    /// <summary>How long a request may take to its headers, and a body may be silent.</summary>
    internal TimeSpan Timeout { get; }

    /// <summary>One request up to its headers, or the body of an error.</summary>
    internal ResiliencePipeline Headers { get; }

    /// <summary>A whole request to the API.</summary>
    internal ResiliencePipeline Api { get; }

    /// <summary>A whole request for media.</summary>
    internal ResiliencePipeline Media { get; }

    /// <summary>
    /// The statuses that another attempt may turn into an answer. 520 to 524 are the edge network's "the origin did not answer properly".
    /// A 429 is one too, unless it is the service's limit of paging, which no waiting lifts (<see cref="ErrorBody.IsPagingLimit"/>).
    /// </summary>
    internal static bool IsRetried(int status) => status is 408 or 429 or 500 or 502 or 503 or 504 or (>= 520 and <= 524);

    /// <summary>The statuses whose <c>Retry-After</c> speaks for the whole host and not for the one request.</summary>
    internal static bool IsSlowDown(int status) => status is 429 or 503;

    /// <summary>The wait before a retry that the server said nothing about.</summary>
    /// <param name="attempt">How many attempts failed before this one did: 0 after the first.</param>
    /// <param name="jitter">At least 0, below 1.</param>
    internal static TimeSpan BackOff(int attempt, double jitter)
    {
        var longest = Math.Min(LongestBackOff.TotalSeconds, FirstBackOff.TotalSeconds * Math.Pow(2, attempt));
        return TimeSpan.FromSeconds(longest * jitter);
    }

    /// <summary>What a response says in <c>Retry-After</c>, in seconds or as a date; null when it says nothing, nothing readable, or a time that is over.</summary>
    internal static TimeSpan? ReadRetryAfter(HttpResponseMessage response, DateTimeOffset now)
    {
        TimeSpan? wait = null;
        if (response.Headers.RetryAfter is { } header)
        {
            // A date is meant on the server's clock, which the response tells; ours may be wrong by hours.
            wait = header.Delta ?? header.Date - (response.Headers.Date ?? now);
        }
        else if (response.Headers.TryGetValues("Retry-After", out var values))
        {
            // The framework does not read more seconds than an int holds; they are the cap all the same.
            foreach (var value in values)
            {
                if (value.Length is > 0 and <= 64 && IsDigits(value))
                {
                    wait = LongestRetryAfter;
                }
            }
        }

        if (wait is not { } known || known <= TimeSpan.Zero)
        {
            return null;
        }

        return known < LongestRetryAfter ? known : LongestRetryAfter;
    }

    private static void AddRetry(ResiliencePipelineBuilder builder, int retries, Func<double> jitter, Action<TimeSpan, string> onWait)
    {
        // Polly takes "no retries" as a mistake; leaving the strategy out says the same.
        if (retries <= 0)
        {
            return;
        }

        builder.AddRetry(new RetryStrategyOptions
        {
            MaxRetryAttempts = retries,
            ShouldHandle = static args => new ValueTask<bool>(args.Outcome.Exception is TransientException),
            DelayGenerator = args => new ValueTask<TimeSpan?>(((TransientException)args.Outcome.Exception!).RetryAfter ?? BackOff(args.AttemptNumber, jitter())),
            OnRetry = args =>
            {
                onWait(args.RetryDelay, args.Outcome.Exception!.Message);
                return default;
            },
        });
    }

    private static bool IsDigits(string value)
    {
        foreach (var c in value)
        {
            if (c is < '0' or > '9')
            {
                return false;
            }
        }

        return true;
    }

    private static TimeSpan Between(TimeSpan least, double seconds, TimeSpan most)
        => seconds <= least.TotalSeconds ? least : seconds >= most.TotalSeconds ? most : TimeSpan.FromSeconds(seconds);
}
