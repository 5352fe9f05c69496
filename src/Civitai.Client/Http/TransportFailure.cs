using System;
using System.Globalization;
using System.IO;
using System.Net.Http;
using System.Net.Sockets;
using System.Security.Authentication;

namespace Civitai.Client.Http;

/// <summary>Puts what goes wrong below HTTP's statuses into sentences: connections, time-outs, bodies that break off.</summary>
internal sealed class TransportFailure(TextCleaner cleaner)
{
    internal const string AdviceForProxy = "Use Connect-Civitai -ProxyCredential or -ProxyUseDefaultCredentials.";
    private const string AdviceForConnection = "Check the network and the proxy settings (Connect-Civitai -Proxy, -NoProxy), then try again.";
    private const string AdviceForTime = "Try again, or allow more time with Connect-Civitai -TimeoutSec.";
    private const string AdviceForCertificate = "Check the system clock, and whether a proxy or antivirus intercepts TLS; its certificate must be trusted on this computer.";

    /// <summary>No headers within the time-out. What ran out is the policy's own time: there is no cause to show.</summary>
    internal TransientException NoAnswer(Uri address, bool media, TimeSpan timeout)
        => new(
            media ? CivitaiError.MediaUnavailable : CivitaiError.Timeout,
            string.Format(CultureInfo.InvariantCulture, "{0} did not answer within {1:0.###} seconds.", Host(address), timeout.TotalSeconds))
        {
            RecommendedAction = AdviceForTime,
        };

    /// <summary>No more bytes within the time-out.</summary>
    internal TransientException Silence(HttpResponseMessage response, TimeSpan timeout, Exception exception)
        => new(
            IsMedia(response) ? CivitaiError.MediaUnavailable : CivitaiError.Timeout,
            string.Format(CultureInfo.InvariantCulture, "{0} stopped in the middle of its answer and was silent for {1:0.###} seconds.", Host(response), timeout.TotalSeconds),
            cleaner.Cause(exception))
        {
            RecommendedAction = AdviceForTime,
        };

    /// <summary>More than is ever read.</summary>
    internal CivitaiException TooLong(HttpResponseMessage response, long limit)
        => new(
            IsMedia(response) ? CivitaiError.MediaInvalid : CivitaiError.UnexpectedResponse,
            string.Format(CultureInfo.InvariantCulture, "The answer of {0} is longer than {1:0.#} MB, which no answer of the service is; it was not read to its end.", Host(response), limit / 1048576.0));

    /// <summary>The end before the announced length.</summary>
    internal TransientException EndedEarly(HttpResponseMessage response, long announced, long read)
        => new(
            IsMedia(response) ? CivitaiError.MediaIncomplete : CivitaiError.ConnectionFailed,
            string.Format(CultureInfo.InvariantCulture, "{0} announced {1} bytes and sent {2}.", Host(response), announced, read));

    /// <summary>A body that should be JSON and begins as a web page does: something on the way answered in the service's place.</summary>
    internal TransientException WebPage(HttpResponseMessage response, ReadOnlyMemory<byte> page)
        => StatusFailure.OfWebPage(response, ErrorBody.Parse(page.Span, cleaner).Words);

    /// <summary>A failure of a body that is being read, whatever it is.</summary>
    internal TransientException OfBody(HttpResponseMessage response, Exception exception)
    {
        var media = IsMedia(response);
        var lost = media ? CivitaiError.MediaIncomplete : CivitaiError.ConnectionFailed;
        var inner = cleaner.Cause(exception);
#if NET
        // The length was announced, or the end of a chunked body, and it did not come.
        if (exception is HttpIOException { HttpRequestError: HttpRequestError.ResponseEnded })
        {
            return new(lost, Host(response) + " closed the connection before its answer was complete.", inner) { RecommendedAction = AdviceForConnection };
        }
#endif
        // A body that is taken away while it is read (see BodyStream) is an ObjectDisposedException or an OperationCanceledException.
        if (exception is IOException or HttpRequestException or SocketException or ObjectDisposedException or OperationCanceledException)
        {
            return new(lost, "The connection to " + Host(response) + " was lost in the middle of its answer" + Reason(exception) + ".", inner) { RecommendedAction = AdviceForConnection };
        }

        // Damaged gzip and deflate are an InvalidDataException, damaged Brotli is an InvalidOperationException.
        return exception is InvalidDataException or InvalidOperationException
            ? new(media ? CivitaiError.MediaIncomplete : CivitaiError.UnexpectedResponse, Host(response) + " sent an answer whose compression is damaged.", inner)
            : new(media ? CivitaiError.MediaIncomplete : CivitaiError.UnexpectedResponse, "The answer of " + Host(response) + " could not be read" + Reason(exception) + ".", inner);
    }

    /// <summary>An answer that made the code that reads it fail: nobody thought of it.</summary>
    internal CivitaiException OfReading(Uri address, Exception exception)
        => new(CivitaiError.UnexpectedResponse, "The answer of " + Host(address) + " could not be read" + Reason(exception) + ".", cleaner.Cause(exception));

