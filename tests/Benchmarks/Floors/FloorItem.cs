using System.Text.Json.Serialization;

namespace Benchmarks.Floors;

/// <summary>An item, as a bare record: every field in a property, the generation data as bytes.</summary>
internal sealed record FloorItem
{
    public long Id { get; init; }

    public string? Url { get; init; }

    public string? Hash { get; init; }

    public int? Width { get; init; }

    public int? Height { get; init; }

    public string? NsfwLevel { get; init; }

    public string? Type { get; init; }

    public bool Nsfw { get; init; }

    public int BrowsingLevel { get; init; }

    public DateTime CreatedAt { get; init; }

    public long? PostId { get; init; }

    public FloorStats? Stats { get; init; }

    [JsonPropertyName("meta")]
    [JsonConverter(typeof(PlaceConverter))]
    public Place MetaPlace { get; init; }

    [JsonIgnore]
    public byte[]? Meta { get; set; }

    [JsonConverter(typeof(NameConverter))]
    public string? Username { get; init; }

    public string? BaseModel { get; init; }

    public long[]? ModelVersionIds { get; init; }
}
