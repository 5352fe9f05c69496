using System.Collections.Generic;

namespace Civitai;

/// <summary>How far the saving is, at one moment.</summary>
public sealed class SaveProgress
{
    /// <summary>Bytes received since the saving began.</summary>
    public long ReceivedBytes { get; init; }

    /// <summary>The downloads that are running now.</summary>
    public IReadOnlyList<DownloadProgress> Running { get; init; } = System.Array.Empty<DownloadProgress>();
}
