using System.Collections.Generic;

namespace Civitai.Client.Feeds;

/// <summary>How the heads of several feeds compare.</summary>
internal enum FeedOrder
{
    /// <summary>Most reactions first.</summary>
    Reactions,

    /// <summary>Most comments first.</summary>
    Comments,

    /// <summary>Latest date first.</summary>
    Latest,

    /// <summary>Earliest date first.</summary>
    Earliest,

    /// <summary>Highest id first: what the service's listings of a whole model call newest.</summary>
    HighestId,

    /// <summary>Lowest id first.</summary>
    LowestId,

    /// <summary>No key can be compared: one of each feed in turn.</summary>
    Interleaved,
}
