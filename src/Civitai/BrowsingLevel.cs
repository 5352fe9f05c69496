using System;
using System.Diagnostics.CodeAnalysis;

namespace Civitai;

/// <summary>The service's precise content levels, a bit each, so that any set of them can be asked for.</summary>
[Flags]
[SuppressMessage("Naming", "CA1711", Justification = "The service's own name.")]
public enum BrowsingLevel
{
    /// <summary>No level is known.</summary>
    None = 0,

    /// <summary>Safe for work.</summary>
    PG = 1,

    /// <summary>Mildly suggestive.</summary>
    PG13 = 2,

    /// <summary>Mature.</summary>
    R = 4,

    /// <summary>Explicit.</summary>
    X = 8,

    /// <summary>Explicit and overwhelming.</summary>
    XXX = 16,
}
