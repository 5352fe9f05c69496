using System;
using System.Collections;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Civitai.Client.Downloads;

/// <summary>The JSON of an image that did not come from a query of this session: the properties that came with it, and that they are not all.</summary>
internal static class RecordJson
{
    private const string Complete = "complete";

    // Readable text: the file is no part of a web page.
    private static readonly JsonWriterOptions Options = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    internal static byte[] Of(Image image)
    {
        using var output = new MemoryStream();
        using (var writer = new Utf8JsonWriter(output, Options))
        {
            writer.WriteStartObject();
            foreach (var property in PropertiesOf(image))
            {
                if (!string.Equals(property.Key, Complete, StringComparison.OrdinalIgnoreCase))
                {
                    writer.WritePropertyName(Whole(property.Key));
                    Write(writer, property.Value);
                }
            }

            writer.WriteBoolean(Complete, false);
            writer.WriteEndObject();
        }

        output.WriteByte((byte)'\n');
        return output.ToArray();
    }

    private static IEnumerable<KeyValuePair<string, object?>> PropertiesOf(Image image)
    {
        if (image.GetContent() is RecordContent record)
        {
            return record.Properties;
        }

        var properties = new List<KeyValuePair<string, object?>>();
        Add(nameof(Image.Id), image.Id == 0 ? null : image.Id);
        Add(nameof(Image.Url), image.Url);
        Add(nameof(Image.Username), image.Username);
        Add(nameof(Image.Width), image.Width);
        Add(nameof(Image.Height), image.Height);
        Add(nameof(Image.Type), image.Type);
        Add(nameof(Image.NsfwLevel), image.NsfwLevel);
        Add(nameof(Image.CreatedAt), image.CreatedAt);
        Add(nameof(Image.PostId), image.PostId);
        Add(nameof(Image.BaseModel), image.BaseModel);
        Add(nameof(Image.ModelVersionIds), image.ModelVersionIds);
        Add(nameof(Image.Hash), image.Hash);
        Add(nameof(Image.Tags), image.Tags);
        Add(nameof(Image.TagIds), image.TagIds);
        Add(nameof(Image.ThumbnailUrl), image.ThumbnailUrl);
        Add(nameof(Image.Meta), image.Meta?.Fields);
        return properties;

        void Add(string name, object? value)
        {
            if (value is not null)
            {
                properties.Add(new KeyValuePair<string, object?>(name, value));
            }
        }
    }

    private static void Write(Utf8JsonWriter writer, object? value)
    {
        switch (value)
        {
            case null:
                writer.WriteNullValue();
                break;
            case string text:
                writer.WriteStringValue(Whole(text));
                break;
            case bool flag:
                writer.WriteBooleanValue(flag);
                break;
            case Enum name:
                writer.WriteStringValue(name.ToString());
                break;
            case double number when double.IsNaN(number) || double.IsInfinity(number):
                writer.WriteStringValue(number.ToString(CultureInfo.InvariantCulture));
                break;
            case double number:
                writer.WriteNumberValue(number);
                break;
            case float number:
                Write(writer, (double)number);
                break;
            case decimal number:
                writer.WriteNumberValue(number);
                break;
            case ulong number:
                writer.WriteNumberValue(number);
                break;
            case byte or sbyte or short or ushort or int or uint or long:
                writer.WriteNumberValue(Convert.ToInt64(value, CultureInfo.InvariantCulture));
                break;
            case DateTime date:
                writer.WriteStringValue(date.ToUniversalTime().ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFFZ", CultureInfo.InvariantCulture));
                break;
            case DateTimeOffset date:
                Write(writer, date.UtcDateTime);
                break;
            case ImageMeta meta:
                Write(writer, meta.Fields);
                break;
            case IEnumerable<KeyValuePair<string, object?>> fields:
                writer.WriteStartObject();
                foreach (var field in fields)
                {
                    writer.WritePropertyName(Whole(field.Key));
                    Write(writer, field.Value);
                }

                writer.WriteEndObject();
                break;
            case IDictionary dictionary:
                writer.WriteStartObject();
                foreach (DictionaryEntry entry in dictionary)
                {
                    writer.WritePropertyName(Whole(Convert.ToString(entry.Key, CultureInfo.InvariantCulture) ?? string.Empty));
                    Write(writer, entry.Value);
                }

                writer.WriteEndObject();
                break;
            case IEnumerable list:
                writer.WriteStartArray();
                foreach (var item in list)
                {
                    Write(writer, item);
                }

                writer.WriteEndArray();
                break;
            default:
                writer.WriteStringValue(Whole(Convert.ToString(value, CultureInfo.InvariantCulture) ?? string.Empty));
                break;
        }
    }

    /// <summary>Text whose half surrogates, which no UTF-8 can hold, are replaced.</summary>
    private static string Whole(string text)
    {
        char[]? whole = null;
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                i++;
            }
            else if (char.IsSurrogate(text[i]))
            {
                whole ??= text.ToCharArray();
                whole[i] = '\uFFFD';
            }
        }

        return whole is null ? text : new string(whole);
    }
}
