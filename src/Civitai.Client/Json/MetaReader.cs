using System;
using System.Collections.Generic;
using System.Text.Json;

namespace Civitai.Client.Json;

/// <summary>Reads generation data: free-form objects written by image generators and uploaders. Field by field, so that an odd one costs only itself.</summary>
internal static class MetaReader
{
    /// <summary>
    /// Deeper than any workflow; a field nested deeper is kept as its JSON text. PowerShell writes lists however deep they are, but refuses to
    /// read back more than 50 levels, and with them the whole file or job: some are left for what an image is put into.
    /// </summary>
    private const int MaximumDepth = 32;

    /// <summary>Reads the value of <c>meta</c>.</summary>
    /// <returns>Null for what is no object.</returns>
    internal static ImageMeta? Read(ReadOnlySpan<byte> json) => ReadFields(Unwrap(json)) is { } fields ? new ImageMeta(fields) : null;

    /// <summary>Model listings nest it as <c>{"id":…,"meta":{…}}</c>, with exactly these two, unless asked for flat data.</summary>
    private static ReadOnlySpan<byte> Unwrap(ReadOnlySpan<byte> json)
    {
        var inner = ReadOnlySpan<byte>.Empty;
        var hasId = false;
        var walker = new ObjectWalker(json);
        while (walker.MoveNext())
        {
            if (walker.Utf8Name.SequenceEqual("id"u8))
            {
                hasId = true;
            }
            else if (walker.Utf8Name.SequenceEqual("meta"u8) && (walker.Value[0] == (byte)'{' || JsonText.IsNull(walker.Value)))
            {
                inner = walker.Value;
            }
            else
            {
                return json;
            }
        }

        return hasId && !inner.IsEmpty ? inner : json;
    }

    private static Dictionary<string, object?>? ReadFields(ReadOnlySpan<byte> json)
    {
        if (json.IsEmpty || json[0] != (byte)'{')
        {
            return null;
        }

        var fields = new Dictionary<string, object?>(StringComparer.Ordinal);
        var walker = new ObjectWalker(json);
        while (walker.MoveNext())
        {
            if (walker.Name is { } name)
            {
                fields[name] = ReadValue(walker.Value);
            }
        }

        return fields;
    }

    private static object? ReadValue(ReadOnlySpan<byte> json)
    {
        if (JsonText.IsString(json) && JsonText.ReadString(json) is { } text)
        {
            return text;
        }

        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaximumDepth });
            reader.Read();
            return ReadValue(ref reader);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Not JSON, too deep, or text that cannot be decoded. Its own characters are the best that can be said of it.
            return JsonText.Decode(json);
        }
    }

    private static object? ReadValue(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                return ReadText(ref reader);
            case JsonTokenType.True:
                return true;
            case JsonTokenType.False:
                return false;
            case JsonTokenType.Number:
                return ReadNumber(ref reader);
            case JsonTokenType.StartArray:
                var items = new List<object?>();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    items.Add(ReadValue(ref reader));
                }

                return items.ToArray();
            case JsonTokenType.StartObject:
                var fields = new Dictionary<string, object?>(StringComparer.Ordinal);
                while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
                {
                    var name = ReadText(ref reader);
                    reader.Read();
                    fields[name] = ReadValue(ref reader);
                }

                return fields;
            default:
                return null;
        }
    }

    private static string ReadText(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair.
            return JsonText.UnescapeLeniently(reader.ValueSpan);
        }
    }

    /// <summary>Most numbers are small integers, which need no text.</summary>
    private static object ReadNumber(ref Utf8JsonReader reader) =>
        reader.TryGetInt64(out var integer) ? integer : JsonNumber.Read(JsonText.Decode(reader.ValueSpan));
}
