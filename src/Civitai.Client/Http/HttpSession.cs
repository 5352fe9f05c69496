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
    /// <summary>
    /// The longest answer of the API that is read, counted after decompression. 200 items with whole workflows come to some 20 MB; what is longer is no page, and
    /// what has come of one is kept until it is taken.
    /// </summary>
    internal const long LongestApiBody = 64L * 1024 * 1024;

    private readonly ConnectionSettings _connection;
    private readonly WaitAnnouncer _waits;
    private readonly TimeProvider _time;
    private readonly ApiKey? _key;
    private readonly TextCleaner _cleaner;
    private readonly KeyEraser? _eraser;
    private readonly TransportFailure _transport;
    private readonly StatusFailure _status;
    private readonly ResiliencePolicy _policy;
    private readonly RequestSender _sender;
    private readonly SlowDown _slowDown;
    private readonly bool _permitPrivate;
    private long _pageCount;

    internal HttpSession(ConnectionSettings connection, IActivity activity, TimeProvider? time = null, Func<HandlerSettings, HttpClient>? clientOf = null)
    {
        _connection = connection;
        _time = time ?? TimeProvider.System;
        _key = ApiKey.Of(connection);
        _cleaner = new TextCleaner(_key?.Value);
        _eraser = KeyEraser.For(_key);
        _transport = new TransportFailure(_cleaner);
        _status = new StatusFailure(_cleaner, _time);
        _slowDown = SlowDown.For(_time);
        _waits = new WaitAnnouncer(activity, _time, _cleaner);
        _policy = new ResiliencePolicy(connection, _time, () => Jitter(), _waits.BeforeRetry);
        _permitPrivate = connection.BaseUri is { IsAbsoluteUri: true } && AddressRules.IsPrivate(connection.BaseUri);
        _sender = new RequestSender(connection, _key, _time, _policy, _cleaner, _waits, _permitPrivate) { ClientOf = clientOf ?? HandlerPool.Client };
    }

    /// <summary>How often a request is attempted before it fails for good.</summary>
    internal int Attempts => Math.Max(0, _connection.MaximumRetryCount) + 1;

    /// <summary>A random number from 0 to below 1 for each back-off. Tests give their own.</summary>
    internal Func<double> Jitter { get; init; } = Http.Jitter.Next;

    /// <summary>Pages that have come whole.</summary>
    internal long PageCount => Interlocked.Read(ref _pageCount);

    /// <summary>What is left of the longest wait that was announced; zero when nothing waits.</summary>
    internal TimeSpan WaitLeft => _waits.Left;

    /// <summary>
    /// GETs from the API. Each attempt sends the request, checks the status and that the body is meant to be JSON, and gives the
    /// response to <paramref name="read"/>, which reads the whole body; an attempt that fails in a way worth repeating (the policy's
    /// statuses, a lost connection, a body that breaks off, a <see cref="TransientException"/> of <paramref name="read"/>) is repeated.
    /// </summary>
    /// <param name="pathAndQuery">Relative to the base address, for instance <c>api/v1/images?limit=200</c>.</param>
    /// <param name="read">Reads the response; is called once an attempt.</param>
    /// <param name="target">What an error is about.</param>
    /// <param name="cancellationToken">Ends it at once, waits included.</param>
    /// <param name="member">The request's place in a group of requests, which decides when each attempt is made; null for a request of its own.</param>
    /// <exception cref="CivitaiException">Every failure but cancellation.</exception>
    internal Task<T> SendApiAsync<T>(
        string pathAndQuery,
        Func<HttpResponseMessage, CancellationToken, Task<T>> read,
        object? target,
        CancellationToken cancellationToken,
        RequestGroup.Member? member = null)
    {
        ConnectionCheck.Validate(_connection, _key);
        if (!Uri.TryCreate(_connection.BaseUri, pathAndQuery, out var address))
        {
            throw new CivitaiException(CivitaiError.InvalidQuery, "The query does not make a valid URL; its values may be too long.") { Target = target };
        }

        Func<CancellationToken, Task<object>> attempt = token => ApiAttemptAsync(address, read, token);
        return ExecuteAsync<T>(_policy.Api, member is null ? attempt : token => member.RunAsync(attempt, target, token), target, cancellationToken);
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

    /// <summary>Notes that a page has come whole.</summary>
    internal void CountPage() => Interlocked.Increment(ref _pageCount);

    /// <summary>
    /// Opens a response's body, as <see cref="BodyStream"/> gives it: a silence longer than the time-out, a body that breaks off and one that is damaged are a
    /// <see cref="TransientException"/>, more than <see cref="LongestApiBody"/> of the API are a <see cref="CivitaiException"/>.
    /// </summary>
    internal Task<Stream> OpenBodyAsync(HttpResponseMessage response, CancellationToken cancellationToken) =>
        OpenBodyAsync(response, response.RequestMessage is MediaRequest ? long.MaxValue : LongestApiBody, isJson: response.RequestMessage is ApiRequest, cancellationToken);

    /// <summary>Reads a whole body that is short.</summary>
    /// <param name="response">The response.</param>
    /// <param name="limit">The most bytes that it may have; more are a <see cref="CivitaiError.UnexpectedResponse"/>.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    internal async Task<ReadOnlyMemory<byte>> ReadBodyAsync(HttpResponseMessage response, int limit, CancellationToken cancellationToken)
    {
        using var body = await OpenBodyAsync(response, limit, isJson: true, cancellationToken).ConfigureAwait(false);

        // One byte more than it may have is what the body refuses to give.
        var buffer = new BodyBuffer(limit + 1);
        await buffer.FillAsync(body, cancellationToken).ConfigureAwait(false);
        return buffer.Bytes;
    }

    /// <summary>An item of the service without the key, should it be echoed there: items become objects and files. Without a key it costs nothing.</summary>
    internal byte[] WithoutKey(byte[] item) => _eraser is null ? item : _eraser.Erase(item);

    /// <summary>A text of the service as it may be shown.</summary>
    internal string Shown(string text) => _cleaner.Clean(text, int.MaxValue);

    /// <summary>A URL as it may be shown: without user information, with the values of secrets masked.</summary>
    internal string ShownUrl(string url) => Uri.TryCreate(url, UriKind.Absolute, out var uri) ? _cleaner.Address(uri) : _cleaner.Clean(url, 200);

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
            return NotAllowed("The media URL is not an absolute URL.", target);
        }

        if (TextCleaner.HoldsInvisible(address))
        {
            // Uri escapes them, and messages that name the URL as it came would act on a terminal.
            return NotAllowed("The media URL contains control characters: " + _cleaner.Clean(address, 200), target);
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
        if (!address.IsAbsoluteUri || !AddressRules.IsHttp(address))
        {
            return "The media address is neither https nor http" + (address.IsAbsoluteUri ? ", but " + _cleaner.Clean(address.Scheme, 40) : string.Empty) + ".";
        }

        if (AddressRules.HostOf(address) is null)
        {
            return "The media URL does not name a valid host: " + _cleaner.Address(address);
        }

        if (!_permitPrivate && AddressRules.IsPrivate(address))
        {
            return "The media URL is on this machine or its own network (" + _cleaner.Clean(address.Authority) + "), where the service is not.";
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
            throw exception.ToError(target);
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
        using var response = await _sender.SendAsync(address, media: false, static request => request.Headers.TryAddWithoutValidation("Accept", "application/json"), cancellationToken).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode)
        {
            throw Noted(response, _status.OfApi(response, await ReadErrorAsync(response, cancellationToken).ConfigureAwait(false)));
        }

        if (response.Content.Headers.ContentType?.MediaType is { } type && (Is(type, "text/html") || Is(type, "application/xhtml+xml")))
        {
            throw StatusFailure.OfWebPage(response, (await ReadErrorAsync(response, cancellationToken).ConfigureAwait(false)).Words);
        }

        if (response.Content.Headers.ContentLength > LongestApiBody)
        {
            throw _transport.TooLong(response, LongestApiBody);
        }

        try
        {
            return (await read(response, cancellationToken).ConfigureAwait(false))!;
        }
        catch (CivitaiException exception) when (exception.Error == CivitaiError.UnexpectedResponse && ErrorIn(response) is { } error)
        {
            throw StatusFailure.OfErrorInSuccess((int)response.StatusCode, error, exception);
        }
        catch (Exception exception) when (exception is not (CivitaiException or TransientException) && !cancellationToken.IsCancellationRequested)
        {
            throw _transport.OfReading(response.RequestMessage?.RequestUri ?? address, exception);
        }
    }

    /// <summary>What a short answer says that is an error and calls itself a success, or null.</summary>
    private ErrorBody? ErrorIn(HttpResponseMessage response) =>
        response.RequestMessage is ApiRequest { Body: { IsEmpty: false } body } ? ErrorBody.ParseInSuccess(body.Span, _cleaner) : null;

    private async Task<object> MediaAttemptAsync<T>(
        Uri address,
        Action<HttpRequestMessage> prepare,
        Func<HttpResponseMessage, CancellationToken, Task<T>> read,
        CancellationToken cancellationToken)
    {
        using var response = await _sender.SendAsync(
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
            return (await read(response, cancellationToken).ConfigureAwait(false))!;
        }

        throw Noted(response, _status.OfMedia(response, response.RequestMessage?.RequestUri ?? address));
    }

    private async Task<Stream> OpenBodyAsync(HttpResponseMessage response, long limit, bool isJson, CancellationToken cancellationToken)
    {
        try
        {
#if NET
            var body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
#else
            var body = await response.Content.ReadAsStreamAsync().ConfigureAwait(false);
#endif
            return new BodyStream(body, response, _transport, _policy.Timeout, limit, isJson, _time, cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw _transport.OfBody(response, exception);
        }
    }

    /// <summary>What the body of an error says. No more of it is read, and no longer, than an error is worth.</summary>
    private async Task<ErrorBody> ReadErrorAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var buffer = new BodyBuffer(ErrorBody.LongestBody);
        try
        {
            await _policy.Headers.ExecuteAsync(
                async token =>
                {
                    using var body = await OpenBodyAsync(response, long.MaxValue, isJson: false, token).ConfigureAwait(false);
                    await buffer.FillAsync(body, token).ConfigureAwait(false);
                },
                cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is TransientException or TimeoutRejectedException)
        {
            // The status is known, and that is what the error is about; what came of the words is enough.
            _waits.Activity.WriteVerbose("The body of the error was not read to its end: " + _cleaner.Clean(exception.Message));
        }

        return ErrorBody.Parse(buffer.Bytes.Span, _cleaner);
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

    private static bool Is(string left, string right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase);
}
