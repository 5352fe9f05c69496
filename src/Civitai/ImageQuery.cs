using System;
using System.Collections.Generic;

namespace Civitai;

/// <summary>
/// What is asked of the gallery. The values of one property are alternatives, different properties must all hold. A query is
/// checked before it gets here: ids are above 0, user names are of letters, digits and <c>_</c>, and no two properties exclude each other.
/// </summary>
public sealed class ImageQuery
{
    /// <summary>The images themselves, in the order they are wanted. Level, period, type and base models hold for them too; the other filters are ignored then.</summary>
    public IReadOnlyList<long> ImageIds { get; init; } = Array.Empty<long>();

    /// <summary>Models.</summary>
    public IReadOnlyList<long> ModelIds { get; init; } = Array.Empty<long>();

    /// <summary>Model versions.</summary>
    public IReadOnlyList<long> ModelVersionIds { get; init; } = Array.Empty<long>();

    /// <summary>Posts.</summary>
    public IReadOnlyList<long> PostIds { get; init; } = Array.Empty<long>();

    /// <summary>Creators by number.</summary>
    public IReadOnlyList<long> UserIds { get; init; } = Array.Empty<long>();

    /// <summary>Creators by name.</summary>
    public IReadOnlyList<string> Usernames { get; init; } = Array.Empty<string>();

    /// <summary>The highest level wanted, or null to send none, which the service answers with <see cref="ImageNsfwLevel.None"/>.</summary>
    public ImageNsfwLevel? NsfwLevel { get; init; }

    /// <summary>Exactly the levels wanted, or null.</summary>
    public BrowsingLevel? BrowsingLevel { get; init; }

    /// <summary>The order.</summary>
    public ImageSort Sort { get; init; }

    /// <summary>How far back.</summary>
    public TimePeriod Period { get; init; }

    /// <summary>Only this kind of media, or null for all.</summary>
    public MediaType? Type { get; init; }

    /// <summary>Base models by their exact names.</summary>
    public IReadOnlyList<string> BaseModels { get; init; } = Array.Empty<string>();

    /// <summary>Tags by number.</summary>
    public IReadOnlyList<long> TagIds { get; init; } = Array.Empty<long>();

    /// <summary>Only images created at or after it, or null.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>At most so many images, or null for all.</summary>
    public long? First { get; init; }

    /// <summary>Items a request, 1 to 200.</summary>
    public int PageSize { get; init; } = 200;

    /// <summary>Where an earlier listing is gone on with, or null for the beginning.</summary>
    public string? Cursor { get; init; }

    /// <summary>Whether generation data is asked for.</summary>
    public bool IncludeMeta { get; init; } = true;

    /// <summary>Whether tags are asked for.</summary>
    public bool IncludeTags { get; init; }
}
