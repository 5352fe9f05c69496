namespace Gallery;

/// <summary>The counts of an image. <see cref="CollectedCount"/> orders <c>Most Collected</c> and is never sent.</summary>
public sealed record CatalogueStats(int LikeCount = 0, int HeartCount = 0, int LaughCount = 0, int CryCount = 0, int CommentCount = 0, int DislikeCount = 0, int CollectedCount = 0)
{
    /// <summary>What <c>Most Reactions</c> orders by.</summary>
    public int ReactionCount => LikeCount + HeartCount + LaughCount + CryCount;
}
