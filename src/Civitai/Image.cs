using System;
using System.Collections.Generic;
using System.Globalization;

namespace Civitai;

/// <summary>An item of the gallery. Equal and ordered by <see cref="Id"/>.</summary>
public class Image : IEquatable<Image>, IComparable<Image>, IComparable
{
    private readonly ImageContent? _content;

    /// <summary>Makes an image without generation data.</summary>
    public Image()
    {
    }

    /// <summary>Makes an image whose generation data is what stands behind it.</summary>
    /// <param name="content">What stands behind the image, or null for one without generation data.</param>
    public Image(ImageContent? content)
    {
        _content = content;
    }

    /// <summary>Makes a copy that shares what stands behind the other.</summary>
    protected Image(Image other)
    {
        if (other is null)
        {
            throw new ArgumentNullException(nameof(other));
        }

        _content = other._content;
        Id = other.Id;
        Url = other.Url;
        Username = other.Username;
        Width = other.Width;
        Height = other.Height;
        Type = other.Type;
        NsfwLevel = other.NsfwLevel;
        BrowsingLevel = other.BrowsingLevel;
        IsNsfw = other.IsNsfw;
        CreatedAt = other.CreatedAt;
        PostId = other.PostId;
        BaseModel = other.BaseModel;
        ModelVersionIds = other.ModelVersionIds;
        Hash = other.Hash;
        Tags = other.Tags;
        TagIds = other.TagIds;
        ThumbnailUrl = other.ThumbnailUrl;
        Stats = other.Stats;
    }

    /// <summary>The image's number on the service; 0 where it is not known.</summary>
    public long Id { get; init; }

    /// <summary>The address of the original media.</summary>
    public string? Url { get; init; }

    /// <summary>The creator's name.</summary>
    public string? Username { get; init; }

    /// <summary>The width in pixels, as the uploader reported it.</summary>
    public int? Width { get; init; }

    /// <summary>The height in pixels, as the uploader reported it.</summary>
    public int? Height { get; init; }

    /// <summary>Image, video or audio.</summary>
    public MediaType? Type { get; init; }

    /// <summary>The content level in the service's words.</summary>
    public ImageNsfwLevel? NsfwLevel { get; init; }

    /// <summary>The precise content level.</summary>
    public BrowsingLevel BrowsingLevel { get; init; }

    /// <summary>Whether the service counts it as not safe for work: everything above PG.</summary>
    public bool IsNsfw { get; init; }

    /// <summary>When it was published (feeds) or made (listings of a whole model), in local time.</summary>
    public DateTime? CreatedAt { get; init; }

    /// <summary>The post that it belongs to.</summary>
    public long? PostId { get; init; }

    /// <summary>The base model, for instance <c>SDXL 1.0</c>.</summary>
    public string? BaseModel { get; init; }

    /// <summary>The model versions that it was made with.</summary>
    public IReadOnlyList<long>? ModelVersionIds { get; init; }

    /// <summary>The BlurHash: a tiny placeholder picture in text, not a checksum.</summary>
    public string? Hash { get; init; }

    /// <summary>The names of the tags, where they were asked for.</summary>
    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>The ids of the tags, each at the place that its name has in <see cref="Tags"/>; 0 for one that came without an id. Null where no id is known.</summary>
    public IReadOnlyList<long>? TagIds { get; init; }

    /// <summary>The URL of the image's page on the site, or null where the id is not known.</summary>
    public string? PageUrl => Id > 0 ? "https://civitai.com/images/" + Id.ToString(CultureInfo.InvariantCulture) : null;

    /// <summary>The URL of a still picture of a video.</summary>
    public string? ThumbnailUrl { get; init; }

    /// <summary>Thumbs up.</summary>
    public int LikeCount => Stats?.LikeCount ?? 0;

    /// <summary>Hearts.</summary>
    public int HeartCount => Stats?.HeartCount ?? 0;

    /// <summary>Laughing faces.</summary>
    public int LaughCount => Stats?.LaughCount ?? 0;

