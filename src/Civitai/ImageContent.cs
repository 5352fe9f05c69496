namespace Civitai;

/// <summary>What stands behind an image: its generation data, read when somebody asks, and the record it was made of.</summary>
public abstract class ImageContent
{
    /// <summary>The generation data, or null where there is none or it was not asked for. Read on first use and kept.</summary>
    public abstract ImageMeta? Meta { get; }

    /// <summary>The complete item as the service gave it, as JSON text, or null for an image that did not come from a query.</summary>
    public abstract string? Json { get; }
}
