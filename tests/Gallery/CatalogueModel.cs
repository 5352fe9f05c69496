namespace Gallery;

/// <summary>A model with its versions, newest first as the service lists them.</summary>
public sealed record CatalogueModel(long Id, string Name, IReadOnlyList<CatalogueVersion> Versions);
