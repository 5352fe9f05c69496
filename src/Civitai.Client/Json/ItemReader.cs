using System;
using System.Collections.Generic;

namespace Civitai.Client.Json;

/// <summary>
/// Makes an <see cref="Image"/> of an item's bytes, field by field: a surprising value costs its field and nothing else. Only what is no
/// object, or has no id, cannot be read.
/// </summary>
internal static class ItemReader
{
    private static readonly ValueList<long> NoIds = new([]);

    /// <summary>Reads an item.</summary>
    /// <param name="item">The item's bytes, which the image keeps.</param>
    /// <param name="fault">What is wrong with an item that cannot be read.</param>
    /// <returns>The image, or null for an item that cannot be read.</returns>
    internal static Image? Read(byte[] item, out string? fault)
    {
        long? id = null;
        string? url = null, username = null, hash = null, baseModel = null, thumbnail = null;
        int? width = null, height = null;
        long? postId = null;
        MediaType? type = null;
        ImageNsfwLevel? level = null, levelOfWord = null;
        var hasLevel = false;
        var bit = 0;
        bool? isNsfw = null;
        DateTimeOffset? createdAt = null;
        IReadOnlyList<long>? versions = null;
        IReadOnlyList<string>? tags = null;
        IReadOnlyList<long>? tagIds = null;
        ImageStats? stats = null;
        var metaStart = 0;
        var metaLength = 0;

        var walker = new ObjectWalker(item);
        while (walker.MoveNext())
        {
            var name = walker.Utf8Name;
            var value = walker.Value;
            switch (name.Length)
            {
                case 2 when name.SequenceEqual("id"u8):
                    id = JsonText.ReadInt64(value);
                    break;
                case 3 when name.SequenceEqual("url"u8):
                    url = JsonText.ReadString(value);
                    break;
                case 4 when name.SequenceEqual("hash"u8):
                    hash = NotEmpty(JsonText.ReadString(value));
                    break;
                case 4 when name.SequenceEqual("type"u8):
                    type = ReadType(value);
                    break;
                case 4 when name.SequenceEqual("nsfw"u8):
                    // Until 2023 it was a word, since then it is true or false.
                    isNsfw = JsonText.ReadBoolean(value);
                    levelOfWord = ReadLevel(value);
                    break;
                case 4 when name.SequenceEqual("meta"u8):
                    (metaStart, metaLength) = JsonText.IsNull(value) ? (0, 0) : (walker.ValueStart, value.Length);
                    break;
                case 4 when name.SequenceEqual("tags"u8):
                    tags = ReadTags(value, out tagIds);
                    break;
                case 5 when name.SequenceEqual("width"u8):
                    width = JsonText.ReadInt32(value);
                    break;
                case 5 when name.SequenceEqual("stats"u8):
                    stats = ReadStats(value);
                    break;
                case 6 when name.SequenceEqual("height"u8):
                    height = JsonText.ReadInt32(value);
                    break;
                case 6 when name.SequenceEqual("postId"u8):
                    postId = JsonText.ReadInt64(value);
                    break;
                case 8 when name.SequenceEqual("username"u8):
                    username = NotEmpty(JsonText.ReadStringOrNumber(value));
                    break;
                case 9 when name.SequenceEqual("nsfwLevel"u8):
                    level = ReadLevel(value);
                    hasLevel = !JsonText.IsNull(value);
                    break;
                case 9 when name.SequenceEqual("createdAt"u8):
                    createdAt = JsonText.ReadTime(value);
                    break;
                case 9 when name.SequenceEqual("baseModel"u8):
                    baseModel = NotEmpty(JsonText.ReadString(value));
                    break;
                case 9 when name.SequenceEqual("thumbnail"u8):
                    thumbnail = ReadThumbnail(value);
                    break;
                case 13 when name.SequenceEqual("browsingLevel"u8):
                    bit = JsonText.ReadInt32(value) ?? 0;
                    break;
                case 15 when name.SequenceEqual("modelVersionIds"u8):
                    versions = ReadIds(value);
                    break;
            }
        }

        fault = walker.IsBroken ? "it is not a JSON object" : id is null or <= 0 ? "it has no id" : null;
        if (fault is not null)
        {
            return null;
        }

        // A level that is not known is not taken for the one beside it, which may be the lowest; only a missing one is.
        level = hasLevel ? level : levelOfWord ?? LevelOf(bit);
        return new Image(new JsonImageContent(item, metaStart, metaLength))
        {
            Id = id!.Value,
            Url = url,
            Username = username,
            Width = width,
            Height = height,
            Type = type,
            NsfwLevel = level,
            BrowsingLevel = bit is > 0 and <= 31 ? (BrowsingLevel)bit : BrowsingLevel.None,
            IsNsfw = isNsfw ?? (level ?? LevelOf(bit)) is not (null or ImageNsfwLevel.None),
            CreatedAt = createdAt?.LocalDateTime,
            PostId = postId,
            BaseModel = baseModel,
            ModelVersionIds = versions,
            Hash = hash,
            Tags = tags,
            TagIds = tagIds,
            ThumbnailUrl = thumbnail,
            Stats = stats,
        };
    }

