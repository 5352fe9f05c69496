namespace Benchmarks.Floors;

/// <summary>A page, as a bare record.</summary>
internal sealed record FloorPage
{
    public FloorItem[] Items { get; init; } = [];

    public FloorMetadata? Metadata { get; init; }
}
