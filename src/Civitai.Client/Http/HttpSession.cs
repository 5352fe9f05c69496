using System;
using System.Globalization;
using System.IO;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Threading;
using System.Threading.Tasks;
using Polly;
using Polly.Timeout;

namespace Civitai.Client.Http;

/// <summary>The requests of one command: to the API with its key, to media hosts without, each under its resilience policy.</summary>
internal sealed class HttpSession
{
    /// <summary>No page of the service comes near it: 200 items with their whole workflows are some ten MB. It counts after decompression.</summary>
    internal const long LongestApiBody = 128L * 1024 * 1024;

    private readonly ConnectionSettings _connection;
    private readonly IActivity _activity;
    private readonly TimeProvider _time;
    private readonly ApiKey? _key;
    private readonly TextCleaner _cleaner;
    private readonly KeyEraser? _eraser;
    private readonly TransportFailure _transport;
    private readonly StatusFailure _status;
    private readonly ResiliencePolicy _policy;
    private readonly SlowDown _slowDown;
    private readonly object _warnedLock = new();
    private readonly bool _permitPrivate;
    private DateTimeOffset _warnedUntil;

    internal HttpSession(ConnectionSettings connection, IActivity activity, TimeProvider? time = null)
    {
        _connection = connection;
        _activity = activity;
        _time = time ?? TimeProvider.System;
        _key = ApiKey.Of(connection);
        _cleaner = new TextCleaner(_key?.Value);
        _eraser = KeyEraser.For(_key);
        _transport = new TransportFailure(_cleaner);
        _status = new StatusFailure(_cleaner, _time);
        _slowDown = SlowDown.For(_time);
        _policy = new ResiliencePolicy(connection, _time, () => Jitter(), AnnounceRetry);
        _permitPrivate = connection.BaseUri is { IsAbsoluteUri: true } && AddressRules.IsPrivate(connection.BaseUri);
    }

    /// <summary>A random number from 0 to below 1 for each back-off. Tests give their own.</summary>
    internal Func<double> Jitter { get; init; } = Http.Jitter.Next;

    /// <summary>
    /// GETs from the API. Each attempt sends the request, checks the status and that the body is meant to be JSON, and gives the
    /// response to <paramref name="read"/>, which reads the whole body; an attempt that fails in a way worth repeating (the policy's
    /// statuses, a lost connection, a body that breaks off, a <see cref="TransientException"/> of <paramref name="read"/>) is repeated.
    /// </summary>
    /// <param name="pathAndQuery">Relative to the base address, for instance <c>api/v1/images?limit=200</c>.</param>
    /// <param name="read">Reads the response; is called once an attempt.</param>
    /// <param name="target">What an error is about.</param>
    /// <param name="cancellationToken">Ends it at once, waits included.</param>
    /// <exception cref="CivitaiException">Every failure but cancellation.</exception>
    internal Task<T> SendApiAsync<T>(
        string pathAndQuery,
        Func<HttpResponseMessage, CancellationToken, Task<T>> read,
        object? target,
        CancellationToken cancellationToken)
    {
        ConnectionCheck.Validate(_connection, _key);
        var address = new Uri(_connection.BaseUri, pathAndQuery);
        return ExecuteAsync<T>(_policy.Api, token => ApiAttemptAsync(address, read, token), target, cancellationToken);
    }

    /// <summary>
    /// GETs media, following redirects by the module's rules, without the key. Statuses 200, 206 and 416 are given to
    /// <paramref name="read"/>; everything else is an error or a reason to try again.
    /// </summary>
    /// <param name="address">The address; checked against the rules for media addresses.</param>
    /// <param name="prepare">Sets headers (Range, If-Range) of each attempt's request; is called once an attempt.</param>
    /// <param name="read">Reads the response; is called once an attempt.</param>
    /// <param name="target">What an error is about.</param>
    /// <param name="cancellationToken">Ends it at once, waits included.</param>
    /// <exception cref="CivitaiException">Every failure but cancellation.</exception>
    internal Task<T> SendMediaAsync<T>(
        Uri address,
        Action<HttpRequestMessage> prepare,
        Func<HttpResponseMessage, CancellationToken, Task<T>> read,
        object? target,
        CancellationToken cancellationToken)
    {
        ConnectionCheck.Validate(_connection, _key);
        if (WhyNotMedia(address) is { } reason)
        {
            throw NotAllowed(reason, target);
        }

        return ExecuteAsync<T>(_policy.Media, token => MediaAttemptAsync(address, prepare, read, token), target, cancellationToken);
    }