    private static string? NotEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private static MediaType? ReadType(ReadOnlySpan<byte> value) =>
        value.SequenceEqual("\"image\""u8) ? MediaType.Image
        : value.SequenceEqual("\"video\""u8) ? MediaType.Video
        : value.SequenceEqual("\"audio\""u8) ? MediaType.Audio
        : null;

    /// <summary>The word of a level; older answers give the bit of the precise level in its place.</summary>
    private static ImageNsfwLevel? ReadLevel(ReadOnlySpan<byte> value) =>
        value.SequenceEqual("\"None\""u8) ? ImageNsfwLevel.None
        : value.SequenceEqual("\"Soft\""u8) ? ImageNsfwLevel.Soft
        : value.SequenceEqual("\"Mature\""u8) ? ImageNsfwLevel.Mature
        : value.SequenceEqual("\"X\""u8) || value.SequenceEqual("\"XXX\""u8) ? ImageNsfwLevel.Explicit
        : value.SequenceEqual("\"Blocked\""u8) ? ImageNsfwLevel.Blocked
        : JsonText.IsString(value) ? null
        : LevelOf(JsonText.ReadInt32(value) ?? 0);

    /// <summary>The word for the bit of a precise level.</summary>
    private static ImageNsfwLevel? LevelOf(int bit) => bit switch
    {
        1 => ImageNsfwLevel.None,
        2 => ImageNsfwLevel.Soft,
        4 => ImageNsfwLevel.Mature,
        8 or 16 => ImageNsfwLevel.Explicit,
        32 => ImageNsfwLevel.Blocked,
        _ => null,
    };

    private static ImageStats? ReadStats(ReadOnlySpan<byte> value)
    {
        if (value[0] != (byte)'{')
        {
            return null;
        }

        int like = 0, heart = 0, laugh = 0, cry = 0, comment = 0, dislike = 0;
        var walker = new ObjectWalker(value);
        while (walker.MoveNext())
        {
            var name = walker.Utf8Name;
            var count = Math.Max(0, JsonText.ReadInt32(walker.Value) ?? 0);
            switch (name.Length)
            {
                case 8 when name.SequenceEqual("cryCount"u8):
                    cry = count;
                    break;
                case 9 when name.SequenceEqual("likeCount"u8):
                    like = count;
                    break;
                case 10 when name.SequenceEqual("laughCount"u8):
                    laugh = count;
                    break;
                case 10 when name.SequenceEqual("heartCount"u8):
                    heart = count;
                    break;
                case 12 when name.SequenceEqual("commentCount"u8):
                    comment = count;
                    break;
                case 12 when name.SequenceEqual("dislikeCount"u8):
                    dislike = count;
                    break;
            }
        }

        return new ImageStats
        {
            LikeCount = like,
            HeartCount = heart,
            LaughCount = laugh,
            CryCount = cry,
            CommentCount = comment,
            DislikeCount = dislike,
        };
    }

    private static ValueList<long>? ReadIds(ReadOnlySpan<byte> value)
    {
        var walker = new ArrayWalker(value);
        if (walker.IsBroken)
        {
            return null;
        }

        if (!walker.MoveNext())
        {
            return NoIds;
        }

        // One or two is usual.
        Span<long> some = stackalloc long[16];
        List<long>? many = null;
        var count = 0;
        do
        {
            if (JsonText.ReadInt64(walker.Value) is not { } id)
            {
                continue;
            }

            if (count < some.Length)
            {
                some[count++] = id;
            }
            else
            {
                many ??= [.. some.ToArray()];
                many.Add(id);
            }
        }
        while (walker.MoveNext());
        return new ValueList<long>(many is null ? some.Slice(0, count).ToArray() : many);
    }

    /// <summary>The names and, in step with them, the ids; an answer of bare names has no ids.</summary>
    private static ValueList<string>? ReadTags(ReadOnlySpan<byte> value, out IReadOnlyList<long>? ids)
    {
        ids = null;
        var walker = new ArrayWalker(value);
        if (walker.IsBroken)
        {
            return null;
        }

        var tags = new List<string>();
        var numbers = new List<long>();
        while (walker.MoveNext())
        {
            var name = JsonText.ReadString(walker.Value);
            if ((name ?? ReadProperty(walker.Value, "name"u8)) is { } tag)
            {
                tags.Add(tag);
                numbers.Add(name is null ? ReadId(walker.Value) : 0);
            }
        }

        ids = numbers.Count == 0 || numbers.Exists(id => id > 0) ? new ValueList<long>(numbers) : null;
        return new ValueList<string>(tags);
    }

    private static long ReadId(ReadOnlySpan<byte> json)
    {
        var walker = new ObjectWalker(json);
        while (walker.MoveNext())
        {
            if (walker.Utf8Name.SequenceEqual("id"u8))
            {
                return JsonText.ReadInt64(walker.Value) is > 0 and { } id ? id : 0;
            }
        }

        return 0;
    }

    private static string? ReadThumbnail(ReadOnlySpan<byte> value) =>
        NotEmpty(JsonText.ReadString(value) ?? ReadProperty(value, "url"u8));

    private static string? ReadProperty(ReadOnlySpan<byte> json, ReadOnlySpan<byte> name)
    {
        var walker = new ObjectWalker(json);
        while (walker.MoveNext())
        {
            if (walker.Utf8Name.SequenceEqual(name))
            {
                return JsonText.ReadString(walker.Value);
            }
        }

        return null;
    }
}
