namespace Civitai;

/// <summary>How far one download is, at one moment.</summary>
public sealed class DownloadProgress
{
    /// <summary>A number that stays the same for this download and is no other running one's: its slot, from 0.</summary>
    public int Slot { get; init; }

    /// <summary>The file's name, without folder.</summary>
    public string Name { get; init; } = string.Empty;

    /// <summary>Bytes that are on disk.</summary>
    public long ReceivedBytes { get; init; }

    /// <summary>The length of the whole file in bytes, where it was announced.</summary>
    public long? TotalBytes { get; init; }
}
