using System.Text.Json.Serialization;

namespace Benchmarks.Floors;

/// <summary>The source-generated reader of the floor's records.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(FloorPage))]
internal sealed partial class FloorContext : JsonSerializerContext;
