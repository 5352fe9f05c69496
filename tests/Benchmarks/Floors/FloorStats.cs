namespace Benchmarks.Floors;

/// <summary>The counts, as a bare record.</summary>
internal sealed record FloorStats
{
    public int CryCount { get; init; }

    public int LaughCount { get; init; }

    public int LikeCount { get; init; }

    public int DislikeCount { get; init; }

    public int HeartCount { get; init; }

    public int CommentCount { get; init; }
}
