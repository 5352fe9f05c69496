using System;
using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;

namespace Civitai.Client.Downloads;

/// <summary>Which answers to a request for a file, or for the rest of one, are believed (RFC 9110, sections 13.1.5 and 14).</summary>
internal static class RangeRules
{
    /// <summary>Judges an answer of the status 200, 206 or 416.</summary>
    /// <param name="response">The answer; nothing of its body is read.</param>
    /// <param name="asked">Where the rest that was asked for begins; 0 where the whole file was asked for.</param>
    /// <param name="note">What the bytes that are here are of.</param>
    internal static RangeAnswer Judge(HttpResponseMessage response, long asked, PartNote? note)
    {
        var other = asked > 0 ? RangeAnswer.Unusable : RangeAnswer.Unasked;
        switch (response.StatusCode)
        {
            case HttpStatusCode.RequestedRangeNotSatisfiable:
                // Nothing is left to fetch if the file is as long as what is here, whatever was announced.
                return asked > 0 && response.Content.Headers.ContentRange is { HasLength: true } all && all.Length == asked && note!.Matches(response)
                    ? RangeAnswer.NothingLeft
                    : other;

            case HttpStatusCode.PartialContent:
                return RangeOf(response) is not { } range ? other
                    : range.From == 0 ? RangeAnswer.Whole
                    : asked > 0 && range.From == asked && !ContentDecoder.IsEncoded(response) && note!.Matches(response) ? RangeAnswer.Rest
                    : other;

            default:
                return RangeAnswer.Whole;
        }
    }

    /// <summary>The length of a whole file in bytes, as an answer that is one announces it. Not that of an encoded one: it is another after decoding.</summary>
    internal static long? LengthOf(HttpResponseMessage response) =>
        ContentDecoder.IsEncoded(response) ? null
        : response.StatusCode == HttpStatusCode.PartialContent ? response.Content.Headers.ContentRange?.Length
        : response.Content.Headers.ContentLength;

    // One range of bytes that goes to the end of a file of known length, and a body as long as it. A body of several ranges says where they are in itself.
    private static ContentRangeHeaderValue? RangeOf(HttpResponseMessage response)
    {
        var headers = response.Content.Headers;
        return headers.ContentRange is { HasRange: true, HasLength: true } range
            && string.Equals(range.Unit, "bytes", StringComparison.OrdinalIgnoreCase)
            && range.To == range.Length - 1
            && (headers.ContentLength is not { } length || length == range.Length - range.From)
            && headers.ContentType?.MediaType?.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase) != true
            ? range
            : null;
    }
}
