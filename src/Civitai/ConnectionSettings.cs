using System;
using System.Net;
using System.Security;

namespace Civitai;

/// <summary>How the service is reached. Immutable; kept by the commands for each runspace and never put into the pipeline, since it carries the key.</summary>
public sealed class ConnectionSettings
{
    /// <summary>The service's public address.</summary>
    public static readonly Uri DefaultBaseUri = new("https://civitai.com/");

    /// <summary>The origin of the service: scheme, host and port, path <c>/</c>.</summary>
    public Uri BaseUri { get; init; } = DefaultBaseUri;

    /// <summary>The API key, or null.</summary>
    public SecureString? ApiKey { get; init; }

    /// <summary>The proxy to go through, or null for the platform's.</summary>
    public Uri? Proxy { get; init; }

    /// <summary>What the proxy is told, or null.</summary>
    public NetworkCredential? ProxyCredential { get; init; }

    /// <summary>Whether the proxy is told the user's own credentials.</summary>
    public bool ProxyUseDefaultCredentials { get; init; }

    /// <summary>Whether no proxy is used at all.</summary>
    public bool NoProxy { get; init; }

    /// <summary>How long a request may take up to its headers, and how long a body may be silent. Default: 100 seconds.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(100);

    /// <summary>Retries after the first try. Default: 5.</summary>
    public int MaximumRetryCount { get; init; } = 5;
}
