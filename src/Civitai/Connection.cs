using System;

namespace Civitai;

/// <summary>How the service is reached from this runspace, fit to be shown: it knows whether there is a key, never the key.</summary>
public sealed class Connection
{
    /// <summary>The service's address.</summary>
    public Uri BaseUri { get; init; } = ConnectionSettings.DefaultBaseUri;

    /// <summary>Whether a key is sent to it.</summary>
    public bool HasApiKey { get; init; }

    /// <summary>Whose key it is, as the service told <c>Connect-Civitai</c>; null when it was not asked.</summary>
    public string? Username { get; init; }

    /// <summary>The user's number; null when the service was not asked.</summary>
    public long? UserId { get; init; }

    /// <summary>The user's membership, for instance <c>gold</c>, or null.</summary>
    public string? Tier { get; init; }

    /// <summary>The proxy that was named, or null for the platform's.</summary>
    public Uri? Proxy { get; init; }

    /// <summary>Whether no proxy is used at all.</summary>
    public bool NoProxy { get; init; }

    /// <summary>Seconds that a request may take up to its headers, and that a body may be silent.</summary>
    public int TimeoutSec { get; init; }

    /// <summary>Retries after the first try.</summary>
    public int MaximumRetryCount { get; init; }

    /// <summary>Whether <c>Connect-Civitai</c> set this up; otherwise it comes from the environment variables and the defaults.</summary>
    public bool IsConnected { get; init; }

    /// <summary>Address and user in one line.</summary>
    public override string ToString() => Username is null ? BaseUri.ToString() : BaseUri + " as " + Username;
}
