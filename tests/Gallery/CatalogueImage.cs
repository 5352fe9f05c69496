using System.Globalization;
using System.Text;

namespace Gallery;

/// <summary>One image of the catalogue: everything of its item, and what the media host serves for it. All properties may be set until the gallery is asked.</summary>
public sealed class CatalogueImage
{
    private string? _metaJson;

    /// <summary>The image's id.</summary>
    public long Id { get; set; }

    /// <summary>The post, if any.</summary>
    public long? PostId { get; set; }

    /// <summary>The uploader's id.</summary>
    public long? UserId { get; set; }

    /// <summary>The uploader's name; null for a deleted one, which the feed reports as <c>unknown</c>.</summary>
    public string? Username { get; set; }

    /// <summary>Sends <see cref="Username"/> as a JSON number, as happens to names of digits only.</summary>
    public bool UsernameAsNumber { get; set; }

    /// <summary>The models the image belongs to (for <c>modelId</c>).</summary>
    public long[] ModelIds { get; set; } = [];

    /// <summary>The versions found in the image's metadata: what an item lists.</summary>
    public long[] ModelVersionIds { get; set; } = [];

    /// <summary>The version the image was posted to: matched by <c>modelVersionId</c>, not listed by the feed.</summary>
    public long? PostedToVersionId { get; set; }

    /// <summary>Versions that the uploader added by hand: matched by <c>modelVersionId</c>, not listed by the feed.</summary>
    public long[] ManualVersionIds { get; set; } = [];

    /// <summary>The true creation time, which only model and id listings show.</summary>
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>The time that feeds sort, filter and report as <c>createdAt</c>; <see cref="CreatedAt"/> if not set.</summary>
    public DateTimeOffset SortAt
    {
        get => field == default ? CreatedAt : field;
        set;
    }

    /// <summary>The level: 1, 2, 4, 8 or 16.</summary>
    public int BrowsingLevel { get; set; } = 1;

    /// <summary><c>image</c>, <c>video</c> or <c>audio</c>.</summary>
    public string Type { get; set; } = "image";

    /// <summary>Pixels, as the uploader reported them.</summary>
    public int? Width { get; set; } = 1024;

    /// <summary>Pixels, as the uploader reported them.</summary>
    public int? Height { get; set; } = 1024;

    /// <summary>The BlurHash.</summary>
    public string? Hash { get; set; }

    /// <summary>The base model's name; sometimes glued (<c>SDXL 1.0SDXL 1.0</c>) or empty.</summary>
    public string? BaseModel { get; set; }

    /// <summary>The counts.</summary>
    public CatalogueStats Stats { get; set; } = new();

    /// <summary>The tags, sent only when asked for.</summary>
    public CatalogueTag[] Tags { get; set; } = [];

    /// <summary>The generation data as JSON text, or null. Sent as it is, valid or not.</summary>
    public string? MetaJson
    {
        get => _metaJson ?? (Template is { } template ? Encoding.UTF8.GetString(template.Render(Id)) : null);
        set
        {
            _metaJson = value;
            Template = null;
        }
    }

    /// <summary>What the media host's bytes are.</summary>
    public ServedFormat MediaFormat { get; set; }

    /// <summary>The size that the original is padded to, its format staying valid; null for the server's default.</summary>
    public long? MediaSize { get; set; }

    /// <summary>The exact bytes of the original, instead of drawn ones.</summary>
    public byte[]? Media { get; set; }

    /// <summary>Sent verbatim instead of the computed item: an item that cannot be read, or a recorded one.</summary>
    public string? RawItemJson { get; set; }

    internal MetaTemplate? Template { get; set; }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Type} {Id} by {Username}, level {BrowsingLevel}, {Stats.ReactionCount} reactions");

    internal bool HasVersion(long versionId) =>
        PostedToVersionId == versionId || Array.IndexOf(ModelVersionIds, versionId) >= 0 || Array.IndexOf(ManualVersionIds, versionId) >= 0;
}