    /// <summary>A failure before the headers, whatever it is: a <see cref="TransientException"/> where another attempt may help, else a <see cref="CivitaiException"/>.</summary>
    internal Exception OfSend(Uri address, bool media, Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is AddressNotAllowedException refused)
            {
                return new CivitaiException(refused.Error ?? (media ? CivitaiError.MediaUrlNotAllowed : CivitaiError.UnexpectedResponse), cleaner.Clean(cause.Message));
            }
        }

        var lost = media ? CivitaiError.MediaUnavailable : CivitaiError.ConnectionFailed;
        var inner = cleaner.Cause(exception);
        if (Find<UnansweredException>(exception) is not null)
        {
            return new TransientException(lost, Host(address) + " closed the connection without an answer.", inner) { RecommendedAction = AdviceForConnection };
        }

        if (exception is not (HttpRequestException or IOException or SocketException or OperationCanceledException))
        {
            // Not the network's: what the request was made of does not work, and would not the next time.
            return new CivitaiException(lost, "The request to " + Host(address) + " could not be sent" + Reason(exception) + ".", inner) { RecommendedAction = AdviceForConnection };
        }

        if (IsProxyAuthentication(exception))
        {
            return new CivitaiException(lost, "The proxy requires authentication (407).", inner) { StatusCode = 407, RecommendedAction = AdviceForProxy };
        }

        if (Find<TimeoutException>(exception) is not null)
        {
            return new TransientException(media ? lost : CivitaiError.Timeout, "Could not connect to " + Host(address) + " in time.", inner) { RecommendedAction = AdviceForConnection };
        }

        if (Find<AuthenticationException>(exception) is { } untrusted)
        {
            // Trying again does not make a certificate trusted.
            return new CivitaiException(lost, "Could not make a secure connection to " + Host(address) + Reason(untrusted) + ".", inner) { RecommendedAction = AdviceForCertificate };
        }

#if NET
        if (exception is HttpRequestException { HttpRequestError: var error })
        {
            switch (error)
            {
                case HttpRequestError.NameResolutionError:
                    return new TransientException(lost, "The name " + Host(address) + " could not be resolved" + Reason(exception) + ".", inner) { RecommendedAction = AdviceForConnection };
                case HttpRequestError.ConfigurationLimitExceeded:
                    return new CivitaiException(media ? lost : CivitaiError.UnexpectedResponse, Host(address) + " sent too many response headers.", inner);
                case HttpRequestError.InvalidResponse:
                    return new TransientException(media ? lost : CivitaiError.UnexpectedResponse, Host(address) + " sent an invalid HTTP response.", inner) { RecommendedAction = AdviceForConnection };
                case HttpRequestError.ProxyTunnelError:
                    return new TransientException(lost, "The proxy refused the tunnel to " + Host(address) + Reason(exception) + ".", inner) { RecommendedAction = AdviceForConnection };
                case HttpRequestError.HttpProtocolError:
                    return new TransientException(lost, Host(address) + " ended the request without an answer" + Reason(exception) + ".", inner) { RecommendedAction = AdviceForConnection };
                case HttpRequestError.ResponseEnded:
                    return new TransientException(lost, Host(address) + " closed the connection without an answer.", inner) { RecommendedAction = AdviceForConnection };
            }
        }
#endif
        return new TransientException(lost, "Could not connect to " + Host(address) + Reason(exception) + ".", inner) { RecommendedAction = AdviceForConnection };
    }

    /// <summary>Whether a proxy answered 407 to the request for a tunnel, which is not an answer to ours and shows as an exception.</summary>
    private static bool IsProxyAuthentication(Exception exception)
#if NET
        => exception is HttpRequestException { HttpRequestError: HttpRequestError.ProxyTunnelError }
            && exception.Message.Contains("'407'", StringComparison.Ordinal);
#else
        => Find<System.Net.WebException>(exception)?.Response is System.Net.HttpWebResponse { StatusCode: System.Net.HttpStatusCode.ProxyAuthenticationRequired };
#endif

    private static bool IsMedia(HttpResponseMessage response) => response.RequestMessage is MediaRequest;

    /// <summary>The innermost cause has the platform's own words, for instance "Connection refused".</summary>
    private string Reason(Exception exception)
    {
        while (exception.InnerException is { } inner)
        {
            exception = inner;
        }

        var words = cleaner.Clean(exception.Message).TrimEnd('.', ' ');
        return words.Length == 0 ? string.Empty : ": " + words;
    }

    private string Host(HttpResponseMessage response) => response.RequestMessage?.RequestUri is { } address ? Host(address) : "The server";

    private string Host(Uri address) => cleaner.Clean(address.Authority);

    private static T? Find<T>(Exception exception)
        where T : Exception
    {
        for (Exception? cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is T found)
            {
                return found;
            }
        }

        return null;
    }
}
