namespace Gallery;

/// <summary>A version of a model; what images are posted to.</summary>
public sealed record CatalogueVersion(long Id, string Name, string BaseModel);
