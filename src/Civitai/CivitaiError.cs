namespace Civitai;

/// <summary>Everything that can go wrong, by name. With <c>Civitai</c> before it, a name is the error's stable id.</summary>
public enum CivitaiError
{
    /// <summary>The service refused the query (400).</summary>
    InvalidQuery,

    /// <summary>The service does not know the key (401).</summary>
    Unauthorized,

    /// <summary>The service refused (403).</summary>
    Forbidden,

    /// <summary>What was asked for is not there (404).</summary>
    NotFound,

    /// <summary>No image has this id.</summary>
    ImageNotFound,

    /// <summary>Too many requests (429), after the retries.</summary>
    RateLimited,

    /// <summary>The service is not available in this region (451).</summary>
    RegionBlocked,

    /// <summary>The service failed (5xx), after the retries.</summary>
    Unavailable,

    /// <summary>No answer in time, after the retries.</summary>
    Timeout,

    /// <summary>No connection, after the retries.</summary>
    ConnectionFailed,

    /// <summary>An answer that is not JSON, or JSON of another shape.</summary>
    UnexpectedResponse,

    /// <summary>One item of a page cannot be read.</summary>
    ItemUnreadable,

    /// <summary>A link of a form that is not known.</summary>
    LinkNotSupported,

    /// <summary>A file name template that cannot be used.</summary>
    FileNameInvalid,

    /// <summary>A path that is not of the file system.</summary>
    PathNotFileSystem,

    /// <summary>A base address that may not be used.</summary>
    BaseUriNotAllowed,

    /// <summary>A piped record that means nothing here.</summary>
    InputNotSupported,

    /// <summary>Parameters that exclude each other.</summary>
    ParameterConflict,

    /// <summary>A ledger that cannot be read or opened.</summary>
    ArchiveInvalid,

    /// <summary>A media address that may not be fetched.</summary>
    MediaUrlNotAllowed,

    /// <summary>The media is gone (404, 410).</summary>
    MediaNotFound,

    /// <summary>The media cannot be had, after the retries.</summary>
    MediaUnavailable,

    /// <summary>Fewer bytes than announced, or a file without its end, after the retries.</summary>
    MediaIncomplete,

    /// <summary>What came is no media file.</summary>
    MediaInvalid,

    /// <summary>A file could not be written.</summary>
    FileWriteFailed,

    /// <summary>A path that is a file where a folder is needed.</summary>
    PathNotFolder,

    /// <summary>A file on disk cannot be read.</summary>
    FileUnreadable,
}
