using System;
using System.Net.Http;

namespace Civitai.Client.Http;

/// <summary>A request for media: its failures are the media's, and it never carries the key.</summary>
internal sealed class MediaRequest(Uri address) : HttpRequestMessage(HttpMethod.Get, address);
