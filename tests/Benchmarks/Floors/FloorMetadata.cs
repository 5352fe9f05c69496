namespace Benchmarks.Floors;

/// <summary>Where the listing goes on.</summary>
internal sealed record FloorMetadata
{
    public string? NextCursor { get; init; }
}
