using System.Globalization;

namespace Civitai;

/// <summary>The counts that the service gives for an image. It has been known to answer zero for all of them.</summary>
public sealed class ImageStats
{
    /// <summary>Thumbs up.</summary>
    public int LikeCount { get; init; }

    /// <summary>Hearts.</summary>
    public int HeartCount { get; init; }

    /// <summary>Laughing faces.</summary>
    public int LaughCount { get; init; }

    /// <summary>Crying faces.</summary>
    public int CryCount { get; init; }

    /// <summary>Comments.</summary>
    public int CommentCount { get; init; }

    /// <summary>Thumbs down: in practice always 0, since the site has none any more.</summary>
    public int DislikeCount { get; init; }

    /// <summary>Likes, hearts, laughs and cries together: what the service sorts <c>MostReactions</c> by.</summary>
    public int ReactionCount => (int)System.Math.Min(int.MaxValue, (long)LikeCount + HeartCount + LaughCount + CryCount);

    /// <summary>The counts in words, for a cell of a table.</summary>
    public override string ToString() => string.Format(
        CultureInfo.InvariantCulture,
        "{0} likes, {1} hearts, {2} laughs, {3} cries, {4} comments",
        LikeCount,
        HeartCount,
        LaughCount,
        CryCount,
        CommentCount);
}
