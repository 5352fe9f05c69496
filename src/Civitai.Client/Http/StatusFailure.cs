using System;
using System.Globalization;
using System.Net.Http;

namespace Civitai.Client.Http;

/// <summary>Makes the error of a status: which one it is, whether another attempt may help, and what to say.</summary>
internal sealed class StatusFailure(TextCleaner cleaner, TimeProvider time)
{
    /// <summary>An answer of the API that is no success.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="body">What its body says.</param>
    internal Exception OfApi(HttpResponseMessage response, ErrorBody body)
    {
        var status = (int)response.StatusCode;
        var words = body.Words;
        if (status == 429 && body.IsPagingLimit)
        {
            // No waiting lifts this one.
            return Final(CivitaiError.RateLimited, status, Sentence("The service does not page that far", words), "Go on with -Cursor instead of skipping.");
        }

        if (ResiliencePolicy.IsRetried(status))
        {
            var error = status switch
            {
                429 => CivitaiError.RateLimited,
                408 => CivitaiError.Timeout,
                _ => CivitaiError.Unavailable,
            };
            var lead = status switch
            {
                429 => "The service asks for fewer requests (429)",
                408 => "The service waited too long for the request (408)",
                _ => "The service is not available (" + Name(response) + ")",
            };
            return Transient(error, response, Sentence(lead, words));
        }

        return status switch
        {
            400 or 413 or 414 or 422 => new CivitaiException(CivitaiError.InvalidQuery, Sentence("The service refused the query", words))
            {
                StatusCode = status,
                RejectedParameters = body.Parameters,
            },
            401 => Final(CivitaiError.Unauthorized, status, Sentence("The service rejected the API key (401)", words), ConnectionCheck.AdviceForKey),
            403 => Final(CivitaiError.Forbidden, status, Sentence("The service refused the request (403)", words), "If this content requires sign-in, connect with your API key (Connect-Civitai). If the response was a web page, bot protection blocked the request: wait and try again."),
            404 or 410 => Final(CivitaiError.NotFound, status, Sentence("Not found (" + status.ToString(CultureInfo.InvariantCulture) + ")", words), null),
            407 => Final(CivitaiError.ConnectionFailed, status, Sentence("The proxy requires authentication (407)", words), TransportFailure.AdviceForProxy),
            451 => Final(CivitaiError.RegionBlocked, status, Sentence("The service is not available in this region (451)", words), null),
            >= 500 => Final(CivitaiError.Unavailable, status, Sentence("The service is not available (" + Name(response) + ")", words), null),
            _ => Final(CivitaiError.UnexpectedResponse, status, Sentence("The service gave an answer that is not expected here (" + Name(response) + ")", words), null),
        };
    }

    /// <summary>A success of the API that is a web page: something on the way answered in the service's place.</summary>
    internal static TransientException OfWebPage(HttpResponseMessage response, string title)
        => new(CivitaiError.UnexpectedResponse, Sentence("The response was a web page, not JSON", title))
        {
            StatusCode = (int)response.StatusCode,
            RecommendedAction = "A proxy or a network sign-in page may have intercepted the request; open the URL in a browser.",
        };

    /// <summary>An error under the status of a success: it keeps the service's words.</summary>
    internal static CivitaiException OfErrorInSuccess(int status, ErrorBody body, Exception cause)
        => new(CivitaiError.UnexpectedResponse, Sentence("The service reported an error in place of an answer", body.Words), cause) { StatusCode = status, RejectedParameters = body.Parameters };

    /// <summary>An answer of a media host that is no success.</summary>
    internal Exception OfMedia(HttpResponseMessage response, Uri address)
    {
        var status = (int)response.StatusCode;
        if (ResiliencePolicy.IsRetried(status))
        {
            return Transient(CivitaiError.MediaUnavailable, response, "The media host did not give the file (" + Name(response) + ").");
        }

        return status switch
        {
            404 or 410 => Final(CivitaiError.MediaNotFound, status, "The file is not there (any more) (" + Name(response) + ").", null),
            403 => Final(CivitaiError.MediaUnavailable, status, "The media host refused to give the file (" + Name(response) + ").", null),
            407 => Final(CivitaiError.MediaUnavailable, status, "The proxy requires authentication (407).", TransportFailure.AdviceForProxy),
            _ => Final(CivitaiError.MediaUnavailable, status, "The media host did not give the file (" + Name(response) + ").", null),
        };
    }

    /// <summary>A redirect that is not followed.</summary>
    /// <param name="media">Whether media were asked for.</param>
    /// <param name="status">The status of the last answer.</param>
    /// <param name="from">Who redirects.</param>
    /// <param name="why">The rest of the sentence.</param>
    /// <param name="address">Whether it is the address that is not allowed.</param>
    internal CivitaiException OfRedirect(bool media, int status, Uri from, string why, bool address)
    {
        var error = !media ? CivitaiError.UnexpectedResponse : address ? CivitaiError.MediaUrlNotAllowed : CivitaiError.MediaUnavailable;
        return Final(error, status, cleaner.Clean(from.Authority) + " redirects " + why + ".", null);
    }

    private static CivitaiException Final(CivitaiError error, int status, string message, string? advice)
        => new(error, message) { StatusCode = status, RecommendedAction = advice };

    private TransientException Transient(CivitaiError error, HttpResponseMessage response, string message)
    {
        var wait = ResiliencePolicy.ReadRetryAfter(response, time.GetUtcNow());
        return new(error, message)
        {
            StatusCode = (int)response.StatusCode,
            RetryAfter = wait,
            RecommendedAction = wait is { } known
                ? string.Format(CultureInfo.InvariantCulture, "Try again in {0:0} seconds, or allow more retries with Connect-Civitai -MaximumRetryCount.", Math.Ceiling(known.TotalSeconds))
                : "Try again later, or allow more retries with Connect-Civitai -MaximumRetryCount.",
        };
    }

    /// <summary>"503 Service Unavailable": the number and its usual name, never the server's.</summary>
    private static string Name(HttpResponseMessage response)
    {
        var status = (int)response.StatusCode;
        var number = status.ToString(CultureInfo.InvariantCulture);
        // The framework's own phrase; what a server sends is its own choice.
        using var plain = new HttpResponseMessage(response.StatusCode);
        return string.IsNullOrEmpty(plain.ReasonPhrase) ? number : number + " " + plain.ReasonPhrase;
    }

    private static string Sentence(string lead, string words)
    {
        if (words.Length == 0)
        {
            return lead + ".";
        }

        return lead + ": " + words + (words[words.Length - 1] is '.' or '!' or '?' or '…' ? string.Empty : ".");
    }
}
