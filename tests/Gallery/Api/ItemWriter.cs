using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Gallery;

/// <summary>Writes items of <c>/api/v1/images</c>.</summary>
internal sealed class ItemWriter : IDisposable
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private readonly ArrayBufferWriter<byte> _buffer = new(64 * 1024);
    private readonly Utf8JsonWriter _writer;
    private readonly MediaHost _media;

    public ItemWriter(MediaHost media)
    {
        _media = media;
        _writer = new Utf8JsonWriter(_buffer, Plain);
    }

    public int Length => _buffer.WrittenCount;

    public void Raw(ReadOnlySpan<byte> bytes) => _buffer.Write(bytes);

    public void Dispose() => _writer.Dispose();

    public byte[] ToArray() => _buffer.WrittenSpan.ToArray();

    public void Write(CatalogueImage image, ImagesQuery query, bool legacy, bool newest)
    {
        if (image.RawItemJson is { } raw)
        {
            raw = raw.Replace("@ID@", image.Id.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal).Replace("@URL@", _media.AddressOf(image), StringComparison.Ordinal);
            Raw(System.Text.Encoding.UTF8.GetBytes(raw));
            return;
        }

        var writer = _writer;
        writer.Reset(_buffer);
        var level = image.BrowsingLevel;
        var label = level switch { 2 => "Soft", 4 => "Mature", 8 or 16 => "X", 32 => "Blocked", _ => "None" };
        writer.WriteStartObject();
        writer.WriteNumber("id"u8, image.Id);
        writer.WriteString("url"u8, _media.AddressOf(image));
        WriteText("hash"u8, image.Hash);
        WriteNumber("width"u8, image.Width);
        WriteNumber("height"u8, image.Height);
        writer.WriteString("nsfwLevel"u8, label);
        writer.WriteString("type"u8, image.Type);
        writer.WriteBoolean("nsfw"u8, label != "None");
        writer.WriteNumber("browsingLevel"u8, level);
        WriteDate("createdAt"u8, legacy ? image.CreatedAt : image.SortAt);
        WriteNumber("postId"u8, image.PostId);

        writer.WriteStartObject("stats"u8);
        writer.WriteNumber("cryCount"u8, image.Stats.CryCount);
        writer.WriteNumber("laughCount"u8, image.Stats.LaughCount);
        writer.WriteNumber("likeCount"u8, image.Stats.LikeCount);
        writer.WriteNumber("dislikeCount"u8, image.Stats.DislikeCount);
        writer.WriteNumber("heartCount"u8, image.Stats.HeartCount);
        writer.WriteNumber("commentCount"u8, image.Stats.CommentCount);
        writer.WriteEndObject();

        writer.WritePropertyName("meta"u8);
        WriteMeta(image, query.WithMeta, nested: legacy ? query.FlatMeta != true : query.FlatMeta == false);

        var name = image.Username ?? (legacy ? null : "unknown");
        if (image.UsernameAsNumber && name is not null)
        {
            writer.WritePropertyName("username"u8);
            writer.WriteRawValue(name, skipInputValidation: true);
        }
        else
        {
            WriteText("username"u8, name);
        }

        WriteText("baseModel"u8, image.BaseModel);
        writer.WriteStartArray("modelVersionIds"u8);
        foreach (var id in image.ModelVersionIds)
        {
            writer.WriteNumberValue(id);
        }

        if (legacy)
        {
            // The database lists every kind of attachment, the feed only those found in the metadata.
            foreach (var id in image.ManualVersionIds)
            {
                writer.WriteNumberValue(id);
            }

            if (image.PostedToVersionId is { } posted && Array.IndexOf(image.ModelVersionIds, posted) < 0)
            {
                writer.WriteNumberValue(posted);
            }
        }

        writer.WriteEndArray();
        if (query.WithTags)
        {
            writer.WriteStartArray("tags"u8);
            foreach (var tag in image.Tags)
            {
                writer.WriteStartObject();
                writer.WriteNumber("id"u8, tag.Id);
                writer.WriteString("name"u8, tag.Name);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        if (newest)
        {
            if (image.Type == "video")
            {
                writer.WriteStartObject("thumbnail"u8);
                writer.WriteString("url"u8, _media.ThumbnailOf(image));
                WriteNumber("width"u8, image.Width);
                WriteNumber("height"u8, image.Height);
                writer.WriteEndObject();
            }
            else
            {
                writer.WriteNull("thumbnail"u8);
            }
        }

        writer.WriteEndObject();
        writer.Flush();
    }

    public static string Text(string text) => JsonSerializer.Serialize(text, TextOptions);

    private static readonly JsonSerializerOptions TextOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private void WriteMeta(CatalogueImage image, bool asked, bool nested)
    {
        if (!asked)
        {
            _writer.WriteNullValue();
            return;
        }

        if (nested)
        {
            _writer.WriteStartObject();
            _writer.WriteNumber("id"u8, image.Id);
            _writer.WritePropertyName("meta"u8);
        }

        if (image.Template is { } template)
        {
            _writer.WriteRawValue(template.Render(image.Id), skipInputValidation: true);
        }
        else if (image.MetaJson is { } json)
        {
            _writer.WriteRawValue(json, skipInputValidation: true);
        }
        else
        {
            _writer.WriteNullValue();
        }

        if (nested)
        {
            _writer.WriteEndObject();
        }
    }

    private void WriteText(ReadOnlySpan<byte> name, string? value)
    {
        if (value is null)
        {
            _writer.WriteNull(name);
        }
        else
        {
            _writer.WriteString(name, value);
        }
    }

    private void WriteNumber(ReadOnlySpan<byte> name, long? value)
    {
        if (value is { } number)
        {
            _writer.WriteNumber(name, number);
        }
        else
        {
            _writer.WriteNull(name);
        }
    }

    private void WriteDate(ReadOnlySpan<byte> name, DateTimeOffset value)
    {
        Span<char> text = stackalloc char[32];
        value.UtcDateTime.TryFormat(text, out var length, "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        _writer.WriteString(name, text[..length]);
    }
}
