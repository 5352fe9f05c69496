namespace Civitai;

/// <summary>How images are saved: the same for all of one <c>Save-CivitaiImage</c>.</summary>
public sealed class SaveOptions
{
    /// <summary>The full path of the folder, which need not be there yet.</summary>
    public string Folder { get; init; } = string.Empty;

    /// <summary>The template of the names, or null where the caller gives each image's name.</summary>
    public string? FileName { get; init; } = "{Id}";

    /// <summary>The width in pixels of the rendition wanted, or null for the original.</summary>
    public int? Width { get; init; }

    /// <summary>How many downloads run at a time, 1 to 64.</summary>
    public int ThrottleLimit { get; init; } = 8;

    /// <summary>What is written beside each file.</summary>
    public Sidecar Sidecar { get; init; }

    /// <summary>The full path of the ledger, or null.</summary>
    public string? Archive { get; init; }

    /// <summary>Whether the SHA-256 of each file is wanted.</summary>
    public bool Hash { get; init; }

    /// <summary>Whether files that are there are fetched again.</summary>
    public bool Force { get; init; }

    /// <summary>Whether an original that came twice without its end, byte by byte the same, is kept as it is.</summary>
    public bool AllowDamaged { get; init; }

    /// <summary>How many bytes a second all downloads together may receive, above 0; null for no limit.</summary>
    public long? RateLimit { get; init; }

    /// <summary>Whether nothing at all may be touched: an archive that does not exist is not made, plans are made, and nothing follows.</summary>
    public bool WhatIf { get; init; }
}