    /// <summary>Opens a response's body. A silence longer than the time-out, and a body that breaks off, are a <see cref="TransientException"/>.</summary>
    internal async Task<Stream> OpenBodyAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
#if NET
            var body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
#else
            var body = await response.Content.ReadAsStreamAsync().ConfigureAwait(false);
#endif
            var limit = response.RequestMessage is MediaRequest ? long.MaxValue : LongestApiBody;
            return new BodyStream(body, response, _transport, _policy.Timeout, limit, _time, cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested && _transport.OfBody(response, exception) is not null)
        {
            throw _transport.OfBody(response, exception)!;
        }
    }

    /// <summary>An item of the service without the key, should it be echoed there: items become objects and files. Without a key it costs nothing.</summary>
    internal byte[] WithoutKey(byte[] item) => _eraser is null ? item : _eraser.Erase(item);

    /// <summary>A text of the service as it may be shown.</summary>
    internal string Shown(string text) => _cleaner.Clean(text, int.MaxValue);

    /// <summary>How long the attempt that this response answers took up to its headers: waits and earlier attempts do not count.</summary>
    internal static TimeSpan TimeToHeaders(HttpResponseMessage response) => (response.RequestMessage as ApiRequest)?.TimeToHeaders ?? TimeSpan.Zero;

    /// <summary>Whether a media address may be fetched; otherwise the <see cref="CivitaiError.MediaUrlNotAllowed"/> to throw. Asks no name server.</summary>
    internal CivitaiException? CheckMediaAddress(string? address, object? target, out Uri? uri)
    {
        uri = null;
        if (string.IsNullOrWhiteSpace(address))
        {
            return NotAllowed("There is no media address.", target);
        }

        if (!Uri.TryCreate(address!.Trim(), UriKind.Absolute, out var parsed))
        {
            return NotAllowed("The media address is not an absolute address: " + _cleaner.Clean(address, 200), target);
        }

        if (WhyNotMedia(parsed) is { } reason)
        {
            return NotAllowed(reason, target);
        }

        uri = parsed;
        return null;
    }

    private string? WhyNotMedia(Uri address)
    {
        if (!address.IsAbsoluteUri || !AddressRules.IsHttp(address) || address.Host.Length == 0)
        {
            return "The media address is neither https nor http" + (address.IsAbsoluteUri ? ", but " + _cleaner.Clean(address.Scheme, 40) : string.Empty) + ".";
        }

        if (!_permitPrivate && AddressRules.IsPrivate(address))
        {
            return "The media address is on this machine or its own network, where the service is not: " + _cleaner.Address(address);
        }

        return null;
    }

    private static CivitaiException NotAllowed(string reason, object? target)
        => new(CivitaiError.MediaUrlNotAllowed, reason) { Target = target };

    private static async Task<T> ExecuteAsync<T>(ResiliencePipeline pipeline, Func<CancellationToken, Task<object>> attempt, object? target, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            // An object, whatever the result: it is the type of a retry strategy that stands for all of them, and Polly turns the outcome of any other into it and back in
            // steps of their own; and what is compiled for one kind of request serves the next.
            return (T)await pipeline.ExecuteAsync(
                static (once, token) => new ValueTask<object>(once(token)),
                attempt,
                cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is OperationCanceledException or TransientException && cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (TransientException exception)
        {
            throw new CivitaiException(exception.Error, exception.Message, exception.InnerException)
            {
                Target = target,
                StatusCode = exception.StatusCode,
                RecommendedAction = exception.RecommendedAction,
            };
        }
        catch (TimeoutRejectedException exception)
        {
            throw new CivitaiException(
                CivitaiError.Timeout,
                string.Format(CultureInfo.InvariantCulture, "The request was not finished within {0:0} minutes, all attempts together.", exception.Timeout.TotalMinutes))
            {
                Target = target,
                RecommendedAction = "Ask for less at a time with -PageSize, or allow more time with Connect-Civitai -TimeoutSec.",
            };
        }
        catch (CivitaiException exception) when (exception.Target is null)
        {
            exception.Target = target;
            throw;
        }
    }

    private async Task<object> ApiAttemptAsync<T>(Uri address, Func<HttpResponseMessage, CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(address, media: false, static request => request.Headers.TryAddWithoutValidation("Accept", "application/json"), cancellationToken).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode)
        {
            throw Noted(response, _status.OfApi(response, await ReadWordsAsync(response, cancellationToken).ConfigureAwait(false)));
        }

        if (response.Content.Headers.ContentType?.MediaType is { } type && (Is(type, "text/html") || Is(type, "application/xhtml+xml")))
        {
            throw StatusFailure.OfWebPage(response, await ReadWordsAsync(response, cancellationToken).ConfigureAwait(false));
        }

        if (response.Content.Headers.ContentLength > LongestApiBody)
        {
            throw _transport.TooLong(response, LongestApiBody);
        }

        return (await ReadAsync(response, read, cancellationToken).ConfigureAwait(false))!;
    }

    private async Task<object> MediaAttemptAsync<T>(
        Uri address,
        Action<HttpRequestMessage> prepare,
        Func<HttpResponseMessage, CancellationToken, Task<T>> read,
        CancellationToken cancellationToken)
    {
        using var response = await SendAsync(
            address,
            media: true,
            request =>
            {
                // The file as it lies there: its length and its ranges are counted in these bytes.
                request.Headers.TryAddWithoutValidation("Accept", "*/*");
                request.Headers.TryAddWithoutValidation("Accept-Encoding", "identity");
                prepare(request);
                request.Headers.Authorization = null;
            },
            cancellationToken).ConfigureAwait(false);
        if ((int)response.StatusCode is 200 or 206 or 416)
        {
            return (await ReadAsync(response, read, cancellationToken).ConfigureAwait(false))!;
        }

        throw Noted(response, _status.OfMedia(response, response.RequestMessage?.RequestUri ?? address));
    }

    private async Task<T> ReadAsync<T>(HttpResponseMessage response, Func<HttpResponseMessage, CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        try
        {
            return await read(response, cancellationToken).ConfigureAwait(false);
        }
        catch (HttpRequestException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw _transport.OfBody(response, exception)!;
        }
    }

    /// <summary>One attempt up to the headers of the answer that is no redirect.</summary>
    private async Task<HttpResponseMessage> SendAsync(Uri address, bool media, Action<HttpRequestMessage> prepare, CancellationToken cancellationToken)
    {
        HttpRequestHeaders? prepared = null;
        var answering = TimeSpan.Zero;
        for (var hop = 0; ; hop++)
        {
            await _slowDown.WaitAsync(address, wait => AnnounceSlowDown(address, wait), cancellationToken).ConfigureAwait(false);
            using var request = media ? (HttpRequestMessage)new MediaRequest(address) : new ApiRequest(address);
            if (prepared is null)
            {
                prepare(request);
                prepared = request.Headers;
                if (!media && _key is not null && AddressRules.IsSameOrigin(address, _connection.BaseUri) && AddressRules.CarriesKey(address))
                {
                    request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _key.Value);
                }
            }
            else
            {
                // Everything but the key: it goes to nobody that the service points at, not even to itself.
                foreach (var header in prepared)
                {
                    if (!Is(header.Key, "Authorization"))
                    {
                        request.Headers.TryAddWithoutValidation(header.Key, header.Value);
                    }
                }
            }

            // The user has named the API's host, wherever it is; nobody has named where it redirects to.
            var settings = new HandlerSettings(_connection, media, _permitPrivate || (!media && hop == 0));
            var start = _time.GetTimestamp();
            var response = await SendOneAsync(request, address, settings, cancellationToken).ConfigureAwait(false);
            answering += _time.GetElapsedTime(start);
            if (request is ApiRequest api)
            {
                api.TimeToHeaders = answering;
            }

            var status = (int)response.StatusCode;
            if (!Redirects.IsRedirect(status))
            {
                return response;
            }

            using (response)
            {
                var target = Redirects.Target(address, response) ?? throw _status.OfRedirect(media, status, address, "without saying where to", address: false);
                if (hop == Redirects.Most)
                {
                    throw _status.OfRedirect(media, status, address, "more than " + Redirects.Most.ToString(CultureInfo.InvariantCulture) + " times", address: false);
                }

                if (Redirects.WhyNot(address, target, _permitPrivate) is { } reason)
                {
                    throw _status.OfRedirect(media, status, address, "to " + reason, address: true);
                }

                address = target;
            }
        }
    }

    private async Task<HttpResponseMessage> SendOneAsync(HttpRequestMessage request, Uri address, HandlerSettings settings, CancellationToken cancellationToken)
    {
        var start = _time.GetTimestamp();
        var outcome = "no answer";
        try
        {
            Func<CancellationToken, Task<HttpResponseMessage>> send = token => HandlerPool.Client(settings).SendAsync(request, HttpCompletionOption.ResponseHeadersRead, token);
            var response = await _policy.Headers.ExecuteAsync(
                static (once, token) => new ValueTask<HttpResponseMessage>(once(token)),
                send,
                cancellationToken).ConfigureAwait(false);
            outcome = ((int)response.StatusCode).ToString(CultureInfo.InvariantCulture);
            return response;
        }
        catch (TimeoutRejectedException)
        {
            throw _transport.NoAnswer(address, settings.Media, _policy.Timeout);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested && _transport.OfSend(address, settings.Media, exception) is not null)
        {
            throw _transport.OfSend(address, settings.Media, exception)!;
        }
        finally
        {
            _activity.WriteVerbose(string.Format(
                CultureInfo.InvariantCulture,
                "GET {0}: {1}, {2:0} ms",
                _cleaner.Address(address),
                outcome,
                _time.GetElapsedTime(start).TotalMilliseconds));
        }
    }

    /// <summary>What the body of an error says. No more of it is read, and no longer, than an error is worth.</summary>
    private async Task<string> ReadWordsAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var buffer = new byte[ErrorBody.LongestBody];
        var length = 0;
        try
        {
            await _policy.Headers.ExecuteAsync(
                async token =>
                {
                    using var body = await OpenBodyAsync(response, token).ConfigureAwait(false);
                    int read;
                    while (length < buffer.Length && (read = await BodyStream.ReadAsync(body, buffer, length, token).ConfigureAwait(false)) > 0)
                    {
                        length += read;
                    }
                },
                cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is TransientException or TimeoutRejectedException)
        {
            // The status is known, and that is what the error is about; what came of the words is enough.
            _activity.WriteVerbose("The body of the error was not read to its end: " + _cleaner.Clean(exception.Message));
        }

        return ErrorBody.Read(buffer, length, _cleaner);
    }

    /// <summary>Lets the other requests to a host know that it wants to be left alone.</summary>
    private Exception Noted(HttpResponseMessage response, Exception failure)
    {
        if (failure is TransientException { RetryAfter: { } wait, StatusCode: { } status }
            && ResiliencePolicy.IsSlowDown(status)
            && response.RequestMessage?.RequestUri is { } address)
        {
            _slowDown.Ask(address, wait);
        }

        return failure;
    }

    private void AnnounceRetry(TimeSpan wait, string reason) => Announce(wait, "before another attempt. " + reason);

    private void AnnounceSlowDown(Uri address, TimeSpan wait) => Announce(wait, "because " + _cleaner.Clean(address.Authority) + " asked for it.");

    private void Announce(TimeSpan wait, string reason)
    {
        var until = _time.GetUtcNow() + wait;
        var warn = wait >= ResiliencePolicy.LongWait;
        if (warn)
        {
            lock (_warnedLock)
            {
                // Eight downloads that wait for the same moment are one thing to know.
                warn = until > _warnedUntil + TimeSpan.FromSeconds(1);
                _warnedUntil = warn ? until : _warnedUntil;
            }
        }

        if (warn)
        {
            _activity.WriteWarning(CivitaiWarning.Waiting, string.Format(CultureInfo.InvariantCulture, "waiting {0:0} seconds {1}", Math.Ceiling(wait.TotalSeconds), reason));
        }
        else
        {
            _activity.WriteVerbose(string.Format(CultureInfo.InvariantCulture, "Waiting {0:0.0} seconds {1}", wait.TotalSeconds, reason));
        }
    }

    private static bool Is(string left, string right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase);
}
