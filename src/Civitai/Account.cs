namespace Civitai;

/// <summary>Whom a key belongs to, as the service's <c>/api/v1/me</c> tells.</summary>
public sealed class Account
{
    /// <summary>The user's number.</summary>
    public long Id { get; init; }

    /// <summary>The user's name.</summary>
    public string? Username { get; init; }

    /// <summary>The membership, for instance <c>gold</c>, or null.</summary>
    public string? Tier { get; init; }
}
