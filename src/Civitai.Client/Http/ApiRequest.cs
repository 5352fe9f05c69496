using System;
using System.Net.Http;

namespace Civitai.Client.Http;

/// <summary>A request to the API. It remembers how long its answer took, since the service's time limit shows in nothing else.</summary>
internal sealed class ApiRequest(Uri address) : HttpRequestMessage(HttpMethod.Get, address)
{
    /// <summary>How long this attempt took up to the headers of its answer, redirects included.</summary>
    internal TimeSpan TimeToHeaders { get; set; }
}
