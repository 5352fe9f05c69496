namespace Gallery;

/// <summary>A tag of an image.</summary>
public sealed record CatalogueTag(long Id, string Name);
