namespace Civitai;

/// <summary>What an item of the gallery is.</summary>
public enum MediaType
{
    /// <summary>A still or animated picture.</summary>
    Image,

    /// <summary>A video.</summary>
    Video,

    /// <summary>A sound.</summary>
    Audio,
}
