namespace Gallery;

/// <summary>Which of the service's implementations answers; all of them are live somewhere at any time.</summary>
public enum Generation
{
    /// <summary>The older feed: cursors such as <c>100|1724677401898</c>, which are offsets.</summary>
    G1Feed,

    /// <summary>The older index: cursors such as <c>100|bdx:{"…"}</c>; an unknown user is a 404.</summary>
    G1Index,

    /// <summary>The feed service: cursors such as <c>feed:1744925337225:9173928</c>, errors as <c>{"message":…}</c>, thumbnails, tags that must all match.</summary>
    G2Feed,

    /// <summary>G1 and G2 take turns from request to request and accept each other's cursors, as during a gradual roll-out.</summary>
    Alternating,
}
