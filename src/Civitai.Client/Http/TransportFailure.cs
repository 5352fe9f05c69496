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
    private const string AdviceForConnection = "Check the network and the proxy settings (Connect-Civitai -Proxy, -NoProxy), then try again.";
    private const string AdviceForTime = "Try again, or allow more time with Connect-Civitai -TimeoutSec.";
    private const string AdviceForCertificate = "Check the clock of this machine, and whether a proxy or a virus scanner puts itself between; its certificate must be trusted here.";

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

    /// <summary>A failure of a body that is being read; null when it is none of the network's.</summary>
    internal TransientException? OfBody(HttpResponseMessage response, Exception exception)
    {
        var media = IsMedia(response);
        if (exception is InvalidDataException)
        {
            return new(
                media ? CivitaiError.MediaUnavailable : CivitaiError.UnexpectedResponse,
                Host(response) + " sent an answer whose compression is damaged.",
                cleaner.Cause(exception));
        }

#if NET
        // The length was announced, or the end of a chunked body, and it did not come.
        if (exception is HttpIOException { HttpRequestError: HttpRequestError.ResponseEnded })
        {
            return new(
                media ? CivitaiError.MediaIncomplete : CivitaiError.ConnectionFailed,
                Host(response) + " closed the connection before its answer was complete.",
                cleaner.Cause(exception))
            {
                RecommendedAction = AdviceForConnection,
            };
        }
#endif
        // A body that is taken away while it is read (see BodyStream) is an ObjectDisposedException or an OperationCanceledException.
        if (exception is IOException or HttpRequestException or SocketException or ObjectDisposedException or OperationCanceledException)
        {
            return new(
                media ? CivitaiError.MediaUnavailable : CivitaiError.ConnectionFailed,
                "The connection to " + Host(response) + " was lost in the middle of its answer" + Reason(exception) + ".",
                cleaner.Cause(exception))
            {
                RecommendedAction = AdviceForConnection,
            };
        }

        return null;
    }

    /// <summary>A failure before the headers: a <see cref="TransientException"/> or a <see cref="CivitaiException"/>; null when it is none of the network's.</summary>
    internal Exception? OfSend(Uri address, bool media, Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is AddressNotAllowedException)
            {
                return new CivitaiException(media ? CivitaiError.MediaUrlNotAllowed : CivitaiError.UnexpectedResponse, cleaner.Clean(cause.Message));
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
            return null;
        }

        if (Find<TimeoutException>(exception) is not null)
        {
            return new TransientException(media ? lost : CivitaiError.Timeout, "No connection to " + Host(address) + " could be made in time.", inner) { RecommendedAction = AdviceForConnection };
        }

        if (Find<AuthenticationException>(exception) is { } refused)
        {
            // Trying again does not make a certificate trusted.
            return new CivitaiException(lost, "No secure connection to " + Host(address) + " could be made" + Reason(refused) + ".", inner) { RecommendedAction = AdviceForCertificate };
        }

#if NET
        if (exception is HttpRequestException { HttpRequestError: var error })
        {
            switch (error)
            {
                case HttpRequestError.NameResolutionError:
                    return new TransientException(lost, "The name " + Host(address) + " could not be resolved" + Reason(exception) + ".", inner) { RecommendedAction = AdviceForConnection };
                case HttpRequestError.ConfigurationLimitExceeded:
                    return new CivitaiException(media ? lost : CivitaiError.UnexpectedResponse, Host(address) + " sent more response headers than are read.", inner);
                case HttpRequestError.InvalidResponse:
                    return new TransientException(media ? lost : CivitaiError.UnexpectedResponse, Host(address) + " sent something that is no HTTP answer.", inner) { RecommendedAction = AdviceForConnection };
                case HttpRequestError.ProxyTunnelError:
                    return new TransientException(lost, "The proxy did not open the way to " + Host(address) + Reason(exception) + ".", inner) { RecommendedAction = AdviceForConnection };
                case HttpRequestError.ResponseEnded:
                    return new TransientException(lost, Host(address) + " closed the connection without an answer.", inner) { RecommendedAction = AdviceForConnection };
            }
        }
#endif
        return new TransientException(lost, "No connection to " + Host(address) + " could be made or kept" + Reason(exception) + ".", inner) { RecommendedAction = AdviceForConnection };
    }

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
