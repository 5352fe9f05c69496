using System.Collections.Generic;

namespace Civitai;

/// <summary>How far the saving is, at one moment.</summary>
public sealed class SaveProgress
{
    /// <summary>Bytes received since the saving began.</summary>
    public long ReceivedBytes { get; init; }

    /// <summary>What is left of a wait before the next request, asked for by a media host or between two attempts; zero when nothing waits.</summary>
    public System.TimeSpan Waiting { get; init; }

    /// <summary>The downloads that are running now.</summary>
    public IReadOnlyList<DownloadProgress> Running { get; init; } = System.Array.Empty<DownloadProgress>();
}
