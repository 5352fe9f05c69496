using System;
using System.Globalization;
#if NET
using System.Net;
#endif
using System.Net.Http;
using System.Net.Http.Headers;
using System.Threading;
using System.Threading.Tasks;
using Polly.Timeout;

namespace Civitai.Client.Http;

/// <summary>
/// One attempt of a request, up to the headers of the answer that is not a redirect. This is the boundary to the framework's transport: what leaves it is an
/// answer, a <see cref="TransientException"/>, a <see cref="CivitaiException"/> or the caller's own cancellation.
/// </summary>
internal sealed class RequestSender
{
    private readonly ConnectionSettings _connection;
    private readonly ApiKey? _key;
    private readonly TimeProvider _time;
    private readonly ResiliencePolicy _policy;
    private readonly TextCleaner _cleaner;
    private readonly TransportFailure _transport;
    private readonly StatusFailure _status;
    private readonly WaitAnnouncer _waits;
    private readonly SlowDown _slowDown;
    private readonly bool _permitPrivate;

    internal RequestSender(ConnectionSettings connection, ApiKey? key, TimeProvider time, ResiliencePolicy policy, TextCleaner cleaner, WaitAnnouncer waits, bool permitPrivate)
    {
        _connection = connection;
        _key = key;
        _time = time;
        _policy = policy;
        _cleaner = cleaner;
        _transport = new TransportFailure(cleaner);
        _status = new StatusFailure(cleaner, time);
        _waits = waits;
        _slowDown = SlowDown.For(time);
        _permitPrivate = permitPrivate;
    }

    /// <summary>Gives the client for a setting.</summary>
    internal Func<HandlerSettings, HttpClient> ClientOf { get; init; } = HandlerPool.Client;

    /// <summary>Sends a request and follows its redirects by the rules of the module.</summary>
    internal async Task<HttpResponseMessage> SendAsync(Uri address, bool media, Action<HttpRequestMessage> prepare, CancellationToken cancellationToken)
    {
        HttpRequestHeaders? prepared = null;
        var answering = TimeSpan.Zero;
        for (var hop = 0; ; hop++)
        {
            await _slowDown.WaitAsync(address, wait => _waits.BeforeRequest(address, wait), cancellationToken).ConfigureAwait(false);
            using var request = media ? (HttpRequestMessage)new MediaRequest(address) : new ApiRequest(address);
            var carriesKey = false;
#if NET
            // The client's default version holds for its shorthands alone. Over TLS the two sides agree on the version; without, it stays at HTTP/1.1.
            request.Version = HttpVersion.Version20;
            request.VersionPolicy = HttpVersionPolicy.RequestVersionOrLower;
#endif
            if (prepared is null)
            {
                prepare(request);
                prepared = request.Headers;
                carriesKey = !media && _key is not null && AddressRules.IsSameOrigin(address, _connection.BaseUri) && AddressRules.CarriesKey(address);
                if (carriesKey)
                {
                    request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _key!.Value);
                }
            }
            else
            {
                CopyHeaders(prepared, request);
            }

            // The user has named the API's host, wherever it is; nobody has named where it redirects to.
            var settings = new HandlerSettings(
                _connection,
                media,
                permitPrivate: _permitPrivate || (!media && hop == 0),
                loopbackOnly: carriesKey && address.Scheme == Uri.UriSchemeHttp);
            var start = _time.GetTimestamp();
            var response = await SendOneAsync(request, address, settings, cancellationToken).ConfigureAwait(false);
            answering += _time.GetElapsedTime(start);
            if (request is ApiRequest api)
            {
                api.TimeToHeaders = answering;
            }

            if (!Redirects.IsRedirect((int)response.StatusCode))
            {
                return response;
            }

            using (response)
            {
                address = NextOf(address, response, media, hop);
            }
        }
    }

    /// <summary>Everything but the key: it goes to nobody that the service points at, not even to itself.</summary>
    private static void CopyHeaders(HttpRequestHeaders from, HttpRequestMessage to)
    {
        foreach (var header in from)
        {
            if (!string.Equals(header.Key, "Authorization", StringComparison.OrdinalIgnoreCase))
            {
                to.Headers.TryAddWithoutValidation(header.Key, header.Value);
            }
        }
    }

    private Uri NextOf(Uri address, HttpResponseMessage response, bool media, int hop)
    {
        var status = (int)response.StatusCode;
        var target = Redirects.Target(address, response) ?? throw _status.OfRedirect(media, status, address, "without saying where to", address: false);
        if (hop == Redirects.Most)
        {
            throw _status.OfRedirect(media, status, address, "more than " + Redirects.Most.ToString(CultureInfo.InvariantCulture) + " times", address: false);
        }

        return Redirects.WhyNot(address, target, _permitPrivate) is { } reason
            ? throw _status.OfRedirect(media, status, address, "to " + reason, address: true)
            : target;
    }

    private async Task<HttpResponseMessage> SendOneAsync(HttpRequestMessage request, Uri address, HandlerSettings settings, CancellationToken cancellationToken)
    {
        var start = _time.GetTimestamp();
        var outcome = "no answer";
        try
        {
            Func<CancellationToken, Task<HttpResponseMessage>> send = token => ClientOf(settings).SendAsync(request, HttpCompletionOption.ResponseHeadersRead, token);
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
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw _transport.OfSend(address, settings.Media, exception);
        }
        finally
        {
            _waits.Activity.WriteVerbose(string.Format(
                CultureInfo.InvariantCulture,
                "GET {0}: {1}, {2:0} ms",
                _cleaner.Address(address),
                outcome,
                _time.GetElapsedTime(start).TotalMilliseconds));
        }
    }
}
