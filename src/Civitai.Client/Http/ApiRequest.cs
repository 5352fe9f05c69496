using System;
using System.Net.Http;

namespace Civitai.Client.Http;

/// <summary>
/// A request to the API. It remembers how long its answer took, since the service's time limit shows in nothing else, and what a short answer said, since
/// it may be an error under the status of a success.
/// </summary>
internal sealed class ApiRequest(Uri address) : HttpRequestMessage(HttpMethod.Get, address)
{
    /// <summary>How long this attempt took up to the headers of its answer, redirects included.</summary>
    internal TimeSpan TimeToHeaders { get; set; }

    /// <summary>The whole body of a short answer; empty for a long one, and for what is no success.</summary>
    internal ReadOnlyMemory<byte> Body { get; set; }
}
