using System.Text.Json;
using System.Text.Json.Serialization;

namespace Benchmarks.Floors;

/// <summary>Notes where a value stands. Right only for a page that is read from one piece of memory, as the floor does.</summary>
internal sealed class PlaceConverter : JsonConverter<Place>
{
    public override Place Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return new Place(start, (int)reader.BytesConsumed - start);
    }

    public override void Write(Utf8JsonWriter writer, Place value, JsonSerializerOptions options) => throw new NotSupportedException();
}
