using System;
using System.Collections.Generic;
using System.Linq;
using Civitai;

namespace CivitaiPS.Parameters;

/// <summary>
/// What is piped to <c>Save-CivitaiImage</c>, as an image: the image itself, or whatever a record tells of one, in the spelling of this module's objects or in the
/// service's own. What cannot be read for certain is unknown. On the pipeline thread only: members of a record may be script.
/// </summary>
internal static class InputRecord
{
    // Together no other record has these, in this spelling: an image that was made into JSON, or its properties into another object.
    private static readonly string[] OwnProperties =
        [nameof(Image.Url), nameof(Image.Type), nameof(Image.NsfwLevel), nameof(Image.BrowsingLevel), nameof(Image.IsNsfw), nameof(Image.CreatedAt), nameof(Image.ThumbnailUrl), nameof(Image.ReactionCount)];

    /// <summary>Reads what was piped.</summary>
    /// <exception cref="CivitaiException"><see cref="CivitaiError.InputNotSupported"/>.</exception>
    internal static Image Read(object? input)
    {
        switch (RecordValues.Unwrap(input))
        {
            case null:
                throw NotSupported(input, "Nothing was piped in");
            case Image image:
                return image;
            case Uri url:
                return OfUrl(url.OriginalString);
            case string text when Uri.TryCreate(text.Trim(), UriKind.Absolute, out _):
                return OfUrl(text.Trim());
            case string text:
                throw NotSupported(input, "The text '" + (text.Length > 100 ? text.Substring(0, 100) : text) + "' is not a media URL");
            case IConvertible:
                throw NotSupported(input, "A value of type " + RecordValues.Unwrap(input)!.GetType().Name + " has no Url");
        }

        var record = RecordProperties.Of(input!);
        return RecordValues.Text(record[nameof(Image.Url)]) is { } address
            ? OfRecord(record, address.Trim())
            : throw NotSupported(input, "The record has no Url, or an empty one");
    }

    private static Image OfUrl(string url) =>
        new(new RecordContent([new KeyValuePair<string, object?>(nameof(Image.Url), url)], meta: null)) { Url = url };

    private static Image OfRecord(RecordProperties record, string url)
    {
        var isOwn = record.HasAll(OwnProperties);
        var bit = RecordValues.PreciseLevel(record[nameof(Image.BrowsingLevel)]);

        // The service's name of the flag was once that of the level.
        var level = RecordValues.Level(record[nameof(Image.NsfwLevel)], isOwn) ?? RecordValues.Level(record["nsfw"], isOwn: false) ?? RecordValues.LevelOf(bit);
        return new Image(ContentOf(record))
        {
            Id = RecordValues.Integer(record[nameof(Image.Id)]) is > 0 and { } id ? id : 0,
            Url = url,
            Username = RecordValues.Text(record[nameof(Image.Username)]),
            Width = RecordValues.Int(record[nameof(Image.Width)]),
            Height = RecordValues.Int(record[nameof(Image.Height)]),
            Type = RecordValues.NameOf<MediaType>(record[nameof(Image.Type)], isOwn),
            NsfwLevel = level,
            BrowsingLevel = bit <= 31 ? (BrowsingLevel)bit : BrowsingLevel.None,
            IsNsfw = RecordValues.Flag(record[nameof(Image.IsNsfw), "nsfw"]) ?? level is not (null or ImageNsfwLevel.None),
            CreatedAt = RecordValues.Date(record[nameof(Image.CreatedAt)]),
            PostId = RecordValues.Integer(record[nameof(Image.PostId)]),
            BaseModel = RecordValues.Text(record[nameof(Image.BaseModel)]),
            ModelVersionIds = RecordValues.Numbers(record[nameof(Image.ModelVersionIds)]),
            Hash = RecordValues.Text(record[nameof(Image.Hash)]),
            Tags = RecordValues.Texts(record[nameof(Image.Tags)]),
            TagIds = RecordValues.Numbers(record[nameof(Image.TagIds)]) ?? RecordValues.IdsOf(record[nameof(Image.Tags)]),
            ThumbnailUrl = ThumbnailOf(record[nameof(Image.ThumbnailUrl), "thumbnail"]),
            Stats = StatsOf(record),
        };
    }

    private static RecordContent ContentOf(RecordProperties record)
    {
        var plain = new PlainValues();
        return new RecordContent(
            [.. record.All.Select(property => new KeyValuePair<string, object?>(property.Key, plain.Of(property.Value)))],
            RecordMeta.Of(record),
            RecordMeta.InfotextOf(record));
    }

    private static string? ThumbnailOf(object? value) => RecordValues.Text(value) ?? RecordValues.Text(RecordProperties.OfValue(value)?["url"]);

    // Each count stands by itself in this module's objects, and all of them in one property there and in the service's.
    private static ImageStats? StatsOf(RecordProperties record)
    {
        var stats = RecordProperties.OfValue(record[nameof(Image.Stats)]);
        var like = CountOf(nameof(ImageStats.LikeCount));
        var heart = CountOf(nameof(ImageStats.HeartCount));
        var laugh = CountOf(nameof(ImageStats.LaughCount));
        var cry = CountOf(nameof(ImageStats.CryCount));
        var comment = CountOf(nameof(ImageStats.CommentCount));
        var dislike = CountOf(nameof(ImageStats.DislikeCount));
        return (like ?? heart ?? laugh ?? cry ?? comment ?? dislike) is null
            ? null
            : new ImageStats { LikeCount = like ?? 0, HeartCount = heart ?? 0, LaughCount = laugh ?? 0, CryCount = cry ?? 0, CommentCount = comment ?? 0, DislikeCount = dislike ?? 0 };

        int? CountOf(string name) => RecordValues.Int(record[name]) ?? RecordValues.Int(stats?[name]);
    }

    private static CivitaiException NotSupported(object? input, string fault) =>
        new(CivitaiError.InputNotSupported, fault + ". Accepted is an image, anything with a Url (a row of a CSV file, a hashtable), or a media URL as text.")
        {
            Target = input,
        };
}
