namespace Civitai;

/// <summary>The warnings, by name. With <c>Civitai</c> before it, a name is the warning's stable id, and its text begins with it.</summary>
public enum CivitaiWarning
{
    /// <summary>The service returned a cursor twice; the listing stops there and may be incomplete.</summary>
    CursorLoop,

    /// <summary>The service reports no collection counts, so several listings are interleaved by rank.</summary>
    OrderNotComparable,

    /// <summary>The versions of a model could not be looked up, so the service's own listing of it is read, whose order is not the one asked for.</summary>
    OrderNotKept,

    /// <summary>The service returned images that the query excludes; they were left out.</summary>
    FilterIgnored,

    /// <summary>The listing ended without an image.</summary>
    NothingListed,

    /// <summary>The service reports no total count.</summary>
    TotalUnknown,

    /// <summary>Five seconds or more pass before the next request.</summary>
    Waiting,

    /// <summary>Some images could not be saved.</summary>
    SaveFailed,
}
