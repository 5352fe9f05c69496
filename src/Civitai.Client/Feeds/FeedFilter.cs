namespace Civitai.Client.Feeds;

/// <summary>Whose images one feed lists: one value of each filter that the query gives several of.</summary>
internal sealed record FeedFilter
{
    internal long? ModelId { get; init; }

    internal long? ModelVersionId { get; init; }

    internal long? PostId { get; init; }

    internal long? UserId { get; init; }

    internal string? Username { get; init; }

    internal long? TagId { get; init; }

    /// <summary>Whether the listing of the whole model is only read for what the listings of its versions do not have.</summary>
    internal bool IsRest { get; init; }
}