    /// <summary>Crying faces.</summary>
    public int CryCount => Stats?.CryCount ?? 0;

    /// <summary>Comments.</summary>
    public int CommentCount => Stats?.CommentCount ?? 0;

    /// <summary>Likes, hearts, laughs and cries together.</summary>
    public int ReactionCount => Stats?.ReactionCount ?? 0;

    /// <summary>What the picture was asked to show.</summary>
    public string? Prompt => Meta?.Prompt;

    /// <summary>What it was asked not to show.</summary>
    public string? NegativePrompt => Meta?.NegativePrompt;

    /// <summary>The sampler's name.</summary>
    public string? Sampler => Meta?.Sampler;

    /// <summary>The name of the model.</summary>
    public string? Model => Meta?.Model;

    /// <summary>The size that was generated, for instance <c>832x1216</c>.</summary>
    public string? Size => Meta?.Size;

    /// <summary>The number of sampling steps.</summary>
    public int? Steps => Meta?.Steps;

    /// <summary>How many layers of CLIP were skipped.</summary>
    public int? ClipSkip => Meta?.ClipSkip;

    /// <summary>The classifier-free guidance scale.</summary>
    public decimal? CfgScale => Meta?.CfgScale;

    /// <summary>The seed, where it fits; <see cref="ImageMeta.SeedText"/> has the others.</summary>
    public long? Seed => Meta?.Seed;

    /// <summary>The counts together.</summary>
    public ImageStats? Stats { get; init; }

    /// <summary>The generation data, or null where there is none.</summary>
    public ImageMeta? Meta => _content?.Meta;

    /// <summary>Whether two images are one: the same <see cref="Id"/>, or without one the same <see cref="Url"/>.</summary>
    public static bool operator ==(Image? left, Image? right) => left is null ? right is null : left.Equals(right);

    /// <summary>Whether two images are different ones.</summary>
    public static bool operator !=(Image? left, Image? right) => !(left == right);

    /// <summary>Whether one comes before the other.</summary>
    public static bool operator <(Image? left, Image? right) => Compare(left, right) < 0;

    /// <summary>Whether one comes after the other.</summary>
    public static bool operator >(Image? left, Image? right) => Compare(left, right) > 0;

    /// <summary>Whether one does not come after the other.</summary>
    public static bool operator <=(Image? left, Image? right) => Compare(left, right) <= 0;

    /// <summary>Whether one does not come before the other.</summary>
    public static bool operator >=(Image? left, Image? right) => Compare(left, right) >= 0;

    /// <summary>What stands behind the image. A method, so that no table, file or job carries it about.</summary>
    public ImageContent? GetContent() => _content;

    /// <summary>The complete item as the service gave it, as JSON, or null for an image that did not come from a query.</summary>
    public string? ToJson() => _content?.Json;

    /// <inheritdoc/>
    public bool Equals(Image? other) =>
        other is not null && Id == other.Id && (Id != 0 || string.Equals(Url, other.Url, StringComparison.Ordinal));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Image);

    /// <inheritdoc/>
    public override int GetHashCode() => Id != 0 ? Id.GetHashCode() : StringComparer.Ordinal.GetHashCode(Url ?? string.Empty);

    /// <inheritdoc/>
    public int CompareTo(Image? other)
    {
        if (other is null)
        {
            return 1;
        }

        var byId = Id.CompareTo(other.Id);
        return byId != 0 || Id != 0 ? byId : string.CompareOrdinal(Url, other.Url);
    }

    /// <inheritdoc/>
    public int CompareTo(object? obj) => obj switch
    {
        null => 1,
        Image other => CompareTo(other),
        _ => throw new ArgumentException("An image can only be compared with an image.", nameof(obj)),
    };

    /// <summary>The id, which is what names an image.</summary>
    public override string ToString() => Id.ToString(CultureInfo.InvariantCulture);

    private static int Compare(Image? left, Image? right) =>
        left is null ? (right is null ? 0 : -1) : left.CompareTo(right);
}
