namespace Civitai;

/// <summary>The service's content levels as its <c>nsfw</c> words name them. As a query they are cumulative: each one includes those before it.</summary>
public enum ImageNsfwLevel
{
    /// <summary>Safe for work: PG.</summary>
    None = 0,

    /// <summary>Mildly suggestive: PG-13.</summary>
    Soft = 1,

    /// <summary>Mature: R.</summary>
    Mature = 2,

    /// <summary>Explicit: X and XXX. The service spells it <c>X</c>.</summary>
    Explicit = 3,

    /// <summary>Blocked by the service. It occurs in answers and cannot be asked for.</summary>
    Blocked = 4,
}
