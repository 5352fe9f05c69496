using System;
using System.Collections.Generic;
using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Net.Http;
using Civitai.Client.Http;

namespace Civitai.Client.Downloads;

/// <summary>
/// Takes off the <c>Content-Encoding</c> of a media file. None is asked for, but some hosts apply one all the same. What is in it then has another length and other
/// positions than what is sent: nothing of it can be resumed.
/// </summary>
internal static class ContentDecoder
{
    // Nobody encodes a file more than twice.
    private const int MostEncodings = 3;

    /// <summary>Whether the body is not the file itself.</summary>
    internal static bool IsEncoded(HttpResponseMessage response) => EncodingsOf(response).Any();

    /// <summary>The file that is in a body.</summary>
    /// <param name="response">The answer, which tells the encodings.</param>
    /// <param name="body">Its body.</param>
    /// <exception cref="CivitaiException">One of the encodings is none that can be taken off here.</exception>
    internal static Stream Decode(HttpResponseMessage response, Stream body)
    {
        var encodings = EncodingsOf(response).ToArray();
        if (encodings.Length == 0)
        {
            return body;
        }

        var unknown = Array.Find(encodings, encoding => !IsKnown(encoding));
        if (unknown is not null || encodings.Length > MostEncodings)
        {
            body.Dispose();
            throw new CivitaiException(
                CivitaiError.MediaUnavailable,
                "The media host sent the file under the Content-Encoding '" + string.Join(", ", response.Content.Headers.ContentEncoding) + "', which cannot be decoded here.");
        }

        // In the order in which they were applied.
        Stream decoded = new EncodedBody(body, response.Content.Headers.ContentLength);
        for (var at = encodings.Length - 1; at >= 0; at--)
        {
            decoded = Wrap(encodings[at], decoded);
        }

        return decoded;
    }

    /// <summary>The failure of a body that is not what its encoding says; null where an exception is not about that.</summary>
    internal static TransientException? FailureOf(Exception exception) =>
        exception is InvalidDataException or EndOfStreamException or InvalidOperationException
            ? new TransientException(CivitaiError.MediaIncomplete, "The Content-Encoding of the file cannot be decoded: what came is damaged or incomplete.", exception)
            : null;

    private static IEnumerable<string> EncodingsOf(HttpResponseMessage response) =>
        response.Content.Headers.ContentEncoding.Where(encoding => !Is(encoding, "identity") && encoding.Length > 0);

    private static bool IsKnown(string encoding) => Is(encoding, "gzip") || Is(encoding, "x-gzip") || Is(encoding, "deflate")
#if NET
        || Is(encoding, "br")
#endif
        ;

    private static Stream Wrap(string encoding, Stream body) =>
#if NET
        Is(encoding, "br") ? new BrotliStream(body, CompressionMode.Decompress) :
#endif
        Is(encoding, "deflate") ? new InflatedBody(body) : new GZipStream(body, CompressionMode.Decompress);

    private static bool Is(string left, string right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase);
}
